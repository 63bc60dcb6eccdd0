"""Ticks of one, two and four workers over one database on a server: how many moments a second they claim."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryFile
from threading import Event
from time import perf_counter
from typing import IO, NamedTuple

import psycopg
from psycopg.sql import SQL, Identifier

from benchmarks.caseloads import large
from benchmarks.kinds import beside
from benchmarks.measuring import Ratio
from cli import clock
from pathways.spans import SECOND
from storage import copying
from tests.servers import Machine

WORKERS = (1, 2, 4)
DUE = 40_000
# Until then every worker has begun, and looks each second.
BEGINS_AFTER = 15.0  # seconds

# One worker, whose clock is ahead by so many microseconds.
WORKER = """
import logging, os, sys
from functools import partial
from cli import clock
from pathways.spans import SECOND
from scheduler.channels import hand_over
from scheduler.cluster import run
from scheduler.delivery import Output, through
from scheduler.heartbeats import Worker
from scheduler.posting import Post
place, name, ahead = sys.argv[1], sys.argv[2], int(sys.argv[3])
logging.basicConfig(level=logging.CRITICAL)
lines = open(os.devnull, "w", buffering=1)
def write(line):
    lines.write(f"{line}\\n")
now = lambda: clock.now() + ahead
run(
    place, clock=now, worker=Worker(name=name, host="benchmark", interval=1.0, started_at=now()),
    deliver=through({"output": Output(write)}),
    way=lambda stopped: Post(partial(hand_over, stopped=stopped), write),
)
"""


class Member(NamedTuple):
    """A worker, and where it writes what goes wrong: to a file, as nobody reads a pipe that fills up."""

    process: "Popen[bytes]"
    errors: IO[bytes]


def measure(folder: Path, patients: int) -> Iterator[Ratio]:
    """Let the same moments come due for one worker, for two, and for four."""
    machine = Machine()
    try:
        with large(folder / "large.db", patients) as database:
            copying.copy(database, _database(machine, "one"))
        due = _together(machine, "one", min(DUE, patients))
        for number in WORKERS[1:]:
            _database(machine, f"of{number}", like="one")
        alone = 0.0
        for number in WORKERS:
            took = _spent(machine, "one" if number == 1 else f"of{number}", number, due)
            alone = alone or took
            print(f"<!-- {number} workers: {due / took:,.0f} a second -->")
            yield Ratio(f"{due:,} due, {number} workers against one", took * 1e3, alone * 1e3, 2)
    finally:
        machine.gone()


def _database(machine: Machine, name: str, like: str = "template1") -> str:
    with psycopg.connect(machine.address, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(like)))
    return beside(machine.address, name)


def _together(machine: Machine, name: str, wanted: int) -> int:
    """Let the first moments come due at one moment; say how many there are."""
    with psycopg.connect(beside(machine.address, name)) as connection:
        connection.execute(
            "UPDATE waiting SET at = (SELECT max(at) FROM (SELECT at FROM waiting ORDER BY at LIMIT %s) f) "
            "WHERE at <= (SELECT max(at) FROM (SELECT at FROM waiting ORDER BY at LIMIT %s) f)",
            (wanted, wanted),
        )
        (_, due) = _first(connection)
    return due


def _first(connection: "psycopg.Connection[tuple[int, ...]]") -> tuple[int, int]:
    """Say when something next comes due, and how much at that moment."""
    asked = "SELECT at, count(*) FROM waiting GROUP BY at ORDER BY at LIMIT 1"
    [(at, due)] = connection.execute(asked).fetchall()
    return at, due


def _spent(machine: Machine, name: str, workers: int, due: int) -> float:
    """Say how long it took from the first claim to the last, while what was claimed is told."""
    place = beside(machine.address, name)
    with psycopg.connect(place, autocommit=True) as connection, ExitStack() as running:
        at, _ = _first(connection)
        ahead = at - clock.now() - int(BEGINS_AFTER * SECOND)
        crew = [_begun(running, place, f"worker-{number}", ahead) for number in range(workers)]
        _until(connection, at, crew, lambda found: found < due)
        began = perf_counter()
        _until(connection, at, crew, lambda found: found == 0)
        # Here: to leave is to wait until all of them have ended.
        return perf_counter() - began


def _begun(running: ExitStack, place: str, name: str, ahead: int) -> Member:
    errors = running.enter_context(TemporaryFile())  # noqa: SIM115 - the stack is its context
    words = [sys.executable, "-c", WORKER, place, name, str(ahead)]
    process = running.enter_context(Popen(words, stdin=DEVNULL, stdout=DEVNULL, stderr=errors))
    running.callback(process.terminate)
    return Member(process, errors)


def _until(
    connection: "psycopg.Connection[tuple[int, ...]]",
    at: int,
    crew: Sequence[Member],
    over: Callable[[int], bool],
) -> None:
    """Look again and again at how much waits; raise when a worker has ended, as nothing would come of it."""
    pause = Event()
    while True:
        [(found,)] = connection.execute("SELECT count(*) FROM waiting WHERE at <= %s", (at,)).fetchall()
        if over(found):
            return
        for each in crew:
            _refuse_ended(each)
        pause.wait(0.02)


def _refuse_ended(member: Member) -> None:
    code = member.process.poll()
    if code is not None:
        member.errors.seek(0)
        said = member.errors.read().decode(errors="replace").strip()
        msg = f"A worker ended with {code}: {said or 'it said nothing'}"
        raise RuntimeError(msg)
