"""`carepath pathway review` and `only-approved`: how far pathways are reviewed here, and what that means."""

from collections.abc import Iterator
from typing import NamedTuple

import click

from caseload import reviewing
from caseload.describing import REVIEWS
from caseload.pathway_files import Installed
from caseload.reviewing import NO, YES, Reviewed
from cli import clock, options
from cli.command import command
from cli.json_shapes import print_json
from cli.options import Said
from cli.printing import say, table
from cli.writing import author
from pathways.model import Review
from pathways.moments import iso, shown
from storage.connection import Database
from storage.rows import PathwayRow, SettingRow


class SaidOf(NamedTuple):
    """What somebody said of a pathway: what it is from then on, and why."""

    number: int
    status: str
    at: str
    by: str
    because: str


class ReviewLog(NamedTuple):
    """How far a pathway is reviewed here. `claims` is what its file says; `review` is what counts.

    `next` is what it can become.
    """

    pathway: str
    version: int
    digest: str
    claims: str
    review: str
    review_means: str
    next: tuple[str, ...]
    said: tuple[SaidOf, ...]


class Decision(NamedTuple):
    """What the site decided: whether patients are put on approved pathways only."""

    only_approved: str
    at: str
    by: str
    because: str


@command(
    "carepath pathway review immune-pns",
    "carepath pathway review immune-pns --status under-review --because 'Dr Cole reads it until Friday'",
)
@click.argument("name", help="The name of a pathway.")
@options.version
@click.option("--status", type=click.Choice(reviewing.ORDER), help="What it is from now on.")
@options.writes("because")
@options.as_json
def review(said: Said, name: str, version: int | None, status: Review | None, *, as_json: bool) -> None:
    """Show how far a pathway is reviewed here; or with --status and --because, say so.

    It goes one step at a time: submitted, under-review, approved, retired. It can be retired from
    anywhere, and submitted again. Who says so is written down, and nothing that was said is taken away.
    """
    with Database(said.path) as database:
        if status:
            writer = author(said.by, clock.now())
            found = reviewing.review(database, name, version, status, because=said.because, author=writer)
        else:
            found = reviewing.reviewed(database, name, version)
        zone = site_zone(database)
    if as_json:
        print_json(_log(found))
        return
    for line in _page(found, zone):
        say(line)


@command(
    "carepath pathway only-approved",
    "carepath pathway only-approved yes --because 'decided by the board'",
)
@click.argument("only", required=False, type=click.Choice([YES, NO]), help="Without it, what is decided.")
@options.writes("because")
@options.as_json
def only_approved(said: Said, only: str | None, *, as_json: bool) -> None:
    """Say whether patients are put on approved pathways only, here, from now on.

    Who is on a pathway stays on it. On a retired one nobody new is put either way.
    """
    with Database(said.path) as database:
        if only:
            writer = author(said.by, clock.now())
            reviewing.require_approval(database, only=only == YES, because=said.because, author=writer)
        decided = reviewing.policy(database)
        zone = site_zone(database)
    if as_json:
        print_json([_decision(row) for row in decided])
        return
    for line in _policy(decided, zone):
        say(line)


def site_zone(database: Database) -> str:
    """Return the zone in which the days of the site are counted."""
    with database.listing() as lists:
        return lists.site_zone()


def standing_of(row: PathwayRow, zone: str) -> tuple[str, str, str]:
    """Say what a pathway is here, who said so, and since when."""
    # A file cannot approve itself: what it says is shown beside what counts.
    claim = f" (its file says {row.claims})" if row.claims == "approved" != row.review else ""
    return f"{row.review}{claim}", row.reviewed_by, shown(row.reviewed_at, zone, only_day=True)


def review_of(done: Installed) -> str:
    """Say what a pathway that was just installed is here, and what its file only claims."""
    row = done.row
    if row.claims != "approved" or row.review == "approved":
        return f"review: {row.review}"
    how = f"`carepath pathway review {row.name}`"
    return f"review: {row.review}; its file says approved, which only somebody here can say: {how}"


def _page(found: Reviewed, zone: str) -> Iterator[str]:
    row = found.row
    yield f"{row.name}, version {row.version}: {REVIEWS[row.review]}"
    rows = [(each.status, each.by, shown(each.at, zone, only_day=True), each.because) for each in found.said]
    yield from table(("REVIEW", "BY", "ON", "WHY"), rows)
    yield f"It can become {' or '.join(reviewing.steps(row.review))}."


def _log(found: Reviewed) -> ReviewLog:
    row = found.row
    return ReviewLog(
        pathway=row.name,
        version=row.version,
        digest=row.digest,
        claims=row.claims,
        review=row.review,
        review_means=REVIEWS[row.review],
        next=tuple(reviewing.steps(row.review)),
        said=tuple(
            SaidOf(each.number, each.status, iso(each.at), each.by, each.because) for each in found.said
        ),
    )


def _policy(decided: list[SettingRow], zone: str) -> Iterator[str]:
    only = bool(decided) and decided[-1].value == YES
    yield (
        "Patients are put on approved pathways only."
        if only
        else "Patients may be put on pathways that nobody has approved; each list says which those are."
    )
    if decided:
        rows = [(each.value, each.by, shown(each.at, zone, only_day=True), each.because) for each in decided]
        yield from table(("ONLY APPROVED", "BY", "ON", "WHY"), rows)


def _decision(row: SettingRow) -> Decision:
    return Decision(row.value, iso(row.at), row.by, row.because)
