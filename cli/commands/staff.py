"""`carepath staff`: who is at work, who is away, who stands in."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from caseload import staff_views, staffing
from caseload.moved_stops import PassedOn
from caseload.rota import LEAD, NO_END
from caseload.staff_views import ChangeView, LeaveView, Resting, StaffLine, StaffList, StaffView
from caseload.staffing import ROLES, Changes
from cli import clock, options
from cli.command import Group, command
from cli.commands.staff_channel import channel
from cli.errors import UsageProblem
from cli.json_shapes import print_json
from cli.options import Said
from cli.printing import counted, indented, say, table
from cli.telling import passed_on
from cli.writing import author
from storage.connection import Database

_person = click.argument("name", type=options.NAME, metavar="NAME", help="The person, such as anna.")
_DAY = "DAY"
_DETAILS = (
    click.option(
        "--role",
        "roles",
        multiple=True,
        metavar="ROLE",
        help=f"What they can be asked as: {', '.join(ROLES)}; may be repeated. coordinator, if left out.",
    ),
    click.option("--zone", default=None, help="Their time zone; that of the site, if left out."),
    click.option(
        "--hours",
        default=None,
        help="When they work, such as 'mon-thu 08:00-17:00, fri 08:00-13:00'; empty as the site has it.",
    ),
    click.option(
        "--deputy",
        default=None,
        metavar="NAME",
        help="Who stands in for them; empty for nobody in particular.",
    ),
    click.option(
        "--digest-at",
        default=None,
        metavar="TIME",
        help="When their digest comes, such as 07:30; empty as the site has it.",
    ),
    click.option(
        "--budget",
        type=click.IntRange(-1, 10_000),
        default=None,
        metavar="NUMBER",
        help="At most so many messages a day; -1 as the site has it.",
    ),
)


def details(function: Any) -> Any:  # noqa: ANN401  # a click command
    """Give a command the options that say something about a person."""
    for option in reversed(_DETAILS):
        function = option(function)
    return function


@click.group(cls=Group)
def staff() -> None:
    """Enter who is at work here, who is away and who stands in for them.

    As soon as somebody is entered, each prompt rests with a person who is there: its owner, their deputy,
    or the lead.
    """


@command(
    "carepath staff add dr-berg --role lead --role clinician",
    "carepath staff add anna --deputy ben --hours 'mon-fri 08:00-16:30'",
)
@_person
@details
@options.writes()
def add(said: Said, name: str, **given: Any) -> None:  # noqa: ANN401  # of Changes
    """Add a person, by the name that owners have and that stands behind entries."""
    now = clock.now()
    with Database(said.path) as database:
        row, stops = staffing.add(database, name, _changes(given), author(said.by, now))
        found = staff_views.staff_list(database, now=now)
    say(f"{name} is on the staff: {', '.join(row.roles)}.")
    for line in not_entered(found):
        say(line)
    _pass_on(stops)


@command("carepath staff edit anna --deputy carla", "carepath staff edit anna --role coordinator --role lead")
@_person
@details
@options.writes()
def edit(said: Said, name: str, **given: Any) -> None:  # noqa: ANN401  # of Changes
    """Change what is said about a person; roles are said all together."""
    changes = _changes(given)
    if changes == Changes():
        raise UsageProblem("Say what to change: --role, --zone, --hours, --deputy, --digest-at or --budget.")
    now = clock.now()
    with Database(said.path) as database:
        _, stops = staffing.edit(database, name, changes, author(said.by, now))
        last = staff_views.person(database, name, now=now).log[-1]
    say(f"{name}: {'; '.join(_logged(last))}.")
    _pass_on(stops)


@command(
    "carepath staff leave anna --from 2026-12-21 --to 2027-01-03",
    "carepath staff leave anna --deputy carla",
    "carepath staff leave anna --end 2",
)
@_person
@click.option("--from", "from_on", default="", metavar=_DAY, help="The first day away; today, if left out.")
@click.option(
    "--to", "to_on", default="", metavar=_DAY, help="The last one; until further notice, if left out."
)
@click.option("--deputy", default="", metavar="NAME", help="Who stands in on these days, if not as usual.")
@click.option("--end", type=click.IntRange(1), metavar="NUMBER", help="Take a leave back, by its number.")
@options.writes()
def leave(said: Said, name: str, *, end: int | None, **days: str) -> None:
    """Enter days on which somebody is away, or take them back.

    What rests with them rests with their deputy on these days; nothing has to be handed over.
    """
    if end and any(days.values()):
        raise UsageProblem("Either take a leave back with --end, or enter one with --from and --to.")
    now = clock.now()
    with Database(said.path) as database:
        writer = author(said.by, now)
        if end:
            row, begins, stops = staffing.end_leave(database, name, end, writer)
        else:
            row, begins, stops = staffing.leave(database, name, writer, **days)
        found = staff_views.person(database, name, now=now)
        resting = staff_views.resting(database, name, row.from_on, now=now, to=row.to_on)
    when = f"{row.from_on} to {_until(row.to_on)}"
    say(f"{name} is not away from {when} after all." if end else f"{name} is away from {when}.")
    rests = () if end else _rests(found.line, resting, f"From {row.from_on} on")
    since = f"from {row.from_on} on" if begins > now else ""
    for line in (*rests, *passed_on(stops, since)):
        for text in indented(line, 0):
            say(text)


@command("carepath staff depart anna --on 2026-12-31", "carepath staff depart anna --stays")
@_person
@click.option("--on", "on", default="", metavar=_DAY, help="The last day they work here.")
@click.option("--stays", is_flag=True, help="They stay after all.")
@options.writes()
def depart(said: Said, name: str, on: str, *, stays: bool) -> None:
    """Say which is somebody's last day here.

    What is theirs then rests with their deputy or the lead, until it is handed over.
    """
    if stays == bool(on):
        raise UsageProblem("Say which is their last day with --on, or with --stays that they stay after all.")
    now = clock.now()
    with Database(said.path) as database:
        _, begins, stops = staffing.depart(database, name, on, author(said.by, now))
        if stays:
            for line in (f"{name} stays.", *passed_on(stops)):
                say(line)
            return
        found = staff_views.person(database, name, now=now)
        resting = staff_views.resting(database, name, on, now=now, after=True)
    say(f"{name}'s last day is {found.line.left_on}.")
    for line in (*_departure(found.line, resting), *passed_on(stops, "after that" if begins > now else "")):
        for text in indented(line, 0):
            say(text)


@command("carepath staff list", "carepath staff list --json")
@options.reads
def listed(path: Path, *, as_json: bool) -> None:
    """List who is at work, who is there now, and with whom it rests what is theirs."""
    with Database(path) as database:
        found = staff_views.staff_list(database, now=clock.now())
    if as_json:
        return print_json(found)
    if not found.staff:
        return say("Nobody is entered: prompts rest with whom they name. `carepath staff add NAME` begins.")
    headings = ("PERSON", "ROLES", "THERE", "DEPUTY", "PATIENTS", "PROMPTS", "NOW WITH")
    for text in (*table(headings, map(_row, found.staff)), *not_entered(found)):
        say(text)
    return None


@command("carepath staff show anna", "carepath staff show anna --json")
@_person
@options.reads
def show(path: Path, name: str, *, as_json: bool) -> None:
    """Show one person: what is said of them, their leave, what rests with them, and what was changed."""
    with Database(path) as database:
        found = staff_views.person(database, name, now=clock.now())
    if as_json:
        return print_json(found)
    for text in _page(found):
        say(text)
    return None


def _pass_on(stops: Iterable[PassedOn]) -> None:
    for line in passed_on(stops):
        for text in indented(line, 0):
            say(text)


def not_entered(found: StaffList) -> Iterator[str]:
    """Name those who have patients or a role and are not on the staff: what is theirs rests with others."""
    for each in found.unknown:
        what = f"{counted(each.enrolments, 'enrolment')} and {counted(each.prompts, 'prompt')}"
        yield from indented(
            f"{each.person} is not on the staff, so {each.holder or 'NOBODY'} holds what is theirs: {what}. "
            f"`carepath staff add {each.person}`, or `carepath caseload handover --from {each.person}`.",
            0,
        )
    for role, holder in found.roles.items():
        instead = f"{holder.holder or 'NOBODY'} holds what is for the {role}"
        if not holder.named:
            yield f"No {role} is named, so {instead}: `carepath role set {role} NAME`."
        elif holder.named not in {line.person for line in found.staff}:
            yield f"{holder.named} is not on the staff, so {instead}: `carepath staff add {holder.named}`."


def _changes(given: dict[str, Any]) -> Changes:
    return Changes(**(given | {"roles": given["roles"] or None}))


def _row(line: StaffLine) -> tuple[str, ...]:
    roles = ", ".join(f"the site's {role}" if role in line.holds else role for role in line.roles)
    with_whom = line.holder or "NOBODY"
    return (
        line.person,
        roles,
        line.away or _coming(line),
        line.deputy,
        str(line.enrolments),
        str(line.prompts),
        "" if with_whom == line.person else with_whom,
    )


def _coming(line: StaffLine) -> str:
    """Say that somebody is there, and until when if that ends soon."""
    ahead = [each.from_on for each in line.leave]
    until = f", away from {min(ahead)}" if ahead else ""
    return f"yes{until}{f', last day {line.left_on}' if line.left_on else ''}"


def _until(day: str) -> str:
    return "further notice" if day == NO_END else day


def _rests(line: StaffLine, resting: Resting, since: str) -> Iterator[str]:
    if line.enrolments:
        what = f"{counted(line.enrolments, 'enrolment')} with {counted(line.prompts, 'prompt')}"
        yield f"{since} {resting.owner or 'NOBODY'} holds what is theirs: {what}."
    for role, holder in resting.roles.items():
        yield f"{since} {holder or 'NOBODY'} holds what is for the {role}."
    for shift in resting.shifts:
        what = f"what is for the {shift.role}" if not shift.owner else f"what is {shift.owner}'s"
        what = "what is theirs" if shift.owner == line.person else what
        yield f"From {shift.on} on {shift.holder or 'NOBODY'} holds {what}: {shift.why}."


def _departure(line: StaffLine, resting: Resting) -> Iterator[str]:
    yield from _rests(line, resting, "After that")
    if line.enrolments:
        yield f"Hand them over: `carepath caseload handover --from {line.person} --to NAME --dry-run`."
    for role in resting.roles:
        yield f"Name another for the site: `carepath role set {role} NAME`."
    if LEAD in line.roles and not resting.leads:
        yield "NO LEAD IS LEFT: nobody else has that role. `carepath staff edit NAME --role lead` gives it."
    for name in resting.deputy_of:
        yield f"{line.person} is the deputy of {name}: `carepath staff edit {name} --deputy NAME`."


def _page(found: StaffView) -> Iterator[str]:
    line = found.line
    yield f"{line.person}  {', '.join(line.roles)}{f'; {line.away}' if line.away else ''}"
    said = {
        "holds for the site": ", ".join(line.holds),
        "days counted in": line.zone,
        "works": found.hours or "the hours of the site",
        "deputy": line.deputy or "nobody in particular",
        "digest at": found.digest_at or "the time of the site",
        "messages a day": "as the site has it" if found.budget is None else f"at most {found.budget}",
        "here since": str(found.joined),
        "last day": line.left_on or "",
        "stands in for": ", ".join((*found.stands_in_for, *found.stands_in_as)),
        "responsible for": f"{counted(line.enrolments, 'enrolment')}, {counted(line.prompts, 'prompt')}"
        + (f", with {line.holder or 'NOBODY'} now" if line.holder != line.person else ""),
    }
    for what, value in said.items():
        if value:
            yield from indented(f"{what}: {value}", 2)
    yield from _leaves(found.leave)
    rows = [(str(each.at), each.by, each.what, "; ".join(_logged(each))) for each in found.log]
    yield from ("", *table(("CHANGED", "BY", "WHAT", ""), rows))


def _leaves(leaves: Iterable[LeaveView]) -> Iterator[str]:
    rows = [
        (
            str(each.number),
            each.from_on,
            _until(each.to_on),
            each.deputy,
            "taken back" if each.withdrawn else "",
        )
        for each in leaves
    ]
    if rows:
        yield from ("", *table(("LEAVE", "FROM", "TO", "DEPUTY", ""), rows))


def _logged(line: ChangeView) -> Iterator[str]:
    for each in line.fields:
        if each.was:
            yield f"{each.field} is {each.now or 'none'} (was {each.was})"
        elif each.now:
            yield f"{each.field} is {each.now}"


staff.add_command(add, "add")
staff.add_command(edit, "edit")
staff.add_command(leave, "leave")
staff.add_command(depart, "depart")
staff.add_command(listed, "list")
staff.add_command(show, "show")
staff.add_command(channel, "channel")
