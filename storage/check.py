"""What can be checked of a database without folding a history. Each finding is one sentence."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pathways.moments import Moment
from storage.connection import Connection, Database
from storage.rows import LedgerRow, PromptRow, WaitingRow
from storage.waiting import Late, waiting

_IN_THE_FILE = "*** in database main ***"
_GAPS = """
SELECT patient_id, count(*), max(number) FROM entry GROUP BY patient_id
HAVING count(*) <> max(number) OR min(number) <> 1
"""


def check_file(database: Database) -> list[str]:
    """Look whether the database is whole: its pages or parts, its references, its numbering."""
    connection = database.reader()
    with database.explained():
        if not isinstance(connection, sqlite3.Connection):
            from storage.check_postgres import missing_parts, nothing_of_site, orphans, taken_numbers

            left_out = (nothing_of_site, taken_numbers, orphans, _gaps)
            return list(missing_parts(connection)) or [line for look in left_out for line in look(connection)]
        return faults(connection)


def faults(connection: sqlite3.Connection) -> list[str]:
    """Ask the same of an open file."""
    # What is damaged cannot be asked anything more.
    return damage(connection) or beside_damage(connection)


def damage(connection: sqlite3.Connection) -> list[str]:
    """Look at every page of an open file: what is found can come of no program, only of a disk."""
    return list(_damage(connection))


def beside_damage(connection: sqlite3.Connection) -> list[str]:
    """Look at what whole pages hold: a faithful copy has the same faults."""
    return [*_dangling(connection), *_gaps(connection)]


def waits_wrongly(
    prompts: Iterable[PromptRow],
    deeds: Mapping[int, Sequence[LedgerRow]],
    had: set[WaitingRow],
    late: Late,
    now: Moment,
) -> Iterator[str]:
    """Compare what waits for some prompts (`had`) with what should.

    `now` excuses what waits no more for a prompt that was over before a tick could see to it.
    """
    left = set(had)
    for prompt in prompts:
        wanted = waiting(prompt, deeds.get(prompt.id, ()), late)
        yield from _missing(prompt, wanted - left, now)
        left -= wanted
    yield from _left_over(left)


def _damage(connection: sqlite3.Connection) -> Iterator[str]:
    for (problem,) in connection.execute("PRAGMA integrity_check"):
        if problem != "ok":
            yield f"The file is damaged: {' '.join(problem.removeprefix(_IN_THE_FILE).split())}."


def _dangling(connection: sqlite3.Connection) -> Iterator[str]:
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"A row of {table} refers to a row of {parent} that is not there."


def _gaps(connection: Connection) -> Iterator[str]:
    for patient_id, count, last in connection.execute(_GAPS).fetchall():
        yield f"Of {patient_id} there are {count} entries, but the last has number {last}."


def _missing(prompt: PromptRow, rows: Iterable[WaitingRow], now: Moment) -> Iterator[str]:
    over = prompt.ended_at is not None and prompt.ended_at <= now
    for row in sorted(rows):
        if row.kind == "lapse" or not over:
            yield f"Nothing waits to {row.kind} {prompt.patient_id}/{prompt.number} at its moment."


def _left_over(rows: Iterable[WaitingRow]) -> Iterator[str]:
    for row in sorted(rows):
        yield f"Something waits to {row.kind} the prompt in row {row.prompt_id}, but should not."
