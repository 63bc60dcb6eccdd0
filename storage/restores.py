"""Puts a backup in the place of a database: all of it or nothing, whoever dies meanwhile."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from pathways.errors import CarepathError, ChangedMeanwhile, DatabaseProblem
from pathways.moments import Moment
from storage import backups, problems
from storage.backups import Backup, GoOn, stamp
from storage.check import check_file
from storage.connection import Database, open_copy, open_to_read, open_to_write
from storage.filesystems import network_here
from storage.losses import Losses, losses
from storage.placing import put, written_down
from storage.version import SCHEMA

PAGES = 8  # at a time: the first few take the right to write, before anything is decided
ASKED = 100  # times for the right to write, before somebody else has it too long
PAUSE = 0.05  # seconds
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
WITH = ("", "-wal")  # what of a database is kept: the third beside it only says who reads


class Before(NamedTuple):
    """The database that would be replaced; none of it can be said when it cannot be read."""

    there: bool
    readable: bool
    site: str = ""
    losses: Losses | None = None


# Looks at what would be replaced, and raises when it must not be.
Agreed = Callable[[Before], None]


def restore(path: Path, file: Path, *, now: Moment, agreed: Agreed, go_on: GoOn) -> Path | None:
    """Put a backup in the place of a database; say where the database is as it was (none: there was none)."""
    _usable(path, backups.looked_at(file, go_on=go_on), go_on)
    if not path.exists():
        agreed(Before(there=False, readable=False))
        return _replace(path, file, now)
    if not _readable(path):
        agreed(Before(there=True, readable=False))
        return _replace(path, file, now)
    with Database(path) as database, closing(open_to_read(path)) as watch:
        seen = _version(watch)
        agreed(_before(database, file, go_on))
        aside = _kept_aside(path, now, go_on)
        try:
            _over(path, file, watch, seen, go_on)
        except CarepathError:
            aside.unlink()  # nothing was replaced
            raise
    return aside


def _usable(path: Path, found: Backup, go_on: GoOn) -> None:
    """Refuse a file that is damaged, of another version, or the database itself."""
    if path.exists() and path.samefile(found.file):
        raise DatabaseProblem(f"{found.file} is the database itself: name a backup of it.")
    if found.facts and found.facts.schema < SCHEMA:
        raise DatabaseProblem(
            f"{found.file} was written by an older carepath (schema {found.facts.schema}, this one wants "
            f"{SCHEMA}): copy it, run 'carepath upgrade --database COPY', and restore the copy."
        )
    if found.facts and found.facts.schema > SCHEMA:
        raise problems.other_version(found.file, found.facts.schema, SCHEMA)
    if found.fault:
        another = "Restore another: `carepath backup list --verify` says which are whole."
        raise DatabaseProblem(f"{found.file} cannot be restored: {found.fault} {another}")
    if kind := network_here(path):
        raise problems.on_a_network(path, kind)
    go_on()


def _readable(path: Path) -> bool:
    """Say whether a database is whole; one of another program or version is refused."""
    try:
        with Database(path) as database:
            return not check_file(database)
    except DatabaseProblem as problem:
        if _code(problem) in _BROKEN:
            return False
        raise


def _code(problem: DatabaseProblem) -> int:
    return getattr(problem.__cause__, "sqlite_errorcode", 0) & 0xFF


def _before(database: Database, file: Path, go_on: GoOn) -> Before:
    with database.reading() as store:
        site = store.site()
    go_on()
    return Before(there=True, readable=True, site=site, losses=losses(database.path, file))


def _kept_aside(path: Path, now: Moment, go_on: GoOn) -> Path:
    """Make a verified backup of what will be replaced, beside it."""
    made = backups.make(path, path.parent, now=now, go_on=go_on).file
    aside = _aside(path, now)
    put(made, aside)
    made.unlink(missing_ok=True)
    return aside


def _aside(path: Path, now: Moment) -> Path:
    # No name of a backup: it is neither listed nor thinned.
    names = (f"{path.stem}-{stamp(now)}{more}.before-restore{path.suffix}" for more in ("", *_more()))
    return next(each for name in names if not (each := path.with_name(name)).exists())


def _more() -> list[str]:
    return [f"-{number}" for number in range(2, 100)]


def _over(path: Path, file: Path, watch: sqlite3.Connection, seen: int, go_on: GoOn) -> None:
    """Write every page anew in one transaction of the database itself.

    Whoever has it open goes on with what was restored, a process that dies leaves it as it was, and nobody
    can write to a file that is no longer the database.
    """
    left = ASKED

    def step(status: int, _remaining: int, _total: int) -> None:
        nonlocal left
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            left -= 1
            if left <= 0:
                raise problems.in_use(path)
        elif status == sqlite3.SQLITE_OK:
            # From here on nobody else can write; what they wrote since it was looked at would be lost unsaid.
            if _version(watch) != seen:
                raise ChangedMeanwhile(
                    f"Somebody wrote to {path} meanwhile: nothing was restored, try again."
                )
            go_on()

    with (
        problems.explained(path),
        closing(open_copy(file)) as source,
        closing(open_to_write(path, busy=0)) as live,
    ):
        source.execute("BEGIN")
        source.backup(live, pages=PAGES, progress=step, sleep=PAUSE)


def _version(watch: sqlite3.Connection) -> int:
    """Return a number that is another one once somebody has written."""
    return int(watch.execute("PRAGMA data_version").fetchone()[0])


def _replace(path: Path, file: Path, now: Moment) -> Path | None:
    """Put a backup in the place of a file that cannot be read, or of none; what is there is kept as it is."""
    aside, there = _aside(path, now), [end for end in WITH if Path(f"{path}{end}").exists()]
    with problems.explained(path):
        for end in there:
            shutil.copy2(f"{path}{end}", f"{aside}{end}")
            written_down(Path(f"{aside}{end}"))
        written_down(path.parent)
        _put_new(path, file)
    return aside if there else None


def _put_new(path: Path, file: Path) -> None:
    """Let a copy take the name in one step."""
    made = path.with_name(f".{path.stem}-{token_hex(8)}{backups.UNFINISHED}")
    try:
        made.touch(mode=0o600)
        with closing(open_copy(file)) as source:
            backups.copied(source, made, lambda: None)
        # A log of the file that was there would be taken for one of the new: what is in it was kept aside.
        for end in ("-wal", "-shm"):
            Path(f"{path}{end}").unlink(missing_ok=True)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    written_down(path.parent)
