"""Puts a backup in the place of a database: all of it or nothing, whoever dies meanwhile."""

import filecmp
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple, cast

from pathways.errors import ChangedMeanwhile, DatabaseProblem
from pathways.moments import Moment
from storage import backups, instances, problems
from storage.backups import Backup, GoOn, stamp
from storage.check import damage
from storage.connection import Database, open_copy, open_to_read, open_to_write
from storage.filesystems import network_here
from storage.losses import Losses, losses
from storage.placing import followed, let_in, put, written_down
from storage.unfinished import unfinished
from storage.version import SCHEMA

PAGES = 8  # at a time: the first few take the right to write, before anything is decided
ASKED = 100  # times for the right to write, before somebody else has it too long
PAUSE = 0.05  # seconds
LOOKS = 100  # times for the files of a database that others open and close meanwhile
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
WITH = ("", "-wal")  # what of a database is kept: the third beside it only says who reads


class Before(NamedTuple):
    """The database that would be replaced, and what a backup has not of it, if it can be read.

    Of one that is damaged in a part the site may still be known, and who runs over it.
    """

    there: bool
    readable: bool
    site: str = ""
    losses: Losses | None = None


# Looks at what would be replaced, and raises when it must not be.
Agreed = Callable[[Before], None]


def restore(path: Path, file: Path, *, now: Moment, agreed: Agreed, go_on: GoOn) -> Path | None:
    """Put a backup in the place of a database; say where the database is as it was (none: there was none)."""
    path = _led_to(path)
    _usable(path, backups.looked_at(file, go_on=go_on), go_on)
    if not path.exists():
        agreed(Before(there=False, readable=False))
        return _replace(path, file, now, go_on, new=True)
    try:
        return _in_place(path, file, now, agreed, go_on)
    except DatabaseProblem as problem:
        if _code(problem) not in _BROKEN:
            raise
    # Not even opened by anybody, so nobody goes on with it.
    agreed(Before(there=True, readable=False))
    return _replace(path, file, now, go_on)


def _in_place(path: Path, file: Path, now: Moment, agreed: Agreed, go_on: GoOn) -> Path:
    """Restore into the database that is there, damaged or not, under the eyes of who has it open."""
    with Database(path) as database, closing(open_to_read(path)) as watch:
        with problems.explained(path):
            seen = _version(watch)
        before = _before(database, file, go_on)
        agreed(before)
        aside = _kept_aside(path, now, go_on) if before.readable else _kept_damaged(path, watch, now, go_on)
        try:
            _over(path, file, watch, seen, go_on)
        except BaseException:
            aside.unlink()  # nothing was replaced
            raise
    return aside


def _led_to(path: Path) -> Path:
    """Return the file itself, where a link names it; a link to nothing is kept, its disk may only be away."""
    found = followed(path)
    if found != path and not found.exists():
        raise DatabaseProblem(
            f"{path} is a link to {found}, where there is nothing: see that its disk is there, "
            "or remove the link to restore into a new file."
        )
    return found


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


def _code(problem: DatabaseProblem) -> int:
    return getattr(problem.__cause__, "sqlite_errorcode", 0) & 0xFF


def _before(database: Database, file: Path, go_on: GoOn) -> Before:
    with database.reading() as store:
        site = store.site()
    go_on()
    if _damaged(database):
        return Before(there=True, readable=False, site=site)
    return Before(there=True, readable=True, site=site, losses=losses(database.path, file))


def _damaged(database: Database) -> bool:
    """Look whether pages are damaged: what is only missing in them stands against nothing."""
    try:
        with database.explained():
            return bool(damage(cast(sqlite3.Connection, database.reader())))
    except DatabaseProblem as problem:
        if _code(problem) in _BROKEN:
            return True
        raise


def _kept_aside(path: Path, now: Moment, go_on: GoOn) -> Path:
    """Make a verified backup of what will be replaced, beside it."""
    made = backups.make(path, path.parent, now=now, go_on=go_on).file
    aside = _aside(path, now)
    put(made, aside)
    made.unlink(missing_ok=True)
    return aside


