"""Local days, lengths and moments, by the standard library alone."""

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pathways.moments import Length

MICROSECONDS = {"minute": 60_000_000, "hour": 3_600_000_000}
DAYS = {"day": 1, "week": 7}
MONTHS = {"month": 1, "year": 12}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Due(NamedTuple):
    """When something becomes overdue, and the local day on which it is due if it is due in days."""

    at: int
    on: date | None = None


class Where(NamedTuple):
    """Where days are counted: the time zone, and which days are no working days."""

    zone: str
    off: Callable[[date], bool]


def days_off(text: str) -> Callable[[date], bool]:
    """Read a calendar: its first word or words are rest days, and every date in it is a holiday."""
    rest = (text or "sat sun").split("\n")[0].split()
    holidays = {word for word in text.split() if word[:4].isdigit()}
    return lambda day: f"{day:%a}".lower() in rest or str(day) in holidays


def is_exact(after: Length) -> bool:
    return after.unit in MICROSECONDS


def start_of(day: date, zone: str) -> int:
    """Return the first moment of a day; a midnight that is skipped gives the moment of the skip."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return (midnight - EPOCH) // timedelta(microseconds=1)


def end_of(day: date, zone: str) -> int:
    return start_of(day + timedelta(days=1), zone)


def day_of(moment: int, zone: str) -> date:
    return (EPOCH + timedelta(microseconds=moment)).astimezone(ZoneInfo(zone)).date()


def day_after(day: date, after: Length, off: Callable[[date], bool]) -> date:
    amount = -after.amount if after.before else after.amount
    if after.unit == "working day":
        days = (day + timedelta(days=-each if after.before else each) for each in count(1))
        worked = (each for each in days if not off(each))
        return next(islice(worked, after.amount - 1, None)) if after.amount else day
    if after.unit in DAYS:
        return day + timedelta(days=amount * DAYS[after.unit])
    years, month = divmod(day.year * 12 + day.month - 1 + amount * MONTHS[after.unit], 12)
    last = calendar.monthrange(years, month + 1)[1]
    return date(years, month + 1, min(day.day, last))


def moment_after(moment: int, after: Length) -> int:
    return moment + (-after.amount if after.before else after.amount) * MICROSECONDS[after.unit]


def due_on(day: date, zone: str) -> Due:
    return Due(end_of(day, zone), day)


def due_after(at: int, on: date, after: Length, where: Where) -> Due:
    """Return what is due a length after a moment that lies on this local day."""
    if is_exact(after):
        return Due(moment_after(at, after))
    return due_on(day_after(on, after, where.off), where.zone)


def day_due(due: Due, zone: str) -> date:
    return due.on or day_of(due.at, zone)
