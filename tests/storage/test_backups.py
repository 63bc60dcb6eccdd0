"""Backups on real files: made while others write, verified, whole under their name or not there."""

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from pathways.errors import ChangedMeanwhile, DatabaseProblem
from storage import restores, schema, upgrades
from storage.backups import backups_in, looked_at, make
from storage.connection import Database, open_to_write
from storage.placing import put
from storage.restores import Before, restore
from storage.sessions import changing
from storage.unfinished import UNFINISHED
from tests.modules import ROOT
from tests.storage.agreeing import NOW, agreed, nothing
from tests.storage.cases import enrolled, entry
from tests.storage.databases import ZONE, everything, fresh
from tests.storage.spoiling import PAGE, damaged, orphaned

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make a database with 200 entries, and a folder for its backups."""
    (tmp_path / "kept").mkdir()
    with fresh(tmp_path) as database:
        record(database, enrolled(database), 1, 200)
        return database.path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount") or "mount"
    try:
        subprocess.run([mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine does not let us mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S607 - found where mount was


def record(database: Database, enrolment_id: int, first: int, last: int) -> None:
    with database.writing() as store:
        store.append(enrolment_id, [entry(n, because="x" * 500) for n in range(first, last + 1)])


def spoilt(file: Path) -> None:
    """Flip the bytes of a page in the middle."""
    content = bytearray(file.read_bytes())
    middle = content.index(b"x" * 400, len(content) // 2) // PAGE * PAGE
    content[middle : middle + 60] = bytes(byte ^ 0xFF for byte in content[middle : middle + 60])
    file.write_bytes(content)


def test_a_backup_holds_every_row_in_one_file_that_only_its_owner_reads(path: Path) -> None:
    path.chmod(0o600)
    made = make(path, path.parent / "kept", now=NOW, go_on=nothing)

    assert made.file.name == "care-20260921T141320Z.db"
    assert everything(made.file) == everything(path)
    assert [each.name for each in (path.parent / "kept").iterdir()] == [made.file.name]
    assert made.file.stat().st_mode & 0o777 == 0o600


def test_whoever_a_database_is_shared_with_has_its_backups_too_but_never_everybody(path: Path) -> None:
    path.chmod(0o666)

    assert make(path, path.parent / "kept", now=NOW, go_on=nothing).file.stat().st_mode & 0o777 == 0o660


def test_what_root_backs_up_belongs_to_whom_the_database_belongs(path: Path) -> None:
    try:
        os.chown(path, 4_711, 4_712)
    except PermissionError:
        pytest.skip("only root gives files away")
    found = make(path, path.parent / "kept", now=NOW, go_on=nothing).file.stat()

    assert (found.st_uid, found.st_gid) == (4_711, 4_712)


def test_a_fault_that_the_database_has_is_in_its_backup_and_said_as_its_own(path: Path) -> None:
    orphaned(path)
    made = make(path, path.parent / "kept", now=NOW, go_on=nothing)

    assert made.carried == "A row of enrolment refers to a row of pathway that is not there."
    assert (made.fault, made.standing) == ("", "faulty")
    assert everything(made.file) == everything(path)
    assert [each.standing for each in backups_in(made.file.parent, thoroughly=True)] == ["faulty"]


def test_a_database_with_damaged_pages_is_named_and_not_its_copy(path: Path) -> None:
    damaged(path)

    with pytest.raises(
        DatabaseProblem, match=r"care.db is damaged, so no backup was made of it: .*restore the"
    ):
        make(path, path.parent / "kept", now=NOW, go_on=nothing)
    assert list((path.parent / "kept").iterdir()) == []


def test_where_files_have_no_links_no_backup_takes_the_place_of_another_either(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")  # as FAT does

    monkeypatch.setattr(os, "link", refused)
    made = make(path, path.parent / "kept", now=NOW, go_on=nothing)
    assert everything(made.file) == everything(path)
    before = made.file.read_bytes()
    with pytest.raises(DatabaseProblem, match="already"):
        put(path, made.file)
    assert made.file.read_bytes() == before


def test_no_backup_takes_the_place_of_another(path: Path) -> None:
    first = make(path, path.parent / "kept", now=NOW, go_on=nothing)
    before = first.file.read_bytes()
    second = make(path, path.parent / "kept", now=NOW, go_on=nothing)

    assert second.file.name == "care-20260921T141320Z-2.db"
    assert first.file.read_bytes() == before


def test_it_finishes_while_somebody_writes_all_the_time(path: Path) -> None:
    done, wrote = Event(), Event()

    def write() -> None:
        number = 201
        with Database(path) as database:
            while not done.is_set():
                record(database, 1, number, number)
                number += 1
                wrote.set()

    def after_another_entry() -> None:
        wrote.clear()
        assert wrote.wait(120)

    writer = Thread(target=write)
    writer.start()
    try:
        made = make(path, path.parent / "kept", now=NOW, go_on=after_another_entry)
    finally:
        done.set()
        writer.join()
    # As it was at one moment, near the beginning, however much came while it was copied.
    assert made.facts is not None
    assert 200 <= made.facts.entries < len(everything(path)["entry"])
    assert looked_at(made.file).fault == ""


def test_a_page_that_flips_on_the_way_is_found_and_the_copy_not_kept(path: Path) -> None:
    folder = path.parent / "kept"
    calls = 0

    def flip_at_the_end() -> None:
        nonlocal calls
        calls += 1
        [copy] = folder.glob(f".*{UNFINISHED}")
        if copy.stat().st_size >= path.stat().st_size and b"x" * 400 in copy.read_bytes():
            spoilt(copy)

    with pytest.raises(
        DatabaseProblem, match=r"did not come out whole and was not kept: .*The database itself is whole"
    ):
        make(path, folder, now=NOW, go_on=flip_at_the_end)
    assert calls
    assert list(folder.iterdir()) == []


def test_a_page_that_flips_later_is_found_by_who_looks_and_is_not_restored(path: Path) -> None:
    made = make(path, path.parent / "kept", now=NOW, go_on=nothing)
    spoilt(made.file)
    before = everything(path)

    [found] = backups_in(path.parent / "kept", thoroughly=True)
    assert "damaged" in found.fault
    with pytest.raises(DatabaseProblem, match=r"cannot be restored: .*Restore another: "):
        restore(path, made.file, now=NOW, agreed=agreed, go_on=nothing)
    assert everything(path) == before


@pytest.mark.parametrize("keep", [0, 100, PAGE * 20])
def test_half_a_backup_is_no_backup(path: Path, keep: int) -> None:
    made = make(path, path.parent / "kept", now=NOW, go_on=nothing)
    made.file.write_bytes(made.file.read_bytes()[:keep])

    assert [bool(each.fault) for each in backups_in(made.file.parent, thoroughly=True)] == [True]
    with pytest.raises(DatabaseProblem):
        restore(path, made.file, now=NOW, agreed=agreed, go_on=nothing)


def test_where_there_is_no_room_it_is_said_before_anything_is_written(path: Path, small_disk: Path) -> None:
    (small_disk / "other").write_bytes(b"x" * 3_800_000)

    with pytest.raises(DatabaseProblem, match="no room for a backup"):
        make(path, small_disk, now=NOW, go_on=nothing)
    assert [each.name for each in small_disk.iterdir()] == ["other"]


def test_a_disk_that_fills_up_meanwhile_leaves_nothing_of_it(path: Path, small_disk: Path) -> None:
    with Database(path) as database:
        record(database, 1, 201, 3_000)

    def fill() -> None:
        if not (small_disk / "other").exists():
            (small_disk / "other").write_bytes(b"x" * 2_500_000)

    with pytest.raises(DatabaseProblem, match="is full: make room"):
        make(path, small_disk, now=NOW, go_on=fill)
    assert [each.name for each in small_disk.iterdir()] == ["other"]


def test_a_disk_that_refuses_to_write_more_leaves_nothing_of_it(path: Path) -> None:
    folder = path.parent / "kept"
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            make(path, folder, now=NOW, go_on=nothing)
        except DatabaseProblem:
            os._exit(6)
        os._exit(1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 6
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(path: Path) -> None:
    with pytest.raises(DatabaseProblem, match="There is no folder"):
        make(path, path.parent / "usb", now=NOW, go_on=nothing)
    assert not (path.parent / "usb").exists()


def test_a_disk_that_is_read_only_is_said(path: Path, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)  # noqa: S607 - as above

    with pytest.raises(DatabaseProblem, match="is read-only"):
        make(path, small_disk, now=NOW, go_on=nothing)


def test_who_is_told_to_stop_leaves_nothing(path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        make(path, path.parent / "kept", now=NOW, go_on=stop)
    assert list((path.parent / "kept").iterdir()) == []


def test_what_the_dead_left_is_removed_an_hour_later(path: Path) -> None:
    folder = path.parent / "kept"
    old, young = (folder / f".care-{letter * 16}{UNFINISHED}" for letter in "ab")
    # Of a download that somebody paused, and of another site.
    others = [folder / f".film.mkv{UNFINISHED}", folder / f".ward-{'a' * 16}{UNFINISHED}"]
    for each in (old, young, *others):
        each.touch()
        os.utime(each, (1_000_000_000, 1_000_000_000))
    os.utime(young)
    make(path, folder, now=NOW, go_on=nothing)

    assert [each.exists() for each in (old, young, *others)] == [False, True, True, True]


def test_what_cannot_be_removed_of_the_dead_keeps_no_backup_from_being_made(path: Path) -> None:
    stuck = path.parent / "kept" / f".care-{'a' * 16}{UNFINISHED}"
    stuck.mkdir()
    os.utime(stuck, (1_000_000_000, 1_000_000_000))

    assert make(path, path.parent / "kept", now=NOW, go_on=nothing).file.exists()


@pytest.mark.parametrize(
    ("which", "begins", "ends"),
    [
        ("backup", "old", "old, 2 whole"),
        ("restore", "old", "new, 1 whole"),
        pytest.param("spoilt", "old", "new, 1 whole", marks=pytest.mark.long),
        ("damaged", "as damaged as it was", "new, 1 whole"),
    ],
)
def test_wherever_it_is_killed_the_database_and_every_backup_are_whole(
    tmp_path: Path, which: str, begins: str, ends: str
) -> None:
    (tmp_path / "begun").mkdir()
    *deaths, finished = subprocess.run(
        [sys.executable, "-m", "tests.storage.backup_dying", which, str(tmp_path / "begun")],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()

    assert len(deaths) > 12
    assert set(deaths) <= {f"-9 {begins}, 1 whole", f"-9 {ends}"}
    assert finished == f"0 {ends}"


def test_whoever_has_the_database_open_goes_on_with_what_was_restored(path: Path) -> None:
    made = make(path, path.parent / "kept", now=NOW, go_on=nothing)
    with Database(path) as other:
        record(other, 1, 201, 210)
        was = everything(path)
        aside = restore(path, made.file, now=NOW, agreed=agreed, go_on=nothing)
        record(other, 1, 201, 201)

    assert aside is not None
    assert everything(aside) == was
    assert len(everything(path)["entry"]) == 201


def test_what_somebody_records_meanwhile_is_never_lost_unsaid(path: Path) -> None:
    made = make(path, path.parent / "kept", now=NOW, go_on=nothing)

    def meanwhile(_: Before) -> None:
        with Database(path) as other:
            record(other, 1, 201, 201)

    with pytest.raises(ChangedMeanwhile, match="nothing was restored"):
        restore(path, made.file, now=NOW, agreed=meanwhile, go_on=nothing)
    assert len(everything(path)["entry"]) == 201
    assert list(path.parent.glob("*before-restore*")) == []


def test_while_somebody_writes_it_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restores, "ASKED", 3)
    made = make(path, path.parent / "kept", now=NOW, go_on=nothing)
    before = everything(path)
    with (
        Database(path) as other,
        other.writing(),
        pytest.raises(DatabaseProblem, match="in use by another program"),
    ):
        restore(path, made.file, now=NOW, agreed=agreed, go_on=nothing)
    assert everything(path) == before


@pytest.mark.parametrize("keep", [100, PAGE, PAGE * 20])
def test_a_database_that_cannot_be_read_is_kept_as_it_is(path: Path, keep: int) -> None:
    made = make(path, path.parent / "kept", now=NOW, go_on=nothing)
    whole = everything(path)
    path.write_bytes(path.read_bytes()[:keep])
    damaged = path.read_bytes()
    seen: list[Before] = []
    aside = restore(path, made.file, now=NOW, agreed=seen.append, go_on=nothing)

    assert [(each.there, each.readable) for each in seen] == [(True, False)]
    assert aside is not None
    assert aside.read_bytes() == damaged
    assert everything(path) == whole


def test_where_there_is_no_database_the_backup_becomes_it(path: Path) -> None:
    made = make(path, path.parent / "kept", now=NOW, go_on=nothing)
    whole = everything(path)
    path.unlink()

    assert restore(path, made.file, now=NOW, agreed=agreed, go_on=nothing) is None
    assert everything(path) == whole
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_backup_of_an_older_schema_says_how_to_restore_it(path: Path) -> None:
    older, before = path.parent / "older.db", everything(path)
    older.touch()
    with closing(open_to_write(older)) as connection, changing(connection) as through:
        schema.migrate(through, "0003")

    with pytest.raises(DatabaseProblem, match=r"older carepath .*copy it, run 'carepath upgrade"):
        restore(path, older, now=NOW, agreed=agreed, go_on=nothing)
    assert everything(path) == before
    upgrades.upgrade(older)
    restore(path, older, now=NOW, agreed=agreed, go_on=nothing)
    assert everything(path)["entry"] == []


def test_the_database_itself_is_no_backup_of_it(path: Path) -> None:
    (path.parent / "link.db").symlink_to(path)
    with pytest.raises(DatabaseProblem, match="is the database itself"):
        restore(path, path.parent / "link.db", now=NOW, agreed=agreed, go_on=nothing)


def test_backups_of_another_site_say_so(path: Path) -> None:
    schema.create(path.parent / "other.db", ZONE)
    kept = path.parent / "kept"
    sites = {make(each, kept, now=NOW, go_on=nothing).facts.site for each in (path, path.parent / "other.db")}  # type: ignore[union-attr]

    assert {each.facts.site for each in backups_in(kept) if each.facts} == sites
    assert len(sites) == 2


def test_a_copy_that_was_made_by_other_means_is_restored_with_its_log(path: Path) -> None:
    with Database(path) as database:
        record(database, 1, 201, 210)
        for end in ("", "-wal"):
            shutil.copyfile(f"{path}{end}", path.parent / f"copy.db{end}")
    whole = everything(path)
    path.unlink()
    restore(path, path.parent / "copy.db", now=NOW, agreed=agreed, go_on=nothing)

    assert everything(path) == whole
    assert len(whole["entry"]) == 210


def test_a_backup_on_a_disk_nobody_can_write_to_is_restored(path: Path, small_disk: Path) -> None:
    with Database(path) as database:
        made = make(path, small_disk, now=NOW, go_on=nothing)
        record(database, 1, 201, 210)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)  # noqa: S607 - as above
    restore(path, made.file, now=NOW, agreed=agreed, go_on=nothing)

    assert len(everything(path)["entry"]) == 200
