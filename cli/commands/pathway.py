"""`carepath pathway`: pathway files, and those in the database."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from caseload import pathway_files
from cli import clock, options
from cli.command import command
from cli.commands.pathway_test import test
from cli.diagram import mermaid
from cli.json_shapes import print_json
from cli.options import Said
from cli.printing import counted, indented, say, table
from cli.writing import author
from pathways.model import Pathway, Rule, Transition
from pathways.moments import iso
from pathways.problems import PathwayFileRejected, Problem
from storage.connection import Database
from storage.rows import PathwayRow

_file = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A pathway file."
)
_version = click.option(
    "--version", type=click.IntRange(1, 1_000_000), metavar="NUMBER", help="Which; the newest, if left out."
)


class Installed(NamedTuple):
    """A pathway in the database."""

    name: str
    version: int
    title: str
    review: str
    digest: str
    installed_by: str
    installed_at: str


class Checked(NamedTuple):
    """A file that was checked: in order when there are no problems. Lines and columns count from 1."""

    file: str
    problems: tuple[Problem, ...]


@click.group()
def pathway() -> None:
    """List, show, check, draw and install pathways."""


@command("carepath pathway list")
@options.reads
def listed(path: Path, *, as_json: bool) -> None:
    """List the pathways in the database."""
    with Database(path) as database:
        rows = pathway_files.installed(database)
    if as_json:
        print_json([_installed(row) for row in rows])
        return
    if not rows:
        say("None: `carepath pathway install FILE`.")
        return
    for line in table(
        ("PATHWAY", "VERSION", "REVIEW", "TITLE"),
        [(row.name, str(row.version), row.review, row.title) for row in rows],
    ):
        say(line)


@command("carepath pathway show immune-pns", "carepath pathway show immune-pns --file")
@click.argument("name", help="The name of a pathway.")
@_version
@click.option("--file", "as_file", is_flag=True, help="The file as it was installed.")
@options.reads
def show(path: Path, name: str, version: int | None, *, as_file: bool, as_json: bool) -> None:
    """Show a pathway: its events, what they need, and its prompts."""
    with Database(path) as database:
        if as_file:
            say(pathway_files.text(database, name, version).rstrip("\n"))
            return
        found = pathway_files.pathway(database, name, version)
    if as_json:
        print_json(found)
        return
    for line in _page(found):
        say(line)


@command("carepath pathway check my-pathway.yaml", "carepath pathway check my-pathway.yaml --json")
@_file
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
    say(f"{file} is in order: {found.name}, version {found.version}, {_size(found)}.")


@command("carepath pathway install my-pathway.yaml")
@_file
@options.writes()
def install(said: Said, file: Path) -> None:
    """Put a pathway into the database. Patients who are on an older version stay on it."""
    now = clock.now()
    writer = author(said.by, now)
    with Database(said.path) as database:
        done = pathway_files.install(database, file.read_bytes(), file=str(file), by=writer.by, now=now)
    how = "is installed" if done.fresh else "was installed already, nothing changed"
    say(f"{done.pathway.name}, version {done.pathway.version}, {how} (review: {done.pathway.review}).")


@command("carepath pathway diagram immune-pns", "carepath pathway diagram my-pathway.yaml > my-pathway.mmd")
@click.argument("name", metavar="NAME|FILE", help="An installed pathway, or a file.")
@_version
@options.database
def diagram(path: Path, name: str, version: int | None) -> None:
    """Draw the states of a pathway as Mermaid text, the tracks side by side."""
    for line in mermaid(_named(path, name, version)):
        say(line)


def _installed(row: PathwayRow) -> Installed:
    return Installed(
        name=row.name,
        version=row.version,
        title=row.title,
        review=row.review,
        digest=row.digest,
        installed_by=row.installed_by,
        installed_at=iso(row.installed_at),
    )


def _named(path: Path, name: str, version: int | None) -> Pathway:
    """Take a file for what it is; anything else is the name of an installed pathway."""
    if Path(name).is_file():
        from pathways.reading import read_file

        return read_file(Path(name))
    with Database(path) as database:
        return pathway_files.pathway(database, name, version)


def _page(found: Pathway) -> Iterator[str]:
    yield f"{found.name}, version {found.version}, {found.review}: {found.title}"
    if found.say:
        yield from indented(found.say, 2)
    yield f"  {_size(found)}; digest {found.digest[:12]}"
    for track in found.tracks:
        yield ""
        yield f"{track.name}: {track.say}"
        for step in track.transitions:
            yield from indented(f"{step.event}: {', '.join(step.sources)} -> {step.to}", 2)
            yield from indented(_wants(step), 6)
    yield ""
    prompts = [(str(rule.tier), rule.role, rule.id, _rule(rule)) for rule in (*found.rules, found.otherwise)]
    yield from table(("TIER", "FOR", "PROMPT", ""), prompts)
    yield ""
    yield from indented(f"Leaving: {', '.join(found.exits)}", 0)


def _size(found: Pathway) -> str:
    tracks = ", ".join(f"{track.name} ({counted(len(track.states), 'state')})" for track in found.tracks)
    return f"{tracks}, {counted(len(found.facts), 'fact')}, {counted(len(found.rules), 'prompt')}"


def _wants(step: Transition) -> str:
    needs = f"needs {', '.join((*step.needs, *step.needs_new))}" if step.needs or step.needs_new else ""
    asks = f"asks {', '.join(step.asks)}" if step.asks else ""
    return "; ".join(filter(None, (needs, asks))) or "needs nothing"


def _rule(rule: Rule) -> str:
    counted_from = "" if rule.counted_from.kind == "met" else f" from {rule.counted_from}"
    return f"{rule.say} (due {rule.due}{counted_from})" if rule.due else rule.say


for _name, _command in {
    "list": listed,
    "show": show,
    "check": check,
    "test": test,
    "diagram": diagram,
    "install": install,
}.items():
    pathway.add_command(_command, _name)
