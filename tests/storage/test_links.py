"""Databases and backups that a link names: what belongs to a file lies beside it, not beside the link."""

import shutil
from pathlib import Path

import pytest

from pathways.errors import DatabaseProblem
from storage.backups import make
from storage.connection import Database
from storage.restores import Before, restore
from storage.schema import create
from tests.storage.agreeing import NOW, agreed, nothing
from tests.storage.cases import enrolled, entry
from tests.storage.databases import ZONE, everything, fresh

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make a database with ten entries, which `link.db` elsewhere names too."""
    for name in ("data", "home", "kept"):
        (tmp_path / name).mkdir()
    with fresh(tmp_path / "data") as database:
        record(database, enrolled(database), 1, 10)
    (tmp_path / "home" / "link.db").symlink_to(database.path)
    return database.path


@pytest.fixture
def link(path: Path) -> Path:
    return path.parent.parent / "home" / "link.db"


@pytest.fixture
def backup(path: Path) -> Path:
    return make(path, path.parent.parent / "kept", now=NOW, go_on=nothing).file


def record(database: Database, enrolment_id: int, first: int, last: int) -> None:
    with database.writing() as store:
        store.append(enrolment_id, [entry(n) for n in range(first, last + 1)])


def test_a_damaged_database_is_replaced_where_it_is_and_the_link_stays(
    path: Path, link: Path, backup: Path
) -> None:
    whole, damaged = everything(path), b"half of one"
    path.write_bytes(damaged)
    log = Path(f"{path}-wal")
    log.write_bytes(b"and its log")
    aside = restore(link, backup, now=NOW, agreed=agreed, go_on=nothing)

    assert link.is_symlink()
    assert everything(path) == everything(link) == whole
    assert aside
    assert (aside.parent, aside.read_bytes()) == (path.parent, damaged)
    assert Path(f"{aside}-wal").read_bytes() == b"and its log"
    assert [each.name for each in link.parent.iterdir()] == [link.name]


def test_what_is_only_in_the_log_of_a_copy_is_restored_by_a_link_to_it_too(path: Path, link: Path) -> None:
    kept = path.parent.parent / "kept"
    with Database(path) as database:
        record(database, 1, 11, 20)
        for end in ("", "-wal"):
            shutil.copyfile(f"{path}{end}", kept / f"copy.db{end}")
    latest = link.parent / "latest.db"
    latest.symlink_to(kept / "copy.db")
    new = kept / "new.db"
    restore(new, latest, now=NOW, agreed=agreed, go_on=nothing)

    assert len(everything(new)["entry"]) == 20


def test_where_a_link_leads_to_nothing_its_disk_may_be_away_so_nothing_is_put_there(
    path: Path, link: Path, backup: Path
) -> None:
    path.rename(path.with_name("away.db"))
    with pytest.raises(DatabaseProblem, match=r"is a link to .*care\.db, where there is nothing"):
        restore(link, backup, now=NOW, agreed=agreed, go_on=nothing)

    assert link.is_symlink()
    assert not path.exists()


def test_a_backup_made_by_a_link_is_named_as_the_file_is(link: Path) -> None:
    made = make(link, link.parent, now=NOW, go_on=nothing)

    assert made.file.name == "care-20260921T141320Z.db"
    assert everything(made.file) == everything(link)


def test_a_database_that_came_meanwhile_is_never_replaced(path: Path, backup: Path) -> None:
    new = path.parent / "new.db"
    entries: list[object] = []

    def somebody_is_first(before: Before) -> None:
        assert not before.there
        create(new, ZONE)
        with Database(new) as database:
            record(database, enrolled(database), 1, 3)
        entries.append(everything(new))

    with pytest.raises(DatabaseProblem, match="already"):
        restore(new, backup, now=NOW, agreed=somebody_is_first, go_on=nothing)
    assert [everything(new)] == entries
    assert not list(path.parent.glob("*.before-restore*"))
    assert not list(path.parent.glob(".*"))


def test_the_log_of_a_database_that_is_gone_is_kept_aside_and_not_taken_for_one_of_the_new(
    path: Path, backup: Path
) -> None:
    whole, new = everything(path), path.parent / "new.db"
    with Database(path) as database:
        record(database, 1, 11, 20)
        shutil.copyfile(f"{path}-wal", f"{new}-wal")
    aside = restore(new, backup, now=NOW, agreed=agreed, go_on=nothing)

    assert aside
    assert aside.name.endswith("-wal")
    assert aside.exists()
    assert everything(new) == whole
