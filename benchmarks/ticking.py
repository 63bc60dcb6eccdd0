"""Ticks: with nothing due however much waits, and with a hundred thousand due at once."""

import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from time import perf_counter

from benchmarks.caseloads import DAY, actable, large, moment
from benchmarks.measuring import Ratio, seconds, side_by_side
from scheduler.delivery import through
from scheduler.tick import once
from storage.connection import Database

DUE = 100_000


def measure(folder: Path, patients: int) -> Iterator[Ratio]:
    """Measure a tick that finds nothing among few and many, then one that has a hundred thousand to raise."""
    few, many = large(folder / "few.db", max(2, patients // 1000)), large(folder / "many.db", patients)
    early = moment("2026-01-02 08:30")
    yield side_by_side(
        f"a tick with nothing due, {patients // 1000:,} against {patients:,} patients",
        lambda: _tick(many, early),
        lambda: _tick(few, early),
        turns=101,
        allowed=2,
    )
    yield from _many_due(folder, many)


def _many_due(folder: Path, database: Database) -> Iterator[Ratio]:
    """Raise what has come due in the first hundred thousand, while another process goes on advancing."""
    (until,) = database.reader().execute(
        "SELECT at FROM waiting ORDER BY at LIMIT 1 OFFSET ?", (DUE - 1,)
    ).fetchone()
    other = Popen(
        [sys.executable, "-c", _ADVANCING, str(folder / "many.db"), *actable(100_000)[:200]], stdout=PIPE, text=True
    )
    assert other.stdout
    other.stdout.readline()
    began = perf_counter()
    report = once(database, now=until, name="benchmark", host="here", deliver=through({}))
    spent = perf_counter() - began
    waits = other.communicate()[0].split()
    print(f"<!-- {report.claimed} in {spent:.1f} s; longest wait of an advance {max(map(float, waits)):.2f} s -->")
    yield Ratio(f"{report.claimed.taken:,} due, at 25,000 a second", spent * 1e3, report.claimed.taken / 25, 1)
    yield Ratio("the longest wait of an advance meanwhile, against half a second", max(map(float, waits)) * 1e3, 500, 1)
