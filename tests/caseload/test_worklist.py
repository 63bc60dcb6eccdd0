import subprocess
import sys

from caseload import answering, roles
from caseload.contacts import COMING, OPEN, OVERDUE, TODAY
from caseload.prompt_lines import Line
from caseload.worklist import Worklist, worklist
from storage.connection import Database
from storage.rows import HeartbeatRow
from tests.caseload.clinic import advance, enrol, moment, record, request, treated
from tests.modules import ROOT


def on(
    database: Database, when: str, owner: str | None = None, *, days: int = 7, limit: int = 50
) -> Worklist:
    return worklist(database, now=moment(when), owner=owner, days=days, limit=limit)


def rules(lines: tuple[Line, ...]) -> list[str]:
    return [line.rule for line in lines]


def test_a_prompt_is_coming_then_open_then_overdue_without_any_tick(database: Database) -> None:
    treated(database)

    coming = on(database, "2026-03-09 12:00")
    still_open = on(database, "2026-03-11 00:00")
    last_day = on(database, "2026-03-15 23:59")
    overdue = on(database, "2026-03-16 00:00")

    assert "review-in-time" in rules(coming.lines(COMING))
    assert "review-in-time" in rules(still_open.lines(TODAY, OPEN))
    assert "review-in-time" in rules(last_day.lines(TODAY, OPEN))
    [line] = [each for each in overdue.lines(OVERDUE) if each.rule == "review-in-time"]
    assert (line.prompt, line.due and line.due.local, line.overdue_by) == ("P-001/6", "2026-03-15", 1)


