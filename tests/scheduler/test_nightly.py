"""The check of every night: done once, whoever dies, and told to whoever leads, also when all is well."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from caseload.actions import advance
from caseload.foot import NIGHT, Foot, foot
from caseload.patients import Person, add
from caseload.roles import assign
from pathways.moments import Moment
from scheduler.daily import DAILY
from scheduler.nightly import MOST_LINES
from scheduler.routines import Done, see_to
from scheduler.status import status
from scheduler.texts import text_of
from scheduler.tick import tick
from storage.connection import Database
from storage.rows import MessageRow, RoutineRow
from storage.store import Store
from tests.scheduler.children import PATIENCE, child
from tests.scheduler.drill import MINUTE, Listener, Unplugged, admit, at, by, site, worker
from tests.scheduler.people import away, decided, joins, reached
from tests.storage.databases import run

LOOPING = "tests.scheduler.looping"
LEASE = 10 * MINUTE
TWO = at(1, "02:00")


def see(database: Database, now: Moment, who: str = "one") -> Done:
    """Tick, then do what is done every day."""
    tick(database, now=now, worker=worker(who), deliver=Listener())
    return do(database, now, who)


def do(database: Database, now: Moment, who: str = "one") -> Done:
    return see_to(database, DAILY, clock=lambda: now, worker=who, lease=LEASE, enough=lambda: False)


def told(database: Database) -> list[MessageRow]:
    """Return what leads are told of the check, by whom."""
    found = database.reader().execute("SELECT * FROM message WHERE kind = 'nightly' ORDER BY id").fetchall()
    return [MessageRow(**dict(zip(MessageRow.__struct_fields__, each, strict=True))) for each in found]


def foot_of(database: Database, now: Moment) -> Foot:
    with database.listing() as lists:
        return foot(lists, now)


def routine(store: Store) -> RoutineRow:
    [row] = [row for row in store.routines() if row.name == "nightly"]
    return row


def text(database: Database, now: Moment = TWO) -> list[str]:
    [message] = told(database)
    written = text_of(database, message, now)
    return [written.title, *written.body.splitlines()]


def known(database: Database, *patients: str) -> None:
    """Add patients whom nobody puts on a pathway."""
    for each in patients:
        add(database, Person(patient=each, zone=""), now=at(0))


@pytest.fixture
def staffed(database: Database) -> Database:
    """kim owns P-001, dr-cole is the clinician, dr-berg the lead; the first night is planned."""
    joins(database, "kim", "coordinator")
    joins(database, "dr-cole", "clinician")
    joins(database, "dr-berg", "lead")
    assign(database, "clinician", "dr-cole", now=at(0))
    assign(database, "lead", "dr-berg", now=at(0))
    decided(database, "backup.at", "")  # what else is done by night is tested beside this
    see(database, at(0, "23:00"))
    return database


def test_it_is_done_once_a_night_at_the_time_of_the_site_and_told_when_all_is_well(staffed: Database) -> None:
    for now in (at(1, "01:59"), TWO, at(1, "02:01"), at(1, "23:00")):
        see(staffed, now)

    [message] = told(staffed)
    assert (message.staff, message.channel, message.at) == ("dr-berg", "output", TWO)
    title, checked, *rest = text(staffed)
    assert title == "carepath: checked by night, all is well"
    assert checked.startswith("Checked by night until 2026-03-03 02:00: 1 enrolment, 2 prompts in ")
    assert rest[-1] == "and nothing is stuck."
    see(staffed, at(2, "02:00"))
    assert len(told(staffed)) == 2


def test_a_night_in_which_all_is_well_says_which_stops_nobody_has_seen_to(staffed: Database) -> None:
    advance(staffed, "P-001", "treat", ["dose=2026-03-02", "result=bad"], by(at(0, "23:30")))

    see(staffed, at(3, "02:00"))

    title, checked, *_ = text(staffed)
    assert title == "carepath: checked by night, nothing to mend, 1 stop overdue"
    assert checked.endswith("; 1 stop overdue.")
    assert foot_of(staffed, at(3, "08:00")).checked.endswith("; 1 stop overdue")


def test_the_site_decides_when(staffed: Database) -> None:
    decided(staffed, "check.at", "04:30")
    see(staffed, at(0, "23:30"))

    for now, many in {TWO: 0, at(1, "04:29"): 0, at(1, "04:30"): 1}.items():
        see(staffed, now)
        assert len(told(staffed)) == many


def test_the_result_stays_with_the_routine(staffed: Database) -> None:
    see(staffed, TWO)

    with staffed.reading() as store:
        kept = json.loads(routine(store).result)
    assert (kept["well"], kept["enrolments"], kept["differences"], kept["loose_ends"]) == (True, 1, 0, 0)
    assert kept["said"].endswith(": nothing to mend")


def test_what_it_finds_is_named_with_what_to_do_and_no_more_than_somebody_reads(staffed: Database) -> None:
    run(staffed, "UPDATE track_state SET state = 'over' WHERE enrolment_id = 1")
    known(staffed, *(f"P-{number}" for number in range(100, 140)))

    see(staffed, at(2, "02:00"))

    title, checked, *lines = text(staffed)
    assert title == "carepath: checked by night, there is something to mend"
    assert checked.endswith(": 40 loose ends and 1 difference.")
    assert sum("is on no pathway and never was" in line for line in lines) == MOST_LINES
    assert lines[-2:] == [
        "And 11 more: `carepath check` lists all.",
        "`carepath check --rebuild` writes anew what differs.",
    ]


@pytest.mark.only("sqlite")
def test_of_a_database_that_is_not_whole_the_lead_is_told_to_restore_a_backup(staffed: Database) -> None:
    run(staffed, "UPDATE prompt SET enrolment_id = 99")

    see(staffed, TWO)

    _, checked, *lines = text(staffed)
    assert "no enrolment was looked at, the database is not whole: " in checked
    assert "A row of prompt refers to a row of enrolment that is not there." in lines
    assert "restore the latest backup" in lines[-1]
    assert not any("--rebuild" in line for line in lines)


@pytest.mark.parametrize(
    ("detail", "line"),
    [
        ("full", "P-002 is on no pathway and never was, so nobody is asked for anything: "),
        ("task", "P-002: on no pathway"),
        ("count", ""),
    ],
)
def test_it_says_as_much_as_the_site_lets_go_out(staffed: Database, detail: str, line: str) -> None:
    decided(staffed, "message.detail", detail)
    known(staffed, "P-002")

    see(staffed, at(2, "02:00"))

    lines = text(staffed)
    assert lines[1].endswith("1 loose end.")
    assert [each.startswith(line) for each in lines[2:]] == ([True] if line else [])
    assert line or not any("P-002" in each for each in lines)


def test_who_stands_in_for_the_lead_is_told_and_every_other_lead(staffed: Database) -> None:
    away(staffed, "dr-berg", "2026-03-03", "2026-03-09")
    see(staffed, TWO)
    joins(staffed, "dr-ames", "lead")
    joins(staffed, "dr-dunn", "lead")
    see(staffed, at(2, "02:00"))

    assert [each.staff for each in told(staffed)] == ["kim", "dr-ames", "dr-dunn"]


def test_where_no_staff_is_entered_it_is_told_on_the_output(database: Database) -> None:
    see(database, at(0, "23:00"))
    see(database, TWO)

    [message] = told(database)
    assert message.channel == "output"
    assert text(database)[0] == "carepath: checked by night, there is something to mend"


def test_it_waits_for_the_working_hours_of_the_lead(staffed: Database) -> None:
    joins(staffed, "dr-berg", "lead", hours="mon-fri 08:00-17:00")
    reached(staffed, "dr-berg", kinds=("digest",))

    see(staffed, TWO)

    [message] = told(staffed)
    assert (message.channel, message.ready_at) == ("mail", at(1, "08:00"))


def test_that_all_is_well_goes_where_digests_go_and_what_is_not_where_failures_go(staffed: Database) -> None:
    reached(staffed, "dr-berg", "pager", kinds=("failures",))
    reached(staffed, "dr-berg", "mail", kinds=("digest",))
    see(staffed, TWO)
    run(staffed, "UPDATE track_state SET state = 'over' WHERE enrolment_id = 1")
    see(staffed, at(2, "02:00"))

    assert [each.channel for each in told(staffed)] == ["mail", "pager"]


def test_what_else_is_due_comes_first(staffed: Database) -> None:
    see(staffed, at(2, "12:00"))

    with staffed.reading() as store:
        done = [row.last_ended_at for row in store.routines()]
    kinds = staffed.reader().execute(
        "SELECT kind FROM message WHERE kind IN ('digest', 'nightly') ORDER BY id"
    )
    assert done == [at(2, "12:00")] * 4
    assert [kind for (kind,) in kinds.fetchall()] == ["digest"] * 3 + ["nightly"]
    assert text(staffed)[0].endswith("all is well")


def test_of_two_schedulers_one_does_it(staffed: Database) -> None:
    both = Barrier(2)

    def take_turns(who: str) -> Done:
        with Database(staffed.place) as own:
            both.wait()
            return do(own, TWO, who)

    with ThreadPoolExecutor(2) as schedulers:
        done = sum(each.done for each in schedulers.map(take_turns, ("one", "two")))

    assert done == 1
    assert len(told(staffed)) == 1


def test_one_that_dies_in_the_middle_leaves_it_to_the_next_and_has_told_nothing(staffed: Database) -> None:
    left = 1

    def dies() -> bool:
        nonlocal left
        left -= 1
        if left < 0:
            raise Unplugged
        return False

    with pytest.raises(Unplugged):
        see_to(staffed, DAILY, clock=lambda: TWO, worker="one", lease=LEASE, enough=dies)

    assert told(staffed) == []
    assert do(staffed, TWO + LEASE - 1, "two") == Done()
    assert do(staffed, TWO + LEASE, "two") == Done(done=1)
    assert len(told(staffed)) == 1


def test_the_digest_of_the_morning_says_what_it_found(staffed: Database) -> None:
    see(staffed, TWO)

    read = foot_of(staffed, at(1, "07:30"))
    assert read.checked.startswith("1 enrolment, 2 prompts in ")
    assert read.checked.endswith(": nothing to mend")
    assert read.checked_at
    assert (read.checked_at.local, read.unchecked) == ("2026-03-03 02:00", False)
    assert foot_of(staffed, TWO + NIGHT + 1).unchecked


def test_the_status_says_when_it_was_and_that_the_next_is_long_overdue(staffed: Database) -> None:
    assert status(staffed, now=at(1)).checked is None
    see(staffed, TWO)

    fresh, late = (status(staffed, now=TWO + after).checked for after in (NIGHT, NIGHT + 1))

    assert fresh
    assert late
    assert (fresh.at, fresh.late, late.late) == (TWO, False, True)
    assert fresh.said.endswith("nothing to mend")


@pytest.mark.only("sqlite")
def test_a_routine_without_end_delays_no_tick_and_no_stop(tmp_path: Path) -> None:
    path = site(tmp_path, patients=1)
    with Database(path) as database, database.writing() as store:
        store.add_routine("chore", next_at=at(0))
    with child(LOOPING, "busy", str(path)) as running, Database(path) as database:
        running.until("began")
        admit(database, "P-077", now=at(0, "09:00"))
        running.until_begins("raised P-077/1")
        running.process.send_signal(signal.SIGTERM)

        assert running.process.wait(PATIENCE) == 0
        with database.reading() as store:
            assert {row.claimed_by for row in store.routines()} == {None}, "the chore, and the lease"
