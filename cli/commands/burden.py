"""`carepath burden`: what prompts ask of people, and what becomes of them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import click

from caseload.burden import MOST, Burden, PersonBurden, Question, RuleBurden, Unheeded, burden
from cli import clock, options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import counted, indented, say, table
from storage.burden import By, Tally
from storage.connection import Database

Row: TypeAlias = RuleBurden | PersonBurden

_FATES = ("RAISED", "ACTED ON", "DISMISSED", "WITHDRAWN", "LAPSED", "OPEN", "IGNORED")
_SAID = ("SEEN", "ACK", "COULD NOT", "PUT OFF", "ESCALATED", "MESSAGES EACH", "TO ACTION")
_DAY = ("A DAY", "WORST DAY", "ON", "PATIENTS", "BUDGET", "DAYS OVER IT", "MESSAGES")
_NOBODY = "(nobody)"


@command(
    "carepath burden",
    "carepath burden --since 2026-10-01 --until 2026-10-31 --by person",
    "carepath burden --pathway immune-pns --reasons --json",
)
@click.option(
    "--since", default="", metavar="DAY", help="The first day; 27 days before the last, if left out."
)
@click.option("--until", default="", metavar="DAY", help="The last day; today, if left out.")
@click.option(
    "--by",
    type=click.Choice(["rule", "person"]),
    default="rule",
    show_default=True,
    help="A line for each rule, or for each person.",
)
@click.option("--pathway", default="", metavar="NAME", help="Only this pathway.")
@click.option("--owner", type=options.NAME, default=None, metavar="NAME", help="Only the patients of one.")
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    metavar="NUMBER",
    default=MOST,
    show_default=True,
    help="At most so many lines, those with the most prompts first.",
)
@click.option(
    "--reasons", is_flag=True, help="Also why prompts were dismissed, in the words of those who did."
)
@options.reads
def shown(
    path: Path,
    *,
    since: str,
    until: str,
    by: By,
    pathway: str,
    owner: str | None,
    limit: int,
    reasons: bool,
    as_json: bool,
) -> None:
    """Show what prompts asked of people, what became of them, and which rules nobody acts on.

    Every prompt that was raised in the period counts once, by what became of it until now.
    """
    question = Question(since, until, by, pathway, owner or "", limit, reasons)
    with Database(path) as database:
        found = burden(database, question, now=clock.now())
    if as_json:
        print_json(found)
        return
    for line in page(found):
        say(line)


def page(found: Burden) -> Iterator[str]:
    """Lay out the whole: sums, stops, tables, reasons, and what is proposed."""
    period = f"From {found.since} to {found.until} ({found.zone}){_of(found)}"
    yield from indented(f"{period}: {_sums(found.total)}", 0)
    yield from _stops(found.stops)
    pathways = {each.pathway for each in found.rules}
    both: tuple[Row, ...] = (*found.rules, *found.people)
    rows = {_name(each, alone=len(pathways) == 1): each for each in both}
    if rows:
        of = "".join(pathways) if len(pathways) == 1 else found.by.upper()
        yield ""
        yield from table((of, *_FATES), ((name, *_fates(row.counts)) for name, row in rows.items()))
        yield ""
        yield from table((of, *_SAID), ((name, *_said(row)) for name, row in rows.items()))
    if found.people:
        yield ""
        yield from table(("PERSON", *_DAY), ((each.person or _NOBODY, *_day(each)) for each in found.people))
    if found.more:
        yield f"{found.more} more (--limit)."
    yield from _reasons(rows)
    yield ""
    for sentence in _end(found):
        yield from indented(sentence, 0)


def lasting(seconds: int | None) -> str:
    """Say how long something took, in the largest unit of which it is one at least."""
    if seconds is None:
        return "-"
    for length, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= length:
            return counted(seconds // length, noun)
    return counted(seconds, "second")


def _of(found: Burden) -> str:
    of = [found.pathway, f"{found.owner}'s patients" if found.owner else ""]
    return "".join(f", {each}" for each in of if each)


def _sums(total: Tally) -> str:
    if not total.raised:
        return "no prompt was raised."
    return (
        f"{counted(total.raised, 'prompt')} raised, {total.acted_on} acted on, {total.dismissed} dismissed, "
        f"{total.withdrawn} withdrawn, {total.lapsed} lapsed, {total.open} open ({total.overdue} overdue); "
        f"{total.ignored} ignored."
    )


def _name(each: Row, *, alone: bool) -> str:
    """Name a person, or a rule: with its pathway, unless that stands above all of them."""
    if isinstance(each, PersonBurden):
        return each.person or _NOBODY
    return f"{'' if alone else f'{each.pathway} '}{each.rule} ({each.tier})"


def _fates(counts: Tally) -> Iterator[str]:
    yield from map(
        str,
        (
            counts.raised,
            counts.acted_on,
            counts.dismissed,
            counts.withdrawn,
            counts.lapsed,
            counts.open,
            counts.ignored,
        ),
    )


def _said(each: Row) -> Iterator[str]:
    counts = each.counts
    yield from map(str, (counts.seen, counts.acknowledged, counts.could_not, counts.put_off))
    yield str(counts.escalations)
    yield f"{each.messages_per_prompt:.1f}"
    yield lasting(each.median_seconds_to_action)


def _day(each: PersonBurden) -> Iterator[str]:
    day = each.a_day
    yield f"{day.median_prompts:g}"
    yield from (str(day.most_prompts), day.most_on or "-", str(day.most_patients))
    yield from map(str, (day.budget_patients, day.over_budget, each.messages_received))


def _stops(stops: Iterable[Unheeded]) -> Iterator[str]:
    for each in stops:
        counts = each.counts
        others = {"open": counts.open, "dismissed": counts.dismissed, "withdrawn": counts.withdrawn}
        became = ", ".join(f"{number} {word}" for word, number in others.items() if number)
        yield from indented(
            f"STOP NOT ACTED ON: {counts.raised - counts.acted_on} of {counts.raised} of {each.pathway} "
            f"{each.rule} ({became}; {counts.ignored} ignored). Look at each of them.",
            0,
        )


def _reasons(rows: Mapping[str, Row]) -> Iterator[str]:
    for name, each in rows.items():
        for what, counts in (("could not", each.could_not_because), ("dismissed", each.dismissed_because)):
            if counts:
                why = ", ".join(f"{reason} {number}" for reason, number in counts.items())
                yield from indented(f"{name}, {what}: {why}", 0)


def _end(found: Burden) -> Iterator[str]:
    """Say what is proposed, and what these numbers leave out."""
    least = f"at least {counted(found.least_raised, 'prompt')}, under {found.under_percent}% acted on"
    if found.to_review:
        named = "; ".join(
            f"{each.pathway} {each.rule} ({each.counts.acted_on} of {each.judged} acted on)"
            for each in found.to_review
        )
        yield (
            f"Hardly anybody acts on these rules: {named}. The clinical lead may want to review them "
            f"({least}); nothing is switched off."
        )
    else:
        yield f"There is no rule that hardly anybody acts on ({least})."
    if found.superseded:
        yield (
            f"Not counted: {counted(found.superseded, 'prompt')} that had been raised and no longer followed "
            "once a history was mended."
        )
    if found.not_raised:
        waiting = counted(found.not_raised, "prompt")
        yield f"Not counted: {waiting} open and not raised yet, as the scheduler is late."
