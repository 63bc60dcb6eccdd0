"""Brings an older database up to date: in one transaction, so that it is as it was or as it should be.

Of a file, a copy as it was is made first and verified. It takes its name when it is whole, and goes again
when the upgrade fails.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from pathways.errors import DatabaseProblem
from storage import backups, problems, schema
from storage.connection import Connection, open_copy, open_to_read, open_to_write, used_version_in
from storage.filesystems import AnyPath, on_server, shown
from storage.placing import put, written_down
from storage.rows import HeartbeatRow
from storage.schema import ALL, Steps
from storage.sessions import changing
from storage.unfinished import UNFINISHED
from storage.watching import OnStatement

# Looks at the heartbeats of those who work on a database, and raises when one of them still does.
Agreed: TypeAlias = Callable[[list[HeartbeatRow]], None]

# As every version has them: those of the hot statements are of this version alone.
_HEARTBEATS = """
SELECT worker, host, "interval", started_at, tick_began_at, tick_ended_at, raised FROM heartbeat
"""


class Upgraded(Struct, frozen=True):
    """From which version to which, and where the copy as it was lies; none on a server, or without need."""

    before: str
    after: str
    copy: Path | None


def upgrade(
    place: AnyPath,
    *,
    agreed: Agreed = lambda _: None,
    steps: Steps = ALL,
    on_statement: OnStatement | None = None,
) -> Upgraded:
    """Bring a database up to date, unless one of those who work on it stands against that."""
    before = schema.version_of(place)
    if not _needed(place, before, steps):
        return Upgraded(before, before, None)
    if on_server(place):
        return _on_the_server(os.fspath(place), agreed, steps)
    return _in_the_file(Path(place), agreed, steps, on_statement)


def _on_the_server(address: str, agreed: Agreed, steps: Steps) -> Upgraded:
    from storage import postgres, schema_postgres

    with schema_postgres.to_write(address) as connection, changing(connection) as through:
        # Asked again now that nobody else can write.
        before = postgres.version_in(connection, address)
        if _needed(address, before, steps):
            agreed(_heartbeats(connection))
            schema.migrate(through, steps.newest, steps.folder)
    return Upgraded(before, steps.newest, None)


def _in_the_file(path: Path, agreed: Agreed, steps: Steps, on_statement: OnStatement | None) -> Upgraded:
    with problems.explained(path), closing(open_to_write(path, on_statement=on_statement)) as connection:
        # A step may make a table anew, which must not count as deleting what refers to it; all references
        # are checked at the end. Within a transaction this setting could not be changed.
        connection.execute("PRAGMA foreign_keys = OFF")
        with _copies() as copies, changing(connection) as through:
            before = used_version_in(connection, path)
            if _needed(path, before, steps):
                agreed(_heartbeats(connection))
                copies.append(_verified_copy(path, before))
                schema.migrate(through, steps.newest, steps.folder)
                _check_references(connection, path)
    return Upgraded(before, steps.newest, copies[0] if copies else None)


def _needed(place: AnyPath, before: str, steps: Steps) -> bool:
    if before > steps.newest:
        raise problems.other_version(shown(place), before, steps.newest)
    return before != steps.newest


def _heartbeats(connection: Connection) -> list[HeartbeatRow]:
    return [HeartbeatRow(*found) for found in connection.execute(_HEARTBEATS).fetchall()]


@contextmanager
def _copies() -> Iterator[list[Path]]:
    """Keep the copy that is made, but not after an upgrade that failed: it may be what filled the disk."""
    made: list[Path] = []
    try:
        yield made
    except BaseException:  # somebody may have stopped it, too
        for each in made:
            each.unlink(missing_ok=True)
        raise


def _verified_copy(path: Path, version: str) -> Path:
    # Nobody else is at it: an upgrade begins by keeping everybody else from writing.
    copy = path.with_name(f".{path.stem}.schema-{version}{UNFINISHED}")
    _remove(copy)  # of one that was killed
    try:
        # Said while the copy is there: without it the disk may no longer be full.
        with problems.explained(path), closing(open_to_read(path)) as source:
            copy.touch(mode=0o600)
            backups.copied(source, path, copy, lambda: None)
            _verify(source, copy, path)
        name = _free_name(path, version)
        put(copy, name)
        written_down(path.parent)
    finally:
        _remove(copy)
    return name


def _remove(copy: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        copy.with_name(copy.name + end).unlink(missing_ok=True)


def _verify(source: sqlite3.Connection, copy: Path, path: Path) -> None:
    with closing(open_copy(copy)) as made:
        whole = made.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not whole or _counts(source) != _counts(made):
            raise DatabaseProblem(
                f"The copy of {path} did not come out whole, so there was no upgrade: check the disk."
            )


def _free_name(path: Path, version: str) -> Path:
    names = (path.with_name(f"{path.stem}.schema-{version}{more}{path.suffix}") for more in _numbering())
    return next(name for name in names if not name.exists())


def _numbering() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in count(2))


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - see above
        for (table,) in tables
    }


def _check_references(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise DatabaseProblem(f"{path} would not be whole after the upgrade, so it was left as it is.")
