"""Makes backups: copies of a database, made while others write, named only when verified to be whole."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple, TypeAlias, cast

from msgspec import Struct

from pathways.errors import DatabaseProblem
from pathways.moments import Moment, datetime_of, moment_of
from storage import problems
from storage.check import faults
from storage.connection import Database, check_version, open_copy, version_in
from storage.placing import put, written_down

# Called again and again while it takes; may raise, to end it with nothing left behind.
GoOn: TypeAlias = Callable[[], None]

PAGES = 64  # at a time: whoever is to stop does within some milliseconds
STEPS = 100_000  # of the machine within SQLite, between two calls while a copy is verified
# On the disk of the database this much is left to it: a backup must not keep people from recording.
LEFT_TO_OTHERS = 64 * 1024 * 1024
UNFINISHED = ".unfinished"
GIVEN_UP_AFTER = 3_600.0  # seconds since anybody wrote to one
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r".+-(?P<stamp>\d{8}T\d{6}Z)(?:-\d+)?(?:\.\w+)?", re.ASCII)
_FACTS = """
SELECT (SELECT value FROM meta WHERE key = 'site'), count(*), max(recorded_at) FROM entry
"""


class Facts(NamedTuple):
    """What a database says of itself: whose it is, how many entries it has, when the last was recorded."""

    site: str
    schema: str
    entries: int
    last_at: Moment | None


class Backup(Struct, frozen=True, kw_only=True):
    """A file that was whole when it took its name; `fault` says what is wrong with it now."""

    file: Path
    made_at: Moment
    size: int
    facts: Facts | None
    fault: str = ""


def make(path: Path, folder: Path, *, now: Moment, go_on: GoOn) -> Backup:
    """Copy a database into a folder, and verify the copy. What fails leaves nothing there."""
    with _unfinished(folder, path) as copy, Database(path) as database:
        source = cast(sqlite3.Connection, database.reader())
        with problems.explained(copy.parent):
            _room(source, path, folder)
            facts = copied(source, copy, go_on)
            _verified(copy, path, facts, go_on)
            file = _named(copy, _names(folder, path, now))
    return Backup(file=file, made_at=now, size=file.stat().st_size, facts=facts)


def same_disk(path: Path, folder: Path) -> bool:
    """Say whether a broken disk would take both."""
    return path.stat().st_dev == folder.stat().st_dev


def backups_in(folder: Path, *, thoroughly: bool = False, go_on: GoOn = lambda: None) -> list[Backup]:
    """Return the backups in a folder, the newest first, whichever site they are of."""
    with problems.explained(folder):
        if not folder.is_dir():
            raise _no_folder(folder)
        named = [(each, _NAME.fullmatch(each.name)) for each in folder.iterdir() if each.is_file()]
    found = [looked_at(each, thoroughly=thoroughly, go_on=go_on) for each, name in named if name]
    return sorted(found, key=lambda each: (each.made_at, each.file.name), reverse=True)


def looked_at(file: Path, *, thoroughly: bool = True, go_on: GoOn = lambda: None) -> Backup:
    """Return what a file is, and what is wrong with it; thoroughly is by every page."""
    fault, facts, size = "", None, 0
    try:
        with problems.explained(file), closing(open_copy(file)) as connection:
            size = file.stat().st_size
            facts = facts_of(connection, file)
            # The rules of an older schema are not those of this program, but its pages are pages.
            with _interrupted(connection, go_on):
                fault = next(iter(faults(connection)), "") if thoroughly else ""
    except DatabaseProblem as problem:
        fault = problems.of_copy(problem)
    name = _NAME.fullmatch(file.name)
    made_at = _moment(name["stamp"]) if name else (facts and facts.last_at) or 0
    return Backup(file=file, made_at=made_at, size=size, facts=facts, fault=fault)


def facts_of(connection: sqlite3.Connection, path: Path) -> Facts:
    """Ask a database what it says of itself."""
    schema = version_in(connection, path)
    site, entries, last_at = connection.execute(_FACTS).fetchone()
    return Facts(site or "", schema, entries, last_at)


def stamp(moment: Moment) -> str:
    """Write a moment as it stands in the name of a file, in UTC."""
    return datetime_of(moment).strftime(_STAMP)


@contextmanager
def _unfinished(folder: Path, path: Path) -> Iterator[Path]:
    """Give the name under which a copy is made; nothing of that name is there afterwards."""
    copy = folder / f".{path.stem}-{token_hex(8)}{UNFINISHED}"
    with problems.explained(folder):
        if not folder.is_dir():
            raise _no_folder(folder)
        copy.touch(mode=0o600, exist_ok=False)  # people's details: for those whom its owner lets in
    try:
        _sweep(folder, copy.stat().st_mtime)
        yield copy
    finally:
        for each in folder.glob(f"{copy.name}*"):
            each.unlink(missing_ok=True)


def _sweep(folder: Path, now: float) -> None:
    """Remove what those left who were killed; `now` is by the clock of that disk."""
    for each in folder.glob(f".*{UNFINISHED}*"):
        try:
            if now - each.stat().st_mtime > GIVEN_UP_AFTER:
                each.unlink()
        except FileNotFoundError:
            continue


def _room(source: sqlite3.Connection, path: Path, folder: Path) -> None:
    (pages,), (size,) = (source.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    wanted = pages * size + (LEFT_TO_OTHERS if same_disk(path, folder) else 0)
    free = shutil.disk_usage(folder).free
    if free < wanted:
        mega = 1_000_000
        raise DatabaseProblem(
            f"The disk of {folder} has no room for a backup ({-(-wanted // mega)} MB wanted, "
            f"{free // mega} MB free): make room, or name a folder on another disk."
        )


def copied(source: sqlite3.Connection, copy: Path, go_on: GoOn) -> Facts:
    """Copy a database as it is at one moment.

    The moment is held by a transaction that reads. Without it SQLite would begin anew whenever somebody
    wrote, and never end where people write all the time; with it nobody waits for anybody.
    """
    source.execute("BEGIN")
    try:
        facts = facts_of(source, copy)
        with closing(sqlite3.connect(copy, isolation_level=None)) as target:
            target.execute("PRAGMA synchronous = OFF")  # written down once, when it is whole
            source.backup(target, pages=PAGES, progress=lambda *_: go_on())
            # One file, whole without others beside it, that can be read on a disk nobody can write to.
            target.execute("PRAGMA journal_mode = DELETE")
    finally:
        source.execute("ROLLBACK")
    written_down(copy)
    return facts


def _verified(copy: Path, path: Path, facts: Facts, go_on: GoOn) -> None:
    """Read the copy from its first page to its last, and refuse one that is not what it was made from."""
    try:
        with closing(open_copy(copy)) as connection, _interrupted(connection, go_on):
            check_version(connection, copy)
            found = faults(connection)
            if facts_of(connection, copy) != facts:
                found.append("It has not the entries of the database.")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise
        found = [f"{error}."]
    if found:
        raise DatabaseProblem(
            f"The backup of {path} did not come out whole and was not kept: {found[0]} "
            f"Run `carepath check`; if that finds nothing, see to the disk of {copy.parent}."
        )


@contextmanager
def _interrupted(connection: sqlite3.Connection, go_on: GoOn) -> Iterator[None]:
    """Let `go_on` end a statement that takes long; what it raises comes out."""
    raised: list[BaseException] = []

    def called() -> int:
        try:
            go_on()
        except BaseException as error:  # noqa: BLE001 - it is raised below, where SQLite is out of the way
            raised.append(error)
        return len(raised)

    connection.set_progress_handler(called, STEPS)
    try:
        yield
    except sqlite3.OperationalError:
        if raised:
            raise raised[0] from None
        raise
    finally:
        connection.set_progress_handler(None, STEPS)


def _names(folder: Path, path: Path, now: Moment) -> Iterator[Path]:
    yield folder / f"{path.stem}-{stamp(now)}{path.suffix}"
    yield from (folder / f"{path.stem}-{stamp(now)}-{number}{path.suffix}" for number in count(2))


def _named(copy: Path, names: Iterator[Path]) -> Path:
    file = next(name for name in names if not name.exists())
    put(copy, file)
    written_down(file.parent)
    return file


def _moment(text: str) -> Moment:
    try:
        return moment_of(datetime.strptime(text, _STAMP).replace(tzinfo=UTC))
    except ValueError:
        return 0  # a month 13: named by nobody of ours


def _no_folder(folder: Path) -> DatabaseProblem:
    return DatabaseProblem(
        f"There is no folder {folder} for backups: make it, see that its disk is there, or name another."
    )
