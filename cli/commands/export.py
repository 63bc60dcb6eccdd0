"""`carepath export`: histories into a file."""

from io import BufferedWriter
from pathlib import Path

import click

from caseload import exporting
from cli import options
from cli.command import command
from storage.connection import Database


@command("carepath export > histories.jsonl", "carepath export P-014 --output p-014.jsonl")
@click.argument("patient_ids", nargs=-1, metavar="[PATIENT]...")
@click.option("--output", type=click.File("wb", atomic=True), default="-", help="A file; otherwise printed.")
@options.names
@options.database
def export(path: Path, patient_ids: tuple[str, ...], output: BufferedWriter, *, names: bool) -> None:
    """Write the histories of some patients, or of all, as JSON Lines; names only with --names."""
    with Database(path) as database:
        output.writelines(exporting.export(database, patient_ids or None, identity=names))