def test_stops_come_before_everything_else_however_long_that_is_overdue(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-20 10:00")

    found = on(database, "2026-03-22 09:00")

    assert rules(found.lines(OVERDUE)) == ["fever-now", "ask-injury"]


def test_a_line_says_who_where_why_and_what_is_missing(database: Database) -> None:
    roles.assign(database, "clinician", "dr-lee", now=moment("2026-03-02 08:00"))
    treated(database)

    [line] = [
        each for each in on(database, "2026-03-12 09:00").lines(TODAY, OPEN) if each.rule == "review-in-time"
    ]

    assert (line.role, line.holder, line.owner) == ("clinician", "dr-lee", "ann")
    assert line.because == "injured_on 2026-03-01"
    assert line.sources == ("guideline", "our-choice")
    assert [tuple(stay) for stay in line.stays] == [("knee", "treated", 9), ("scan", "not-done", 10)]


def test_a_coordinators_prompts_are_held_by_the_owner(database: Database) -> None:
    enrol(database, owner="ben")

    [line] = [
        each for each in on(database, "2026-03-02 12:00").lines(TODAY, OPEN) if each.rule == "ask-injury"
    ]

    assert (line.holder, line.missing) == ("ben", ("injured_on", "consent"))


def test_everybodys_list_is_in_one_order_and_one_owners_has_only_theirs(database: Database) -> None:
    enrol(database, "P-001", owner="ann")
    enrol(database, "P-002", owner="ben", when="2026-03-03 09:00")
    enrol(database, "P-003", owner="ann", when="2026-03-04 09:00")

    everybody = on(database, "2026-03-05 09:00").lines(OVERDUE)
    ann = on(database, "2026-03-05 09:00", "ann")

    assert [line.prompt for line in everybody] == ["P-001/2", "P-001/1", "P-002/2"]
    assert {line.patient for line in (*ann.lines(OVERDUE), *ann.lines(TODAY, OPEN))} == {"P-001", "P-003"}
    assert not on(database, "2026-03-05 09:00", "nobody").lines(OVERDUE)


def test_a_limit_counts_things_to_do_and_never_cuts_what_a_patient_needs(database: Database) -> None:
    for number in range(1, 4):
        enrol(database, f"P-00{number}")

    def shown(limit: int) -> tuple[list[str], bool]:
        [part] = [part for part in on(database, "2026-03-02 12:00", limit=limit).parts if part.contacts]
        return [contact.patient for contact in part.contacts], part.more

    assert [len(each.asked) for each in on(database, "2026-03-02 12:00").parts[3].contacts] == [2, 2, 2]
    assert shown(1) == (["P-001"], True)
    assert shown(2) == (["P-001"], True)
    assert shown(3) == (["P-001", "P-002"], True)
    assert shown(5) == (["P-001", "P-002", "P-003"], False)


def test_a_snoozed_prompt_is_listed_for_the_day_it_comes_back(database: Database) -> None:
    treated(database)
    answering.snooze(database, "P-001", 5, "2026-03-06", request("2026-03-04 09:00"))

    asleep = on(database, "2026-03-04 10:00")
    awake = on(database, "2026-03-06 00:00")

    assert "call-again" not in rules(asleep.lines(TODAY, OPEN))
    [line] = [each for each in asleep.lines(COMING) if each.rule == "call-again"]
    assert line.snoozed_until
    assert line.snoozed_until.local == "2026-03-06"
    assert "call-again" in rules(awake.lines(TODAY, OPEN))


def test_an_acknowledged_prompt_stays_with_its_mark(database: Database) -> None:
    treated(database)
    answering.acknowledge(database, "P-001", 5, request("2026-03-04 09:30"))

    [line] = [
        each for each in on(database, "2026-03-04 10:00").lines(TODAY, OPEN) if each.rule == "call-again"
    ]

    assert line.acknowledged
    assert line.acknowledged.local == "2026-03-04 09:30"


def test_what_lapsed_is_gone_and_what_was_done_too(database: Database) -> None:
    treated(database)
    advance(database, "P-001", "review", "swelling=none", when="2026-03-12 09:00")

    assert not {"review-in-time", "call-again"} & set(
        rules(on(database, "2026-03-12 10:00").lines(TODAY, OPEN))
    )


def test_times_are_local_and_days_are_counted_on_the_local_calendar(database: Database) -> None:
    enrol(database, when="2026-06-01 09:00")
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-06-01 22:30")

    before = on(database, "2026-06-01 22:45").lines(TODAY, OPEN)
    after = on(database, "2026-06-01 23:05").lines(OVERDUE)

    [line] = [each for each in before if each.rule == "fever-now"]
    assert (line.opens.local, line.opens.at) == ("2026-06-01 23:30", "2026-06-01T22:30:00Z")
    [line] = [each for each in after if each.rule == "fever-now"]
    assert (line.due and line.due.at, line.overdue_by) == ("2026-06-01T23:00:00Z", 1)


def test_a_list_says_when_the_scheduler_last_ran_and_if_that_is_late(database: Database) -> None:
    now = moment("2026-03-02 12:00")
    before = on(database, "2026-03-02 12:00").foot
    assert (before.ticked, before.late, before.checked_at, before.unchecked) == (None, True, None, True)
    with database.writing() as store:
        store.begin_tick(
            HeartbeatRow(
                worker="w", host="h", interval=60.0, started_at=now, tick_began_at=now, tick_ended_at=None
            )
        )
        store.end_tick("w", at=now, raised=0)

    fine = on(database, "2026-03-02 12:03").foot
    late = on(database, "2026-03-02 12:04").foot

    assert (fine.late, fine.ticked and fine.ticked.local) == (False, "2026-03-02 12:00")
    assert late.late


def test_the_worklist_imports_nothing_slow() -> None:
    slow = (
        "msgspec",
        "sqlalchemy",
        "sqlmodel",
        "pydantic",
        "whenever",
        "json",
        "dataclasses",
        "cel_expr_python",
    )
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            (
                "import sys, caseload.worklist, storage.connection; "
                "import storage.lists; print(*sorted(sys.modules))"
            ),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert not set(slow) & set(told)
    assert [name for name in told if name.startswith("pathways.")] == [
        "pathways.errors",
        "pathways.spans",
        "pathways.tiers",
    ]
