"""A morning digest: the worklist of one person as a whole, as far as their budget goes.

It follows from what is recorded and the moment alone: made again, it is the same. What changes from minute
to minute (the scheduler, messages on their way) stands in its foot, which is given.
"""

from collections import Counter
from typing import TYPE_CHECKING

from caseload.contacts import PARTS, Group
from caseload.foot import Foot
from caseload.worklist import DAYS, Chosen, Reader, Worklist

if TYPE_CHECKING:
    from storage.connection import Database

BUDGET = 40


def digest(database: "Database", person: str, *, at: int, foot: Foot, budget: int = BUDGET) -> Worklist:
    """Put together what somebody holds at a moment."""
    with database.listing() as lists:
        reader = Reader(lists, person, at, DAYS)
        return reader.worklist(within(reader.read(None).chosen, budget), foot)


def within(groups: list[Group], budget: int) -> Chosen:
    """Keep the most urgent; a stop is never cut, whatever it leaves for others."""
    groups = sorted(groups, key=lambda group: group[0])
    stops = sum(not group[0][0] for group in groups)
    shown = max(stops, budget)
    left = Counter(group[1] for group in groups[shown:])
    return Chosen(groups[:shown], {name: left[name] for name in PARTS}, frozenset(left), budget)
