"""The check that all which is stored follows from the histories, beside reading the same rows and no more."""

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.caseloads import large, moment
from benchmarks.measuring import Ratio, ratio, spent
from caseload.checking import check
from storage.connection import Database

NOW = moment("2026-01-02 09:30")
READ = ("entry", "fold", "track_state", "fact_value", "prompt", "waiting", "ledger", "delivery")
TIMES = 30


def measure(folder: Path, patients: int) -> Iterator[Ratio]:
    """Measure one process, then as many as there are processors, over enrolments that are all in order."""
    path = folder / "site.db"
    with large(path, patients, shifted=False) as database:
        limit = spent(lambda: _read(path))
        took = {
            "one process": spent(lambda: _checked(database, 1)),
            "a process for each processor": spent(lambda: _checked(database, 0)),
        }
    for jobs, ours in took.items():
        speed = f"{patients / ours.time:,.0f} a second"
        yield ratio(f"`check` of {patients:,} enrolments by {jobs}, {speed}", ours, limit, allowed=TIMES)
    one, all_of_them = took.values()
    yield ratio("the same by all processors, against by one", all_of_them, one, allowed=1)


def _checked(database: Database, jobs: int) -> None:
    report = check(database, now=NOW, jobs=jobs)
    if report.differences:
        sys.exit(f"not in order: {report.differences[:3]}")


def _read(path: Path) -> int:
    """Read every row that the check reads, once, and look at nothing."""
    connection = sqlite3.connect(path)
    rows = 0
    for table in READ:
        for _ in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 - a name of ours
            rows += 1
    connection.close()
    return rows
