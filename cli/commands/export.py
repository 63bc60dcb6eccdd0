"""`carepath export`: histories into a file."""

from pathlib import Path

import click

from caseload import exporting
from cli import options
from cli.command import command
from cli.whole_files import opened
from storage.connection import Database


@command("carepath export > histories.jsonl", "carepath export P-014 --output p-014.jsonl")
@click.argument("patient_ids", nargs=-1, metavar="[PATIENT]...", help="All, if left out.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Otherwise printed."
)
@options.names
@options.database
def export(path: Path, patient_ids: tuple[str, ...], output: Path | None, *, names: bool) -> None:
    """Write histories as JSON Lines; names only with --names."""
    with Database(path) as database, opened(output) as file:
        file.writelines(exporting.export(database, patient_ids or None, identity=names))
