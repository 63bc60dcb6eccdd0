"""How every command writes: say who the patient is, show what would change, then write and tell."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from caseload.describing import local_time
from caseload.requests import Author, Request
from caseload.writing import Outcome
from cli import asking, clock, configuration
from cli.errors import UsageProblem
from cli.options import Said
from cli.printing import indented, say, warn
from cli.telling import consequences, recorded, told, unapproved
from pathways.history import Entry
from pathways.moments import Moment, day_of
from storage.connection import Database

Act: TypeAlias = Callable[[Database, Request], Outcome | tuple[Outcome, ...]]


def author(by: str | None, now: Moment) -> Author:
    """Return who writes, or refuse: an entry without a name behind it is worth nothing."""
    if by is None:
        raise UsageProblem(
            f"Who is recording this? Add --by NAME, or set {configuration.BY}, "
            f'or write by = "NAME" into {configuration.file()}.'
        )
    return Author(by=by, now=now)


def write(said: Said, patient_id: str, act: Act, *, decides: bool = False, mends: bool = False) -> None:
    """Do one action and tell what came of it.

    `decides` says that it rests on what the person had seen, so that nobody else's entry may come between;
    `mends` that it changes what had followed already, whenever it happened.
    """
    now = clock.now()
    writer = author(said.by, now)
    with Database(said.path) as database:
        request = partial(
            Request,
            author=writer,
            at=said.at,
            because=said.because,
            pathway=said.pathway,
            seen=_seen(database, said, patient_id) if decides else None,
        )
        shown = False
        if (said.at or mends) and not said.yes:
            shown = _agreed(_each(act(database, request(rehearse=True))), now, mends=mends)
        outcomes = _each(act(database, request()))
    for outcome in outcomes:
        if len(outcomes) > 1:
            say(f"on {outcome.pathway.name}:")
        for line in recorded(outcome) if shown else told(outcome, now):
            say(line)
    if doubted := unapproved(outcomes, now):
        for line in indented(doubted, 0):
            say(line)


def _seen(database: Database, said: Said, patient_id: str) -> int:
    """Return the last entry that whoever decides can have seen: that of when the command began."""
    if said.seen is not None:
        return said.seen
    with database.reading() as store:
        return store.last_entry_number(patient_id)


def _each(done: Outcome | tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    return done if isinstance(done, tuple) else (done,)


def _agreed(rehearsed: tuple[Outcome, ...], now: Moment, *, mends: bool) -> bool:
    """Show what a late entry would change, and go on only if somebody says so; say whether it was late."""
    late = [each for each in rehearsed if mends or _is_late(each)]
    for each in late:
        on = local_time(each.before.at or now, each.row.zone)
        of = f" on {each.pathway.name}" if len(rehearsed) > 1 else ""
        warn(f"There are entries up to {on} already{of}. Recorded before them, this changes what followed:")
        for line in consequences(each, now) or ["  nothing else"]:
            warn(line)
    if late and not asking.at_terminal():
        raise UsageProblem("Nothing was recorded: if that is right, add --yes.")
    if late:
        asking.agree("Record it?")
    return bool(late)


def _is_late(rehearsed: Outcome) -> bool:
    return any(_late(entry, rehearsed.before.at, rehearsed.row.zone) for entry in rehearsed.entries)


def _late(entry: Entry, latest: Moment | None, zone: str) -> bool:
    """Say whether an entry goes before others; of the same day without a time, nobody means that."""
    if latest is None or entry.kind == "note" or entry.happened_at >= latest:
        return False
    return not entry.only_day or day_of(entry.happened_at, zone) != day_of(latest, zone)
