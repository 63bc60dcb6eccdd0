"""`carepath pathway`: pathway files, and those in the database."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from caseload import pathway_files
from cli import clock, options
from cli.command import Group, command
from cli.commands.pathway_check import check
from cli.commands.pathway_diagram import diagram
from cli.commands.pathway_hazards import hazards
from cli.commands.pathway_new import new
from cli.commands.pathway_review import only_approved, review, review_of, site_zone, standing_of
from cli.commands.pathway_schema import schema
from cli.commands.pathway_show import show
from cli.commands.pathway_test import test
from cli.json_shapes import print_json
from cli.options import Said
from cli.printing import indented, say, table
from cli.promising import promises_of
from cli.writing import author
from pathways.moments import iso
from storage.connection import Database
from storage.rows import PathwayRow


class Installed(NamedTuple):
    """A pathway in the database.

    `claims` is the status its file gives itself, `review` the one that counts here, said last by
    `reviewed_by` for the reason `because`.
    """

    name: str
    version: int
    title: str
    claims: str
    review: str
    because: str
    reviewed_by: str
    reviewed_at: str
    digest: str
    installed_by: str
    installed_at: str


@click.group(cls=Group)
def pathway() -> None:
    """Write, show, check, test, draw, install and review pathways."""


@command("carepath pathway list")
@options.reads
def listed(path: Path, *, as_json: bool) -> None:
    """List the pathways in the database."""
    with Database(path) as database:
        rows = pathway_files.installed(database)
        zone = site_zone(database)
    if as_json:
        print_json([_installed(row) for row in rows])
        return
    if not rows:
        say("None: `carepath pathway install FILE`.")
        return
    for line in table(
        ("PATHWAY", "VERSION", "REVIEW", "BY", "SINCE", "TITLE"),
        [(row.name, str(row.version), *standing_of(row, zone), row.title) for row in rows],
    ):
        say(line)


@command("carepath pathway install my-pathway.yaml")
@options.pathway_file
@options.writes()
def install(said: Said, file: Path) -> None:
    """Put a pathway into the database. Patients who are on an older version stay on it."""
    from pathways.bundles import bundle_of

    now = clock.now()
    writer = author(said.by, now)
    with Database(said.path) as database:
        done = pathway_files.install(database, bundle_of(file), file=str(file), by=writer.by, now=now)
        others = [row for row in pathway_files.installed(database) if row.name == done.row.name]
    how = "is installed" if done.fresh else "was installed already, nothing changed"
    say(f"{done.pathway.name}, version {done.pathway.version}, {how} ({review_of(done)}).")
    if done.fresh and len(others) > 1:
        say(_beside(done.row, others))
    if done.fresh:
        for line in indented(promises_of(done.pathway, str(file)), 0):
            say(line)


def _beside(row: PathwayRow, rows: Sequence[PathwayRow]) -> str:
    """Say of which version new patients will be, and of what title: a name can be taken by mistake."""
    newest = max(rows, key=lambda each: each.version)
    if newest.version > row.version:
        return f"For new patients version {newest.version} stays the one, being newer: {newest.title}."
    before = max((each for each in rows if each.version < row.version), key=lambda each: each.version)
    renamed = f", which is called {before.title}" if before.title != row.title else ""
    return f"For new patients it takes the place of version {before.version}{renamed}."


def _installed(row: PathwayRow) -> Installed:
    return Installed(
        name=row.name,
        version=row.version,
        title=row.title,
        claims=row.claims,
        review=row.review,
        because=row.because,
        reviewed_by=row.reviewed_by,
        reviewed_at=iso(row.reviewed_at),
        digest=row.digest,
        installed_by=row.installed_by,
        installed_at=iso(row.installed_at),
    )


for _name, _command in {
    "list": listed,
    "new": new,
    "schema": schema,
    "show": show,
    "check": check,
    "test": test,
    "hazards": hazards,
    "diagram": diagram,
    "install": install,
    "review": review,
    "only-approved": only_approved,
}.items():
    pathway.add_command(_command, _name)
