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
from cli.printing import say, warn
from cli.telling import consequences, told
from pathways.moments import Moment
from storage.connection import Database

Act: TypeAlias = Callable[[Database, Request], Outcome]


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
        greet(database, patient_id)
        request = partial(
            Request,
            author=writer,
            at=said.at,
            because=said.because,
            pathway=said.pathway,
            seen=last_entry(database, patient_id) if decides else None,
        )
        if (said.at or mends) and not said.yes:
            _agree(act(database, request(rehearse=True)), now, mends=mends)
        outcome = act(database, request())
    for line in told(outcome, now):
        say(line)


def last_entry(database: Database, patient_id: str) -> int:
    """Return the number of the last entry that there is to see when a command begins."""
    with database.reading() as store:
        return store.last_entry_number(patient_id)


def greet(database: Database, patient_id: str) -> None:
    """Tell a person at a terminal whom they are writing about, before anything is written."""
    if asking.at_terminal():
        from caseload.patients import person

        found = person(database, patient_id)
        warn(f"{found.patient}  {found.name or '(no name stored)'}")


def _agree(rehearsed: Outcome, now: Moment, *, mends: bool) -> None:
    """Show what a late entry would change, and go on only if somebody says so."""
    latest = rehearsed.before.at
    late = latest is not None and any(entry.happened_at < latest for entry in rehearsed.entries)
    if not (late or mends):
        return
    on = local_time(latest or now, rehearsed.row.zone)
    warn(f"There are entries up to {on} already. Recorded before them, this changes what followed:")
    for line in consequences(rehearsed, now) or ["  nothing else"]:
        warn(line)
    if not asking.at_terminal():
        raise UsageProblem("Nothing was recorded: if that is right, add --yes.")
    asking.agree("Record it?")
