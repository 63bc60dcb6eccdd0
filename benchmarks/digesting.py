"""Morning digests for two hundred people: each put together and written, beside the same rows by hand."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from sqlite3 import Connection
from statistics import median
from typing import Any, cast

from benchmarks.caseloads import large, moment
from benchmarks.measuring import Ratio, Spent, ratio, spent
from benchmarks.sites import PEOPLE, person, staffed
from caseload.detail import FULL
from caseload.digest import BUDGET
from caseload.digest_lines import lines
from pathways.spans import DAY
from scheduler.digests import foot, made
from storage.connection import Database

MORNING = moment(
    "2026-07-01 07:30"
)  # the moments are spread over the year: half of the patients are well under way
OWN = """
SELECT patient_id, number, rule, tier, role, owner, say, opens_at, due_at, due_on, enrolment_id FROM prompt
WHERE owner = ? AND settled IS 0 AND opens_at <= ? AND (ended_at IS NULL OR ended_at > ?)
"""
OF_ROLE = """
SELECT patient_id, number, rule, tier, role, owner, say, opens_at, due_at, due_on, enrolment_id FROM prompt
WHERE role = ? AND role <> 'coordinator' AND settled IS 0 AND opens_at <= ?
    AND (ended_at IS NULL OR ended_at > ?)
"""


def measure(folder: Path, patients: int) -> Iterator[Ratio]:
    """Measure the digests of coordinators, of whoever holds a role of the whole site, and all of them."""
    with large(folder / "site.db", patients) as database:
        staffed(database)
        took = [_both(database, number) for number in range(PEOPLE)]
    ours, limit = ([each[side] for each in took] for side in (0, 1))
    for what, of in {
        f"the digest of a coordinator of {patients // PEOPLE:,} patients": slice(2, None),
        f"the digest of who leads a site of {patients:,} patients": slice(0, 1),
        f"the digest of its clinician, of {patients:,} patients": slice(1, 2),
    }.items():
        yield ratio(what, _median(ours[of]), _median(limit[of]), allowed=10)
    yield ratio(f"the digests of all {PEOPLE} people", _sum(ours), _sum(limit), allowed=10)


def _median(some: Sequence[Spent]) -> Spent:
    return Spent(*(median(of) for of in zip(*some, strict=True)))


def _sum(some: Sequence[Spent]) -> Spent:
    return Spent(*(sum(of) for of in zip(*some, strict=True)))


def _both(database: Database, number: int) -> tuple[Spent, Spent]:
    roles = {0: ("lead",), 1: ("clinician",)}.get(number, ())
    file = cast("Connection", database.reader())
    by_hand = spent(lambda: _by_hand(file, person(number), roles))
    return spent(lambda: _ours(database, person(number))), by_hand


def _ours(database: Database, name: str) -> list[str]:
    return list(lines(made(database, name, MORNING, foot(database, MORNING)), FULL))


def _by_hand(connection: Connection, name: str, roles: Iterable[str]) -> list[str]:
    """Read what one person may have to do, put it together by patient, and write the most urgent."""
    until = MORNING + 7 * DAY
    rows = connection.execute(OWN, (name, until, MORNING)).fetchall()
    for role in roles:
        rows += connection.execute(OF_ROLE, (role, until, MORNING)).fetchall()
    by_patient: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        by_patient.setdefault(row[0], []).append(row)
    urgent = sorted(by_patient.items(), key=lambda each: (min(row[8] or until for row in each[1]), each[0]))
    return [" ".join(map(str, row)) for _, asked in urgent[:BUDGET] for row in asked]
