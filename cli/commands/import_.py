"""`carepath import`: histories from a file."""

from io import BufferedReader

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
@click.argument("file", type=click.File("rb"))
@click.option(
    "--owner", type=options.NAME, default="", help="Whose patients they become, if the file does not say."
)
@click.option(
    "--leave-out", is_flag=True, help="Import the patients without problems, and leave out the others."
)
@options.writes()
def import_(said: Said, file: BufferedReader, owner: str, *, leave_out: bool) -> None:
    """Import histories from JSON Lines, such as `carepath export` writes.

    A patient goes in whole or not at all. If there is a problem with one, none goes in, unless
    --leave-out is given.
    """
    lines = file.readlines()
    writer = author(said.by, clock.now())
    with Database(said.path) as database:
        with progress("Reading") as told:
            found = importing.import_lines(database, lines, writer, owner=owner, progress=told, rehearse=True)
        for problem in found.problems:
            warn(f"{file.name}: {problem}")
        if found.problems and not leave_out:
            raise Refused(
                f"Nothing was imported: {counted(len(found.left_out), 'patient')} cannot be. "
                "Mend the file, or import the others with --leave-out."
            )
        with progress("Importing") as told:
            done = importing.import_lines(database, lines, writer, owner=owner, progress=told)
    say(f"Imported {counted(done.patients, 'patient')} with {done.entries} entries.")
    if done.left_out:
        say(f"Left out: {', '.join(done.left_out)}.")
