"""`carepath pathway check`: everything that is wrong with a pathway file."""

from pathlib import Path
from typing import NamedTuple

from cli import options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import counted, say
from pathways.model import Pathway
from pathways.problems import PathwayFileRejected, Problem


class Checked(NamedTuple):
    """A file that was checked: in order when there are no problems. Lines and columns count from 1."""

    file: str
    problems: tuple[Problem, ...]


@command("carepath pathway check my-pathway.yaml", "carepath pathway check my-pathway.yaml --json")
@options.pathway_file
@options.as_json
def check(file: Path, *, as_json: bool) -> None:
    """Check a pathway file, and say everything that is wrong with it, each with line and column."""
    from pathways.reading import read_file

    try:
        found = read_file(file)
    except PathwayFileRejected as rejected:
        if as_json:
            print_json(Checked(str(file), rejected.problems))
            raise SystemExit(rejected.exit_code) from None
        raise
    if as_json:
        print_json(Checked(str(file), ()))
        return
    say(f"{file} is in order: {found.name}, version {found.version}, {size(found)}.")


def size(found: Pathway) -> str:
    """Say how much there is in a pathway."""
    tracks = ", ".join(f"{track.name} ({counted(len(track.states), 'state')})" for track in found.tracks)
    return f"{tracks}, {counted(len(found.facts), 'fact')}, {counted(len(found.rules), 'prompt')}"
