"""The calendar of the site: which days are working days here, said by people and kept as they said it.

What a library knows of holidays is looked up when somebody sets the calendar, and kept: the same calendar is
given to every enrolment from then on, whichever version of the library is installed.
"""

from collections.abc import Callable
from datetime import date

import msgspec
from msgspec import Struct, structs

from caseload.public_holidays import public
from caseload.requests import Author
from pathways.calendars import WEEKENDS, Calendar, calendar_of, holiday_name, text_of
from pathways.errors import CarepathError, NotFound, Refused
from pathways.moments import Moment, day_of
from storage.connection import Database
from storage.reviews import Reviews

NAME = "calendar"
YEARS_BEFORE, YEARS_AHEAD = 1, 10


class SiteCalendar(Struct, frozen=True, kw_only=True):
    """What was set: a country, perhaps, with the holidays found then; days of the site's own; days worked.

    `worked` are days on which the site works although the country rests. Days are ISO texts.
    """

    country: str = ""
    subdivision: str = ""
    rest: tuple[int, ...] = (5, 6)
    public: dict[str, str] = {}
    own: dict[str, str] = {}
    worked: tuple[str, ...] = ()

    def calendar(self) -> Calendar:
        """Return the days of rest as they are counted with."""
        days = {day: name for day, name in self.public.items() if day not in self.worked} | self.own
        return Calendar(frozenset(self.rest), {date.fromisoformat(day): name for day, name in days.items()})

    @property
    def known_from(self) -> int | None:
        """The first year of which the holidays of the country were looked up."""
        return int(min(self.public)[:4]) if self.public else None

    @property
    def known_until(self) -> int | None:
        """The last year of which the holidays of the country were looked up."""
        return int(max(self.public)[:4]) if self.public else None


def site_calendar(store: Reviews) -> SiteCalendar | None:
    """Return the calendar of the site; none while nobody has set one."""
    said = store.settings(NAME)
    return msgspec.json.decode(said[-1].value, type=SiteCalendar) if said else None


def calendar_text(store: Reviews) -> str:
    """Return the calendar that an enrolment takes with it today; empty while nobody has set one."""
    found = site_calendar(store)
    return text_of(found.calendar()) if found else ""


def days_off(store: Reviews) -> Calendar:
    """Return the days of rest of the site, for what is no history, such as when a message may go."""
    found = site_calendar(store)
    return found.calendar() if found else WEEKENDS


def shown(database: Database) -> SiteCalendar | None:
    """Return the calendar of the site; none while nobody has set one."""
    with database.reading() as store:
        return site_calendar(store)


def set_calendar(
    database: Database, country: str, subdivision: str, rest: frozenset[int] | None, author: Author
) -> SiteCalendar:
    """Take over the holidays of a country or its part; days of the site's own stay."""
    found = looked_up(country, subdivision, author.now)
    return take_over(database, found, rest=rest, author=author)


def looked_up(country: str, subdivision: str, now: Moment) -> SiteCalendar:
    """Look up the holidays of a country for the years around now; without one there are none."""
    if not country:
        if subdivision:
            msg = "A part of a country needs the country: add --country."
            raise CarepathError(msg)
        return SiteCalendar()
    year = day_of(now, "UTC").year
    years = range(year - YEARS_BEFORE, year + YEARS_AHEAD + 1)
    country, subdivision = country.upper(), subdivision.upper()
    found = public(country, subdivision, years)
    return SiteCalendar(
        country=country,
        subdivision=subdivision,
        rest=tuple(sorted(found.rest)),
        public={str(day): name for day, name in sorted(found.days.items())},
    )


def take_over(
    database: Database, found: SiteCalendar, *, rest: frozenset[int] | None = None, author: Author
) -> SiteCalendar:
    """Let what was looked up be the calendar of the site, with the site's own days as they are."""
    resting = found.rest if rest is None else tuple(sorted(rest))

    def change(old: SiteCalendar) -> SiteCalendar:
        return structs.replace(found, rest=resting, own=old.own, worked=old.worked)

    return _change(database, change, "set", author)


def add_day(database: Database, day: date, name: str, author: Author) -> SiteCalendar:
    """Let nobody work on a day of the site's own."""

    def change(old: SiteCalendar) -> SiteCalendar:
        if day in old.calendar().holidays:
            msg = f"{day} is a holiday already: {old.calendar().holidays[day]}."
            raise Refused(msg)
        _refuse_an_unknown_year(old, day)
        worked = tuple(each for each in old.worked if each != str(day))
        return structs.replace(old, own=old.own | {str(day): holiday_name(name)}, worked=worked)

    return _change(database, change, f"add {day}", author)


def _refuse_an_unknown_year(calendar: SiteCalendar, day: date) -> None:
    """Let no day of the site's own make a year look known of which the country's holidays are not."""
    first, last = calendar.known_from, calendar.known_until
    if first and last and not first <= day.year <= last:
        msg = (
            f"The holidays of {calendar.country} are known from {first} to {last}: "
            f"set the calendar again, nearer to {day.year}, then add {day}."
        )
        raise Refused(msg)


def remove_day(database: Database, day: date, author: Author) -> SiteCalendar:
    """Let people work on what was a holiday: one of the site's own, or one of the country."""

    def change(old: SiteCalendar) -> SiteCalendar:
        if str(day) in old.own:
            own = {each: name for each, name in old.own.items() if each != str(day)}
            return structs.replace(old, own=own)
        if day not in old.calendar().holidays:
            msg = f"{day} is no holiday here: `carepath calendar show --year {day.year}` lists them."
            raise NotFound(msg)
        return structs.replace(old, worked=tuple(sorted({*old.worked, str(day)})))

    return _change(database, change, f"remove {day}", author)


def _change(
    database: Database, change: Callable[[SiteCalendar], SiteCalendar], what: str, author: Author
) -> SiteCalendar:
    with database.writing() as store:
        new = change(site_calendar(store) or SiteCalendar())
        calendar_of(text_of(new.calendar()))  # as each enrolment will read it
        value = msgspec.json.encode(new).decode()
        store.add_setting(NAME, value, because=what, at=author.now, by=author.by)
        return new
