"""`carepath calendar`: which days are working days here."""

from collections.abc import Iterator
from pathlib import Path

import click

from caseload import public_holidays, recalendaring, site_calendar
from caseload.requests import Request
from caseload.site_calendar import SiteCalendar
from caseload.writing import Outcome
from cli import clock, options
from cli.command import Group, command
from cli.errors import UsageProblem
from cli.json_shapes import print_json
from cli.options import Said
from cli.printing import counted, say, table
from cli.telling import consequences
from cli.writing import author
from pathways.calendars import WEEKDAYS, rest_days
from pathways.moments import day, day_of
from storage.connection import Database

_NONE_SET = (
    "No calendar is set: Saturday and Sunday rest, and there are no holidays. "
    "`carepath calendar set --country GB` sets one."
)


@click.group(cls=Group)
def calendar() -> None:
    """Show and set which days are working days here, for lengths such as `5 working days`."""


@command(
    "carepath calendar set --country GB --subdivision ENG",
    "carepath calendar set --country AE --rest fri,sat",
)
@click.option("--country", default="", help="Whose public holidays: two letters, such as GB.")
@click.option("--subdivision", default="", help="Which part of the country, such as ENG.")
@click.option("--rest", default="", help="Days of the week on which nobody works, such as sat,sun; or none.")
@options.by
@options.database
def set_(path: Path, by: str | None, country: str, subdivision: str, rest: str) -> None:
    """Take over the public holidays of a country, ten years ahead; days of your own stay.

    New enrolments count by it. Those there are keep theirs until `carepath calendar apply`.
    """
    writer = author(by, clock.now())
    days = rest_days(rest.replace(" ", "").lower().split(",")) if rest else None
    with Database(path) as database:
        found = site_calendar.set_calendar(database, country, subdivision, days, writer)
        told = list(_told(database))
    for line in (*_summary(found), *without_part(found), *told):
        say(line)


def without_part(found: SiteCalendar) -> Iterator[str]:
    """Say that holidays of only a part of the country are not in a calendar of the whole of it."""
    if found.country and not found.subdivision and (known := public_holidays.parts(found.country)):
        yield (
            f"Holidays that only a part of {found.country} has are not among them: name the part with "
            f"--subdivision ({', '.join(known)})."
        )


@command("carepath calendar show", "carepath calendar show --year 2027")
@click.option("--year", type=click.IntRange(1900, 2199), help="Only the holidays of a year.")
@options.reads
def show(path: Path, year: int | None, *, as_json: bool) -> None:
    """Show the rest days and the holidays."""
    with Database(path) as database:
        found = site_calendar.shown(database)
    if as_json:
        print_json(found)
        return
    if found is None:
        say(_NONE_SET)
        return
    for line in (
        *_summary(found),
        *_holidays(found, year or day_of(clock.now(), "UTC").year, only=year is not None),
    ):
        say(line)


@command("carepath calendar add 2027-05-03 'The day of the foundation'")
@click.argument("on", metavar="DAY", help="The day, such as 2027-05-03.")
@click.argument("name", help="What the day is called.")
@options.by
@options.database
def add(path: Path, by: str | None, on: str, name: str) -> None:
    """Add a day on which nobody works here, though others may."""
    writer = author(by, clock.now())
    with Database(path) as database:
        site_calendar.add_day(database, day(on), name, writer)
        told = list(_told(database))
    for line in (f"{on} is a holiday now: {name}.", *told):
        say(line)


@command("carepath calendar remove 2027-05-03")
@click.argument("on", metavar="DAY", help="The day, such as 2027-05-03.")
@options.by
@options.database
def remove(path: Path, by: str | None, on: str) -> None:
    """Work on a day that was a holiday: one of your own, or of the country."""
    writer = author(by, clock.now())
    with Database(path) as database:
        site_calendar.remove_day(database, day(on), writer)
        told = list(_told(database))
    for line in (f"{on} is no holiday any more.", *told):
        say(line)


@command(
    "carepath calendar apply --dry-run",
    "carepath calendar apply --because 'The calendar of the hospital, set in May'",
)
@click.option("--dry-run", is_flag=True, help="Only show what would move.")
@options.writes("because")
def apply(said: Said, *, dry_run: bool) -> None:
    """Give open enrolments the calendar of the site, and say which dates move.

    Each is a correction of the entry by which the patient was enrolled, with your reason.
    """
    now = clock.now()
    writer = author(said.by, now)
    if not (dry_run or said.because.strip()):
        raise UsageProblem("Say why: add --because '...', which stands in each history; or --dry-run.")
    request = Request(author=writer, because=said.because.strip() or "dry run", rehearse=dry_run)
    count = 0
    with Database(said.path) as database:
        for count, outcome in enumerate(recalendaring.apply(database, request), start=1):  # noqa: B007
            for line in _moved(outcome, now):
                say(line)
    would = "would be given" if dry_run else "have been given" if count != 1 else "has been given"
    say(f"{counted(count, 'open enrolment')} {would} the calendar of the site.")


def _moved(outcome: Outcome, now: int) -> Iterator[str]:
    lines = consequences(outcome, now)
    if lines:
        yield f"{outcome.patient_id} on {outcome.pathway.name}"
        yield from lines


def _told(database: Database) -> Iterator[str]:
    count = len(recalendaring.behind(database))
    if count:
        yield (
            f"{count} open enrolment{' counts' if count == 1 else 's count'} by another calendar: "
            "`carepath calendar apply --dry-run` shows what would move."
        )


def _summary(found: SiteCalendar) -> Iterator[str]:
    whose = found.country + (f"-{found.subdivision}" if found.subdivision else "")
    yield f"Nobody works on {_days(found.rest)}." if found.rest else "There is no rest day in the week."
    if whose:
        yield f"Holidays of {whose} are known until {found.known_until}; set it again to look further."
    else:
        yield "No country is set: only the days of your own are holidays."


def _days(numbers: tuple[int, ...]) -> str:
    return " and ".join(WEEKDAYS[number] for number in numbers)


def _holidays(found: SiteCalendar, year: int, *, only: bool) -> Iterator[str]:
    holidays = sorted(found.calendar().holidays.items())
    rows = [
        (str(on), WEEKDAYS[on.weekday()], name + (" (of the site)" if str(on) in found.own else ""))
        for on, name in holidays
        if on.year == year or (not only and on.year > year and str(on) in found.own)
    ]
    rows += [
        (on, WEEKDAYS[day(on).weekday()], "worked here") for on in found.worked if on.startswith(f"{year}-")
    ]
    yield from table(("DAY", "", "HOLIDAY"), sorted(rows)) if rows else [f"No holidays in {year}."]


calendar.add_command(set_, "set")
calendar.add_command(show)
calendar.add_command(add)
calendar.add_command(remove)
calendar.add_command(apply)
