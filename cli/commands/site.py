"""`carepath site`: what the site has decided for itself."""

from pathlib import Path

import click

from caseload import backing_up, settings
from cli import clock, options
from cli.command import Group, command
from cli.json_shapes import print_json
from cli.options import Said
from cli.printing import say, table, warn
from cli.writing import author
from storage.connection import Database


@click.group(cls=Group)
def site() -> None:
    """Show and set what the site has decided: hours, quiet hours, holidays, how much a message says."""


@command("carepath site list", "carepath site list --json")
@options.reads
def listed(path: Path, *, as_json: bool) -> None:
    """List the settings as they stand."""
    with Database(path) as database:
        found = settings.settings(database)
    if as_json:
        print_json(found)
        return
    rows = [(each.name, each.value or "-", each.says) for each in found]
    for line in table(("SETTING", "VALUE", "WHAT IT SAYS"), rows):
        say(line)


@command(
    "carepath site set quiet 22:00-07:00", "carepath site set message.detail count --because 'shared phones'"
)
@click.argument("name", metavar="SETTING", help="One of `carepath site list`.")
@click.argument("value", help="What it is from now on; '' is nothing.")
@options.writes("because")
def set_(said: Said, name: str, value: str) -> None:
    """Decide something from now on; what was decided before stays on record."""
    with Database(said.path) as database:
        settings.decide(database, name, value, because=said.because, author=author(said.by, clock.now()))
        wrong = backing_up.doubt(database, name)
    say(f"{name} is {value or 'not set'} from now on.")
    if wrong:
        warn(wrong)


site.add_command(listed, "list")
site.add_command(set_, "set")
