"""The day on which a combination is looked at, and what of a pathway has come by then."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from pathways.calendars import Place
from pathways.counting import closing, opening
from pathways.moments import Length, Moment, day_of, start_of, typed
from pathways.standing import Counted

At: TypeAlias = str | float | bool | date | None
Combination: TypeAlias = Mapping[str, At]
"""A value for each name: the state of a track, the value of a fact, None for what is not known or booked."""

ZONE = "Europe/London"
_PLACE = Place(ZONE)
THE_DAY = date(2026, 6, 1)
"""The day on which a combination is looked at, where no condition names a fixed day."""
_FARTHEST = 40_000  # days: more than any length a file can say


class Turn(Struct, frozen=True):
    """Where something changes for a day: so long after it; when that day ends, if it `passes`."""

    after: tuple[Length, ...]
    passes: bool = False


@lru_cache(maxsize=65_536)
def passed(on: date, after: Length, today: date) -> bool:
    """Say whether a milestone has passed at noon of a day."""
    return closing(_counted(on), after, _PLACE) <= noon(today)


@lru_cache(maxsize=4_096)
def noon(on: date) -> Moment:
    """Return the moment of a day at which a story looks at what is shown."""
    return typed(f"{on} 12:00", ZONE)[0]


@lru_cache(maxsize=4_096)
def turning(turn: Turn, today: int) -> int:
    """Return by how many days a day must lie after today for the change not to have come."""
    low, high = -_FARTHEST, _FARTHEST
    while low < high:
        middle = (low + high) // 2
        if has_come(turn, date.fromordinal(today + middle), date.fromordinal(today)):
            low = middle + 1
        else:
            high = middle
    return low


@lru_cache(maxsize=65_536)
def has_come(turn: Turn, on: date, today: date) -> bool:
    """Say whether a change for a day has come by noon of another."""
    at = _counted(on)
    for length in turn.after[:-1]:
        moment = opening(at, length, _PLACE)
        at = Counted(moment, day_of(moment, ZONE), 0)
    last = turn.after[-1]
    moment = closing(at, last, _PLACE) if turn.passes else opening(at, last, _PLACE)
    return moment <= noon(today)


def _counted(on: date) -> Counted:
    return Counted(start_of(on, ZONE), on, 0)
