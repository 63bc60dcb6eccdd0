"""`carepath pathway new`: a pathway file to begin with, and its stories."""

from pathlib import Path

import click

from cli.command import command
from cli.errors import UsageProblem
from cli.printing import say


@command("carepath pathway new our-pathway", "carepath pathway new our-pathway --folder .")
@click.argument("name", help="Small letters, digits and hyphens, such as our-pathway.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Where to put the files; here, if left out.",
)
def new(name: str, folder: Path) -> None:
    """Write a small pathway with comments, and stories beside it, to be changed piece by piece.

    Both are in order as they are. Nothing that is there already is overwritten.
    """
    from pathways.beginning import beginning

    files = {folder / file: text for file, text in beginning(name).items()}
    if there := [str(file) for file in files if file.exists()]:
        are, it = ("is", "it") if len(there) == 1 else ("are", "them")
        raise UsageProblem(
            f"{' and '.join(there)} {are} there already: choose another name, or move {it} away."
        )
    for file, text in files.items():
        _write(file, text)
    written = " and ".join(map(str, files))
    first = next(iter(files))
    say(f"Wrote {written}.")
    say(f"Next: change them piece by piece, with `carepath pathway check {first}` after each.")


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except OSError as problem:
        raise UsageProblem(f"Cannot write {file}: {problem.strerror}.") from None
