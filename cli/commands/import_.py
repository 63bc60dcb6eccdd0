"""`carepath import`: histories from a file."""

import click

from caseload import importing
from cli import clock, options
from cli.command import command
from cli.options import Said
from cli.printing import counted, say, warn
from cli.progress import progress
from cli.writing import author
from pathways.errors import Refused
from storage.connection import Database


@command(
    "carepath import histories.jsonl",
    "carepath import histories.jsonl --leave-out --owner anna",
    name="import",
)
@click.argument(
    "file",
    type=click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True),
    help="A file, or - for what comes through a pipe.",
)
@click.option("--owner", type=options.NAME, help="Whose patients they become, if the file does not say.")
@click.option("--leave-out", is_flag=True, help="Import the patients without problems, leave out the others.")
@options.writes()
def import_(said: Said, file: str, owner: str | None, *, leave_out: bool) -> None:
    """Import histories from JSON Lines, such as `carepath export` writes.

    A patient goes in whole or not at all. If there is a problem with one, none goes in, unless
    --leave-out is given.
    """
    writer = author(said.by, clock.now())
    with click.open_file(file, "rb") as opened:
        lines = opened.readlines()
    with Database(said.path) as database:
        with progress("Reading") as told:
            found = importing.import_lines(
                database, lines, writer, owner=owner or "", progress=told, rehearse=True
            )
        for problem in found.problems:
            warn(f"{file}: {problem}")
        if found.problems and not leave_out:
            raise Refused(_nothing(found.left_out))
        with progress("Importing") as told:
            done = importing.import_lines(database, lines, writer, owner=owner or "", progress=told)
    say(f"Imported {counted(done.patients, 'patient')} with {counted(done.entries, 'entry')}.")
    if done.left_out:
        say(f"Left out: {', '.join(done.left_out)}.")


def _nothing(left_out: tuple[str, ...]) -> str:
    whom = f": {', '.join(left_out)} cannot be" if left_out else ""
    return f"Nothing was imported{whom}. Mend the file, or import the others with --leave-out."
