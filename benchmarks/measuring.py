"""Measuring two things beside each other: medians of turns taken alternately, and their ratio."""

import sys
from collections.abc import Callable
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from subprocess import run
from time import perf_counter
from typing import NamedTuple


class Ratio(NamedTuple):
    """What ours costs and what the limit costs, and how many times the limit is allowed.

    `processor` is the ratio of what both ask of the processors: it is steadier than time while others work on
    the same machine, and says nothing of the disk.
    """

    what: str
    ours: float
    limit: float
    allowed: float
    unit: str = "ms"
    processor: float | None = None

    def line(self) -> str:
        """Write the row of the table."""
        times = self.ours / self.limit
        verdict = "yes" if times <= self.allowed else "NO"
        processor = "" if self.processor is None else f"{self.processor:.2f}"
        costs = f"{self.limit:.2f} {self.unit} | {self.ours:.2f} {self.unit}"
        return f"| {self.what} | {costs} | {times:.2f} | {processor} | {self.allowed:g} | {verdict} |"


HEAD = (
    "| what | limit | ours | ratio | of processor time | allowed | within |\n"
    "| --- | --- | --- | --- | --- | --- | --- |"
)


class Spent(NamedTuple):
    """What some work took: seconds, and seconds of processor time, also of processes that it waited for."""

    time: float
    processor: float


def side_by_side(
    what: str,
    ours: Callable[[], object],
    limit: Callable[[], object],
    *,
    turns: int,
    allowed: float,
    each: int = 1,
) -> Ratio:
    """Time both in turns, so that what else the machine does falls on both; `each` divides the times."""
    ours()
    limit()
    taken: tuple[list[Spent], list[Spent]] = ([], [])
    for _ in range(turns):
        taken[0].append(spent(ours))
        taken[1].append(spent(limit))
    mine, theirs = (
        Spent(median(each.time for each in some), median(each.processor for each in some)) for some in taken
    )
    return ratio(what, mine, theirs, allowed=allowed, each=each)


def ratio(what: str, ours: Spent, limit: Spent, *, allowed: float, each: int = 1) -> Ratio:
    """Compare what two things took; `each` divides the times."""
    processor = ours.processor / limit.processor if limit.processor else None
    return Ratio(what, ours.time * 1e3 / each, limit.time * 1e3 / each, allowed, processor=processor)


def spent(work: Callable[[], object]) -> Spent:
    """Measure one turn."""
    before, began = _processor(), perf_counter()
    work()
    return Spent(perf_counter() - began, _processor() - before)


def _processor() -> float:
    used = (getrusage(whose) for whose in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def process(*words: str) -> None:
    """Run a program to its end; anything but success stops the benchmark."""
    done = run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed:\n{done.stderr}")
