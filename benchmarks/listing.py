"""The first fifty of one coordinator among a million prompts, in a running process."""

from collections.abc import Callable, Iterator

from benchmarks.caseloads import moment
from benchmarks.kinds import Sites
from benchmarks.measuring import Ratio, side_by_side
from storage.connection import Database

TURNS = 201
TOP = 50
OWNER = "owner-007"
NOW = moment("2026-06-01 08:00")
# The columns that a list wants: to read half of them would take a third less.
BY_HAND = """
SELECT p.id, p.enrolment_id, p.patient_id, p.number, p.rule, p.tier, p.role, p.owner, p.say, p.counted_from,
    p.counted_on, p.opens_at, p.due_at, p.due_on, p.missing, p.source, p.seen_at, p.seen_by,
    p.acknowledged_at, p.acknowledged_by, p.acting_by, p.acting_until, p.could_not,
    p.taken_at, p.snoozed_until, p.ended_at,
    e.zone, e.pathway, e.digest
FROM prompt p JOIN enrolment e ON e.id = p.enrolment_id
WHERE p.owner = '{owner}' AND p.tier = 'due' AND p.{open} AND p.sorts_at <= {now} AND p.opens_at <= {now}
ORDER BY p.sorts_at LIMIT {top}
"""


def measure(sites: Sites, patients: int) -> Iterator[Ratio]:
    """Measure what is overdue of one caseload, against one statement over the same index."""
    with sites.large("large", patients) as database:
        yield side_by_side(
            f"the top {TOP} of a coordinator, {patients:,} patients",
            lambda: _ours(database),
            _by_hand(database),
            turns=TURNS,
            allowed=2,
        )


def _ours(database: Database) -> None:
    with database.listing() as lists:
        lists.overdue(now=NOW, owner=OWNER, limit=TOP)


def _by_hand(database: Database) -> Callable[[], object]:
    still_open = "settled IS FALSE" if database.on_server else "settled IS 0"
    text = BY_HAND.format(owner=OWNER, open=still_open, now=NOW, top=TOP)

    def work() -> object:
        # As ours: both see the database as it was at one moment.
        run = database.reader().execute
        run("BEGIN")
        rows = run(text).fetchall()
        run("COMMIT")
        return rows

    return work
