"""Spoils databases in two ways: as a program could that leaves the rules out, and as only a disk does."""

import sqlite3
from contextlib import closing
from pathlib import Path

PAGE = 4096
_INDEX = "SELECT rootpage FROM sqlite_master WHERE name = 'enrolment_open_once'"


def orphaned(path: Path) -> None:
    """Let every enrolment refer to a pathway that is not there; all pages stay whole."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE enrolment SET digest = 'gone'")
        connection.commit()


def damaged(path: Path) -> None:
    """Empty a page of an index: the database opens, and much of it can be read."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((page,),) = connection.execute(_INDEX).fetchall()
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE + 3)
        file.write(b"\x00\x00")  # how many rows are in it
