from itertools import count
from multiprocessing import active_children
from pathlib import Path
from time import monotonic, sleep

import pytest

from caseload import actions, answering, checking, mending, patients
from caseload.checking import check
from caseload.projecting import escalation_moment
from caseload.rebuilding import rebuild
from storage.connection import Database
from tests.caseload.clinic import advance, enrol, moment, record, request, treated
from tests.scheduler.children import PATIENCE, child
from tests.storage.databases import everything, run

NOW = moment("2026-03-20 12:00")


def lived(database: Database) -> None:
    """Let three patients go through most of what can happen."""
    treated(database)
    answering.acknowledge(database, "P-001", 5, request("2026-03-04 09:00"))
    answering.snooze(database, "P-001", 5, "2026-03-06", request("2026-03-04 09:30"))
    answering.done(database, "P-001", 5, request("2026-03-07 09:00"))
    record(database, "P-001", "scan_on=2026-03-20", when="2026-03-08 09:00")
    record(database, "P-001", "scan_on#1=2026-03-25", when="2026-03-09 09:00")
    advance(database, "P-001", "review", "swelling=none", when="2026-03-17 09:00", at="2026-03-16")
    enrol(database, "P-002", "fever=yes", "swelling=much", when="2026-03-04 09:00", owner="ben")
    mending.withdraw(database, "P-002", 2, request("2026-03-05 09:00", because="another patient"))
    mending.correct(database, "P-002", 3, ["swelling=some"], request("2026-03-05 10:00", because="misread"))
    patients.hand_over(database, "P-002", "cyd", by="lee", now=moment("2026-03-06 09:00"))
    treated(database, "P-003")
    actions.close(database, "P-003", "moved", request("2026-03-10 09:00", because="to the coast"))


def spoil(database: Database, *statements: str) -> None:
    """Change rows behind the program's back."""
    run(database, *statements)


def test_what_people_do_leaves_nothing_different_from_what_follows(database: Database) -> None:
    lived(database)

    report = check(database, now=NOW)

    assert report.differences == ()
    assert (report.enrolments, report.entries) == (3, 24)
    assert report.prompts == 18


def test_a_check_changes_nothing_and_tells_how_far_it_is(database: Database) -> None:
    lived(database)
    before, told = everything(database), []

    check(database, now=NOW, progress=lambda done, of: told.append((done, of)))

    assert everything(database) == before
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE track_state SET state = 'healed' WHERE track = 'knee' AND enrolment_id = 1",
            "P-001: track knee: state is stored as 'healed', but follows as 'reviewed'.",
        ),
        (
            "DELETE FROM track_state WHERE track = 'scan' AND enrolment_id = 1",
            "P-001: track scan follows, but is not stored.",
        ),
        (
            "UPDATE fact_value SET value = '\"much\"' WHERE fact = 'swelling' AND enrolment_id = 1",
            "P-001: fact swelling: value is stored otherwise than it follows.",
        ),
        (
            "UPDATE fact_value SET fact = 'remark' WHERE fact = 'consent' AND enrolment_id = 1",
            "P-001: fact remark is stored, but does not follow.",
        ),
        (
            "UPDATE prompt SET due_on = '2026-03-10' WHERE id = 6",
            "P-001/6: due_on is stored as 2026-03-10, but follows as 2026-03-15.",
        ),
        (
            "UPDATE prompt SET rule = 'fever-now' WHERE id = 6",
            "P-001/6 (fever-now) is stored, but no longer follows.",
        ),
        (
            "UPDATE prompt SET owner = 'nobody' WHERE patient_id = 'P-002' AND number = 1",
            "P-002/1 is with nobody, not with cyd.",
        ),
        (
            "UPDATE fold SET last = last - 1 WHERE enrolment_id = 1",
            "P-001: the stored standing is that of entry 11, the last entry is 12.",
        ),
        (
            "UPDATE fold SET body = x'7b7d' WHERE enrolment_id = 1",
            "P-001: the stored standing is not what follows from the history.",
        ),
        (
            "DELETE FROM fold WHERE enrolment_id = 1",
            "P-001: no standing is stored.",
        ),
        (
            "UPDATE enrolment SET left_reason = 'died' WHERE id = 3",
            "P-003: the enrolment on knee: left_reason is stored as 'died', but follows as 'moved'.",
        ),
        (
            "UPDATE enrolment SET zone = 'Europe/Paris' WHERE id = 1",
            "P-001: the enrolment on knee: zone is stored as 'Europe/Paris', but follows as 'Europe/London'.",
        ),
        (
            "DELETE FROM waiting WHERE kind = 'open' AND prompt_id = 3",
            "Nothing waits to open P-001/3 at its moment.",
        ),
        (
            "UPDATE waiting SET at = at + 1 WHERE kind = 'open' AND prompt_id = 3",
            "Something waits to open the prompt in row 3, but should not.",
        ),
    ],
)
def test_each_difference_is_named_and_a_rebuild_repairs_it(
    database: Database, statement: str, said: str
) -> None:
    lived(database)
    before = everything(database)
    spoil(database, statement)

    assert said in check(database, now=NOW).differences

    rebuild(database, now=NOW)
    assert check(database, now=NOW).differences == ()
    numbers = [(row[0], row[3]) for row in everything(database)["prompt"]]
    assert set(numbers) >= {(row[0], row[3]) for row in before["prompt"]}


