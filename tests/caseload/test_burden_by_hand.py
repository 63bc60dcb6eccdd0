"""The burden of any lives is the same as counted slowly, by hand."""

from contextlib import suppress
from datetime import date
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias, get_args

from hypothesis import given
from hypothesis import strategies as st

from caseload import mending, roles
from caseload.burden import FAIR_AFTER, UNDATED_AFTER, runs
from caseload.handover import hand_over
from caseload.requests import Author, Request
from pathways.errors import CarepathError
from pathways.history import AnswerName
from pathways.moments import Moment, start_of
from storage.burden import Asked, By, LoadRow
from storage.connection import Database
from storage.rows import NewDelivery
from tests.caseload import burden_by_hand as by_hand
from tests.caseload.burdened import (
    DAY,
    HOUR,
    PATIENTS,
    tick,
)
from tests.caseload.clinic import by, prepared
from tests.caseload.test_whatever_people_do import ZONE, Run, answered, lived
from tests.caseload.test_whatever_people_do import runs as lives

# Several lives in one file whose people take turns, much that they say to what is there, a handover, and
# messages about some of it.
Word: TypeAlias = tuple[str, int, int]
File: TypeAlias = tuple[list[Run], list[Word], list[int], bool, str]
WORDS = st.tuples(
    st.sampled_from([*get_args(AnswerName), "dismiss", "acting", "done", "withdraw", "tick"]),
    st.integers(0, 30),
    st.sampled_from([0, 1, 5, 24, 24 * 6]),
)


@st.composite
def files(draw: st.DrawFn) -> File:
    return (
        draw(st.lists(lives(), min_size=1, max_size=3)),
        draw(st.lists(WORDS, min_size=4, max_size=16)),
        draw(st.lists(st.integers(1, 40), max_size=10)),
        draw(st.booleans()),
        draw(st.sampled_from(["", "dr-lee"])),
    )


@given(files(), st.integers(-2, 8), st.integers(0, 120), st.sampled_from(["", "", "ann", "bea"]))
def test_the_burden_is_what_is_counted_by_hand(file: File, first: int, days: int, owner: str) -> None:
    whole, words, numbers, hands_over, clinician = file
    turns = (("ann", "bea"), ("bea", "carl"), ("ann",))
    with (
        TemporaryDirectory() as folder,
        prepared(Path(folder) / "care.db", *PATIENTS, shipped=True) as database,
    ):
        now = max(
            lived(database, run, who, people)
            for run, who, people in zip(whole, PATIENTS, turns, strict=False)
        )
        now = _talked(database, words, now)
        if clinician:
            roles.assign(database, "clinician", clinician, now=now)
        if hands_over:
            with suppress(CarepathError):  # everybody of theirs has left
                hand_over(database, "ann", "bea", by("ann", "2026-12-01 09:00"))
        _sent(database, numbers)
        since = start_of(date(2026, 3, 20), ZONE) + first * DAY
        _compare(database, Asked(since, since + days * DAY, now, UNDATED_AFTER, FAIR_AFTER, "", owner))


def _talked(database: Database, words: list[Word], now: Moment) -> Moment:
    """Let people answer what is there, or was and lapsed, and take some of it back; return when it ends."""
    for (word, number, later), who in zip(words, cycle(("ann", "bea", "dr-lee")), strict=False):
        now += later * HOUR
        request = Request(author=Author(by=who, now=now), because=f"so said {who}")
        with suppress(CarepathError):
            if word == "tick":
                tick(database, now)
            elif word == "withdraw":
                patient = PATIENTS[number % 3]
                with database.reading() as store:
                    last = store.last_entry_number(patient)
                mending.withdraw(database, patient, last, request)
            elif found := _answerable(database):
                patient, prompt = found[number % len(found)]
                answered(database, patient, word, prompt, request)
    tick(database, now)
    return now


def _answerable(database: Database) -> list[tuple[str, int]]:
    with database.reading() as store:
        return [
            (row.patient_id, prompt.number)
            for row in store.all_enrolments()
            for prompt in store.prompts(row.id)
            if not prompt.settled or prompt.ended == "lapsed"
        ]


def _sent(database: Database, numbers: list[int]) -> None:
    known = {number for (number,) in database.reader().execute("SELECT id FROM ledger").fetchall()}
    rows = [
        NewDelivery(
            ledger_id=number,
            staff=("ann", "lea")[number % 2],
            channel="mail",
            ready_at=0,
            why="owner",
            delivery_key=str(number),
        )
        for number in known.intersection(numbers)
    ]
    with database.writing() as store:
        store.add_deliveries(rows)
    with database.writing() as store:
        store.mark_sent(store.ready_for_people(now=0, limit=len(rows) // 2 + 1), at=0)


def _compare(database: Database, asked: Asked) -> None:
    counted = by_hand.prompts(database, asked)
    days = runs(date(2026, 3, 1), date(2026, 12, 31), ZONE)
    ways: tuple[By, By] = ("rule", "person")
    with database.reading() as store:
        for way in ways:
            assert store.tallies(asked, way) == by_hand.tallies(counted, way)
            assert store.medians(asked, way) == by_hand.medians(counted, way)
            assert store.could_not(asked, way) == by_hand.reasons(counted, way, "could_not")
            assert store.dismissed(asked, way) == by_hand.reasons(counted, way, "dismissed")
        load = {_on(row): (row.prompts, row.patients) for row in store.load(asked, days)}
        received = store.messages_to(asked)
    assert load == by_hand.days(counted, ZONE)
    names = [name for each in counted for name in each.messages]
    assert received == {name: names.count(name) for name in names}


def _on(row: LoadRow) -> tuple[str, str]:
    return row.person, date.fromordinal(date(2026, 3, 1).toordinal() + row.day).isoformat()
