"""Processes that die at a chosen place, and what is left of the database after that."""

import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import Literal, TypeAlias

from pathways.moments import Moment
from scheduler.channels import Text
from storage.rows import DeliveryRow

Statement: TypeAlias = tuple[Literal["before", "after"], str]
Dump: TypeAlias = dict[str, list[tuple[object, ...]]]

KILLED = -signal.SIGKILL
PATIENCE = 120.0  # seconds; only ever waited for when something is wrong
# Forks children from a process that has no threads and has imported all they need; pytest itself is there
# because a child begins by importing the main module of its parent.
_SERVER = get_context("forkserver")
_SERVER.set_forkserver_preload(
    ["pytest", "storage.setup", "tests.crash.acts", "tests.crash.shift", "tests.crash.upgrading"]
)


def starting(work: Callable[..., object], *given: object) -> BaseProcess:
    """Start something in a process of its own."""
    process = _SERVER.Process(target=work, args=given)
    process.start()
    return process


def at_work(work: Callable[..., object], where: object, *given: object) -> BaseProcess:
    """Start something that says when it has done a first thing, and wait for that."""
    has_begun = _SERVER.Event()
    process = starting(work, where, has_begun, *given)
    assert has_begun.wait(PATIENCE), "nothing is done"
    return process


def in_a_process(work: Callable[..., object], *given: object) -> int:
    """Run something in a process of its own, and return how that ended."""
    process = starting(work, *given)
    process.join(PATIENCE)
    code = process.exitcode
    assert code is not None, "a process hangs"
    return code


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DiesAt:
    """Kills the process at the statement boundary of this number, counted from 1."""

    def __init__(self, point: int) -> None:
        self._left = point

    def __call__(self, _when: str, _statement: str) -> None:
        self._left -= 1
        if self._left == 0:
            die()


class Told:
    """A channel that writes down the number of each message, so that it is known after a crash."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self, message: DeliveryRow, _: Moment) -> None:
        with self._file.open("a", encoding="ascii") as lines:
            lines.write(f"{message.ledger_id}\n")

    def numbers(self) -> list[int]:
        return (
            [int(line) for line in self._file.read_text(encoding="ascii").split()]
            if self._file.exists()
            else []
        )


class Taken:
    """A server that writes down the key of each message, so that it is known after a crash."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self, _url: str, _text: Text, key: str) -> None:
        with self._file.open("a", encoding="ascii") as lines:
            lines.write(f"{key}\n")

    def keys(self) -> list[str]:
        return self._file.read_text(encoding="ascii").split() if self._file.exists() else []


def boundaries(path: Path, work: Callable[..., object], *given: object) -> list[Statement]:
    """Do some work in a process of its own, and list the boundaries of its statements.

    Not in this one, which may remember what a fresh process has to ask for.
    """
    listed = path.with_suffix(".statements")
    assert in_a_process(_list_boundaries, path, listed, work, *given) == 0
    return [(when, text) for when, text in json.loads(listed.read_text(encoding="utf-8"))]


def _list_boundaries(path: Path, listed: Path, work: Callable[..., object], *given: object) -> None:
    found: list[Statement] = []
    work(path, lambda *each: found.append(each), *given)
    listed.write_text(json.dumps(found), encoding="utf-8")


def committed(statements: list[Statement]) -> bool:
    """Say whether something that was written has been committed by the end of these."""
    writing = False
    for when, text in statements:
        if when == "after" and text.startswith("BEGIN"):
            writing = text == "BEGIN IMMEDIATE"
        elif (when, text, writing) == ("after", "COMMIT", True):
            return True
    return False


def telling(statements: list[Statement], most: int = 12) -> list[int]:
    """Choose the places to die at that tell most: just before and after each commit, and half-way to it."""
    commits = [
        number for number, (when, text) in enumerate(statements, 1) if (when, text) == ("before", "COMMIT")
    ]
    near = {number + step for number in commits for step in (0, 1)}
    half_way = {(one + other) // 2 for one, other in pairwise([0, *commits])}
    places = sorted(near | half_way)
    # Not every so-many-th, which might leave out all of one kind.
    return sorted(Random(most).sample(places, min(most, len(places))))  # noqa: S311 - repeatable, not secret


def copy(path: Path, target: Path) -> Path:
    """Copy a database that nobody has open."""
    for ending in ("", "-wal", "-shm"):
        Path(f"{target}{ending}").unlink(missing_ok=True)
    for ending in ("", "-wal"):
        if (part := Path(f"{path}{ending}")).exists():
            shutil.copy(part, f"{target}{ending}")
    return target


def dump(path: Path) -> Dump:
    """Return everything that is stored, but for the heartbeats."""
    with closing(sqlite3.connect(path)) as connection:
        return {table: _rows(connection, table) for table in _tables(connection)}


def _tables(connection: sqlite3.Connection) -> Iterator[str]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return (name for (name,) in names.fetchall() if name != "heartbeat")


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return sorted(connection.execute(f'SELECT * FROM "{table}"'), key=repr)  # noqa: S608 - a name of ours
