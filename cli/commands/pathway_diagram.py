"""`carepath pathway diagram`: the states of a pathway as a picture."""

from pathlib import Path

import click

from cli import options
from cli.chosen_pathway import chosen_pathway
from cli.command import command
from cli.diagram import mermaid
from cli.printing import say


@command("carepath pathway diagram immune-pns", "carepath pathway diagram my-pathway.yaml > my-pathway.mmd")
@click.argument("name", metavar="NAME|FILE", help="An installed pathway, or a file.")
@options.version
@options.database
def diagram(path: Path, name: str, version: int | None) -> None:
    """Draw the states of a pathway as Mermaid text, the tracks side by side."""
    for line in mermaid(chosen_pathway(path, name, version)[0]):
        say(line)
