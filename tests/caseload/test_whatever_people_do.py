"""Runs of whatever people and the clock can do: what is stored always follows from the history."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias, get_args

from hypothesis import given
from hypothesis import strategies as st

from caseload import actions, answering, enrolling, mending
from caseload.checking import check
from caseload.contacts import OPEN, OVERDUE, TODAY
from caseload.explaining import why_prompt, why_rule
from caseload.exporting import export
from caseload.importing import import_lines
from caseload.next_steps import next_steps
from caseload.pathway_files import library
from caseload.projecting import escalation_moment
from caseload.requests import Author, Request
from caseload.showing import show
from caseload.worklist import worklist
from pathways.errors import CarepathError
from pathways.history import AnswerName
from pathways.lookup import lookup_of
from pathways.model import Fact, FactType, Pathway
from pathways.moments import Moment, datetime_of, moment_of, shown
from pathways.reading import read
from storage.connection import Database
from tests.caseload.clinic import KNEE, moment, prepared

Deed: TypeAlias = tuple[str, ...]
WHO, ZONE = "P-001", "Europe/London"
# So that a run crosses the night in which the clocks change, on 29 March.
BEGIN = moment("2026-03-20 09:00")

DAYS = ("2026-03-01", "2026-03-18", "2026-04-02")
NUMBERS = st.sampled_from("123456789")


def pairs(fact: Fact) -> list[str]:
    """Return what somebody may type about a fact."""
    values: dict[FactType, Iterable[str]] = {
        "date": DAYS,
        "choice": fact.of,
        "number": (f"{fact.lowest or 0:g}", f"{fact.highest or 9:g}"),
        "yes-no": ("yes", "no"),
        "text": ("somebody",),
    }
    typed = [f"{fact.name}={value}" for value in values[fact.type]]
    return [*typed, f"{fact.name}#1={DAYS[1]}", f"{fact.name}#1=done"] if fact.many else typed


def deeds(pathway: Pathway) -> st.SearchStrategy[Deed]:
    """Return what people and the clock can do to a patient on a pathway."""
    facts = st.sampled_from([pair for fact in pathway.facts for pair in pairs(fact)])
    events = st.sampled_from([step.event for track in pathway.tracks for step in track.transitions])
    return st.one_of(
        st.tuples(st.just("record"), facts),
        st.tuples(st.just("record"), facts, facts),
        st.tuples(st.just("advance"), events),
        st.tuples(st.just("advance"), events),
        st.tuples(st.just("advance"), events, facts),
        st.tuples(st.sampled_from(get_args(AnswerName)), NUMBERS),
        st.tuples(st.just("withdraw"), NUMBERS),
        st.tuples(st.just("correct"), NUMBERS, facts),
        st.tuples(st.just("move"), NUMBERS),
        st.tuples(st.just("close"), st.sampled_from(pathway.exits)),
        st.tuples(st.just("tick")),
    )


# Each deed comes some hours after the one before, and may say that it happened some hours earlier.
LATER = st.sampled_from([0, 1, 5, 24, 24 * 4, 24 * 9, 24 * 40])
AGO = st.sampled_from([0, 0, 0, 2, 24, 24 * 6])
Run: TypeAlias = tuple[Pathway, list[tuple[Deed, int, int, bool]]]
PATHWAYS = [read(content) for content in (KNEE.encode(), *(content for _, content in library()))]


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Draw a pathway and what happens to a patient on it."""
    pathway = draw(st.sampled_from(PATHWAYS))
    return pathway, draw(st.lists(st.tuples(deeds(pathway), LATER, AGO, st.booleans()), max_size=14))


@given(runs())
def test_what_is_stored_follows_from_the_history_and_survives_a_file(run: Run) -> None:
    with TemporaryDirectory() as folder, prepared(Path(folder) / "care.db", WHO, shipped=True) as database:
        now = lived(database, run)

        assert check(database, now=now).differences == ()
        lines = list(export(database))
        with prepared(Path(folder) / "copy.db", shipped=True) as copy:
            assert import_lines(copy, lines, Author(by="zoe", now=now)).problems == ()
            assert list(export(copy)) == lines
            assert check(copy, now=now).differences == ()


@given(runs())
def test_everything_can_be_shown_and_explained_at_any_time(run: Run) -> None:
    with TemporaryDirectory() as folder, prepared(Path(folder) / "care.db", WHO, shipped=True) as database:
        now = lived(database, run)

        view = show(database, WHO, now=now)
        listed = worklist(database, now=now, days=400)
        next_steps(database, WHO, now=now)
        for prompt in (*view.open, *view.coming, *view.ended):
            reason = why_prompt(database, WHO, prompt.number, now=now)
            assert reason.total.lines
            assert reason.ends
        for rule in lookup_of(run[0]).rules:
            assert why_rule(database, WHO, rule, now=now).says

    on_list = {line.prompt for line in (*listed.lines(OVERDUE), *listed.lines(TODAY, OPEN))}
    assert on_list == {prompt.name for prompt in view.open if prompt.status != "snoozed"}


def lived(database: Database, run: Run, who: str = WHO, by: tuple[str, ...] = ("ann",)) -> Moment:
    """Do a run of deeds, passing by what is refused, and return the moment at which it ends.

    Some people take turns at it; the first of them is responsible.
    """
    now = BEGIN
    request = Request(author=Author(by=by[0], now=now))
    enrolling.enrol(database, who, run[0].name, [], request, owner=by[0])
    for (deed, later, ago, only_day), writer in zip(run[1], cycle(by), strict=False):
        now = moment_of(datetime_of(now) + timedelta(hours=later))
        then = moment_of(datetime_of(now) - timedelta(hours=ago))
        at = shown(then, ZONE, only_day=only_day) if ago or only_day else ""
        with suppress(CarepathError):
            _do(database, who, deed, Request(author=Author(by=writer, now=now), at=at, because="so it was"))
    return now


def _do(database: Database, who: str, deed: Deed, request: Request) -> None:
    what, *rest = deed
    match what:
        case "record":
            actions.record(database, who, rest, request)
        case "advance":
            actions.advance(database, who, rest[0], rest[1:], request, override=len(rest) == 1)
        case "correct" | "move":
            mending.correct(database, who, int(rest[0]), rest[1:], request)
        case "withdraw":
            mending.withdraw(database, who, int(rest[0]), request)
        case "close":
            actions.close(database, who, rest[0], request)
        case "tick":
            _tick(database, request.author.now)
        case _:
            answered(database, who, what, int(rest[0]), request)


def answered(database: Database, who: str, answer: str, number: int, request: Request) -> None:
    if answer == "snooze":
        until = shown(request.author.now + 2 * 86_400_000_000, ZONE)
        answering.snooze(database, who, number, until, request)
        return
    if answer == "could-not":
        next_at = shown(request.author.now + 86_400_000_000, ZONE)
        answering.could_not(database, who, number, "no-capacity", request, next_at=next_at)
        return
    if answer == "acting":
        answering.act_on(database, who, number, "", request)
        return
    ways = {
        "done": answering.done,
        "seen": answering.see,
        "ack": answering.acknowledge,
        "dismiss": answering.dismiss,
    }
    ways[answer](database, who, number, request)


def _tick(database: Database, now: Moment) -> None:
    with database.writing() as store:
        while store.claim_due(now=now, limit=5, worker="w", escalation_moment=escalation_moment).taken:
            pass
