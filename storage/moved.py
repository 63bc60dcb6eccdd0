"""A file whose caseload moved to a server: whoever goes on with it by mistake is told where it went.

Two places where the same patients are recorded would each be without what the other knows. So the file says
another version than any program knows, which everybody asks who opens it, and whoever is about to write. It
says so before the server says that it is whole: whoever dies between the two leaves neither to be used.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing

from pathways.errors import DatabaseProblem
from storage import problems
from storage.connection import begin_to_write, found_here, open_as_it_is, open_to_write, version_in
from storage.filesystems import AnyPath
from storage.version import MOVED, MOVING, SCHEMA, VERSION_TABLE
from storage.watching import OnStatement

TO = "moved_to"


def begin(connection: sqlite3.Connection, path: AnyPath, to: str) -> None:
    """Say within a transaction that the caseload moves, whatever comes then, and go on in another."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (TO, f"{SCHEMA} {to}"))
    _say(connection, MOVING)
    connection.execute("COMMIT")
    begin_to_write(connection)
    if going_to(connection, path) != to:
        raise DatabaseProblem(f"{path} was moved or taken back by somebody else meanwhile: look where it is.")


def end(connection: sqlite3.Connection) -> None:
    """Say within a transaction that from its end on the caseload is elsewhere."""
    _say(connection, MOVED)


def going_to(connection: sqlite3.Connection, path: AnyPath) -> str:
    """Return where the caseload of a file is about to move, or has; empty: nowhere."""
    return said(connection)[1] if version_in(connection, path) in {MOVED, MOVING} else ""


def take_back(
    path: AnyPath, give_up: Callable[[sqlite3.Connection, str], None], on_statement: OnStatement | None = None
) -> str:
    """Let a file be used again; return where its caseload had moved, or was about to.

    `give_up` is called first, to see to it that nobody uses what is there; it may refuse.
    """
    with problems.explained(path):
        with closing(open_as_it_is(found_here(path))) as connection:
            _check_moved(connection, path)  # before anything can be written: it may be somebody else's
        with closing(open_to_write(path, on_statement=on_statement)) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            _check_moved(connection, path)
            version, to = said(connection)
            give_up(connection, to)
            connection.execute("DELETE FROM meta WHERE key = ?", (TO,))
            _say(connection, version)
    return to


def _check_moved(connection: sqlite3.Connection, path: AnyPath) -> None:
    if version_in(connection, path) not in {MOVED, MOVING}:
        msg = f"{path} never moved to a server: it is used as it is."
        raise DatabaseProblem(msg)


def said(connection: sqlite3.Connection) -> tuple[str, str]:
    """Return which version a file that moved had, and where its caseload is now."""
    ((text,),) = connection.execute("SELECT value FROM meta WHERE key = ?", (TO,)).fetchall()
    version, _, to = str(text).partition(" ")
    return version, to


def _say(connection: sqlite3.Connection, version: str) -> None:
    connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = ?", (version,))  # noqa: S608 - a name of ours
