"""Comparing lengths of different units, on the safe side: a month has 28 to 31 days.

N working days are at least N days. They are at most as many as in a calendar in which people work for one day
at a time, after as many days of rest as any calendar may have in a row.
"""

from pathways.calendars import LONGEST_REST
from pathways.moments import Length

_FEWEST = {"day": 1, "working day": 1, "week": 7, "month": 28, "year": 365}
_MOST = {"day": 1, "working day": LONGEST_REST + 1, "week": 7, "month": 31, "year": 366}
_MONTHS = {"month": 1, "year": 12}
_DAYS = {"day": 1, "week": 7}
_WORKING_DAYS = {"working day": 1}
_MINUTES = {"minute": 1, "hour": 60}
_FEWEST_OF_A_DAY, _MOST_OF_A_DAY = 23 * 60, 25 * 60  # minutes, where clocks change


def at_most(length: Length, limit: Length) -> bool:
    """Say whether one length surely ends no later than another."""
    for unit in (_MINUTES, _DAYS, _WORKING_DAYS, _MONTHS):
        if length.unit in unit and limit.unit in unit:
            return _signed(length, unit) <= _signed(limit, unit)
    if not length.exact and not limit.exact:
        return _most_days(length) <= _fewest_days(limit)
    return _latest(length) <= _earliest(limit)


def at_least(length: Length, limit: Length) -> bool:
    """Say whether one length surely ends no earlier than another."""
    return at_most(limit, length)


def _signed(length: Length, unit: dict[str, int]) -> int:
    return (-1 if length.before else 1) * length.amount * unit[length.unit]


def _most_days(length: Length) -> int:
    return _signed(length, _FEWEST if length.before else _MOST)


def _fewest_days(length: Length) -> int:
    return _signed(length, _MOST if length.before else _FEWEST)


def _latest(length: Length) -> int:
    """Return after how many minutes it has ended at the latest: a length in days ends with its day."""
    if length.exact:
        return _signed(length, _MINUTES)
    days = _most_days(length)
    return (days + 1) * (_MOST_OF_A_DAY if days >= 0 else _FEWEST_OF_A_DAY)


def _earliest(length: Length) -> int:
    """Return after how many minutes it can have ended at the earliest."""
    if length.exact:
        return _signed(length, _MINUTES)
    days = _fewest_days(length)
    return days * (_FEWEST_OF_A_DAY if days >= 0 else _MOST_OF_A_DAY)
