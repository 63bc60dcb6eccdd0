"""What machines do to a file while a scheduler runs over it: it says so, and goes on by itself."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from caseload.patients import Person, add
from caseload.restoring import restore
from cli import clock
from pathways.errors import DatabaseProblem
from storage.backups import make
from storage.check import check_file
from storage.connection import Database
from tests.disks import Disk, small_disk
from tests.scheduler.children import PATIENCE, Child, child
from tests.scheduler.drill import admit, at, site

pytestmark = pytest.mark.only("sqlite")

LOOPING = "tests.scheduler.looping"
PAGE = 4096


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", 3) as mounted:
        yield mounted


def refused(path: Path, patient: str, says: str) -> None:
    """Somebody wants to record something, and is told why it cannot be."""
    with pytest.raises(DatabaseProblem, match=says), Database(path, busy=PATIENCE) as database:
        admit(database, patient, now=at(0, "09:00"))


def added_until_refused(path: Path, says: str) -> list[str]:
    """Add patients until that is refused, and return those that were acknowledged."""
    added: list[str] = []
    with Database(path, busy=PATIENCE) as database:
        while len(added) < 1_000:
            person = Person(patient=f"P-{100 + len(added)}", zone="", contact="x" * 10_000)
            try:
                add(database, person, now=at(0, "09:00"))
            except DatabaseProblem as problem:
                assert re.search(says, str(problem))  # noqa: PT017 - which one is refused is not known ahead
                return added
            added.append(person.patient)
    pytest.fail("it was never refused")


def has_told(running: Child, patient: str) -> None:
    """Wait until a patient is told of, and that is written down."""
    running.until_begins(f"raised {patient}/1 call-soon")
    # On a busy machine a tick may leave something to the next.
    while "the rest comes with the next tick" in running.until_begins("ticked: "):
        pass


def goes_on(running: Child, path: Path, patient: str) -> None:
    with Database(path, busy=PATIENCE) as database:
        admit(database, patient, now=at(0, "09:00"))
    has_told(running, patient)


def assert_nothing_lost_or_doubled(path: Path, *patients: str) -> None:
    with Database(path) as database:
        assert check_file(database) == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id FROM patient ORDER BY id").fetchall() == [
            (each,) for each in patients
        ]
        every, once = connection.execute(
            "SELECT count(*), count(DISTINCT prompt_id || kind || moment || tell) FROM ledger"
        ).fetchone()
        told = connection.execute("SELECT count(*), max(tries) FROM delivery WHERE state = 'sent'").fetchone()
    assert every == once > 0
    assert told == (every, 1), "each was told, and once"


def test_a_disk_that_is_full_is_said_and_with_room_on_it_work_goes_on(disk: Disk) -> None:
    path = site(disk.folder, patients=1)
    with child(LOOPING, "site", str(path)) as running:
        has_told(running, "P-001")
        disk.fill()
        added = added_until_refused(path, r"full.*Nothing was changed")
        disk.make_room()
        goes_on(running, path, "P-002")
    assert_nothing_lost_or_doubled(path, "P-001", "P-002", *added)


def test_a_disk_that_becomes_read_only_is_said_and_when_it_is_not_work_goes_on(disk: Disk) -> None:
    path = site(disk.folder, patients=1)
    with child(LOOPING, "site", str(path)) as running:
        has_told(running, "P-001")
        disk.read_only()
        running.until_begins("tick_failed: ")
        refused(path, "P-002", r"let yourself write|may read and write")
        disk.writable()
        goes_on(running, path, "P-002")
    assert_nothing_lost_or_doubled(path, "P-001", "P-002")


def test_a_file_that_is_moved_while_it_runs_is_missed_and_found_again(tmp_path: Path) -> None:
    path = site(tmp_path, patients=1)
    with child(LOOPING, "site", str(path)) as running:
        has_told(running, "P-001")
        path.rename(tmp_path / "elsewhere.db")
        running.until_begins(f"tick_failed: There is no database at {path}")
        refused(path, "P-002", "There is no database")
        (tmp_path / "elsewhere.db").rename(path)
        goes_on(running, path, "P-002")
    assert_nothing_lost_or_doubled(path, "P-001", "P-002")


def cut_off(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def flip_pages(path: Path) -> None:
    """Let the head of each page but the first be other bytes."""
    with path.open("r+b") as file:
        for start in range(PAGE, path.stat().st_size, PAGE):
            file.seek(start)
            head = file.read(12)
            file.seek(start)
            file.write(bytes(byte ^ 0xFF for byte in head))


@pytest.mark.parametrize("harm", [cut_off, flip_pages])
def test_a_file_that_is_damaged_while_it_runs_is_said_and_a_restored_one_worked_on(
    harm: Callable[[Path], None], tmp_path: Path
) -> None:
    path = site(tmp_path, patients=1)
    (tmp_path / "kept").mkdir()
    with child(LOOPING, "site", str(path)) as running:
        has_told(running, "P-001")
        backup = make(path, tmp_path / "kept", now=clock.now(), go_on=lambda: None)
        harm(path)
        assert "damaged" in running.until_begins("tick_failed: ")
        refused(path, "P-002", "damaged: stop carepath, keep the file as it is and restore the latest backup")
        done = restore(path, backup.file, although_newer=True, now=clock.now(), running=lambda _: "")
        assert done.as_it_was
        goes_on(running, path, "P-002")
    assert_nothing_lost_or_doubled(path, "P-001", "P-002")
