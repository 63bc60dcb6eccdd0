"""When a message may go to somebody: in their working hours, outside quiet hours, not on a holiday.

Pure. It moves messages only: what is due stays due, and a `stop` goes at once.
"""

import re
from collections.abc import Container, Iterator
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from pathways.errors import CarepathError
from pathways.moments import Moment, at_clock, clock_time, day_of, end_of, start_of
from pathways.tiers import STOP

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Where nothing is ever allowed, such as by hours on rest days only, a message goes at once after all.
MOST_DAYS = 60
MIDNIGHT = "24:00"
_SPAN = re.compile(r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? )?(?P<start>[\d:]+)-(?P<end>[\d:]+)")

Span: TypeAlias = tuple[str, str]


class Hours(NamedTuple):
    """Spans of the clock for each day of the week, Monday first."""

    days: tuple[tuple[Span, ...], ...]


class Times(NamedTuple):
    """When somebody may be told: where they are, their hours (none: any), quiet hours, free days."""

    zone: str
    hours: Hours | None = None
    quiet: Span | None = None
    free: Container[date] = frozenset()


def hours_of(text: str) -> Hours | None:
    """Read working hours such as `mon-thu 08:00-17:00, fri 08:00-13:00`; no text is any time."""
    if not text.strip():
        return None
    days: list[list[Span]] = [[] for _ in WEEKDAYS]
    for part in text.split(","):
        found = _SPAN.fullmatch(part.strip())
        if not found or not found["first"] or found["start"] == found["end"]:
            raise _unreadable(text)
        start, end = clock_time(found["start"]), _end(found["end"])
        for number in _numbers(found["first"], found["last"] or found["first"], text):
            # A night belongs to the day it begins on.
            days[number].append((start, end if start < end else MIDNIGHT))
            if end < start:
                days[(number + 1) % len(WEEKDAYS)].append(("00:00", end))
    return Hours(tuple(tuple(sorted(spans)) for spans in days))


def quiet_of(text: str) -> Span | None:
    """Read quiet hours such as `22:00-07:00`; no text is none."""
    if not text.strip():
        return None
    found = _SPAN.fullmatch(text.strip())
    if not found or found["first"] or found["start"] == found["end"]:
        msg = f"{text!r} are no quiet hours: write them such as 22:00-07:00."
        raise CarepathError(msg)
    return clock_time(found["start"]), clock_time(found["end"])


def goes_at(at: Moment, tier: str, times: Times) -> Moment:
    """Return the first moment from `at` on at which a message of a tier may go to somebody."""
    if tier == STOP:
        return at
    today = day_of(at, times.zone)
    for ahead in range(MOST_DAYS):
        for start, end in _windows(today + timedelta(days=ahead), times):
            moment = _after_quiet(max(at, start), times)
            if moment < end:
                return moment
    return at


def _windows(day: date, times: Times) -> Iterator[tuple[Moment, Moment]]:
    """Give the spans of a day in which somebody is at work."""
    if day in times.free:
        return
    if times.hours is None:
        yield start_of(day, times.zone), end_of(day, times.zone)
        return
    for start, end in times.hours.days[day.weekday()]:
        until = end_of(day, times.zone) if end == MIDNIGHT else at_clock(day, end, times.zone)
        yield at_clock(day, start, times.zone), until


def _after_quiet(at: Moment, times: Times) -> Moment:
    """Return the end of the quiet hours in which a moment lies, or the moment itself."""
    if times.quiet is None:
        return at
    start, end = times.quiet
    today = day_of(at, times.zone)
    for began in (today - timedelta(days=1), today):
        ends = began + timedelta(days=1) if end <= start else began
        until = at_clock(ends, end, times.zone)
        if at_clock(began, start, times.zone) <= at < until:
            return until
    return at


def _end(text: str) -> str:
    return text if text == MIDNIGHT else clock_time(text)


def _numbers(first: str, last: str, text: str) -> Iterator[int]:
    """Count the days of the week from one to another, round the end of the week too."""
    if first not in WEEKDAYS or last not in WEEKDAYS:
        raise _unreadable(text)
    number, ends = WEEKDAYS.index(first), WEEKDAYS.index(last)
    yield number
    while number != ends:
        number = (number + 1) % len(WEEKDAYS)
        yield number


def _unreadable(text: str) -> CarepathError:
    return CarepathError(
        f"{text!r} are no working hours: write them such as 'mon-thu 08:00-17:00, fri 08:00-13:00'."
    )
