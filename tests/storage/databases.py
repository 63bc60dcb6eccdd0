"""Databases for tests: real files, made as `carepath init` makes them."""

import sqlite3
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from storage import schema
from storage.connection import BUSY_SECONDS, Database
from storage.watching import OnStatement

ZONE = "Europe/London"


def fresh(folder: Path, *, busy: float = BUSY_SECONDS, on_statement: OnStatement | None = None) -> Database:
    """Make an empty database in a folder; every connection of it that can write is asked if it is safe."""
    path = folder / "care.db"
    path.write_bytes(_template())
    database = Database(path, busy=busy, on_statement=on_statement)
    assert_safe(database.writer(), busy=busy)
    return database


def assert_safe(connection: sqlite3.Connection, *, busy: float = BUSY_SECONDS) -> None:
    """Ask a connection for what a kill of the program would not show to be missing."""

    def setting(name: str) -> object:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert setting("foreign_keys") == 1
    assert setting("journal_mode") == "wal"
    assert setting("synchronous") == 2, "FULL: a commit returns when the disk has it"
    assert setting("busy_timeout") == busy * 1000
    assert connection.isolation_level is None, "only we say when a transaction begins"


def everything(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Read every row of every table, to show that nothing changed."""
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


@cache
def _template() -> bytes:
    path = Path(mkdtemp()) / "template.db"
    schema.create(path, ZONE)
    content = path.read_bytes()
    path.unlink()
    path.parent.rmdir()
    return content
