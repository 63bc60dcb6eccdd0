"""A backup of a million prompts while commands go on: against SQLite's own, and how long others wait."""

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

from benchmarks.caseloads import actable, large, moment
from benchmarks.measuring import Ratio, ratio, spent
from benchmarks.ticking import ADVANCING, LONGEST_WAIT
from storage import backups

NOW = moment("2026-01-03 10:00")


def measure(folder: Path, patients: int) -> Iterator[Ratio]:
    """Measure the copy that SQLite makes, checked as ours is, then ours; somebody records beside both."""
    path, to = folder / "large.db", folder / "backups"
    to.mkdir()
    large(path, patients).close()
    size = path.stat().st_size // 1_000_000
    still = actable(patients)
    half = len(still) // 2
    with _recording(path, still[:half]) as before:
        limit = spent(lambda: _by_hand(path, to / "hand.db"))
    (to / "hand.db").unlink()
    with _recording(path, still[half:]) as waits:
        ours = spent(lambda: backups.make(path, to, now=NOW, go_on=lambda: None))
    print(f"<!-- {size:,} MB in {ours.time:.0f} s; {len(before)} and {len(waits)} advances meanwhile -->")
    yield ratio(f"a backup of {size:,} MB, against SQLite's own and its check", ours, limit, allowed=2)
    yield Ratio("the longest wait of an advance meanwhile, half a second", max(waits), LONGEST_WAIT, 1)


def _by_hand(path: Path, copy: Path) -> None:
    """Copy by one call and check the pages and references, as anybody would who wants to rely on it."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target, pages=-1)
        target.execute("PRAGMA integrity_check").fetchall()
        target.execute("PRAGMA foreign_key_check").fetchall()


@contextmanager
def _recording(path: Path, patients: Sequence[str]) -> Iterator[list[float]]:
    """Let another process go on recording; how long each took, in milliseconds, is there afterwards."""
    took: list[float] = []
    with Popen(
        [sys.executable, "-c", ADVANCING, str(path), *patients], stdin=PIPE, stdout=PIPE, text=True
    ) as other:
        if other.stdout:
            other.stdout.readline()
        yield took
        took += (float(each) * 1e3 for each in other.communicate("stop")[0].split()[1::2])
