"""Ticks: with nothing due however much waits, and with a hundred thousand due at once."""

import sys
from collections.abc import Callable, Iterator
from subprocess import PIPE, Popen
from time import perf_counter, sleep

from benchmarks.by_hand_clock import HandClock
from benchmarks.by_hand_clock_server import HandClockOnServer
from benchmarks.caseloads import actable, moment
from benchmarks.kinds import Sites
from benchmarks.measuring import Ratio, ratio, side_by_side, spent
from caseload.projecting import escalation_moment
from pathways.moments import Moment
from scheduler.tick import BATCH, ROOM
from storage.connection import Database

DUE = 100_000
A_SECOND = 25_000
LONGEST_WAIT = 500  # milliseconds

# Another process that advances one patient after another until it is told to stop. It prints how long it
# waited for the right to write alone, and how long an advance took with all that belongs to it.
ADVANCING = """
import sys, select
from time import perf_counter
from benchmarks.caseloads import moment, request
from benchmarks.course import FIRST
from caseload import actions
from storage.connection import Database
database = Database(sys.argv[1])
print("ready", flush=True)
for patient in sys.argv[2:]:
    if select.select([sys.stdin], [], [], 0)[0]:
        break
    began = perf_counter()
    with database.writing():
        waited = perf_counter() - began
    began = perf_counter()
    actions.advance(database, patient, FIRST, [], request("2026-01-03 09:00"))
    print(waited, perf_counter() - began, flush=True)
"""


def measure(sites: Sites, patients: int) -> Iterator[Ratio]:
    """Measure a look that finds nothing among few and many, then one that has a hundred thousand to raise."""
    few_there = max(2, patients // 1000)
    with sites.large("few", few_there) as few, sites.large("many", patients) as many:
        early = moment("2026-01-02 08:30")
        yield side_by_side(
            f"nothing due, {patients:,} patients against a thousandth",
            lambda: claim(many, early),
            lambda: claim(few, early),
            turns=201,
            allowed=2,
        )
        gaps = [_when(many, times * min(DUE, patients)) for times in (1, 2)]
        yield _alone(sites, many, gaps[0])
        yield from _beside(many, patients, gaps[1])


def _when(many: Database, due: int) -> Moment:
    """Find the moment by which so many have come due."""
    asked = f"SELECT at FROM waiting ORDER BY at LIMIT 1 OFFSET {due - 1}"  # noqa: S608 - a number
    ((found,),) = many.reader().execute(asked).fetchall()
    return int(found)


def claim(database: Database, now: Moment) -> int:
    """Do one batch of what has come due, in a transaction of its own; say how many moments it took."""
    with database.writing() as store:
        return store.claim_due(
            now=now, limit=BATCH, worker="benchmark", escalation_moment=escalation_moment
        ).taken


def _alone(sites: Sites, many: Database, until: Moment) -> Ratio:
    """Raise what comes due by a moment while nobody else is there, by hand and as the program does."""
    hand = (
        HandClockOnServer(many.place) if sites.on_server else HandClock(sites.folder / "hand.db", many.path)
    )
    limit = spent(lambda: _drain(hand.claim, until))
    hand.close()
    done: list[tuple[int, float]] = []
    ours = spent(lambda: done.append(_drain(lambda now: claim(many, now), until)))
    taken, seconds = done[0]
    print(f"<!-- {taken:,} in {seconds:.1f} s, {taken / seconds:,.0f} a second -->")
    return ratio(f"{taken:,} due, against the same rows by hand", ours, limit, allowed=3)


def _beside(database: Database, patients: int, until: Moment) -> Iterator[Ratio]:
    """Raise as many again, while another process goes on advancing."""
    words = [sys.executable, "-c", ADVANCING, database.place, *actable(patients)]
    with Popen(words, stdin=PIPE, stdout=PIPE, text=True) as other:
        if other.stdout:
            other.stdout.readline()
        taken, seconds = _drain(lambda now: claim(database, now), until)
        waits = other.communicate("stop")[0].split()
    longest = max(map(float, waits[1::2]), default=0.0) * 1e3
    meanwhile = len(waits) // 2
    print(
        f"<!-- {taken:,} in {seconds:.1f} s, {taken / seconds:,.0f} a second, beside {meanwhile} advances -->"
    )
    yield Ratio(f"{taken:,} due, at {A_SECOND:,} a second", seconds * 1e3, taken / A_SECOND * 1e3, 1)
    yield Ratio("the longest wait of an advance meanwhile, against half a second", longest, LONGEST_WAIT, 1)


def _drain(claim: Callable[[Moment], int], now: Moment) -> tuple[int, float]:
    began, total = perf_counter(), 0
    while taken := claim(now):
        total += taken
        sleep(ROOM)
    return total, perf_counter() - began
