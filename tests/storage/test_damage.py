"""A damaged file, a full disk: one sentence, and nothing half written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pathways.errors import DatabaseProblem
from storage.check import check_file
from storage.connection import Database
from tests.disks import Disk, small_disk
from tests.storage.cases import enrolled, entry
from tests.storage.databases import everything, fresh

pytestmark = pytest.mark.only("sqlite")

PAGE = 4096


def with_history(folder: Path) -> Path:
    """Make a database with 200 entries, all of it in the one file."""
    with fresh(folder) as database:
        enrolment_id = enrolled(database)
        with database.writing() as store:
            store.append(enrolment_id, [entry(n, because="x" * 500) for n in range(1, 201)])
        return database.path


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", 1) as mounted:
        yield mounted


@pytest.mark.parametrize("keep", [100, PAGE, PAGE * 3 + 17, PAGE * 20])
def test_a_truncated_file_is_called_damaged(tmp_path: Path, keep: int) -> None:
    path = with_history(tmp_path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DatabaseProblem, match=r"damaged|not a database"), Database(path) as database:
        read_all(database)


def test_flipped_bytes_are_called_damage(tmp_path: Path) -> None:
    path = with_history(tmp_path)
    content = bytearray(path.read_bytes())
    for start in range(PAGE, len(content), PAGE):
        content[start : start + 12] = bytes(byte ^ 0xFF for byte in content[start : start + 12])
    path.write_bytes(content)
    with pytest.raises(DatabaseProblem, match="damaged"), Database(path) as database:
        read_all(database)
    with (
        pytest.raises(DatabaseProblem, match="damaged"),
        Database(path) as database,
        database.writing() as store,
    ):
        store.append(1, [entry(201)])
    assert path.read_bytes() == content


def test_a_check_finds_what_no_list_has_looked_at(tmp_path: Path) -> None:
    path = with_history(tmp_path)
    content = bytearray(path.read_bytes())
    middle = content.index(b"x" * 500, len(content) // 2) - 60
    content[middle : middle + 60] = b"\x7f" * 60
    path.write_bytes(content)
    with Database(path) as database:
        found = check_file(database)
    assert found
    assert all(each.startswith("The file is damaged: ") for each in found)


def test_when_the_disk_is_full_nothing_of_the_transaction_stays(database: Database) -> None:
    enrolment_id = enrolled(database)
    before = everything(database)
    [(pages,)] = database.writer().execute("PRAGMA page_count").fetchall()
    database.writer().execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseProblem, match=r"full.*Nothing was changed"), database.writing() as store:
        store.append(enrolment_id, [entry(n, because="x" * 500) for n in range(1, 201)])
    assert everything(database) == before
    database.writer().execute("PRAGMA max_page_count = 1000000")
    with database.writing() as store:
        store.append(enrolment_id, [entry(1)])


def test_on_a_disk_that_really_fills_up_every_acknowledged_entry_stays(disk: Disk) -> None:
    written = 0
    with fresh(disk.folder) as database:
        enrolment_id = enrolled(database)
        for number in range(1, 10_000):
            try:
                with database.writing() as store:
                    store.append(enrolment_id, [entry(number, because="x" * 500)])
            except DatabaseProblem as problem:
                assert "full" in str(problem)  # noqa: PT017 - the entry that fills it is not known ahead
                break
            written = number
    with Database(disk.folder / "care.db") as database, database.reading() as store:
        assert [each.number for each in store.entries(enrolment_id)] == list(range(1, written + 1))
        assert written > 50
        assert check_file(database) == []


def test_a_disk_with_no_room_for_what_lies_beside_the_file_is_said_to_be_full(disk: Disk) -> None:
    with fresh(disk.folder) as database:
        enrolment_id = enrolled(database)
    path = database.path
    disk.fill()
    with (
        pytest.raises(DatabaseProblem, match=r"disk of .* is full: make room.*Nothing was changed"),
        Database(path) as database,
        database.writing() as store,
    ):
        store.append(enrolment_id, [entry(1)])
    disk.make_room()
    with Database(path) as database, database.writing() as store:
        store.append(enrolment_id, [entry(1)])


def read_all(database: Database) -> None:
    with database.reading() as store:
        for enrolment_id in store.enrolment_ids():
            store.entries(enrolment_id)
