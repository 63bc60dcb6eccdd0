"""`carepath digest`: what one person holds, as they get it every morning."""

from pathlib import Path

import click

from caseload.digest_lines import lines
from caseload.whose import refuse_unknown
from cli import clock, options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import indented, say
from pathways.errors import CarepathError
from pathways.moments import typed
from scheduler.digests import foot, made
from storage.connection import Database

HANGING = 2


@command("carepath digest", "carepath digest --for anna", "carepath digest --at '2026-11-17 07:30' --json")
@click.option("--for", "person", type=options.NAME, metavar="NAME", help="Whose; otherwise yours.")
@click.option(
    "--at",
    default="",
    metavar="TIME",
    help="As of another moment, by what is recorded now, such as '2026-11-03 07:30'.",
)
@options.mine
@options.reads
def digest(path: Path, person: str | None, by: str | None, at: str, *, as_json: bool) -> None:
    """Show what somebody holds: a line for each patient, the most urgent first.

    Everybody on the staff gets theirs every morning, also when it is empty. The last lines say why it can be
    believed: when the scheduler ran, what was checked, and the oldest message that is still unsent.
    """
    whose = person or by
    if not whose:
        msg = "Whose digest? Say --for NAME, or --by NAME for yours."
        raise CarepathError(msg)
    now = clock.now()
    with Database(path) as database:
        refuse_unknown(database, whose, now=now)
        with database.reading() as store:
            moment = typed(at, store.site_zone())[0] if at else now
        found = made(database, whose, moment, foot(database, now))
    if as_json:
        print_json(found)
        return
    for line in lines(found):
        first, *rest = indented(line.strip(), len(line) - len(line.lstrip()) + HANGING)
        for text in (first[HANGING:], *rest):
            say(text)
