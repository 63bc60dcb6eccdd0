"""Ticks of one, two and four workers over one database on a server: how many moments a second they claim."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from threading import Event
from time import perf_counter

import psycopg
from psycopg.sql import SQL, Identifier

from benchmarks.caseloads import large
from benchmarks.measuring import Ratio
from cli import clock
from storage import copying
from storage.connection import Database
from tests.servers import Machine

WORKERS = (1, 2, 4)
DUE = 40_000
# Until then every worker has begun, and looks each second.
BEGINS_AFTER = 15.0  # seconds
SECOND = 1_000_000

# One worker, whose clock is ahead by so many microseconds.
WORKER = """
import logging, os, sys
from functools import partial
from cli import clock
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
            took, told = _spent(machine, "one" if number == 1 else f"of{number}", number, due)
            alone = alone or took
            rate, sent = due / took, due / told
            print(f"<!-- {number} workers: {rate:,.0f} a second raised, {sent:,.0f} a second told -->")
            yield Ratio(f"{due:,} due, {number} workers against one", took * 1e3, alone * 1e3, 1.25)
    finally:
        machine.gone()


def _address(machine: Machine, name: str) -> str:
    return machine.address.replace("/postgres?", f"/{name}?")


def _database(machine: Machine, name: str, like: str = "template1") -> str:
    with psycopg.connect(machine.address, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(like)))
    return _address(machine, name)


def _together(machine: Machine, name: str, wanted: int) -> int:
    """Let the first moments come due at one moment; say how many there are."""
    with psycopg.connect(_address(machine, name)) as connection:
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


def _spent(machine: Machine, name: str, workers: int, due: int) -> tuple[float, float]:
    """Say how long it took from the first claim to the last, and until all was told."""
    place = _address(machine, name)
    with psycopg.connect(place, autocommit=True) as connection, ExitStack() as running:
        at, _ = _first(connection)
        ahead = at - clock.now() - int(BEGINS_AFTER * SECOND)
        for number in range(workers):
            words = [sys.executable, "-c", WORKER, place, f"worker-{number}", str(ahead)]
            process = running.enter_context(Popen(words, stdin=DEVNULL, stdout=PIPE, stderr=PIPE))
            running.callback(process.terminate)
        left = "SELECT count(*) FROM waiting WHERE at <= %s"
        _until(connection, left, at, lambda found: found < due)
        began = perf_counter()
        _until(connection, left, at, lambda found: found == 0)
        raised = perf_counter() - began
        unsent = "SELECT count(*) FROM delivery WHERE ready_at <= %s"
        _until(connection, unsent, at, lambda found: found == 0)
        told = perf_counter() - began
    with Database(place) as database, database.reading() as store:
        print(f"<!-- {sorted((beat.worker, beat.raised) for beat in store.heartbeats())} -->")
    return raised, told


def _until(
    connection: "psycopg.Connection[tuple[int, ...]]", asked: str, at: int, over: Callable[[int], bool]
) -> None:
    pause = Event()
    while True:
        [(found,)] = connection.execute(asked, (at,)).fetchall()
        if over(found):
            return
        pause.wait(0.02)
