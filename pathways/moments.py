"""Calendar days, lengths and moments: the one module that knows time zones.

A *moment* is a whole number of microseconds since 1970 in UTC: what tables hold, and what sorts and
compares the same everywhere. A *day* is a `datetime.date` and means nothing without a zone. Lengths
keep their calendar meaning (a month is not 30 days): sums are done on days, then converted.

Where clocks change: a local time that happens twice means the first; one that does not happen is
refused when a person types it; a day that does not begin at midnight begins at its first moment. What is
done every day at a time that does not happen is done at the first moment after it.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal, TypeAlias, get_args

from msgspec import Struct
from whenever import Date, Instant, PlainDateTime, SkippedTime, TimeZoneNotFoundError, ZonedDateTime

from pathways.calendars import WEEKENDS, Calendar
from pathways.errors import CarepathError
from pathways.spans import HOUR, MINUTE, SECOND

Moment: TypeAlias = int
Unit: TypeAlias = Literal["minute", "hour", "day", "working day", "week", "month", "year"]

EXACT = {"minute": MINUTE, "hour": HOUR}
LONGEST_YEARS = 50
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
UNITS: tuple[str, ...] = get_args(Unit)
_LENGTH = re.compile(rf"(\d{{1,5}}) ({'|'.join(UNITS)})s?( before)?", re.ASCII)
_TYPED = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# What a system calls its own zone, or keeps for other purposes, means something else elsewhere.
_PLACE = re.compile(r"(?!posix|right/|localtime|Factory)[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
_PER_YEAR = {
    "minute": 525_600,
    "hour": 8_760,
    "day": 365,
    "working day": 260,
    "week": 52,
    "month": 12,
    "year": 1,
}


class UnreadableTime(CarepathError):
    """A day, a time, a zone or a length that does not mean anything."""


class Length(Struct, frozen=True):
    """How long after (or before) something, as a pathway writes it: `14 days`, `1 day before`."""

    amount: int
    unit: Unit
    before: bool = False

    @property
    def exact(self) -> bool:
        """Whether it is elapsed time (minutes, hours) rather than calendar days."""
        return self.unit in EXACT

    def __str__(self) -> str:
        plural = "" if self.amount == 1 else "s"
        return f"{self.amount} {self.unit}{plural}{' before' if self.before else ''}"


def length(text: str) -> Length:
    """Read a length, or raise `UnreadableTime` saying how lengths are written."""
    found = _LENGTH.fullmatch(text.strip())
    if not found:
        msg = (
            f"{text!r} is not a length: write a whole number and minutes, hours, days, working days, weeks, "
            "months or years, such as '14 days', '5 working days', '1 month', '6 hours' or '1 day before'"
        )
        raise UnreadableTime(msg)
    amount, unit = int(found[1]), found[2]
    if amount > LONGEST_YEARS * _PER_YEAR[unit]:
        msg = f"{text!r} is longer than {LONGEST_YEARS} years"
        raise UnreadableTime(msg)
    if unit == "working day" and not amount:
        msg = (
            f"{text!r} leads nowhere: write '0 days' for the day itself, or '1 working day' for the next one"
        )
        raise UnreadableTime(msg)
    return Length(amount, unit, found[3] is not None)  # type: ignore[arg-type]  # the pattern names the units


def add_days(day: date, after: Length, calendar: Calendar = WEEKENDS) -> date:
    """Return the day that lies `after` from `day`; a missing day of a month gives its last (R23)."""
    if after.unit == "working day":
        return calendar.add(day, after.amount, before=after.before)
    sign = -1 if after.before else 1
    return Date(day).add(**{f"{after.unit}s": sign * after.amount}).to_stdlib()


def add_exact(moment: Moment, after: Length) -> Moment:
    """Return the moment that much elapsed time after (or before) another."""
    return moment + (-1 if after.before else 1) * after.amount * EXACT[after.unit]


@lru_cache(maxsize=65_536)
def start_of(day: date, zone: str) -> Moment:
    """Return the first moment of a local day."""
    midnight = PlainDateTime(day.year, day.month, day.day).assume_tz(zone, disambiguation="compatible")
    return midnight.start_of("day").to_instant().timestamp(unit="microsecond")


def end_of(day: date, zone: str) -> Moment:
    """Return the first moment after a local day."""
    return start_of(Date(day).add(days=1).to_stdlib(), zone)


@lru_cache(maxsize=65_536)
def day_of(moment: Moment, zone: str) -> date:
    """Return the local day on which a moment falls."""
    return _zoned(moment, zone).date().to_stdlib()


def clock_time(text: str) -> str:
    """Read a time of day such as `07:30`, or raise `UnreadableTime`."""
    if not _CLOCK.fullmatch(text.strip()):
        msg = f"{text!r} is not a time of day: write hours and minutes, from 00:00 to 23:59"
        raise UnreadableTime(msg)
    return text.strip()


def at_clock(day: date, clock: str, zone: str) -> Moment:
    """Return when clocks show a time on a day: the first time they do, or the first moment after it."""
    hour, minute = map(int, clock.split(":"))
    local = PlainDateTime(day.year, day.month, day.day, hour, minute)
    found = local.assume_tz(zone, disambiguation="earlier")
    if found.to_plain() != local:
        return _after_the_gap(local, zone)
    return found.to_instant().timestamp(unit="microsecond")


def next_at_clock(after: Moment, clock: str, zone: str) -> Moment:
    """Return the first moment after another that is a time of day somewhere."""
    today = Date(day_of(after, zone))
    # A day may be missing from a calendar whose zone moved across the date line.
    days = (today.add(days=ahead).to_stdlib() for ahead in range(4))
    return next(moment for each in days if (moment := at_clock(each, clock, zone)) > after)


def days_between(earlier: date, later: date) -> int:
    """Count calendar days from one day to another; negative when it lies before."""
    return (later - earlier).days


def is_zone(name: str) -> bool:
    """Say whether a name is one of the zones of the time zone database, such as `Europe/London`."""
    if not _PLACE.fullmatch(name):
        return False
    try:
        Instant.from_timestamp(0).to_tz(name)
    except (TimeZoneNotFoundError, ValueError):
        return False
    return True


def day(text: str) -> date:
    """Read a calendar day such as `2026-11-03`, or raise `UnreadableTime`."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        msg = f"{text!r} is not a day: write it as year-month-day, such as 2026-11-03"
        raise UnreadableTime(msg)
    if not EARLIEST <= found <= LATEST:
        msg = f"{text!r} lies outside {EARLIEST.year} to {LATEST.year}: is the year right?"
        raise UnreadableTime(msg)
    return found


