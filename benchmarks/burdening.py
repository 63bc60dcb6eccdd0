"""The burden of a month and of a year at a million prompts, beside the plainest sum that could answer."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.caseloads import large, moment
from benchmarks.measuring import Ratio, side_by_side
from caseload.burden import Question, burden
from pathways.spans import HOUR
from storage.burden import By
from storage.connection import Database

# The moments are spread over a year from January on: by now all of them have come.
NOW = moment("2027-01-20 09:00")
# Whatever opened was raised; a third was done, a seventh dismissed, a fifth escalated, half told to somebody.
LIFE = f"""
INSERT OR IGNORE INTO ledger (prompt_id, kind, moment, tell, at, by_entry, worker)
    SELECT id, 'raised', opens_at, '', opens_at, 0, '' FROM prompt WHERE opens_at <= {NOW};
INSERT INTO ledger (prompt_id, kind, moment, tell, at, by_entry, worker)
    SELECT id, 'escalated', due_at, 'lead', due_at, 0, '' FROM prompt WHERE id % 5 = 0 AND due_at <= {NOW};
INSERT INTO delivery
    SELECT l.id, p.owner, 'mail', 'sent', NULL, NULL, 1, l.at, 'owner', '', '', ''
    FROM ledger l JOIN prompt p ON p.id = l.prompt_id WHERE l.id % 2 = 0;
UPDATE prompt SET ended = 'done', ended_at = opens_at + id % 97 * {HOUR}, ended_by = 3, settled = 1
    WHERE id % 3 = 0;
UPDATE prompt SET ended = 'dismissed', ended_at = opens_at + id % 97 * {HOUR}, ended_by = 3, settled = 1
    WHERE id % 7 = 1;
ANALYZE;
"""  # noqa: S608 - numbers of ours
BY_HAND = """
SELECT e.pathway, p.rule, count(*), sum(p.ended = 'done'), sum(p.ended = 'dismissed'), sum(p.seen_at IS NULL)
FROM ledger l JOIN prompt p ON p.id = l.prompt_id JOIN enrolment e ON e.id = p.enrolment_id
WHERE l.kind = 'raised' AND l.at BETWEEN ? AND ? GROUP BY e.pathway, p.rule
"""


def measure(folder: Path, patients: int) -> Iterator[Ratio]:
    """Measure a month and a year, by rule and by person."""
    path = folder / "year.db"
    large(path, patients).close()
    with sqlite3.connect(path) as connection:
        connection.executescript(LIFE)
    (prompts,) = connection.execute("SELECT count(*) FROM prompt").fetchone()
    connection.close()
    with Database(path) as database:
        for what, since, until in (
            ("month", "2026-07-01", "2026-07-31"),
            ("year", "2026-01-01", "2027-01-20"),
        ):
            for by, allowed in _WAYS.items():
                yield side_by_side(
                    f"the burden of a {what} by {by}, of {prompts:,} prompts",
                    partial(burden, database, Question(since, until, by), now=NOW),
                    _by_hand(database, moment(since), moment(until)),
                    turns=3,
                    allowed=allowed,
                )


# By rule it asks four times, by person twice as often, and beside that who was told and on which day.
_WAYS: dict[By, float] = {"rule": 12, "person": 24}


def _by_hand(database: Database, since: int, until: int) -> Callable[[], object]:
    return lambda: database.reader().execute(BY_HAND, (since, until)).fetchall()
