"""A list that was cut is the beginning of the whole one, however the prompts of a caseload lie."""

from pathlib import Path
from random import Random

import pytest

from caseload.contacts import OTHERS, OVERDUE
from caseload.roles import assign
from caseload.worklist import Worklist, worklist
from pathways.moments import from_iso
from storage.connection import Database
from storage.rows import PromptRow
from storage.schema import create
from storage.staff import StaffRow
from tests.storage.cases import enrolled, prompt, save

NOW = from_iso("2026-11-10T09:00:00Z")
HOUR = 3_600_000_000
CASELOADS = range(40)
PATIENTS = 7


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make caseloads of random prompts, one for each of many owners."""
    path = tmp_path_factory.mktemp("site") / "care.db"
    create(path, "Europe/London")
    with Database(path) as database:
        assign(database, "clinician", "dr-cole", now=NOW)
        for number in CASELOADS:
            random = Random(number)  # noqa: S311 - a caseload is no secret
            of = {name: enrolled(database, name, f"o-{number}") for name in patients(number)}
            with database.writing() as store:
                for name, enrolment in of.items():
                    rows = [
                        thrown(random, enrolment, name, number, rule) for rule in range(random.randint(1, 5))
                    ]
                    save(store, *rows, now=NOW - 900 * HOUR)
    return path


def patients(number: int) -> list[str]:
    return [f"P-{number * PATIENTS + each:03}" for each in range(PATIENTS)]


def thrown(random: Random, enrolment: int, patient: str, number: int, rule: int) -> PromptRow:
    """Throw a prompt: late, open or coming, perhaps for the clinician, perhaps taken on or put off."""
    tier = random.choice(["stop", "due", "due", "due", "info"])
    opens = NOW + random.choice([-400, -300, -90, -9, 3, 30]) * HOUR
    due = max(opens, NOW) + random.choice([-80, -30, -2, 5, 20, 70, 200]) * HOUR
    answered = tier != "stop" and opens < NOW
    return prompt(
        enrolment,
        f"rule-{rule}",
        patient_id=patient,
        owner=f"o-{number}",
        tier=tier,
        role=random.choice(["coordinator", "coordinator", "coordinator", "clinician"]),
        opens_at=opens,
        due_at=None if tier == "info" and random.random() < 0.5 else due,
        taken_at=NOW - random.randint(60, 200) * HOUR if answered and random.random() < 0.2 else None,
        snoozed_until=NOW + 10 * HOUR if answered and random.random() < 0.2 else None,
        escalates=(),
    )


def read(database: Database, owner: str | None, limit: int) -> Worklist:
    return worklist(database, now=NOW, owner=owner, limit=limit)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 6, 9])
def test_a_cut_list_is_the_beginning_of_the_whole_one(site: Path, limit: int) -> None:
    with Database(site) as database:
        for owner in (*(f"o-{number}" for number in CASELOADS), "dr-cole", None):
            whole, cut = read(database, owner, 10_000), read(database, owner, limit)
            for all_of_it, some in zip(whole.parts, cut.parts, strict=True):
                assert some.contacts == all_of_it.contacts[: len(some.contacts)], (owner, some.name)
                assert some.more or some.contacts == all_of_it.contacts, (owner, some.name)
                assert not some.beyond or some.beyond + len(some.contacts) == len(all_of_it.contacts)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 6, 9])
def test_a_list_says_that_there_is_more_only_if_there_is(site: Path, limit: int) -> None:
    with Database(site) as database:
        for owner in (*(f"o-{number}" for number in CASELOADS), "dr-cole", None):
            whole, cut = read(database, owner, 10_000), read(database, owner, limit)

            more = sum(len(part.contacts) for part in whole.parts) - sum(
                len(part.contacts) for part in cut.parts
            )
            assert any(part.more for part in cut.parts) == (more > 0), owner
            for all_of_it, some in zip(whole.parts, cut.parts, strict=True):
                if some.more and some.name in (OVERDUE, OTHERS):
                    assert len(all_of_it.contacts) > len(some.contacts), (owner, some.name)


def test_the_first_part_that_was_cut_is_full(site: Path) -> None:
    with Database(site) as database:
        for number in CASELOADS:
            whole, cut = read(database, f"o-{number}", 10_000), read(database, f"o-{number}", 3)
            first = next((part for part in cut.parts if part.more), None)
            if first and first.name != OTHERS:
                [all_of_it] = [part for part in whole.parts if part.name == first.name]
                enough = sum(len(contact.asked) for contact in first.contacts) >= 3
                assert enough or first.contacts == all_of_it.contacts, (number, first.name)


def test_every_prompt_of_a_caseload_is_in_the_whole_list_once(site: Path) -> None:
    with Database(site) as database:
        for number in CASELOADS:
            listed = [line.prompt for line in read(database, f"o-{number}", 10_000).lines()]
            others = [line.prompt for line in read(database, "dr-cole", 10_000).lines()]
            there = {
                f"{patient}/{prompt}"
                for patient, prompt, role in database.reader().execute(
                    "SELECT patient_id, number, role FROM prompt WHERE owner = ?", (f"o-{number}",)
                )
                if role == "coordinator"
            }
            assert len(listed) == len(set(listed))
            assert there <= set(listed)
            assert set(listed) - there <= set(others)


@pytest.fixture(scope="module")
def tied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Import a caseload in one go: what is for the clinician was due before what is for its owner."""
    path = tmp_path_factory.mktemp("tied") / "care.db"
    create(path, "Europe/London")
    with Database(path) as database:
        assign(database, "clinician", "dr-cole", now=NOW)
        for number in range(60):
            name = f"P-{number:03}"
            enrolment = enrolled(database, name, "o-1")
            rows = [
                prompt(
                    enrolment,
                    f"{role}-{when}",
                    patient_id=name,
                    owner="o-1",
                    role=role,
                    opens_at=opens,
                    due_at=opens + (1 if role == "clinician" else 2) * HOUR,
                    escalates=(),
                )
                for when, opens in {"late": NOW - 90 * HOUR, "open": NOW, "soon": NOW + 9 * HOUR}.items()
                for role in ("clinician", "coordinator")
                if when == "late" or number % 2
            ]
            with database.writing() as store:
                save(store, *rows, now=NOW - 900 * HOUR)
    return path


def test_what_is_ones_own_never_hides_behind_what_others_must_do(tied: Path) -> None:
    with Database(tied) as database:
        for person in ("o-1", "dr-cole"):
            whole, cut = read(database, person, 10_000), read(database, person, 5)

            for all_of_it, some in zip(whole.parts, cut.parts, strict=True):
                assert some.contacts == all_of_it.contacts[: len(some.contacts)]
                assert bool(some.contacts) == bool(all_of_it.contacts), (person, some.name)


def test_who_is_away_misses_nothing_of_their_own(tied: Path) -> None:
    with Database(tied) as database:
        with database.writing() as store:
            store.put_staff(StaffRow("o-1", ("coordinator",), "Europe/London"))
            store.add_leave("o-1", "2026-11-09", "2026-11-12", deputy="", at=NOW, by="o-1")
        cut = read(database, "o-1", 5)

    assert [part.name for part in cut.parts if part.contacts or part.more] == [OTHERS]
