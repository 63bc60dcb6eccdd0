"""`carepath pathway diagram`: the states of a pathway as a picture."""

from pathlib import Path

import click

from caseload import pathway_files
from cli import options
from cli.command import command
from cli.diagram import mermaid
from cli.printing import say
from pathways.model import Pathway
from storage.connection import Database


@command("carepath pathway diagram immune-pns", "carepath pathway diagram my-pathway.yaml > my-pathway.mmd")
@click.argument("name", metavar="NAME|FILE", help="An installed pathway, or a file.")
@options.version
@options.database
def diagram(path: Path, name: str, version: int | None) -> None:
    """Draw the states of a pathway as Mermaid text, the tracks side by side."""
    for line in mermaid(named(path, name, version)):
        say(line)


def named(path: Path, name: str, version: int | None) -> Pathway:
    """Take a file for what it is; anything else is the name of an installed pathway."""
    if Path(name).is_file():
        from pathways.reading import read_file

        return read_file(Path(name))
    with Database(path) as database:
        return pathway_files.pathway(database, name, version)
