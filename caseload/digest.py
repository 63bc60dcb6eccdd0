"""A morning digest: the worklist of one person as a whole, as far as their budget goes.

It follows from what is recorded and the moment alone: made again, it is the same. What changes from minute
to minute (the scheduler, messages on their way) stands in its foot, which is given.
"""

from collections import Counter
from typing import TYPE_CHECKING

from caseload.contacts import APART, COMING, NOT_MOVING, OVERDUE, PARTS, Chosen, Group, Key, key
from caseload.foot import Foot
from caseload.worklist import DAYS, Reader, Worklist
from storage.lists import by_tier

if TYPE_CHECKING:
    from storage.connection import Database
    from storage.lists import PromptLine

BUDGET = 40
OWN_AND_LATE = (OVERDUE, NOT_MOVING)


def digest(database: "Database", person: str, *, at: int, foot: Foot, budget: int = BUDGET) -> Worklist:
    """Put together what somebody holds at a moment."""
    with database.listing() as lists:
        reader = Reader(lists, person, at, DAYS)
        return reader.worklist(within(reader.read(None).chosen, budget, at), foot)


def within(groups: list[Group], budget: int, now: int) -> Chosen:
    """Keep the most urgent, in the order of the list; a stop is never cut.

    One that rests with another takes no room from what is one's own.
    """
    by_urgency = sorted(groups, key=lambda group: min(_urgency(part, line, now) for part, line in group[2]))
    room = max(budget, sum(_is_stop(group) and not _with_another(group) for group in groups))
    chosen: list[Group] = []
    left: list[Group] = []
    for group in by_urgency:
        free = _is_stop(group) and _with_another(group)
        (chosen if free or room > 0 else left).append(group)
        room -= not free
    beyond = Counter(group[1] for group in left)
    return Chosen(
        sorted(chosen, key=lambda group: group[0]),
        {name: beyond[name] for name in PARTS},
        frozenset(beyond),
        budget,
        len({group[2][0][1].patient_id for group in left}),
    )


def _is_stop(group: Group) -> bool:
    return not group[0][0]


def _with_another(group: Group) -> bool:
    return group[1] in APART


def _urgency(part: str, line: "PromptLine", now: int) -> Key:
    """Sort stops first, then what is late by tier and due, whether or not it moves, then as the list."""
    if line.tier == "stop" and part != COMING:
        return 0, *by_tier(line)
    if part in OWN_AND_LATE and line.due_at is not None and line.due_at <= now:
        return 1, *by_tier(line)
    return 2, *key(part, line)
