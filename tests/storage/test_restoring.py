"""Restoring over what is not as it should be: a fault, damage, a disk that fills, somebody who stops it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from pathways.errors import DatabaseProblem
from storage.backups import Backup, make
from storage.connection import Database
from storage.restores import Before, restore
from tests.disks import small_disk
from tests.storage.agreeing import NOW, agreed, nothing
from tests.storage.cases import enrolled, entry
from tests.storage.databases import everything, fresh
from tests.storage.spoiling import PAGE, damaged, orphaned

pytestmark = pytest.mark.only("sqlite")


def record(database: Database, first: int, last: int) -> None:
    with database.writing() as store:
        store.append(1, [entry(n, because="x" * 500) for n in range(first, last + 1)])


def site(folder: Path) -> Path:
    with fresh(folder) as database:
        enrolled(database)
        record(database, 1, 50)
        return database.path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return site(tmp_path)


@pytest.fixture
def saved(path: Path, tmp_path: Path) -> Backup:
    """Make a backup, and record more after it."""
    (tmp_path / "kept").mkdir()
    made = make(path, tmp_path / "kept", now=NOW, go_on=nothing)
    with Database(path) as database:
        record(database, 51, 60)
    return made


def asides(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*before-restore*"))


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:PAGE])


def test_over_a_row_that_refers_to_nothing_all_is_asked_that_is_asked_over_a_sound_database(
    path: Path, saved: Backup
) -> None:
    orphaned(path)
    seen: list[Before] = []
    aside = restore(path, saved.file, now=NOW, agreed=seen.append, go_on=nothing)

    [before] = seen
    assert (before.there, before.readable, before.site) == (True, True, saved.facts and saved.facts.site)
    assert before.losses is not None
    assert before.losses.entries == {"P-014": list(range(51, 61))}
    assert aside is not None
    assert len(everything(aside)["entry"]) == 60
    assert len(everything(path)["entry"]) == 50


def test_of_a_damaged_database_that_opens_the_site_is_known(path: Path, saved: Backup) -> None:
    damaged(path)
    seen: list[Before] = []
    restore(path, saved.file, now=NOW, agreed=seen.append, go_on=nothing)

    assert seen == [Before(there=True, readable=False, site=saved.facts.site if saved.facts else "")]


@pytest.mark.parametrize("spoil", [orphaned, damaged])
def test_whoever_has_a_spoilt_database_open_goes_on_with_what_was_restored(
    path: Path, saved: Backup, spoil: Callable[[Path], None]
) -> None:
    spoil(path)
    with Database(path) as other:
        with other.reading() as store:
            assert store.last_entry_number("P-014") == 60
        restore(path, saved.file, now=NOW, agreed=agreed, go_on=nothing)
        record(other, 51, 51)

    assert len(everything(path)["entry"]) == 51


def test_a_damaged_database_is_kept_as_damaged_as_it_is_with_what_is_in_its_log(
    path: Path, saved: Backup
) -> None:
    damaged(path)
    with Database(path) as other:
        record(other, 61, 70)
        aside = restore(path, saved.file, now=NOW, agreed=agreed, go_on=nothing)
    assert aside is not None
    with closing(sqlite3.connect(aside)) as connection:
        found = connection.execute("PRAGMA integrity_check").fetchall()
        ((many,),) = connection.execute("SELECT count(*) FROM entry").fetchall()

    assert found != [("ok",)]
    assert many == 70
    assert everything(path) == everything(saved.file)


@contextmanager
def coming_and_going(log: Path) -> Iterator[None]:
    """Let there be a log now and then, as where a scheduler tries to open a file again and again."""
    kept, over = log.with_name("kept-log"), Event()
    kept.write_bytes(b"nothing that can be read")

    def come_and_go() -> None:
        while not over.is_set():
            with suppress(FileExistsError):  # of whoever opens the database at that moment
                log.hardlink_to(kept)
            log.unlink(missing_ok=True)

    thread = Thread(target=come_and_go)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_log_that_goes_while_a_database_that_cannot_be_read_is_kept_stands_against_nothing(
    path: Path, saved: Backup
) -> None:
    with coming_and_going(Path(f"{path}-wal")):
        for _ in range(5):
            path.write_bytes(b"x" * PAGE)
            restore(path, saved.file, now=NOW, agreed=agreed, go_on=nothing)

    assert len([each for each in asides(path) if each.suffix == path.suffix]) == 5
    assert everything(path) == everything(saved.file)


def test_a_backup_with_a_fault_of_its_database_can_be_restored(path: Path, tmp_path: Path) -> None:
    orphaned(path)
    made = make(path, tmp_path, now=NOW, go_on=nothing)
    path.unlink()
    restore(path, made.file, now=NOW, agreed=agreed, go_on=nothing)

    assert everything(path) == everything(made.file)


def test_where_there_is_no_room_for_both_nothing_is_touched(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    with small_disk(tmp_path / "disk", megabytes=8) as disk:
        path = site(disk.folder)
        made = make(path, tmp_path, now=NOW, go_on=nothing)
        path.write_bytes(b"x" * made.size)
        disk.fill(but=made.size + 20_000)
        before = path.read_bytes()
        with pytest.raises(DatabaseProblem, match="no room for a copy"):
            restore(path, made.file, now=NOW, agreed=agreed, go_on=nothing)

        assert path.read_bytes() == before
        assert asides(path) == []


@pytest.mark.parametrize("spoil", [truncated, damaged, orphaned])
@pytest.mark.parametrize("raised", [KeyboardInterrupt, RuntimeError])
def test_who_stops_it_finds_no_copy_and_all_as_it_was(
    path: Path, saved: Backup, spoil: Callable[[Path], None], raised: type[BaseException]
) -> None:
    spoil(path)
    before = path.read_bytes()
    asked = False

    def agrees(_: Before) -> None:
        nonlocal asked
        asked = True

    def stop() -> None:
        if asked and (asides(path) or spoil is truncated):
            raise raised

    for _ in range(3):
        asked = False
        with pytest.raises(raised):
            restore(path, saved.file, now=NOW, agreed=agrees, go_on=stop)

    assert asides(path) == []
    assert list(path.parent.glob(".*")) == []
    assert path.read_bytes() == before


def test_a_page_that_flips_on_the_way_is_not_put_in_the_place_of_anything(path: Path, saved: Backup) -> None:
    truncated(path)
    before = path.read_bytes()

    def flip() -> None:
        for copy in path.parent.glob(".*.unfinished"):
            content = copy.read_bytes()
            if (at := content.rfind(b"x" * 400)) > 0:
                begins = at // PAGE * PAGE
                copy.write_bytes(content[:begins] + bytes(60) + content[begins + 60 :])

    with pytest.raises(DatabaseProblem, match="did not come out whole, so nothing was restored"):
        restore(path, saved.file, now=NOW, agreed=agreed, go_on=flip)
    assert path.read_bytes() == before
    assert asides(path) == []


def test_what_takes_the_place_of_a_database_is_for_the_same_people(path: Path, saved: Backup) -> None:
    truncated(path)
    path.chmod(0o660)
    restore(path, saved.file, now=NOW, agreed=agreed, go_on=nothing)

    assert path.stat().st_mode & 0o777 == 0o660
