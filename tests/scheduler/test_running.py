"""The scheduler as it runs at a site: a process over a database that others use, lose and replace."""

import signal
from pathlib import Path

import pytest

from cli import clock
from scheduler.status import status
from storage.connection import Database
from tests.scheduler.children import PATIENCE, child
from tests.scheduler.drill import admit, at, site
from tests.scheduler.test_lease import stop_between_transactions

pytestmark = pytest.mark.only("sqlite")

LOOPING = "tests.scheduler.looping"


def test_it_tells_what_is_due_and_ends_when_told_to(tmp_path: Path) -> None:
    path = site(tmp_path, patients=1)
    with child(LOOPING, "site", str(path)) as running:
        running.until_begins("raised P-001/1 call-soon for coordinator kim by 2026-03-02 06:00")
        # On a busy machine the first tick may have left something to the next.
        while "the rest comes with the next tick" in running.until_begins("ticked: "):
            pass
        running.process.send_signal(signal.SIGTERM)

        assert running.process.wait(PATIENCE) == 0
        with Database(path, busy=PATIENCE) as database:
            seen = status(database, now=clock.now())
        assert (seen.alive, seen.undelivered) == (True, 0)


def test_what_is_recorded_while_it_runs_is_told(tmp_path: Path) -> None:
    path = site(tmp_path)
    with child(LOOPING, "site", str(path)) as running, Database(path, busy=PATIENCE) as database:
        admit(database, "P-001", now=at(0, "09:00"))

        running.until_begins("raised P-001/1 call-soon")


def test_a_database_that_is_gone_is_said_to_be_and_one_that_is_back_is_used(tmp_path: Path) -> None:
    away = site(tmp_path, patients=1)
    path = tmp_path / "care.db"
    with child(LOOPING, "site", str(path)) as running:
        running.until_begins(f"tick_failed: There is no database at {path}")
        away.rename(path)

        running.until_begins("raised P-001/1 call-soon")


def test_a_database_that_was_restored_is_the_one_it_goes_on_with(tmp_path: Path) -> None:
    path, folder = site(tmp_path, patients=1), tmp_path / "backup"
    folder.mkdir()
    backup = site(folder)
    with Database(backup) as database:
        admit(database, "P-077", now=at(0, "09:00"))
    with child(LOOPING, "site", str(path)) as running:
        running.until_begins("ticked: ")
        # Else it may make new ones before the backup is there, to which they do not belong.
        stop_between_transactions(running, path)
        for left in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            left.unlink(missing_ok=True)
        backup.rename(path)
        running.go_on()

        running.until_begins("raised P-077/1 call-soon")


def test_a_locked_database_is_said_in_one_line_and_waited_for(tmp_path: Path) -> None:
    path = site(tmp_path, patients=1)
    with Database(path, busy=PATIENCE) as database, child(LOOPING, "site", str(path)) as running:
        with database.writing():
            running.until_begins(f"tick_failed: {path} is in use")

        running.until_begins("raised P-001/1 call-soon")
