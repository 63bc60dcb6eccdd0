"""Opening a database: what every connection must have, and what is said when it cannot be used."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Literal

import pytest

import storage.store  # noqa: F401 - here, because somebody with few rights may not read the code
from pathways.errors import DatabaseProblem
from storage.connection import Database
from storage.filesystems import network, network_here
from storage.schema import create, version_of
from storage.setup import session
from storage.taking_back import take_back
from storage.upgrades import upgrade
from storage.version import SCHEMA
from tests.servers import PATIENCE
from tests.storage.cases import enrolled, entry
from tests.storage.databases import assert_safe, everything, fresh

NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[None]:
    """Take away the rights of root, who may write to what is read-only."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def locked_away() -> Iterator[Path]:
    """Give a database that may be read, in a folder that may be read."""
    with tempfile.TemporaryDirectory() as folder:
        fresh(Path(folder)).close()
        Path(folder, "care.db").chmod(0o444)
        Path(folder).chmod(0o555)
        yield Path(folder, "care.db")
        Path(folder).chmod(0o755)


@pytest.mark.only("sqlite")
def test_every_connection_that_writes_is_safe(database: Database) -> None:
    assert_safe(database.writer())
    with database.writing() as store:
        assert_safe(store._connection)
    with session(database) as opened:
        driver = opened.connection().connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        assert_safe(driver)


@pytest.mark.only("sqlite")
def test_a_reading_connection_cannot_write(database: Database) -> None:
    enrolment_id = enrolled(database)
    with pytest.raises(DatabaseProblem, match="read-only"), database.reading() as store:
        store.append(enrolment_id, [entry(1)])
    assert database.reader().execute("PRAGMA query_only").fetchone() == (1,)


@pytest.mark.only("sqlite")
def test_a_missing_database_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match="carepath init"):
        Database(tmp_path / "none.db").writer()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("content", [b"patients: many\n" * 500, b"SQLite format 3\0" + b"?" * 5_000])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "care.db"
    path.write_bytes(content)
    with pytest.raises(DatabaseProblem, match="not a database"):
        Database(path).writer()
    with pytest.raises(DatabaseProblem, match="not a database"):
        Database(path).reader()
    assert path.read_bytes() == content


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    "made", ["", "CREATE TABLE t (a)", f"CREATE TABLE alembic_version ({SCHEMA!r} TEXT)"]
)
def test_a_database_of_another_program_is_not_taken_for_ours(tmp_path: Path, made: str) -> None:
    with closing(sqlite3.connect(tmp_path / "care.db")) as other:
        other.execute(made)
    (tmp_path / "care.db").touch()
    with pytest.raises(DatabaseProblem, match="not one of carepath"):
        Database(tmp_path / "care.db").reader()


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("opened", [lambda path: Database(path).writer(), version_of, upgrade, take_back])
@pytest.mark.parametrize("made", ["CREATE TABLE t (a)", "CREATE TABLE alembic_version (version_num TEXT)"])
def test_nothing_is_written_into_a_database_of_another_program(
    tmp_path: Path, opened: Callable[[Path], object], made: str
) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute(made)
    before = path.read_bytes()

    with pytest.raises(DatabaseProblem, match="not one of carepath"):
        opened(path)

    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    "opened",
    [lambda path: Database(path).writer(), lambda path: Database(path).reader(), version_of, take_back],
)
def test_on_a_network_nothing_is_written_beside_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[Path], object]
) -> None:
    path, mounts = tmp_path / "ward" / "care.db", tmp_path / "mounts"
    path.parent.mkdir()
    create(path, "Europe/London")
    mounts.write_text(f"server:/ward {path.parent} nfs4 rw 0 0\n")
    monkeypatch.setattr("storage.filesystems.MOUNTS", str(mounts))

    with pytest.raises(DatabaseProblem, match=r"lies on a network filesystem \(nfs4\)"):
        opened(path)

    assert [*path.parent.iterdir()] == [path]


@pytest.mark.parametrize(
    ("version", "says"), [("9999", "newer carepath"), ("0001", "older carepath.*carepath upgrade")]
)
def test_a_database_of_another_version_is_not_touched(tmp_path: Path, version: str, says: str) -> None:
    with fresh(tmp_path) as database:
        database.writer().execute(f"UPDATE alembic_version SET version_num = '{version}'")  # noqa: S608 - ours
        before = everything(database)
        with Database(database.place) as second, pytest.raises(DatabaseProblem, match=says):
            second.writer()
        with Database(database.place) as second, pytest.raises(DatabaseProblem, match=says):
            second.reader()
        assert everything(database) == before


