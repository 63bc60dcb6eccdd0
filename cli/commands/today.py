"""`carepath today`: the worklist. It must feel instant, so nothing slow may be imported here."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from caseload.worklist import Clock, Line, Section, Worklist, has_list, worklist
from cli import clock, options
from cli.command import command
from cli.printing import columns, counted, indented, page_width, say
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
    yield from nobody_there(found)
    stops = [line.prompt for line in found.open.lines if line.tier == "stop"]
    if stops and found.overdue.lines:
        yield f"STOP: {', '.join(stops)} (below, among what is open)"
    yield from _part("Overdue", found.overdue, called, found)
    yield from _part("Open", found.open, called, found)
    yield from _part(f"In the next {counted(found.days, 'day')}", found.coming, called, found)
    yield ""
    yield from standing_in(found)
    if doubted := unapproved(found):
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


def nobody_there(found: Worklist) -> Iterator[str]:
    """Say loudly which prompts rest with nobody, as everybody who could hold them is away."""
    alone: dict[str, list[str]] = {}
    for line in _lines(found):
        if line.holder_why and not line.holder:
            alone.setdefault(line.holder_why, []).append(line.prompt)
    for why, prompts in alone.items():
        yield from indented(f"NOBODY HOLDS {', '.join(prompts)}: {why}", 0)


def standing_in(found: Worklist) -> Iterator[str]:
    """Say of everybody who stands in for somebody why they do."""
    for holder, why in dict.fromkeys((line.holder, line.holder_why) for line in _lines(found)):
        if holder and why:
            yield from indented(f"{holder} holds prompts {why}.", 0)


def _lines(found: Worklist) -> Iterator[Line]:
    for part in (found.overdue, found.open, found.coming):
        yield from part.lines


def unapproved(found: Worklist) -> str:
    """Name the pathways of the list that nobody has approved here, each with what it is instead."""
    by_review: dict[str, set[str]] = {}
    for line in _lines(found):
        if line.review != "approved":
            by_review.setdefault(line.review, set()).add(f"{line.pathway} {line.version}")
    said = (f"{', '.join(sorted(names))} ({review})" for review, names in sorted(by_review.items()))
    return f"Not approved by a clinician: prompts of {'; '.join(said)}." if by_review else ""


def _part(heading: str, part: Section, called: dict[str, str], found: Worklist) -> Iterator[str]:
    yield ""
    yield f"{heading}: {len(part.lines) if part.lines else 'nothing'}{' and more' if part.more else ''}"
    groups = _together(part.lines)
    heads = columns((_head(lines, found) for lines in groups), width=page_width() - 2)
    for lines, head in zip(groups, heads, strict=True):
        yield from (f"  {text}" for text in head)
        yield from indented(_what(lines[0], called.get(lines[0].patient, "")), 6)
        for line in lines:
            also = f", {_when(line, found)}" if line.due != lines[0].due else ""
            why = f"{line.pathway}, {line.rule}: {line.because}{also} ({', '.join(line.sources)})"
            yield from indented(why, 6)
    if part.more:
        yield "  There are more: --limit shows them."


def _together(lines: Iterable[Line]) -> list[list[Line]]:
    """Put prompts that ask one person for the same thing, on several pathways of a patient, together."""
    groups: list[list[Line]] = []
    alike: dict[tuple[object, ...], list[list[Line]]] = {}
    for line in lines:
        who = (line.role, line.holder, line.named)
        same = (line.patient, line.rule, line.say, line.tier, *who, line.missing)
        beside = alike.setdefault(same, [])
        # On one pathway two prompts of a rule are about different things, such as two bookings.
        group = next((each for each in beside if all(line.pathway != other.pathway for other in each)), None)
        if group is None:
            group = []
            groups.append(group)
            beside.append(group)
        group.append(line)
    return groups


def _head(lines: Sequence[Line], found: Worklist) -> tuple[str, ...]:
    line = lines[0]
    names = ", ".join(each.prompt for each in lines)
    stays = ", ".join(dict.fromkeys(f"{stay.state} {stay.days} d" for each in lines for stay in each.stays))
    stop = "STOP, " if line.tier == "stop" else ""
    instead = f" (for {line.named})" if line.named and line.holder_why else ""
    who = f"{line.role} {line.holder or '(nobody)'}{instead}"
    return (names, stop + _when(line, found), who, stays)


def _what(line: Line, name: str) -> str:
    of = f"{name}: " if name else ""
    record = f" [record {', '.join(line.missing)}]" if line.missing else ""
    seen = f" (seen {line.acknowledged})" if line.acknowledged else ""
    return f"{of}{line.say}{record}{seen}"


def _when(line: Line, found: Worklist) -> str:
    if line.snoozed_until and line.snoozed_until.at > found.now.at:
        return f"asleep until {line.snoozed_until}"
    if line.overdue_by is not None:
        days = f"{counted(line.overdue_by, 'day')} " if line.overdue_by else ""
        return f"{days}late, due {line.due}"
    due = f"due {_day(str(line.due), found)}" if line.due else "to know" if line.tier == "info" else "no date"
    return f"opens {line.opens}, {due}" if line.opens.at > found.now.at else due


def _day(day: str, found: Worklist) -> str:
    return f"today ({day})" if day[:10] == found.now.local[:10] else day


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
