"""`carepath today`: the worklist. It must feel instant, so nothing slow may be imported here."""

from collections.abc import Iterator
from pathlib import Path

import click

from caseload.worklist import Clock, Line, Worklist, has_list, worklist
from cli import clock, options
from cli.command import command
from cli.printing import counted, indented, say
from cli.worklist_lines import nobody_there, part, standing_in, unapproved, unmoved
from storage.connection import Database
from storage.lists import EVERYBODY


@command(
    "carepath today",
    "carepath today --owner anna --days 14",
    "carepath today --all --json",
)
@click.option(
    "--owner", type=options.NAME, metavar="NAME", help="Whose patients; otherwise yours, if you have any."
)
@click.option("--all", "everybody", is_flag=True, help="Everybody's patients.")
@click.option(
    "--days",
    type=click.IntRange(0, 366),
    default=7,
    show_default=True,
    metavar="DAYS",
    help="How far to look ahead.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    metavar="NUMBER",
    default=20,
    show_default=True,
    help="At most so many in each part.",
)
@options.names
@options.mine
@options.reads
def today(
    path: Path,
    owner: str | None,
    by: str | None,
    days: int,
    limit: int,
    *,
    everybody: bool,
    names: bool,
    as_json: bool,
) -> None:
    """Show what is overdue, what is open, and what comes in the next days."""
    now = clock.now()
    with Database(path) as database:
        whose = EVERYBODY if everybody else owner or _own(database, by, now)
        found = worklist(database, now=now, owner=whose, days=days, limit=limit)
        called = _names(database, found) if names else {}
        doubt = _doubt(database, owner, now) if owner else ""
    if as_json:
        from cli.json_shapes import plain, print_json

        print_json(plain(found) | ({"names": called} if names else {}))
        return
    for line in (*page(found, called), *filter(None, [doubt])):
        say(line)


def _own(database: Database, by: str | None, now: int) -> str | None:
    """Say whose list it is when nobody says: one's own, for who has any, and else everybody's."""
    return by if by and has_list(database, by, now=now) else EVERYBODY


def _doubt(database: Database, owner: str, now: int) -> str:
    """Say that nobody has this name: after a slip of the pen an empty list would look like good news."""
    if has_list(database, owner, now=now):
        return ""
    with database.listing() as lists:
        owners = lists.owners()
    return f"Nothing is open or coming under the name {owner}. There is for {', '.join(owners) or 'nobody'}."


def _names(database: Database, found: Worklist) -> dict[str, str]:
    from caseload.patients import person

    patients = {line.patient for line in _lines(found)}
    return {each: person(database, each).name for each in sorted(patients)}


def page(found: Worklist, called: dict[str, str]) -> Iterator[str]:
    """Lay out the worklist."""
    yield f"{found.now.local}  {_whose(found)}"
    yield from nobody_there(_lines(found))
    stops = [line.prompt for line in found.open.lines if line.tier == "stop"]
    if stops and found.overdue.lines:
        yield f"STOP: {', '.join(stops)} (below, among what is open)"
    yield from part("Overdue", found.overdue, found.now, called)
    yield from part("Open", found.open, found.now, called)
    yield from part(f"In the next {counted(found.days, 'day')}", found.coming, found.now, called)
    yield from unmoved(found.unmoved, found.now)
    yield ""
    yield from standing_in(_lines(found))
    if doubted := unapproved(_lines(found)):
        yield from indented(doubted, 0)
    yield heartbeat(found.clock)


def _whose(found: Worklist) -> str:
    if not found.owner:
        return "everybody's patients"
    besides = [
        *(f"{each}'s" for each in found.stands_in_for),
        *(f"what is for the {role}" for role in found.roles),
    ]
    whose = ", ".join((f"{found.owner}'s patients", *besides))
    return f"{whose} (--all for everybody's)"


def _lines(found: Worklist) -> Iterator[Line]:
    for section in (found.overdue, found.open, found.coming):
        yield from section.lines


def heartbeat(found: Clock) -> str:
    """Say when the scheduler last looked, so that a short list can be believed."""
    if found.ticked is None or found.age is None:
        return (
            "The scheduler has never run: this list is right, but nobody is told (`carepath scheduler run`)."
        )
    ago = f"The scheduler last ticked {_ago(found.age)} ago"
    return (
        f"{ago}: this list is right, but nobody is told (`carepath scheduler run`)."
        if found.late
        else f"{ago}."
    )


def _ago(seconds: int) -> str:
    for length, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= length:
            return counted(seconds // length, noun)
    return counted(seconds, "second")
