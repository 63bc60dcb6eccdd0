"""Makes backups: copies of a database, made while others write, named only when verified to be whole."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, cast

from msgspec import Struct

from pathways.errors import DatabaseProblem
from pathways.moments import Moment, datetime_of, moment_of
from storage import instances, problems
from storage.check import beside_damage, damage
from storage.connection import Database, check_version, open_copy, version_in
from storage.placing import followed, let_in, put, written_down
from storage.unfinished import no_folder, unfinished
from storage.version import MOVED, MOVING, SCHEMA

# Called again and again while it takes; may raise, to end it with nothing left behind.
GoOn: TypeAlias = Callable[[], None]

PAGES = 64  # at a time: whoever is to stop does within some milliseconds
STEPS = 100_000  # of the machine within SQLite, between two calls while a copy is verified
# On the disk of the database this much is left to it: a backup must not keep people from recording.
LEFT_TO_OTHERS = 64 * 1024 * 1024
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r".+-(?P<stamp>\d{8}T\d{6}Z)(?:-\d+)?(?:\.\w+)?", re.ASCII)
_FACTS = f"""
SELECT (SELECT value FROM meta WHERE key = 'site'), count(*), max(recorded_at), ({instances.SAID}) FROM entry
"""  # noqa: S608 - names of ours
_ALONE = b"\x01\x01"  # in the header of a file that keeps no log beside it, as every backup


class Facts(NamedTuple):
    """What a database says of itself: whose it is, how many entries it has, when the last was recorded.

    `instance` tells databases of one site apart; empty where none was ever given.
    """

    site: str
    schema: str
    entries: int
    last_at: Moment | None
    instance: str = ""


# What stands against restoring a backup as it is, if anything.
Standing: TypeAlias = Literal["whole", "faulty", "damaged", "older", "newer", "moved"]


class Backup(Struct, frozen=True, kw_only=True):
    """A file that was whole when it took its name; `fault` says what is damaged in it now.

    `carried` is the first fault that whole pages hold: the database had it, so its backup has.
    """

    file: Path
    made_at: Moment
    size: int
    facts: Facts | None
    fault: str = ""
    carried: str = ""

    @property
    def standing(self) -> Standing:
        """Say whether it can be restored as it is, which one `carried` does not stand against."""
        if self.fault or not self.facts:
            return "damaged"
        if self.facts.schema == SCHEMA:
            return "faulty" if self.carried else "whole"
        if self.facts.schema in {MOVED, MOVING}:
            return "moved"
        return "older" if self.facts.schema < SCHEMA else "newer"


class Unlike(NamedTuple):
    """What a copy has that it must not: damage, or what the database had already."""

    damage: str
    carried: str


def make(path: Path, folder: Path, *, now: Moment, go_on: GoOn) -> Backup:
    """Copy a database into a folder, and verify the copy. What fails leaves nothing there."""
    path = followed(path)
    with unfinished(folder, path) as copy, Database(path) as database:
        source = cast(sqlite3.Connection, database.reader())
        with problems.explained(copy.parent):
            room(folder, _size(source) + (LEFT_TO_OTHERS if same_disk(path, folder) else 0))
            facts = copied(source, path, copy, go_on)
            carried = _verified(copy, source, path, facts, go_on)
            let_in(copy, path)
            file = _named(copy, _names(folder, path, now))
            size = file.stat().st_size
    return Backup(file=file, made_at=now, size=size, facts=facts, carried=carried)


def same_disk(path: Path, folder: Path) -> bool:
    """Say whether a broken disk would take both."""
    return path.stat().st_dev == folder.stat().st_dev


def backups_in(folder: Path, *, thoroughly: bool = False, go_on: GoOn = lambda: None) -> list[Backup]:
    """Return the backups in a folder, the newest first, whichever site they are of."""
    with problems.explained(folder):
        if not folder.is_dir():
            raise no_folder(folder)
        named = [(each, _NAME.fullmatch(each.name)) for each in folder.iterdir() if each.is_file()]
    found = [looked_at(each, thoroughly=thoroughly, go_on=go_on) for each, name in named if name]
    return sorted(found, key=lambda each: (each.made_at, each.file.name), reverse=True)


def looked_at(file: Path, *, thoroughly: bool = True, go_on: GoOn = lambda: None) -> Backup:
    """Return what a file is, and what is wrong with it; thoroughly is by every page."""
    found, fault, facts, size = Unlike("", ""), "", None, 0
    try:
        with problems.explained(file), closing(open_copy(file)) as connection:
            size = file.stat().st_size
            facts = facts_of(connection, file)
            # The rules of an older schema are not those of this program, but its pages are pages.
            with _interrupted(connection, go_on):
                found = _looked_through(connection) if thoroughly else found
    except DatabaseProblem as problem:
        fault = problems.of_copy(problem)
    name = _NAME.fullmatch(file.name)
    made_at = _moment(name["stamp"]) if name else (facts and facts.last_at) or 0
    return Backup(
        file=file,
        made_at=made_at,
        size=size,
        facts=facts,
        fault=fault or found.damage,
        carried=found.carried,
    )


def worked_on(file: Path) -> bool:
    """Say whether somebody used a backup as a database, or still does: it holds more than was copied then."""
    with problems.explained(file), file.open("rb") as opened:
        alone = opened.read(20)[18:] == _ALONE
    return not alone or Path(f"{followed(file)}-wal").exists()


def facts_of(connection: sqlite3.Connection, path: Path) -> Facts:
    """Ask a database what it says of itself."""
    schema = version_in(connection, path)
    site, entries, last_at, instance = connection.execute(_FACTS).fetchone()
    return Facts(site or "", schema, entries, last_at, instance or "")


def stamp(moment: Moment) -> str:
    """Write a moment as it stands in the name of a file, in UTC."""
    return datetime_of(moment).strftime(_STAMP)


def room(folder: Path, wanted: int, what: str = "a backup") -> None:
    """Refuse to fill a disk."""
    free = shutil.disk_usage(folder).free
    if free < wanted:
        mega = 1_000_000
        raise DatabaseProblem(
            f"The disk of {folder} has no room for {what} ({-(-wanted // mega)} MB wanted, "
            f"{free // mega} MB free): make room, or name a folder on another disk."
        )


def _size(source: sqlite3.Connection) -> int:
    (pages,), (size,) = (source.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    return int(pages * size)


def copied(source: sqlite3.Connection, path: Path, copy: Path, go_on: GoOn) -> Facts:
    """Copy a database as it is at one moment.

    The moment is held by a transaction that reads. Without it SQLite would begin anew whenever somebody
    wrote, and never end where people write all the time; with it nobody waits for anybody.
    """
    source.execute("BEGIN")
    try:
        with problems.explained(path):  # what cannot be read is not the copy
            facts = facts_of(source, path)
        pages(source, copy, go_on)
    finally:
        source.execute("ROLLBACK")
    written_down(copy)
    return facts


def pages(source: sqlite3.Connection, copy: Path, go_on: GoOn) -> None:
    """Copy a database page by page, whatever is in them."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as target:
        target.execute("PRAGMA synchronous = OFF")  # written down once, when it is whole
        source.backup(target, pages=PAGES, progress=lambda *_: go_on())
        # One file, whole without others beside it, that can be read on a disk nobody can write to.
        target.execute("PRAGMA journal_mode = DELETE")


