"""Measuring two things beside each other: medians of turns taken alternately, and their ratio."""

import sys
from collections.abc import Callable
from statistics import median
from subprocess import run
from time import perf_counter
from typing import NamedTuple


class Ratio(NamedTuple):
    """What ours costs and what the limit costs, and how many times the limit is allowed."""

    what: str
    ours: float
    limit: float
    allowed: float
    unit: str = "ms"

    def line(self) -> str:
        """Write the row of the table."""
        times = self.ours / self.limit
        verdict = "yes" if times <= self.allowed else "NO"
        costs = f"{self.limit:.2f} {self.unit} | {self.ours:.2f} {self.unit}"
        return f"| {self.what} | {costs} | {times:.2f} | {self.allowed:g} | {verdict} |"


HEAD = "| what | limit | ours | ratio | allowed | within |\n| --- | --- | --- | --- | --- | --- |"


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
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(turns):
        taken[0].append(seconds(ours))
        taken[1].append(seconds(limit))
    return Ratio(what, median(taken[0]) * 1e3 / each, median(taken[1]) * 1e3 / each, allowed)


def seconds(work: Callable[[], object]) -> float:
    """Time one turn."""
    began = perf_counter()
    work()
    return perf_counter() - began


def process(*words: str) -> None:
    """Run a program to its end; anything but success stops the benchmark."""
    done = run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed:\n{done.stderr}")