def test_an_open_enrolment_without_a_dated_prompt_is_named(database: Database) -> None:
    enrol(database)
    spoil(database, "UPDATE prompt SET ended_at = 1, ended = 'done', ended_by = 1")

    ends = {(each.kind, each.about) for each in check(database, now=NOW).loose_ends}
    assert ("nothing-dated", "P-001") in ends


def test_a_rebuild_of_what_is_right_changes_nothing(database: Database) -> None:
    lived(database)
    before = everything(database)

    repaired = rebuild(database, now=moment("2026-03-17 09:00"))

    after = everything(database)
    assert repaired == 0
    assert {name: rows for name, rows in after.items() if name != "fold"} == {
        name: rows for name, rows in before.items() if name != "fold"
    }


def test_no_sentence_of_a_check_holds_what_people_wrote(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "remark=lives above the bakery", when="2026-03-03 09:00")
    spoil(database, "UPDATE fact_value SET value = '\"moved in with a friend\"' WHERE fact = 'remark'")

    said = " ".join(check(database, now=NOW).differences)

    assert "remark" in said
    assert "bakery" not in said
    assert "friend" not in said


def test_however_many_processes_check_they_find_the_same(database: Database) -> None:
    lived(database)
    spoil(
        database,
        "UPDATE track_state SET state = 'healed' WHERE track = 'knee' AND enrolment_id = 1",
        "DELETE FROM waiting WHERE prompt_id = 3",
        "UPDATE prompt SET owner = 'nobody' WHERE patient_id = 'P-002' AND number = 1",
    )
    told: list[tuple[int, int]] = []

    alone = check(database, now=NOW, jobs=1)
    together = check(database, now=NOW, jobs=3, progress=lambda done, of: told.append((done, of)))

    assert len(alone.differences) > 2
    assert alone.loose_ends
    assert together == alone
    assert told[-1] == (3, 3)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_what_people_and_the_clock_do_meanwhile_is_no_finding(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(database)
    monkeypatch.setattr(checking, "MOST_AT_ONCE", 1)
    told = check(database, now=NOW).loose_ends
    later, owners = moment("2026-03-20 12:30"), count()

    def meanwhile(done: int, _: int) -> None:
        with Database(database.place) as other:
            for patient in ("P-001", "P-002"):
                record(other, patient, f"crp={done}", when="2026-03-20 12:10")
            patients.hand_over(other, "P-002", f"owner-{next(owners)}", by="lee", now=later)
            with other.writing() as store:
                store.claim_due(now=NOW, limit=100, worker="one", escalation_moment=escalation_moment)

    report = check(database, now=NOW, clock=lambda: later, progress=meanwhile)

    assert report.differences == ()
    assert {each.kind for each in report.loose_ends} <= {each.kind for each in told}


def test_what_was_recorded_since_the_check_began_was_not_recorded_ahead(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "crp=3", when="2026-03-20 12:10")

    begun_before = check(database, now=NOW, clock=lambda: moment("2026-03-20 12:11"))
    ahead = check(database, now=NOW)

    assert "recorded-ahead" not in {each.kind for each in begun_before.loose_ends}
    assert "recorded-ahead" in {each.kind for each in ahead.loose_ends}


def test_many_are_looked_at_apart_from_who_has_other_things_to_do(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(database)
    helpers: list[int] = []

    def look(_done: int, _of: int) -> None:
        helpers.append(len(active_children()))

    check(database, now=NOW, apart=True, progress=look)
    assert set(helpers) == {0}, "of three enrolments"
    monkeypatch.setattr(checking, "WORTH_MORE_PROCESSES", 3)
    check(database, now=NOW, apart=True, progress=look)

    assert max(helpers) == 1


def test_processes_that_are_killed_leave_the_rest_to_this_one(database: Database) -> None:
    lived(database)
    spoil(database, "UPDATE fold SET last = last - 1 WHERE enrolment_id = 3")
    killed: list[int | None] = []

    def kill(done: int, _: int) -> None:
        for process in active_children() if not done else ():
            process.kill()
            killed.append(process.pid)

    report = check(database, now=NOW, jobs=2, progress=kill)

    assert killed
    assert report == check(database, now=NOW, jobs=1)


def test_who_asked_for_it_can_end_it(database: Database) -> None:
    lived(database)

    def enough(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    for jobs in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            check(database, now=NOW, jobs=jobs, progress=enough)
    assert active_children() == []


def alive(process: int) -> bool:
    """Whether a process is there and has not ended; one that has may wait for somebody to notice."""
    try:
        said = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return said.rpartition(")")[2].split()[0] != "Z"


def test_its_processes_end_with_the_one_that_is_killed(database: Database) -> None:
    lived(database)
    with child("tests.caseload.looking", database.place) as looking:
        processes = [int(each) for each in (looking.line() or "").split()]
        looking.process.kill()
        looking.process.wait()

        assert processes
        ends = monotonic() + PATIENCE
        while any(map(alive, processes)):
            assert monotonic() < ends
            sleep(0.01)
        assert looking.drained() == []
