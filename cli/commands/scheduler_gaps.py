"""`carepath scheduler gaps`: when the clock was not followed, and what fell into that time."""

import json
from pathlib import Path
from typing import NamedTuple

import click

from cli import clock, options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import indented, say, table
from pathways.moments import Moment, iso, shown
from pathways.spans import SECOND
from scheduler import fallen, gaps
from scheduler.lines import late_by
from storage.connection import Database
from storage.rows import Deed, DeliveryState, GapRow

LATEST = 20


class GapLine(NamedTuple):
    """A time in which the clock was not followed; `became` counts what fell in it."""

    number: int
    since: str | None
    until: str
    kind: str
    found_by: str
    became: dict[str, int]


class FallenMessage(NamedTuple):
    """A message to somebody about what fell in a gap; `merged` went with another, such as a digest."""

    staff: str
    channel: str
    state: DeliveryState


class FallenLine(NamedTuple):
    """What was done about a prompt that had its moment in a gap.

    `late_seconds` is how long after its moment it could be told. `role` is whom it was for, or was escalated
    to; without messages to people it stood on the output alone. `now` says how the prompt stands: open, to
    come, or how it ended.
    """

    prompt: str
    rule: str
    tier: str
    say: str
    what: Deed
    role: str
    moment: str
    at: str
    late_seconds: int
    messages: tuple[FallenMessage, ...]
    now: str


class GapFall(NamedTuple):
    """A gap with each deed that fell in it, in the order of their moments; `more` counts those left out."""

    gap: GapLine
    fell: tuple[FallenLine, ...]
    more: int


@command("carepath scheduler gaps", "carepath scheduler gaps --json", "carepath scheduler gaps 1")
@click.argument(
    "number",
    type=click.IntRange(min=1),
    required=False,
    metavar="[NUMBER]",
    help="Which gap to say all of; none lists the latest.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    show_default="20 gaps, or all of what fell in one",
    help="At most so many, the latest gaps or the first that fell in one.",
)
@options.reads
def gaps_(path: Path, number: int | None, limit: int | None, *, as_json: bool) -> None:
    """Say when nobody ticked or the clock was set, what fell in that time, and what became of it."""
    if number is None:
        _all(path, limit or LATEST, as_json=as_json)
    else:
        _one(path, number, limit, as_json=as_json)


def _all(path: Path, limit: int, *, as_json: bool) -> None:
    with Database(path) as database, database.reading() as store:
        found, zone = store.gaps(limit), store.site_zone()
    if as_json:
        print_json([_gap_line(each) for each in found])
        return
    if not found:
        say("No gap is known: whoever ticked was never silent for long, and no clock was set.")
    for each in found:
        for line in indented(f"{each.number}. {gaps.said(each, zone)}", 0):
            say(line)


def _one(path: Path, number: int, limit: int | None, *, as_json: bool) -> None:
    with Database(path) as database, database.reading() as store:
        gap, zone = gaps.found(store, number), store.site_zone()
        fell, now = fallen.fell_in(store, gap), clock.now()
    shown_of, more = fell[:limit], len(fell) - len(fell[:limit])
    if as_json:
        lines = tuple(_fallen_line(each, now) for each in shown_of)
        print_json(GapFall(_gap_line(gap), lines, more))
        return
    for line in indented(f"{gap.number}. {gaps.said(gap, zone)}", 0):
        say(line)
    for line in _table(shown_of, now):
        say(line)
    if more:
        say(f"{more} more (--limit).")


def _table(fell: list[fallen.Fallen], now: Moment) -> list[str]:
    """Lay out what fell in a gap, or nothing where nothing did."""
    if not fell:
        return []
    rows = [
        (
            f"{each.prompt} {each.deed.rule} ({each.deed.tier})",
            fallen.what(each),
            shown(each.deed.moment, each.deed.zone),
            late_by(each.deed.moment, each.deed.zone, each.told_from).removesuffix(" late") or "-",
            fallen.told(each),
            fallen.stands(each, now),
        )
        for each in fell
    ]
    return ["", *table(("PROMPT", "WHAT", "ITS MOMENT", "LATE", "TOLD", "NOW"), rows)]


def _fallen_line(each: fallen.Fallen, now: Moment) -> FallenLine:
    deed = each.deed
    return FallenLine(
        prompt=each.prompt,
        rule=deed.rule,
        tier=deed.tier,
        say=deed.say,
        what=deed.kind,
        role=deed.tell or deed.role,
        moment=iso(deed.moment),
        at=iso(deed.at),
        late_seconds=(each.told_from - deed.moment) // SECOND,
        messages=tuple(FallenMessage(*message) for message in each.messages),
        now=fallen.stands(each, now),
    )


def _gap_line(row: GapRow) -> GapLine:
    since = None if row.since is None else iso(row.since)
    return GapLine(row.number, since, iso(row.until), row.kind, row.found_by, json.loads(row.counts))