def _verified(copy: Path, source: sqlite3.Connection, path: Path, facts: Facts, go_on: GoOn) -> str:
    """Refuse a copy that is damaged or not what it was made from; return what the database had already."""
    found = unlike(copy, facts, go_on)
    if not found.damage:
        return found.carried
    with problems.explained(path), _interrupted(source, go_on):  # so damaged that it cannot be looked through
        itself = damage(source)
    if itself:
        raise DatabaseProblem(
            f"{path} is damaged, so no backup was made of it: {itself[0]} "
            "Stop carepath, keep the file as it is and restore the latest backup."
        )
    raise DatabaseProblem(
        f"The backup of {path} did not come out whole and was not kept: {found.damage} "
        f"The database itself is whole: see to the disk of {copy.parent}."
    )


def unlike(copy: Path, facts: Facts, go_on: GoOn) -> Unlike:
    """Read a copy from its first page to its last, and say what is wrong with it."""
    try:
        with closing(open_copy(copy)) as connection, _interrupted(connection, go_on):
            check_version(connection, copy)
            found = _looked_through(connection)
            if not found.damage and facts_of(connection, copy) != facts:
                return Unlike("It has not the entries of the database.", "")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise
        return Unlike(f"{error}.", "")
    return found


def _looked_through(connection: sqlite3.Connection) -> Unlike:
    if found := damage(connection):
        return Unlike(found[0], "")
    return Unlike("", next(iter(beside_damage(connection)), ""))


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