def typed(text: str, zone: str) -> tuple[Moment, bool]:
    """Read a day or a local time as a person types it.

    Returns the moment, and whether only a day was given (then its first moment). A time may carry its
    own offset, which is how the second of two equal local times is written.
    """
    found = _TYPED.fullmatch(text.strip())
    if not found:
        msg = f"{text!r} is not a day or a time: write 2026-11-03 or '2026-11-03 14:30'"
        raise UnreadableTime(msg)
    when = day(text.strip()[:10])
    if found[4] is None:
        return start_of(when, zone), True
    hour, minute = int(found[4]), int(found[5])
    try:
        if found[6]:
            exact = datetime.fromisoformat(f"{when}T{hour:02}:{minute:02}{found[6]}")
            return Instant(exact).timestamp(unit="microsecond"), False
        local = PlainDateTime(when.year, when.month, when.day, hour, minute)
        return _exists(local, zone).to_instant().timestamp(unit="microsecond"), False
    except SkippedTime:
        msg = f"{hour:02}:{minute:02} did not happen on {when} in {zone}: the clocks went forward"
        raise UnreadableTime(msg) from None
    except ValueError:
        msg = f"{text!r} is not a time of day: hours go from 00 to 23, minutes from 00 to 59"
        raise UnreadableTime(msg) from None


def shown(moment: Moment, zone: str, *, only_day: bool = False) -> str:
    """Write a moment for a person, in local time: `2026-11-03` or `2026-11-03 14:30`."""
    local = _zoned(moment, zone)
    return f"{local.date()}" if only_day else f"{local.date()} {local.hour:02}:{local.minute:02}"


def iso(moment: Moment) -> str:
    """Write a moment for a machine, in UTC: `2026-11-03T14:30:00Z`, with microseconds where it has any."""
    return datetime_of(moment).isoformat().replace("+00:00", "Z")


def from_iso(text: str) -> Moment:
    """Read what `iso` writes, or any ISO time with an offset; raises `UnreadableTime`."""
    try:
        exact = datetime.fromisoformat(text)
    except ValueError:
        exact = None
    if exact is None or exact.tzinfo is None:
        msg = f"{text!r} is not a time with an offset, such as 2026-11-03T14:30:00Z"
        raise UnreadableTime(msg)
    return moment_of(exact)


def moment_of(when: datetime) -> Moment:
    """Turn an aware datetime into a moment."""
    return Instant(when).timestamp(unit="microsecond")


def datetime_of(moment: Moment) -> datetime:
    """Turn a moment into an aware datetime in UTC."""
    seconds, micros = divmod(moment, SECOND)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)


def _zoned(moment: Moment, zone: str) -> ZonedDateTime:
    return Instant.from_timestamp(moment, unit="microsecond").to_tz(zone)


def _exists(local: PlainDateTime, zone: str) -> ZonedDateTime:
    """Resolve a local time to the first moment it means; raises `SkippedTime` when there is none."""
    first = local.assume_tz(zone, disambiguation="earlier")
    return first if first.to_plain() == local else local.assume_tz(zone, disambiguation="raise")


def _after_the_gap(local: PlainDateTime, zone: str) -> Moment:
    """Return the moment at which clocks went forward over a local time."""
    before, after = (
        local.assume_tz(zone, disambiguation=way).to_instant().timestamp() for way in ("earlier", "later")
    )
    changed = _offset(after, zone)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if _offset(middle, zone) == changed else (middle, after)
    return after * SECOND


def _offset(seconds: int, zone: str) -> timedelta | None:
    return Instant.from_timestamp(seconds).to_tz(zone).to_stdlib().utcoffset()