def _kept_damaged(path: Path, source: sqlite3.Connection, now: Moment, go_on: GoOn) -> Path:
    """Copy what will be replaced page by page, as damaged as it is, beside it."""
    with problems.explained(path), unfinished(path.parent, path) as copy:
        backups.room(path.parent, path.stat().st_size, "a copy")
        backups.pages(source, copy, go_on)
        written_down(copy)
        with closing(open_copy(copy)) as made:
            if damage(made) != damage(source):
                raise _changed(path, copy.parent)
        let_in(copy, path)
        put(copy, aside := _aside(path, now))
        written_down(aside.parent)
    return aside


def _changed(path: Path, folder: Path) -> DatabaseProblem:
    return DatabaseProblem(
        f"The copy of {path} did not come out as it is, so nothing was restored: "
        f"see that nobody writes to it, and to the disk of {folder}."
    )


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


def _replace(path: Path, file: Path, now: Moment, go_on: GoOn, *, new: bool = False) -> Path | None:
    """Put a backup in the place of a file that cannot be read, or of none; what is there is kept as it is.

    Where there was none, one that somebody made meanwhile stays: nobody agreed to lose it.
    """
    with problems.explained(path), unfinished(path.parent, path) as made:
        backups.room(path.parent, sum(map(_size, (file, *_files(path, WITH)))), "a copy")
        _made_new(made, file, path, go_on, new=new)
        if new and path.exists():
            raise problems.there_already(path)
        aside = _kept_as_it_is(path, now)
        # A log of the file that was there would be taken for one of the new: what is in it was kept aside.
        for end in ("-wal", "-shm") if aside else ():
            Path(f"{path}{end}").unlink(missing_ok=True)
        if new:
            put(made, path)
        else:
            made.replace(path)
        written_down(path.parent)
    return aside


def _files(path: Path, ends: Iterable[str]) -> list[Path]:
    return [Path(f"{path}{end}") for end in ends]


def _size(file: Path) -> int:
    with suppress(FileNotFoundError):
        return file.stat().st_size
    return 0


def _made_new(made: Path, file: Path, path: Path, go_on: GoOn, *, new: bool) -> None:
    """Make the file that will be the database, and read it before it is."""
    with closing(open_copy(file)) as source:
        facts = backups.copied(source, file, made, go_on)
    if new:
        # What it was made of may still be in use elsewhere: this is another one.
        instances.forget(made)
        facts = facts._replace(instance="")
    if found := backups.unlike(made, facts, go_on).damage:
        raise DatabaseProblem(
            f"What was copied from {file} did not come out whole, so nothing was restored: {found} "
            f"See to the disk of {path.parent}."
        )
    if not new:
        let_in(made, path)


def _kept_as_it_is(path: Path, now: Moment) -> Path | None:
    """Copy the files of a database that cannot be read, if there are any.

    A scheduler may still try: what it opens and closes takes the log with it, so they are looked at again.
    """
    for _ in range(LOOKS):
        there = [end for end in WITH if Path(f"{path}{end}").exists()]
        try:
            return _copied(path, there, _aside(path, now)) if there else None
        except FileNotFoundError:
            continue
    raise problems.in_use(path)


def _copied(path: Path, there: list[str], aside: Path) -> Path:
    """Copy the files as they are, and name the first; a copy that is not the same is not kept.

    Of a database that was moved away without its log, that is the log: only this is there.
    """
    copies = _files(aside, there)
    try:
        for one, other in zip(_files(path, there), copies, strict=True):
            _copied_as_it_is(one, other)
        written_down(path.parent)
    except BaseException:
        for each in copies:
            each.unlink(missing_ok=True)
        raise
    return copies[0]


def _copied_as_it_is(one: Path, other: Path) -> None:
    shutil.copy2(one, other)
    let_in(other, one)
    written_down(other)
    if not filecmp.cmp(one, other, shallow=False):
        raise _changed(one, one.parent)