@pytest.mark.only("sqlite")
def test_a_writer_waits_for_another(tmp_path: Path) -> None:
    begun, held = Event(), Event()

    def on_statement(when: Literal["before", "after"], statement: str) -> None:
        if when == "before" and statement == "BEGIN IMMEDIATE":
            begun.set()

    def hold() -> None:
        with closing(sqlite3.connect(tmp_path / "care.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            held.set()
            begun.wait()
            other.execute("COMMIT")

    with fresh(tmp_path, busy=PATIENCE, on_statement=on_statement) as database:
        other = Thread(target=hold, daemon=True)
        other.start()
        held.wait()
        with database.writing() as store:
            assert store.site_zone() == "Europe/London"
        other.join()


@pytest.mark.only("sqlite")
def test_a_writer_that_does_not_let_go_is_named_as_the_reason(tmp_path: Path) -> None:
    with (
        fresh(tmp_path, busy=0.05) as database,
        closing(sqlite3.connect(database.path, isolation_level=None)) as other,
    ):
        enrolled(database)
        before = everything(database)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseProblem, match="in use by another program") as refused, database.writing():
            pytest.fail("the lock was given to both")
        assert refused.value.exit_code == 6
        with pytest.raises(DatabaseProblem, match="in use by another program"), session(database):
            pytest.fail("the lock was given to both")
        with database.reading() as store:
            assert store.patient("P-014"), "reading goes on"
        other.execute("ROLLBACK")
        assert everything(database) == before


def test_many_writers_lose_no_entry(tmp_path: Path) -> None:
    def write() -> None:
        with Database(database.place, busy=PATIENCE) as own:
            for _ in range(10):
                with own.writing() as store:
                    store.append(enrolment_id, [entry(store.last_entry_number("P-014") + 1)])

    with fresh(tmp_path) as database:
        enrolment_id = enrolled(database)
        writers = [Thread(target=write) for _ in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        with database.reading() as store:
            assert [each.number for each in store.entries(enrolment_id)] == list(range(1, 41))


def test_reading_sees_one_moment_of_the_database(tmp_path: Path) -> None:
    with fresh(tmp_path) as database, Database(database.place) as other:
        enrolment_id = enrolled(database)
        with other.reading() as store:
            assert store.entries(enrolment_id) == []
            with database.writing() as writing:
                writing.append(enrolment_id, [entry(1)])
            assert store.entries(enrolment_id) == []


@pytest.mark.only("sqlite")
def test_a_read_only_database_says_so(locked_away: Path) -> None:
    content = locked_away.read_bytes()
    with (
        as_nobody(),
        Database(locked_away) as database,
        pytest.raises(DatabaseProblem, match=r"let yourself write|may read and write"),
        database.writing(),
    ):
        pytest.fail("it could be written")
    with (
        as_nobody(),
        Database(locked_away) as database,
        pytest.raises(DatabaseProblem, match=r"let yourself write|may read and write"),
        database.reading() as store,
    ):
        store.site_zone()
    assert locked_away.read_bytes() == content


def test_whatever_goes_wrong_in_a_transaction_none_of_it_stays(database: Database) -> None:
    enrolment_id = enrolled(database)
    before = everything(database)
    with suppress(KeyboardInterrupt), database.writing() as store:
        store.append(enrolment_id, [entry(1)])
        raise KeyboardInterrupt
    assert everything(database) == before
    with database.writing() as store:
        store.append(enrolment_id, [entry(1)])


@pytest.mark.only("sqlite")
def test_each_statement_can_be_watched(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    with fresh(tmp_path, on_statement=lambda when, what: told.append((when, what.split()[0]))) as database:
        told.clear()
        with database.writing() as store:
            store.site_zone()
        # A file is asked first whether it still is what it was.
        asked = ("SELECT",) * (1 if database.on_server else 2)
        assert [each for each in told if each[1] != "PRAGMA"] == [
            (when, what) for what in ("BEGIN", *asked, "COMMIT") for when in ("before", "after")
        ]
        told.clear()
        with session(database) as opened:
            opened.connection()
        assert ("before", "BEGIN") in told
        assert told[-1] == ("after", "COMMIT")


MOUNTS = """\
/dev/vda1 / ext4 rw,relatime 0 0
proc /proc proc rw,nosuid 0 0
tmpfs /scratch tmpfs rw 0 0
fileserver:/export/wards /wards nfs4 rw,vers=4.2,addr=10.0.0.2 0 0
/dev/vdb1 /wards/east/disk ext4 rw 0 0
//ward/share /mnt/ward\\040share cifs rw,username=ana 0 0
ana@host:/srv /mnt/ssh fuse.sshfs rw,user_id=0 0 0
hostshare /mnt/host 9p rw,trans=virtio 0 0
/dev/sdb1 /mnt/twice xfs rw 0 0
store:/vol /mnt/twice glusterfs rw 0 0
odd line
"""


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/carepath/care.db", ""),
        ("/scratch/care.db", ""),
        ("/wards/east/care.db", "nfs4"),
        ("/wards/east/disk/care.db", ""),
        ("/wards/eastern/care.db", "nfs4"),
        ("/wardship/care.db", ""),
        ("/mnt/ward share/care.db", "cifs"),
        ("/mnt/ssh/deep/down/care.db", "fuse.sshfs"),
        ("/mnt/host/care.db", "9p"),
        ("/mnt/twice/care.db", "glusterfs"),
    ],
)
def test_a_network_filesystem_is_known_by_its_mount(path: str, kind: str) -> None:
    assert network(Path(path), MOUNTS) == kind


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(("root", "kind"), [("9p", ""), ("virtiofs", ""), ("overlay", ""), ("nfs", "nfs")])
def test_the_root_of_a_sandbox_is_its_own(root: str, kind: str) -> None:
    assert network(Path("/var/care.db"), f"none / {root} rw 0 0\nproc /proc proc rw 0 0\n") == kind


@pytest.mark.only("sqlite")
def test_the_tests_run_on_a_local_disk(tmp_path: Path) -> None:
    assert network_here(tmp_path) == ""


@pytest.mark.parametrize("name", ["c?#%.db", "öä.db", "a b.db", "back\\slash.db", "plain-1_2.~.db"])
def test_a_database_is_opened_whatever_odd_letters_its_path_has(tmp_path: Path, name: str) -> None:
    """The path is written as a URI, where some letters mean something else."""
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere" / "deep")
    folder = tmp_path / "link" / ".."  # the folder that the link leads into, not the one it lies in
    create(folder / name, "Europe/London")

    with Database(folder / name) as database:
        database.reader()

    assert (tmp_path / "elsewhere" / name).exists()
