"""`carepath today` and the morning digest are one list, laid out twice; a cut list is the beginning of it."""

import re
from pathlib import Path

import pytest

from caseload.actions import advance
from caseload.answering import acknowledge, snooze
from caseload.contacts import ESCALATED, NOT_MOVING, OPEN, OTHERS, OVERDUE
from caseload.digest_lines import foot_lines, lines
from caseload.patients import hand_over
from caseload.roles import assign
from caseload.worklist import Worklist, WorklistPart, worklist
from cli.commands.today import page
from pathways.moments import Moment
from scheduler.digests import foot, made
from scheduler.tick import tick
from storage.connection import Database
from tests.scheduler.drill import Listener, admit, at, by, site, worker
from tests.scheduler.people import away, joins

pytestmark = pytest.mark.only("sqlite")

NOW = at(5, "09:30")
PEOPLE = ("kim", "ben", "dr-cole", "dr-berg", "zoe")


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five days at a site with twelve patients of two coordinators: late, answered, escalated, put off."""
    path = site(tmp_path_factory.mktemp("busy"), patients=1)
    with Database(path) as database:
        joins(database, "kim", "coordinator", deputy="ben")
        joins(database, "ben", "coordinator")
        joins(database, "zoe", "coordinator")
        joins(database, "dr-cole", "clinician")
        joins(database, "dr-berg", "lead")
        assign(database, "clinician", "dr-cole", now=at(0))
        assign(database, "lead", "dr-berg", now=at(0))
        for number in range(2, 13):
            admit(database, f"P-{number:03}", now=at(number % 5, "10:00"))
            if number % 3:
                hand_over(database, f"P-{number:03}", "ben", by="kim", now=at(number % 5, "10:30"))
        for patient in ("P-003", "P-004", "P-006"):
            advance(database, patient, "treat", ["dose=2026-03-05", "result=bad"], by(at(4, "11:00")))
        acknowledge(database, "P-001", 1, by(at(0, "10:00")))
        snooze(database, "P-012", 2, "2026-03-08", by(at(5, "09:00")))
        tick(database, now=at(5, "09:00"), worker=worker(), deliver=Listener())
        away(database, "kim", "2026-03-07", "2026-03-09")
    return path


def today(database: Database, person: str | None, now: Moment = NOW, limit: int = 1_000) -> Worklist:
    return worklist(database, now=now, owner=person, limit=limit)


def digest(database: Database, person: str, now: Moment = NOW) -> Worklist:
    return made(database, person, now, foot(database, now))


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("now", [NOW, at(6, "09:30")], ids=["everybody-there", "kim-away"])
def test_today_and_the_digest_have_the_same_prompts_in_the_same_parts_and_order(
    busy: Path, person: str, now: Moment
) -> None:
    with Database(busy) as database:
        one, other = today(database, person, now), digest(database, person, now)

    assert one.parts == other.parts
    assert (one.away, one.stands_in_for, one.roles, one.foot) == (
        other.away,
        other.stands_in_for,
        other.roles,
        other.foot,
    )


@pytest.mark.parametrize("person", PEOPLE)
def test_both_name_the_same_prompts_in_the_same_order_and_end_alike(busy: Path, person: str) -> None:
    with Database(busy) as database:
        listed, told = today(database, person), digest(database, person)

    in_today = re.findall(r"^    (P-\d+/\d+)", "\n".join(page(listed, {})), re.MULTILINE)
    in_digest: list[str] = []
    for line in lines(told):
        if found := re.match(r"  (P-\d+): (?:STOP, )?(/\d+)|    also (/\d+)", line):
            patient = found[1] or in_digest[-1].partition("/")[0]
            in_digest.append(f"{patient}{found[2] or found[3]}")
    assert in_today == in_digest
    assert in_today or person == "zoe"
    assert " ".join(" ".join(page(listed, {})).split()).endswith(" ".join(foot_lines(told.foot)))


def test_the_busy_site_has_something_in_each_part(busy: Path) -> None:
    """Else what is compared above would be little."""
    with Database(busy) as database:
        parts = [part for person in PEOPLE for part in today(database, person).parts if part.contacts]

    assert {part.name for part in parts} >= {OVERDUE, ESCALATED, NOT_MOVING, OPEN, OTHERS}


@pytest.mark.parametrize("person", PEOPLE)
def test_each_heading_counts_what_belongs_to_its_part_wherever_that_stands(busy: Path, person: str) -> None:
    with Database(busy) as database:
        found = digest(database, person)

    every = [asked.part for part in found.parts for contact in part.contacts for asked in contact.asked]
    headings = [line for line in lines(found) if re.match(r"[A-Z][a-z ,0-9]+: (nothing|\d+ patient)", line)]
    for part, heading in zip(found.parts, headings, strict=True):
        said = re.search(r"(\d+) things? (?:\(|$)|(\d+) things?(?=,|$)", heading)
        patients = re.search(r"(\d+) patient", heading)
        beside = re.search(r"(\d+) (?:things?|more) under", heading)
        own = (
            next((int(each) for each in said.groups() if each), 0)
            if said
            else int(patients[1] if patients else 0)
        )
        assert own + int(beside[1] if beside else 0) == every.count(part.name), heading


def test_who_stands_in_has_what_they_hold_for_another_marked_in_both(busy: Path) -> None:
    now = at(6, "09:30")
    with Database(busy) as database:
        ben = today(database, "ben", now)

        held = {line.prompt for line in ben.lines() if line.named == "kim" and line.holder == "ben"}
        assert ben.stands_in_for == ("kim",)
        assert "P-001/1" in held
        assert any("coordinator ben (for kim)" in line for line in page(ben, {}))
        assert any(", for kim: " in line for line in lines(digest(database, "ben", now)))


@pytest.mark.parametrize("person", [*PEOPLE, None])
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 8, 13, 40])
def test_a_cut_list_is_the_beginning_of_the_whole_one_and_says_that_there_is_more(
    busy: Path, person: str | None, limit: int
) -> None:
    with Database(busy) as database:
        whole, cut = (today(database, person, limit=each) for each in (1_000, limit))

    for all_of_it, some in zip(whole.parts, cut.parts, strict=True):
        assert some.contacts == all_of_it.contacts[: len(some.contacts)]
        assert some.more or some.contacts == all_of_it.contacts
        assert things(some) < limit + (len(some.contacts[-1].asked) if some.contacts else 1)


def things(part: WorklistPart) -> int:
    return sum(len(contact.asked) for contact in part.contacts)


def test_each_contact_stands_in_one_part_and_each_prompt_once(busy: Path) -> None:
    with Database(busy) as database:
        for person in PEOPLE:
            found = [line.prompt for line in today(database, person).lines()]
            assert len(found) == len(set(found))
            own = [
                contact.patient
                for part in today(database, person).parts
                for contact in part.contacts
                if part.name not in (ESCALATED, OTHERS)
            ]
            assert len(own) == len(set(own))
