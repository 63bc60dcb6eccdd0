"""`carepath pathway diagram`: the states of a pathway as a picture, with the way of a patient."""

from pathlib import Path
from typing import Literal, TypeAlias

import click

from caseload.trails import Trail, trail
from cli import clock, options
from cli.chosen_pathway import chosen_pathway
from cli.command import command
from cli.errors import UsageProblem
from cli.whole_files import opened
from pathways.model import Pathway
from storage.connection import Database

Format: TypeAlias = Literal["mermaid", "svg"]
# Text under such a name opens nowhere.
_NOT_DRAWN = frozenset({".png", ".jpg", ".jpeg", ".gif", ".pdf", ".webp", ".bmp"})
FORMATS: tuple[Format, ...] = ("mermaid", "svg")


@command(
    "carepath pathway diagram immune-pns",
    "carepath pathway diagram my-pathway.yaml --output my-pathway.svg",
    "carepath pathway diagram immune-pns --patient P-014 --output p-014.svg",
)
@click.argument("name", metavar="NAME|FILE", help="An installed pathway, or a file.")
@options.version
@click.option("--patient", default="", help="Draw the way of this patient, by the id and nothing else.")
@click.option("--format", "kind", type=click.Choice(FORMATS), help="As the name of the file, else mermaid.")
@click.option(
    "--output",
    "--out",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Otherwise printed.",
)
@options.database
def diagram(
    path: Path, name: str, version: int | None, *, patient: str, kind: Format | None, out: Path | None
) -> None:
    """Draw a pathway: its tracks side by side, with their states, events and prompts.

    With --patient in the version that the patient is on, where they were, and where they are.
    """
    from cli.diagram import mermaid

    text = "\n".join([*mermaid(*_drawn(path, name, version, patient)), ""])
    if (kind or _by_name(out)) == "svg":
        from cli.diagram_svg import svg

        text = svg(text)
    with opened(out) as file:
        file.write(text.encode())


def _drawn(path: Path, name: str, version: int | None, patient: str) -> tuple[Pathway, Trail | None]:
    if not patient:
        return chosen_pathway(path, name, version).pathway, None
    if version or Path(name).is_file():
        raise UsageProblem(
            f"The way of {patient} is drawn on the version that {patient} is on: name the pathway, "
            "not a file or a version of it."
        )
    with Database(path) as database:
        return trail(database, patient, now=clock.now(), pathway=name)


def _by_name(out: Path | None) -> Format:
    ending = out.suffix.lower() if out else ""
    if ending in _NOT_DRAWN:
        raise UsageProblem(
            f"A picture is drawn as SVG: call it {out.with_suffix('.svg') if out else ''}, or say --format."
        )
    return "svg" if ending == ".svg" else "mermaid"
