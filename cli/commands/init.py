"""`carepath init`: a new database."""

from collections.abc import Iterator
from pathlib import Path

import click

from cli import clock, configuration, options
from cli.asking import ask_until, at_terminal, given
from cli.command import command
from cli.errors import UsageProblem
from cli.printing import say, warn
from cli.writing import author
from storage.connection import Database
from storage.filesystems import has_password, on_server


@command(
    "carepath init --zone Europe/London --coordinator anna --clinician dr-cole --lead dr-berg --by anna",
)
@click.option("--zone", default="", help="The time zone of the site, such as Europe/London.")
@click.option("--coordinator", type=options.NAME, help="Who gets what a coordinator must do.")
@click.option("--clinician", type=options.NAME, help="Who gets what a clinician must do.")
@click.option("--lead", type=options.NAME, help="Who gets what is escalated.")
@click.option("--country", default="", help="Whose public holidays count here, such as GB.")
@click.option("--subdivision", default="", help="Of which part of the country, such as ENG.")
@click.option("--remember", is_flag=True, help="Write --database and --by into the configuration file.")
@click.option("--only-approved", is_flag=True, help="Put patients only on pathways that were approved here.")
@options.by
@options.database
def init(
    path: Path,
    by: str | None,
    zone: str,
    *,
    country: str,
    subdivision: str,
    remember: bool,
    only_approved: bool,
    **holders: str | None,
) -> None:
    """Make a database, with the pathways that ship, for a site in a time zone."""
    now = clock.now()
    writer = author(by, now)
    if remember:
        _refuse_to_remember(path)
    where = _zone(zone)
    from caseload import pathway_files, reviewing, roles, site_calendar
    from cli.commands.calendar import without_part

    # Looked up before anything is made: a country that is refused leaves no half-made site.
    found = site_calendar.looked_up(country, subdivision, now)
    _make(path, where)

    with Database(path) as database:
        for file, content in pathway_files.library():
            pathway_files.install(database, content, file=file, by=writer.by, now=now)
        for role, holder in holders.items():
            if holder:
                roles.assign(database, role, holder, now=now)
        if country:
            site_calendar.take_over(database, found, author=writer)
        if only_approved:
            reviewing.require_approval(database, only=True, because="said by init", author=writer)
        names = [row.name for row in pathway_files.installed(database)]
        unheld = roles.unheld(database)
    say(f"Made {path}, days counted in {where}, with {', '.join(names)}.")
    for line in (*without_part(found), *_nobody(unheld)):
        say(line)
    if remember:
        say(f"{configuration.remember(path, writer.by)} remembers the database and {writer.by}.")
    if only_approved:
        say("Patients are put on approved pathways only: `carepath pathway review NAME` approves one.")
    say("Next: `carepath patient add P-001`, then `carepath enrol P-001 PATHWAY`.")


def _nobody(unheld: list[str]) -> Iterator[str]:
    if unheld:
        yield f"Nobody is {' or '.join(unheld)} yet: `carepath role set {unheld[0]} NAME`."


def _refuse_to_remember(path: Path) -> None:
    if configuration.file().exists():
        raise UsageProblem(
            f"{configuration.file()} is there already: change it there, or leave --remember out."
        )
    if has_password(path):
        raise UsageProblem(
            "A password does not belong in the configuration file: leave it out of the address, and "
            "write it into ~/.pgpass."
        )


def _make(path: Path, zone: str) -> None:
    from storage import schema

    if not on_server(path) and path == configuration.configured_database():
        path.parent.mkdir(parents=True, exist_ok=True)
    schema.create(path, zone)


def _zone(typed: str) -> str:
    """Return the zone of the site, asked for at a terminal until it is one."""
    from pathways.moments import is_zone

    zone = given(typed, _WHICH, _NEEDED)
    while not is_zone(zone):
        unknown = f"{zone!r} is no time zone{_near(zone)}"
        if typed or not at_terminal():
            raise UsageProblem(unknown)
        warn(unknown)
        zone = ask_until(_WHICH, _NEEDED)
    return zone


_WHICH = "Which time zone is the site in (such as Europe/London)?"
_NEEDED = "Days are counted in the time zone of the site: add --zone, such as --zone Europe/London."


def _near(zone: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    close = get_close_matches(zone, available_timezones(), n=3)
    return f": did you mean {' or '.join(close)}?" if close else ": write one such as Europe/London."
