"""Whole ticks, with all that is queued and told: with nothing due, and after a gap in which much came due."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Event, Thread

from benchmarks.by_hand_clock import HandClock
from benchmarks.caseloads import actable, large, moment
from benchmarks.measuring import Ratio, ratio, side_by_side, spent
from benchmarks.sites import PEOPLE, staffed
from benchmarks.ticking import ADVANCING, DUE, LONGEST_WAIT
from pathways.moments import Moment
from pathways.spans import DAY, SECOND
from scheduler.delivery import Output, through
from scheduler.heartbeats import Worker
from scheduler.posting import Post, post
from scheduler.tick import LEASE, TickReport, tick
from storage.connection import Database

LONGEST_HOLD = 250  # milliseconds
EARLY = moment("2026-01-02 08:30")


def measure(folder: Path, patients: int) -> Iterator[Ratio]:
    """Measure ticks over few and many prompts, then one after a gap beside somebody who goes on recording."""
    path = folder / "many.db"
    with large(folder / "few.db", max(2, patients // 1000)) as few, large(path, patients) as many:
        hand = HandClock(folder / "hand.db", path)
        for database in (few, many):
            staffed(database)
            _ticked(database, EARLY - DAY)
        clock = count(EARLY, SECOND)
        yield side_by_side(
            f"a tick with nothing due, {patients:,} patients against a thousandth",
            lambda: _ticked(many, next(clock)),
            lambda: _ticked(few, next(clock)),
            turns=101,
            allowed=2,
        )
        yield side_by_side(
            f"a tick with nothing due, {patients:,} patients against the same by hand",
            lambda: _ticked(many, next(clock)),
            lambda: hand.tick(next(clock)),
            turns=101,
            allowed=2,
        )
        gaps = [_when(many, times * min(DUE, patients)) for times in (1, 2)]
        yield _alone(many, hand, gaps[0])
    hand.close()
    yield from _beside(path, gaps[1], patients)


def _alone(database: Database, hand: HandClock, until: Moment) -> Ratio:
    """Tell of what came due in a gap: lines on the output, rows to people, digests instead of messages."""
    with (database.path.parent / "by-hand.txt").open("w", buffering=1) as lines:
        limit = spent(lambda: hand.tick(until, lambda line: lines.write(f"{line}\n")))
    reports: list[TickReport] = []
    ours = spent(lambda: reports.append(_ticked(database, until)))
    report = reports[0]
    print(f"<!-- {report.claimed}, {report.sent}: {report.claimed.taken / ours.time:,.0f} a second -->")
    with _posting(database.path, until):
        pass  # so that what is posted later is of the next gap
    return ratio(f"{report.claimed.taken:,} due after a gap, logged and told", ours, limit, allowed=3)


def _beside(path: Path, until: Moment, patients: int) -> Iterator[Ratio]:
    """Do the same for another gap while one process records and a thread posts."""
    with _recording(path, patients) as waits, _posting(path, until) as handed, Database(path) as database:
        reports: list[TickReport] = []
        took = spent(lambda: reports.append(_ticked(database, until)))
    report = reports[0]
    print(f"<!-- {report.sent} in {took.time:.1f} s, {len(waits) // 2} advances meanwhile -->")
    held, longest = max(waits[::2], default=0.0), max(waits[1::2], default=0.0)
    due = f"{report.claimed.taken:,} due"
    yield Ratio(f"messages to {PEOPLE} people of {due}, against one each", len(handed), PEOPLE, 1.1, unit="")
    yield Ratio("the longest that others held the right to write, against 0.25 s", held, LONGEST_HOLD, 1)
    yield Ratio("the longest wait of an advance meanwhile, against half a second", longest, LONGEST_WAIT, 1)


@contextmanager
def _recording(path: Path, patients: int) -> Iterator[list[float]]:
    """Let another process go on recording; its waits, in milliseconds, are there when the block has ended."""
    waits: list[float] = []
    words = [sys.executable, "-c", ADVANCING, str(path), *actable(patients)]
    with Popen(words, stdin=PIPE, stdout=PIPE, text=True) as other:
        if other.stdout:
            other.stdout.readline()
        yield waits
        waits += (float(wait) * 1e3 for wait in other.communicate("stop")[0].split())


@contextmanager
def _posting(path: Path, now: Moment) -> Iterator[list[str]]:
    """Post beside the block, and after it until nothing is left, to a receiver that answers at once."""
    handed: list[str] = []
    over = Event()
    way = Post(lambda *letter: handed.append(letter[-1]), lambda _: None)

    def work() -> None:
        last = False
        with Database(path) as database:
            while not last:
                last = over.wait(0.05)
                post(database, way, clock=lambda: now, worker="post", lease=LEASE, enough=lambda: False)

    thread = Thread(target=work)
    thread.start()
    try:
        yield handed
    finally:
        over.set()
        thread.join()


def _ticked(database: Database, now: Moment) -> TickReport:
    worker = Worker(name="benchmark", host="here", interval=60.0, started_at=now)
    with (database.path.parent / "ours.txt").open("w", buffering=1) as lines:
        deliver = through({"output": Output(partial(print, file=lines))})
        return tick(database, now=now, worker=worker, deliver=deliver)


def _when(database: Database, due: int) -> Moment:
    """Find the moment by which so many have come due."""
    asked = "SELECT at FROM waiting ORDER BY at LIMIT 1 OFFSET ?"
    ((found,),) = database.reader().execute(asked, (due - 1,)).fetchall()
    return int(found)
