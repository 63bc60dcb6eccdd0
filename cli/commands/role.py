"""`carepath role`: who holds which role."""

from pathlib import Path

import click

from caseload import roles
from cli import clock, options
from cli.command import Group, command
from cli.json_shapes import print_json
from cli.printing import say, table
from cli.telling import now_with, passed_on
from storage.connection import Database


@click.group(cls=Group)
def role() -> None:
    """Show and set who holds each role: whom reminders and escalations reach."""


@command("carepath role list")
@options.reads
def listed(path: Path, *, as_json: bool) -> None:
    """Show who holds each role, and with whom it is while they are away.

    For a patient, the coordinator is their owner.
    """
    with Database(path) as database:
        found = roles.roles(database)
        now = roles.held_now(database, now=clock.now())
    if as_json:
        print_json(found)
        return
    rests = {name: f"{held.person or 'NOBODY'}, {held.why}" for name, held in now.items() if held.stands_in}
    rows = [(name, holder or "nobody", rests.get(name, "")) for name, holder in found.items()]
    headings = ("ROLE", "HELD BY", "NOW WITH")
    for line in table(headings if rests else headings[:2], rows if rests else [row[:2] for row in rows]):
        say(line)


@command("carepath role set lead dr-berg")
@click.argument("name", metavar="ROLE", help="coordinator, clinician or lead.")
@click.argument("holder", type=options.NAME, help="Who holds it from now on.")
@options.database
def assign(path: Path, name: str, holder: str) -> None:
    """Say who holds a role: coordinator, clinician or lead."""
    with Database(path) as database:
        given = roles.assign(database, name, holder, now=clock.now())
    for line in (f"{holder} is {name} now.", *now_with(given.held), *passed_on(given.stops)):
        say(line)


role.add_command(listed, "list")
role.add_command(assign, "set")
