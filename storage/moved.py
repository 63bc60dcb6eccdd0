"""A file whose caseload moved to a server: whoever goes on with it by mistake is told where it went.

Two places where the same patients are recorded would each be without what the other knows. So the file says
another version than any program knows, which everybody asks who opens it, and whoever is about to write.
"""

import sqlite3
from contextlib import closing

from pathways.errors import DatabaseProblem
from storage import problems
from storage.connection import open_to_write, version_in
from storage.filesystems import AnyPath
from storage.version import MOVED, SCHEMA, VERSION_TABLE

_TO = "moved_to"


def mark(connection: sqlite3.Connection, to: str) -> None:
    """Say within a transaction that from its end on the caseload is elsewhere."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_TO, f"{SCHEMA} {to}"))
    _say(connection, MOVED)


def take_back(path: AnyPath) -> str:
    """Let a file be used again; return where its caseload had moved."""
    from storage.schema import version_of  # a list of a file that moved must not wait for it

    # Looked at before it is opened to be written to: it may be anybody's.
    if version_of(path) != MOVED:
        raise _never_moved(path)
    with problems.explained(path), closing(open_to_write(path)) as connection, connection:
        connection.execute("BEGIN IMMEDIATE")
        if version_in(connection, path) != MOVED:
            raise _never_moved(path)
        version, to = _said(connection)
        connection.execute("DELETE FROM meta WHERE key = ?", (_TO,))
        _say(connection, version)
    return to


def _never_moved(path: AnyPath) -> DatabaseProblem:
    return DatabaseProblem(f"{path} never moved to a server: it is used as it is.")


def where_to(connection: sqlite3.Connection) -> str:
    """Return where the caseload of a file that moved is now."""
    return _said(connection)[1]


def _said(connection: sqlite3.Connection) -> tuple[str, str]:
    ((said,),) = connection.execute("SELECT value FROM meta WHERE key = ?", (_TO,)).fetchall()
    version, _, to = str(said).partition(" ")
    return version, to


def _say(connection: sqlite3.Connection, version: str) -> None:
    connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = ?", (version,))  # noqa: S608 - a name of ours
