"""Databases for tests, made as `carepath init` makes them: real files, and on a real server.

Which of the two `fresh` makes is what the fixture `database_kind` says, see `tests/kinds.py`.
"""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import psycopg
from psycopg.sql import SQL, Identifier

from storage import schema
from storage.connection import BUSY_SECONDS, Connection, Database
from storage.filesystems import on_server
from storage.watching import OnStatement
from tests import kinds, servers

ZONE = "Europe/London"
# What a database says to what must not be.
REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError, psycopg.errors.InvalidTextRepresentation)


def fresh(folder: Path, *, busy: float = BUSY_SECONDS, on_statement: OnStatement | None = None) -> Database:
    """Make an empty database; every connection of it that can write is asked if it is safe."""
    database = _Fresh(fresh_place(folder), busy=busy, on_statement=on_statement)
    assert_safe(database.writer(), busy=busy)
    return database


class _Fresh(Database):
    def close(self) -> None:
        super().close()
        if self.on_server:
            servers.closed(self.place)


def fresh_place(folder: Path) -> str | Path:
    """Make an empty database: in a folder, or on the server."""
    if kinds.current() == kinds.POSTGRES:
        return servers.fresh_address(_content())
    path = folder / "care.db"
    path.write_bytes(_template())
    return path


def assert_safe(connection: Connection, *, busy: float = BUSY_SECONDS) -> None:
    """Ask a connection for what a kill of the program would not show to be missing."""
    if not isinstance(connection, sqlite3.Connection):
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert connection.driver.autocommit, "only we say when a transaction begins"
        return

    def setting(name: str) -> object:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert setting("foreign_keys") == 1
    assert setting("journal_mode") == "wal"
    assert setting("synchronous") == 2, "FULL: a commit returns when the disk has it"
    assert setting("busy_timeout") == busy * 1000
    assert connection.isolation_level is None, "only we say when a transaction begins"


def run(place: Database | Path | str, *statements: str) -> None:
    """Change rows behind the program's back; at least one by each statement."""
    where = place.place if isinstance(place, Database) else place
    connection: sqlite3.Connection | psycopg.Connection[tuple[object, ...]] = (
        psycopg.connect(str(where)) if on_server(where) else sqlite3.connect(where)
    )
    with closing(connection), connection:
        for statement in statements:
            # What is a text of bytes for a file.
            text = statement.replace("x'", "'\\x") if on_server(where) else statement
            assert connection.execute(text).rowcount


def everything(place: Database | Path | str) -> dict[str, list[tuple[object, ...]]]:
    """Read every row of every table, to show that nothing changed."""
    where = place.place if isinstance(place, Database) else place
    return _on_the_server(str(where)) if on_server(where) else _in_the_file(Path(where))


def _in_the_file(path: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    try:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608 - a name of ours
            for name in sorted(names)
        }
    finally:
        connection.close()


def _on_the_server(address: str) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(address) as connection:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
        ).fetchall()
        # A server gives rows in no order of their own.
        return {
            name: connection.execute(
                SQL("SELECT * FROM {0} ORDER BY {0}").format(Identifier(name))
            ).fetchall()
            for (name,) in names
        }


@cache
def _content() -> servers.Content:
    return servers.content_of(lambda _: None)


@cache
def _template() -> bytes:
    path = Path(mkdtemp()) / "template.db"
    schema.create(path, ZONE)
    content = path.read_bytes()
    path.unlink()
    path.parent.rmdir()
    return content
