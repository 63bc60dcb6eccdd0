"""Lets a file be used again whose caseload moved to a server, and sees to it that nobody uses the copy.

The copy becomes what it was before it was whole: there, and refused by everybody.
"""

import sqlite3
from contextlib import closing

from msgspec import Struct

from pathways.errors import DatabaseProblem, Refused
from storage import copying, moved, postgres
from storage.connection import BUSY_SECONDS
from storage.filesystems import AnyPath, shown
from storage.postgres import Connection as ServerConnection
from storage.watching import OnStatement


class TakenBack(Struct, frozen=True):
    """Where the caseload had moved; `left` says why the copy may still be used (empty: nobody can)."""

    to: str
    left: str


def take_back(
    path: AnyPath,
    address: str = "",
    *,
    although_newer: bool = False,
    on_statement: OnStatement | None = None,
) -> TakenBack:
    """Let a file be used again, unless something was recorded at the server since, or nobody can say.

    Without an address that one is asked which the file knows: one without password and options.
    """
    left = ""

    def give_up(file: sqlite3.Connection, to: str) -> None:
        nonlocal left
        left = _left(file, address or to, on_statement)
        if left and not although_newer:
            raise Refused(
                f"{left} Go on there, or name its whole address with --to; if nobody is to use it, add "
                "--although-newer, and record again what only it has."
            )

    return TakenBack(moved.take_back(path, give_up, on_statement), left)


def _left(file: sqlite3.Connection, place: str, on_statement: OnStatement | None) -> str:
    """Take its version from the copy; return why not, when it was not taken."""
    try:
        with (
            postgres.explained(place),
            closing(
                ServerConnection(place, busy=BUSY_SECONDS, write=True, on_statement=on_statement)
            ) as target,
            postgres.transaction(target, postgres.ALONE),
        ):
            changed = not copying.given_up(file, target, place)
    except DatabaseProblem as problem:
        return f"Nobody can say what was recorded at {shown(place)} since. {problem}"
    return f"Something was recorded at {shown(place)} since, which the file has not." if changed else ""
