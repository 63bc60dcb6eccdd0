"""Comparing lengths of different units, on the safe side: a month has 28 to 31 days.

So many working days are at least as many days; how many at most, the holidays of a site decide.
"""

from math import inf

from pathways.moments import Length

_FEWEST = {"day": 1, "working day": 1, "week": 7, "month": 28, "year": 365}
_MOST = {"day": 1, "working day": 1, "week": 7, "month": 31, "year": 366}
_MONTHS = {"month": 1, "year": 12}
_DAYS = {"day": 1, "week": 7}
_MINUTES = {"minute": 1, "hour": 60}
_FEWEST_OF_A_DAY, _MOST_OF_A_DAY = 23 * 60, 25 * 60  # minutes, where clocks change


def at_most(length: Length, limit: Length) -> bool:
    """Say whether one length surely ends no later than another."""
    for unit in (_MINUTES, _DAYS, _MONTHS):
        if length.unit in unit and limit.unit in unit:
            return _signed(length, unit) <= _signed(limit, unit)
    if length.unit == limit.unit == "working day":
        return _in_working_days(length) <= _in_working_days(limit)
    if not length.exact and not limit.exact:
        return _most_days(length) <= _fewest_days(limit)
    return _latest(length) <= _earliest(limit)


def at_least(length: Length, limit: Length) -> bool:
    """Say whether one length surely ends no earlier than another."""
    return at_most(limit, length)


def _signed(length: Length, unit: dict[str, int]) -> int:
    return (-1 if length.before else 1) * length.amount * unit[length.unit]


def _in_working_days(length: Length) -> tuple[int, bool]:
    """Return what puts working days in order: none of them before a day of rest ends before none after it."""
    return _signed(length, {"working day": 1}), not length.before


def _most_days(length: Length) -> float:
    if length.unit == "working day" and not length.before:
        return inf
    return _signed(length, _FEWEST if length.before else _MOST)


def _fewest_days(length: Length) -> float:
    if length.unit == "working day" and length.before:
        return -inf
    return _signed(length, _MOST if length.before else _FEWEST)


def _latest(length: Length) -> float:
    """Return after how many minutes it has ended at the latest: a length in days ends with its day."""
    if length.exact:
        return _signed(length, _MINUTES)
    days = _most_days(length)
    return (days + 1) * (_MOST_OF_A_DAY if days >= 0 else _FEWEST_OF_A_DAY)


def _earliest(length: Length) -> float:
    """Return after how many minutes it can have ended at the earliest."""
    if length.exact:
        return _signed(length, _MINUTES)
    days = _fewest_days(length)
    return days * (_FEWEST_OF_A_DAY if days >= 0 else _MOST_OF_A_DAY)
