"""`carepath scheduler rehearse`: what the clock changes of a year will do."""

from collections.abc import Iterator
from pathlib import Path

import click

from cli import clock, options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import say
from pathways.errors import DatabaseProblem
from pathways.moments import day_of
from scheduler.rehearsal import Change, rehearse
from storage.connection import Database


@command("carepath scheduler rehearse", "carepath scheduler rehearse --year 2027")
@click.option("--year", type=click.IntRange(1901, 2198), help="Which year; this one, if left out.")
@options.reads
def rehearse_(path: Path, year: int | None, *, as_json: bool) -> None:
    """Walk every length and every digest over the clock changes of a year, in every zone in use.

    Nothing is written. It says what stands elsewhere on the clock, and fails when a day is not kept.
    """
    year = year or day_of(clock.now(), "UTC").year
    with Database(path) as database:
        found = rehearse(database, year)
    if as_json:
        print_json(found)
    else:
        for line in _page(found, year):
            say(line)
    if any(each.wrong for each in found):
        raise DatabaseProblem("Something does not hold when clocks change: see above, and report it.")


def _page(found: list[Change], year: int) -> Iterator[str]:
    if not found:
        yield f"No zone in use changes its clocks in {year}."
    for each in found:
        yield f"{each.zone}, {each.on}: a day of {each.hours:g} hours"
        yield f"  {each.lengths} lengths and {each.digests} digests walked; days keep to their days"
        yield from (f"  {line}" for line in each.moves)
        yield from (f"  WRONG: {line}" for line in each.wrong)
