"""Which days are working days: rest days of the week, and holidays by name, as an enrolment carries them.

A calendar travels as a short text with the `enrolled` entry, so that what follows from a history is
the same on every machine and in every year: `sat sun`, then a line for each holiday, such as
`Easter Monday: 2026-04-06 2027-03-29`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct

from pathways.errors import CarepathError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = 20_000
LONGEST_NAME = 100
LONGEST_REST = 14  # days in a row; no public holidays of any country come to it
_ONE_DAY = timedelta(days=1)
_DAY = re.compile(r"(19|20|21)\d\d-\d\d-\d\d", re.ASCII)


class UnreadableCalendar(CarepathError):
    """A text that is no calendar, or one by which nobody ever works."""


class Calendar(Struct, frozen=True):
    """Rest days as they are numbered by `date.weekday`, and the names of holidays by their day."""

    rest: frozenset[int]
    holidays: Mapping[date, str]

    def works(self, day: date) -> bool:
        """Say whether a day is a working day."""
        return day.weekday() not in self.rest and day not in self.holidays

    def add(self, day: date, amount: int, *, before: bool = False) -> date:
        """Return the N-th working day that follows (or precedes) a day; none lead to the day itself (R23)."""
        step = -_ONE_DAY if before else _ONE_DAY
        while amount:
            day += step
            amount -= self.works(day)
        return day

    def skipped(self, one: date, other: date) -> Iterator[tuple[date, str]]:
        """Yield the holidays between two days that a count skips: people would else have worked."""
        first, last = sorted((one, other))
        for day in sorted(self.holidays):
            if first < day < last and day.weekday() not in self.rest:
                yield day, self.holidays[day]

    def unknown_years(self, one: date, other: date) -> list[int]:
        """List the years, from one day to another, in which only the rest days of the week rest."""
        known = {day.year for day in self.holidays}
        first, last = sorted((one.year, other.year))
        return [year for year in range(first, last + 1) if year not in known]


class Place(Struct, frozen=True):
    """Where days are counted: a time zone, and the text of a calendar; an empty one is `WEEKENDS`."""

    zone: str
    calendar: str = ""

    @property
    def days(self) -> Calendar:
        """The calendar, read."""
        return calendar_of(self.calendar)


def calendar_of(text: str) -> Calendar:
    """Read a calendar, or raise `UnreadableCalendar`. No text means that Saturday and Sunday rest."""
    return _read(text) if text else WEEKENDS


def text_of(calendar: Calendar) -> str:
    """Write a calendar in the one way in which it is written."""
    by_name: dict[str, list[date]] = {}
    for day, name in sorted(calendar.holidays.items()):
        by_name.setdefault(name, []).append(day)
    rest = " ".join(WEEKDAYS[number] for number in sorted(calendar.rest)) or "none"
    holidays = (f"{name}: {' '.join(map(str, days))}" for name, days in by_name.items())
    return "\n".join((rest, *holidays))


def rest_days(words: Iterable[str]) -> frozenset[int]:
    """Read the days of the week on which nobody works."""
    found = [word for word in words if word != "none"]
    unknown = sorted({word for word in found if word not in WEEKDAYS})
    if unknown:
        msg = f"{unknown[0]!r} is not a day of the week: write {', '.join(WEEKDAYS)}, or none"
        raise UnreadableCalendar(msg)
    if len(set(found)) == len(WEEKDAYS):
        msg = "there is no working day in a week of rest days: leave one out"
        raise UnreadableCalendar(msg)
    return frozenset(WEEKDAYS.index(word) for word in found)


def holiday_name(text: str) -> str:
    """Read the name of a holiday: one line, as it is said."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        msg = f"a holiday has a name of one line and at most {LONGEST_NAME} characters"
        raise UnreadableCalendar(msg)
    return name


@lru_cache(maxsize=256)
def _read(text: str) -> Calendar:
    if len(text) > LONGEST:
        msg = f"a calendar has at most {LONGEST} characters"
        raise UnreadableCalendar(msg)
    rest, *lines = text.split("\n")
    calendar = Calendar(rest_days(rest.split(" ")), dict(each for line in lines for each in _holidays(line)))
    if text_of(calendar) != text:
        msg = "this calendar is not written as calendars are: take one that `carepath export` wrote"
        raise UnreadableCalendar(msg)
    _refuse_a_long_rest(calendar)
    return calendar


def _refuse_a_long_rest(calendar: Calendar) -> None:
    """Raise `UnreadableCalendar` where nobody works for so long that no count of working days means much."""
    for day in calendar.holidays:
        last, then = calendar.add(day, 1, before=True), calendar.add(day, 1)
        if (then - last).days - 1 > LONGEST_REST:
            rest = f"from {last + _ONE_DAY} to {then - _ONE_DAY}"
            msg = f"nobody works {rest}: leave some of it out, at most {LONGEST_REST} days in a row rest"
            raise UnreadableCalendar(msg)


def _holidays(line: str) -> Iterator[tuple[date, str]]:
    name, _, days = line.rpartition(": ")
    for day in days.split(" "):
        try:
            found = date.fromisoformat(day) if _DAY.fullmatch(day) else None
        except ValueError:
            found = None
        if found is None:
            msg = f"{line[:LONGEST_NAME]!r} is not a holiday: write `Easter Monday: 2026-04-06 2027-03-29`"
            raise UnreadableCalendar(msg)
        yield found, holiday_name(name)


WEEKENDS = Calendar(frozenset({5, 6}), {})
