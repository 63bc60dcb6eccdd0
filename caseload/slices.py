"""Looks at some enrolments, all of them as they were at one moment, whoever writes meanwhile."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from caseload.comparing import differences, fold, waiting_differs
from caseload.loose_ends import LooseEnd, of_enrolment
from caseload.rota import Holders, rota_of
from pathways.moments import Moment
from storage.connection import Database
from storage.rows import WaitingRow

# Told how many of how many enrolments are done; may raise, to end it.
Progress = Callable[[int, int], None]


class Found(NamedTuple):
    """What is wrong with one enrolment."""

    differences: tuple[str, ...]
    loose_ends: tuple[LooseEnd, ...]


class Seen(NamedTuple):
    """What there was in a slice, and what is wrong, by enrolment: only of those of which something is."""

    entries: int
    prompts: int
    found: dict[int, Found]


def look(database: Database, ids: Sequence[int], now: Moment, told: Callable[[], None]) -> Seen:
    """Fold each enrolment from its first entry, and compare it with all that is stored of it."""
    entries = prompts = 0
    found: dict[int, Found] = {}
    with database.reading() as store:
        holders, waits = Holders(rota_of(store, now), now), _by_prompt(store.waiting_of(ids))
        for enrolment_id in ids:
            folded, known = fold(store, enrolment_id), store.prompts(enrolment_id)
            entries += len(folded.entries)
            prompts += len(folded.rows.prompts)
            had = [row for prompt in known for row in waits.get(prompt.id, ())]
            wrong = Found(
                (
                    *differences(store, folded, known, now),
                    *waiting_differs(store, folded.row, known, had, now),
                ),
                tuple(of_enrolment(folded, known, holders, now)),
            )
            if any(wrong):
                found[enrolment_id] = wrong
            told()
    return Seen(entries, prompts, found)


def slices(ids: Sequence[int], size: int) -> list[Sequence[int]]:
    """Cut a list into pieces."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _by_prompt(rows: Iterable[WaitingRow]) -> dict[int, list[WaitingRow]]:
    sorted_out: dict[int, list[WaitingRow]] = {}
    for row in rows:
        sorted_out.setdefault(row.prompt_id, []).append(row)
    return sorted_out
