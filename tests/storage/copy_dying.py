"""Dies in the middle of moving a caseload to a server, or loses it: run by `test_copying.py`, never by hand.

Moves it, or takes it back, again and again, each time a statement further on either side, and prints what can
be used then: `file`, `server`, `neither` or `both`. Each time it is done anew at once from what is left, and
the other way round, which must come out as if nothing had happened.
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Literal, Protocol

from pathways.errors import CarepathError, DatabaseProblem
from storage.connection import Database
from storage.copying import copy
from storage.taking_back import take_back
from storage.watching import OnStatement
from tests import servers
from tests.storage.cases import enrolled, entry
from tests.storage.databases import fresh

# From where on: what happens before can only leave more or less of a copy, and a file that is used.
BEGINS = {
    "late": ("INSERT OR REPLACE INTO meta VALUES (?, ?)", "INSERT INTO meta VALUES (%s, %s)"),
    "early": ("ANALYZE", ""),
}


class Act(Protocol):
    """Moves the caseload, or takes it back."""

    def __call__(self, on_statement: OnStatement | None = None) -> None: ...


class At:
    """Does something just before a statement runs: at the given one of those behind `after`."""

    def __init__(self, step: int, happens: Callable[[], object], after: str = "") -> None:
        self.left, self._happens, self._after = step, happens, after

    def __call__(self, when: Literal["before", "after"], statement: str) -> None:
        if self._after:
            self._after = "" if (when, statement) == ("after", self._after) else self._after
        elif when == "before":
            self.left -= 1
            if self.left == 0:
                self._happens()


def die() -> None:
    os._exit(1)


def cut(place: str) -> None:
    servers.administering().execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (servers.name_in(place),)
    )


def moved(path: Path, place: str, on_statement: OnStatement | None = None) -> None:
    with Database(path, moved=True, on_statement=on_statement) as database:
        copy(database, place, moves=True, on_statement=on_statement)


def taken_back(path: Path, place: str, on_statement: OnStatement | None = None) -> None:
    assert not take_back(path, place, on_statement=on_statement).left


def used(path: Path, place: str) -> str:
    able = {name for name, where in (("file", path), ("server", place)) if _can_be_used(where)}
    return "both" if len(able) > 1 else next(iter(able), "neither")


def _can_be_used(where: Path | str) -> bool:
    try:
        with Database(where) as database, database.writing():
            return True
    except DatabaseProblem:
        return False


def is_through(how: str, act: Act, place: str, step: int, after: str) -> bool:
    """Act until it dies or is cut off; say whether there was no such step any more."""
    at = At(step, die if how == "killed" else partial(cut, place), after)
    if how == "killed":
        child = os.fork()
        if child == 0:
            act(at)
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    try:
        act(at)
    except CarepathError:
        return False
    return at.left > 0


def main(how: str, begins: str, folder: Path) -> None:
    path, place = folder / "care.db", servers.empty_address()
    try:
        begin(folder)
        moves, back = partial(moved, path, place), partial(taken_back, path, place)
        rounds(how, moves, back, (path, place), BEGINS[begins][0])
        moves()
        rounds(how, back, moves, (path, place), BEGINS[begins][1])
    finally:
        servers.give_back()


def begin(folder: Path) -> None:
    with fresh(folder) as database:
        of = enrolled(database)
        with database.writing() as store:
            store.append(of, [entry(n) for n in range(1, 4)])


def rounds(how: str, act: Act, undo: Callable[[], None], where: tuple[Path, str], after: str) -> None:
    """Break off at each statement, and by turns go on or go back from there."""
    for step in count(1):
        through = is_through(how, act, where[1], step, after)
        left = used(*where)
        on = _then(act, where) if step % 2 else ""
        print(left, on, _then(undo, where), sep=",")  # noqa: T201 - how it answers
        if through:
            return


def _then(act: Callable[[], None], where: tuple[Path, str]) -> str:
    # It may be so already, which is refused.
    with suppress(CarepathError):
        act()
    return used(*where)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
