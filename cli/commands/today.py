"""`carepath today`: the worklist. It must feel instant, so nothing slow may be imported here."""

from collections.abc import Iterator

import click

from caseload.digest_lines import elsewhere, foot_lines, heading, roles, said_first, stops
from caseload.whose import has_list, refuse_unknown
from caseload.worklist import DAYS, Worklist, worklist
from cli import clock, options
from cli.command import command
from cli.printing import indented, say_all
from cli.worklist_lines import nobody_there, part, standing_in, unapproved
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
    default=DAYS,
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
    help="About so many things to do in each part; what a patient needs is never cut.",
)
@options.names
@options.mine
@options.lists
def today(
    path: str,
    owner: str | None,
    by: str | None,
    days: int,
    limit: int,
    *,
    everybody: bool,
    names: bool,
    as_json: bool,
) -> None:
    """Show what somebody holds, a contact for each patient: overdue, of today, escalated, open, coming.

    It is what the morning digest says, in more words: who does it, what to record, and why it is asked.
    """
    now = clock.now()
    with Database(path) as database:
        if owner:
            refuse_unknown(database, owner, now=now)
        whose = EVERYBODY if everybody else owner or _own(database, by, now)
        found = worklist(database, now=now, owner=whose, days=days, limit=limit)
        called = _names(database, found) if names else {}
    if as_json:
        from cli.json_shapes import plain, print_json

        print_json(plain(found) | ({"names": called} if names else {}))
        return
    say_all(page(found, called))


def _own(database: Database, by: str | None, now: int) -> str | None:
    """Say whose list it is when nobody says: one's own, for who has any, and else everybody's."""
    return by if by and has_list(database, by, now=now) else EVERYBODY


def _names(database: Database, found: Worklist) -> dict[str, str]:
    from caseload.patients import person

    patients = {line.patient for line in found.lines()}
    return {each: person(database, each).name for each in sorted(patients)}


def page(found: Worklist, called: dict[str, str]) -> Iterator[str]:
    """Lay out the worklist."""
    yield f"{found.now.local}  {_whose(found)}"
    for text in (*said_first(found), *nobody_there(found.lines()), *stops(found)):
        yield from indented(text, 0)
    after = True  # a heading with nothing below it needs no line of its own around it
    for each in found.parts:
        if after and not each.contacts:
            yield ""
        yield from part(heading(each, found), each, found.now, called, elsewhere=elsewhere(found, each))
        after = bool(each.contacts)
    yield ""
    yield from standing_in(found.lines())
    for text in (*filter(None, [unapproved(found.lines())]), *foot_lines(found.foot)):
        yield from indented(text, 0)


def _whose(found: Worklist) -> str:
    if not found.person:
        return "everybody's patients"
    others = (*(f"{each}'s" for each in found.stands_in_for), *roles(found))
    whose = ", ".join((f"{found.person}'s patients", *others))
    return f"{whose} (--all for everybody's)"
