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
BY_HAND = """
SELECT patient_id, number, tier, say, due_on FROM prompt
WHERE owner = '{owner}' AND tier = 'due' AND {open} AND sorts_at <= {now} ORDER BY sorts_at LIMIT {top}
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
    still_open = "NOT settled" if database.on_server else "settled IS 0"
    text = BY_HAND.format(owner=OWNER, open=still_open, now=NOW, top=TOP)

    def work() -> object:
        # As ours: both see the database as it was at one moment.
        run = database.reader().execute
        run("BEGIN")
        rows = run(text).fetchall()
        run("COMMIT")
        return rows

    return work
