"""`carepath pathway show`: a pathway, read as a protocol."""

from pathlib import Path

import click

from caseload import pathway_files
from caseload.roles import ROLES
from cli import options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import say
from storage.connection import Database


@command(
    "carepath pathway show immune-pns",
    "carepath pathway show immune-pns --state first-line --role clinician",
    "carepath pathway show my-pathway.yaml --conditions",
    "carepath pathway show immune-pns --file",
)
@click.argument("name", metavar="NAME|FILE", help="An installed pathway, or a file.")
@options.version
@click.option("--state", default="", help="Only what happens in this state.")
@click.option("--role", type=click.Choice(ROLES), help="Only what this role does, or is told.")
@click.option("--conditions", is_flag=True, help="Conditions as they are written, beside their words.")
@click.option("--file", "as_file", is_flag=True, help="The file as it was installed.")
@options.reads
def show(
    path: Path,
    name: str,
    version: int | None,
    state: str,
    role: str | None,
    *,
    conditions: bool,
    as_file: bool,
    as_json: bool,
) -> None:
    """Show a pathway as a protocol: for each state who does what by when, what leads out of it, and why."""
    from cli.chosen_pathway import chosen_pathway
    from cli.protocol_page import protocol_page
    from pathways.narrowing import for_role, in_state
    from pathways.protocol import protocol

    if as_file and not Path(name).is_file():
        with Database(path) as database:
            say(pathway_files.text(database, name, version).rstrip("\n"))
        return
    chosen = chosen_pathway(path, name, version)
    if as_json:
        print_json(chosen.pathway)
        return
    found = protocol(chosen.pathway)
    found = in_state(found, state) if state else found
    found = for_role(found, role) if role else found
    for line in protocol_page(found, chosen, conditions=conditions, whole=not (state or role)):
        say(line)
