"""Tells the databases of one site apart: the one in use, one restored to try it, one copied by hand.

All of them say the same site, and settings such as the folder of the backups came along. What one made is
none of another's business, so each writes down by what its backups know it, and where it was then: one that
finds itself in another place is another one.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from typing import cast

from storage.connection import Database

_KEY = "instance"
SAID = f"SELECT value FROM meta WHERE key = '{_KEY}'"  # noqa: S608 - a name of ours


def own(database: Database) -> str:
    """Return by what the backups of a database know it; one that has nothing yet is given it."""
    if said := known(database):
        return said
    here = os.path.realpath(database.path)
    with database.writing():
        connection = cast("sqlite3.Connection", database.writer())
        # Somebody else may have been first.
        if _place(said := _said(connection)) != here:
            said = f"{token_hex(16)} {here}"
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEY, said))
    return said


def known(database: Database) -> str:
    """Return the same without giving anything: nothing where none was given to it in this place."""
    with database.explained():
        said = _said(cast("sqlite3.Connection", database.reader()))
    return said if _place(said) == os.path.realpath(database.path) else ""


def forget(path: Path) -> None:
    """Let a copy be another one than what it was copied from, wherever it will be."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM meta WHERE key = ?", (_KEY,))


def _said(connection: sqlite3.Connection) -> str:
    return str((connection.execute(SAID).fetchone() or ("",))[0])


def _place(said: str) -> str:
    return said.partition(" ")[2]
