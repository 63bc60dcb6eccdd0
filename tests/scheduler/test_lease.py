"""Several schedulers over one file: one works, the others stand by and take over.

Those over a server share the work, see `test_server`.
"""

import platform
import signal
from pathlib import Path

import pytest

from pathways.spans import SECOND
from scheduler.heartbeats import Worker
from scheduler.lease import LEASE, Lease
from scheduler.status import running
from storage.connection import Database
from tests.scheduler.children import GONE, PATIENCE, Child, child
from tests.scheduler.drill import HOUR, admit, at, site

pytestmark = pytest.mark.only("sqlite")

LOOPING = "tests.scheduler.looping"
SHORT = "1.0"
LONG = "3600"  # seconds: nobody waits until it is over
NOW = at(1, "09:00")


def worker(name: str) -> Worker:
    return Worker(name=name, host="desk", interval=1.0, started_at=NOW)


def lease(name: str, *, lasts: float = 60.0) -> Lease:
    return Lease(worker(name), lasts=lasts)


def raised(path: Path) -> list[tuple[int, int]]:
    """Count how often each prompt was raised."""
    with Database(path) as database:
        counted = "SELECT prompt_id, count(*) FROM ledger WHERE kind = 'raised' GROUP BY prompt_id"
        return [(prompt, times) for prompt, times in database.reader().execute(counted).fetchall()]


def test_the_second_says_who_works_and_takes_over_at_once_when_the_first_ends(tmp_path: Path) -> None:
    path = site(tmp_path, patients=1)
    with child(LOOPING, "site", str(path), "first", LONG) as first:
        first.until_begins("raised P-001/1 call-soon")
        with child(LOOPING, "site", str(path), "second", LONG) as second:
            assert "first holds the lease until" in second.until_begins("standing_by: ")

            first.process.send_signal(signal.SIGTERM)
            assert first.process.wait(PATIENCE) == 0
            with Database(path, busy=PATIENCE) as database:
                admit(database, "P-002", now=at(0, "09:00"))
            second.until_begins("raised P-002/1 call-soon")


def test_one_that_stands_by_ends_at_once_when_told_to(tmp_path: Path) -> None:
    path = site(tmp_path, patients=1)
    with (
        child(LOOPING, "site", str(path), "first", LONG) as first,
        child(LOOPING, "site", str(path), "second", LONG) as second,
    ):
        standing = first if "second" in _works(path, first, second) else second
        standing.process.send_signal(signal.SIGTERM)

        assert standing.process.wait(PATIENCE) == 0


def _works(path: Path, *both: Child) -> str:
    """Wait until one of two works, and return its name."""
    for each in both:
        each.until_begins(("raised P-001/1", "standing_by: "))
    with Database(path) as database, database.reading() as store:
        return next(row.claimed_by or "" for row in store.routines() if row.name == LEASE)


def stop_between_transactions(running: Child, path: Path) -> None:
    """Stop a process where it does not hold the right to write, which it would go on holding."""
    with Database(path, busy=PATIENCE) as database, database.writing():
        running.stand_still()


def test_one_that_was_stopped_for_long_finds_its_lease_gone_and_doubles_nothing(tmp_path: Path) -> None:
    path = site(tmp_path, patients=1)
    with child(LOOPING, "site", str(path), "first", SHORT) as first:
        first.until_begins("raised P-001/1 call-soon")
        stop_between_transactions(first, path)
        with child(LOOPING, "site", str(path), "second", LONG) as second:
            second.until_begins("lease_taken: second has it now, after first")
            with Database(path, busy=PATIENCE) as database:
                admit(database, "P-002", now=at(0, "09:00"))
            second.until_begins("raised P-002/1 call-soon")
            first.go_on()
            first.until_begins("standing_by: second holds the lease")
            first.process.send_signal(signal.SIGTERM)
            first.process.wait(PATIENCE)

            assert not [line for line in first.drained() if "P-002" in line]
    assert {times for _, times in raised(path)} == {1}


def test_a_lease_is_one_workers_until_it_is_over(tmp_path: Path) -> None:
    with Database(site(tmp_path)) as database:
        one, other = lease("one"), lease("other")

        assert one.take(database, NOW)
        assert not other.take(database, NOW + 59 * SECOND)
        assert other.take(database, NOW + 60 * SECOND)
        assert not one.take(database, NOW + 61 * SECOND)
        assert (one.held(), other.held()) == (False, True)


def test_a_clock_that_was_set_back_does_not_keep_a_dead_workers_lease_for_ever(tmp_path: Path) -> None:
    with Database(site(tmp_path)) as database:
        assert lease("one").take(database, NOW)

        other = lease("other", lasts=0.0)
        assert not other.take(database, NOW - 9 * HOUR)
        assert other.take(database, NOW - 9 * HOUR)  # it was silent for as long as a lease lasts


def test_the_lease_of_a_process_that_is_no_more_is_taken_at_once(tmp_path: Path) -> None:
    with Database(site(tmp_path)) as database:
        assert lease(f"{platform.node()}-{GONE}").take(database, NOW)

        assert lease("other").take(database, NOW + SECOND)


def test_who_has_the_lease_is_who_runs_as_long_as_its_process_is_there(tmp_path: Path) -> None:
    with Database(site(tmp_path)) as database:
        assert running(database, NOW) == ""

        lease("elsewhere-7").take(database, NOW)
        assert running(database, NOW + SECOND) == "elsewhere-7"
        assert running(database, NOW + 60 * SECOND) == ""

        lease(f"{platform.node()}-{GONE}").take(database, NOW + 60 * SECOND)
        assert running(database, NOW + 61 * SECOND) == ""


def test_a_lease_that_is_left_is_free(tmp_path: Path) -> None:
    path = site(tmp_path)
    with Database(path) as database:
        one = lease("one")
        one.take(database, NOW)
        one.leave(lambda: Database(path))

        assert lease("other").take(database, NOW)
