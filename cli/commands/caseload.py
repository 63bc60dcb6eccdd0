"""`carepath caseload`: giving a caseload to somebody else, and how it stands."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from caseload import handover as handing_over
from caseload.handover import HandedOver, Sheet
from caseload.patients import person
from caseload.prompt_lines import Line
from cli import clock, options
from cli.command import Group, command
from cli.json_shapes import plain, print_json
from cli.options import Said
from cli.printing import counted, indented, say, table
from cli.telling import passed_on
from cli.worklist_lines import nobody_there, part, standing_in, together, unapproved
from cli.writing import author
from storage.connection import Database

TAKEN, ASLEEP = "Promised: taken on, not done", "Promised: put off"

_some = click.option(
    "--patient", "patients", multiple=True, metavar="ID", help="Only this patient; may be repeated."
)


@click.group(cls=Group)
def caseload() -> None:
    """Hand over caseloads, and see how one stands: what is open, promised, and what changed."""


@command(
    "carepath caseload handover --from anna --to ben --dry-run",
    "carepath caseload handover --from anna --to ben --because 'maternity leave'",
    "carepath caseload handover --from anna --to ben --patient P-014",
)
@click.option("--from", "giver", type=options.NAME, required=True, help="Whose patients they are now.")
@click.option("--to", "taker", type=options.NAME, required=True, help="Whose they will be.")
@_some
@click.option("--dry-run", is_flag=True, help="Only say what would be moved, and print the sheet.")
@options.names
@options.writes("because")
@options.as_json
def handover(
    said: Said,
    giver: str,
    taker: str,
    patients: tuple[str, ...],
    *,
    dry_run: bool,
    names: bool,
    as_json: bool,
) -> None:
    """Give a caseload with all its prompts to somebody else, and print the sheet that says how it stands.

    It is noted in each history. Who is stopped half way types it again: the rest is moved.
    """
    writer = author(said.by, clock.now())
    with Database(said.path) as database:
        done = handing_over.hand_over(
            database, giver, taker, writer, patients=patients, because=said.because, rehearse=dry_run
        )
        called = _names(database, done.sheet) if names else {}
    if as_json:
        print_json(plain(done) | ({"names": called} if names else {}))
        return
    for line in (*_moved(done), *_stops(done), "", *sheet_page(done.sheet, called)):
        say(line)


@command(
    "carepath caseload sheet --owner anna", "carepath caseload sheet --owner anna --patient P-014 --json"
)
@click.option("--owner", type=options.NAME, required=True, help="Whose caseload.")
@_some
@options.names
@options.reads
def sheet(path: Path, owner: str, patients: tuple[str, ...], *, names: bool, as_json: bool) -> None:
    """Print how a caseload stands: overdue, open, promised, next, and what changed in the last week."""
    with Database(path) as database:
        found = handing_over.sheet(database, owner, now=clock.now(), patients=patients)
        called = _names(database, found) if names else {}
    if as_json:
        print_json(plain(found) | ({"names": called} if names else {}))
        return
    for line in sheet_page(found, called):
        say(line)


def sheet_page(found: Sheet, called: Mapping[str, str]) -> Iterator[str]:
    """Lay out the sheet of a handover."""
    of = f"{counted(found.patients, 'patient')}, {counted(found.enrolments, 'enrolment')}"
    yield f"{found.now.local}  {found.owner}'s caseload: {of}"
    yield from nobody_there(_lines(found))
    overdue = _among_overdue(found)
    for heading, lines in _parts(found).items():
        among = overdue.get(heading, 0)
        yield from part(heading, together(lines), found.now, called, elsewhere=among)
    yield ""
    yield from _changed(found)
    yield ""
    yield from standing_in(_lines(found))
    if doubted := unapproved(_lines(found)):
        yield from indented(doubted, 0)


def _parts(found: Sheet) -> dict[str, tuple[Line, ...]]:
    return {
        "Overdue": found.overdue,
        "Open": found.open,
        TAKEN: found.taken,
        ASLEEP: found.asleep,
        "Next, where nothing is open": found.next,
    }


def _among_overdue(found: Sheet) -> dict[str, int]:
    """Count what was promised and is overdue: it stands there, with its mark."""
    asleep = (line.snoozed_until for line in found.overdue)
    return {
        TAKEN: sum(line.taken is not None for line in found.overdue),
        ASLEEP: sum(until is not None and until.at > found.now.at for until in asleep),
    }


def _lines(found: Sheet) -> Iterator[Line]:
    for lines in _parts(found).values():
        yield from lines


def _moved(done: HandedOver) -> Iterator[str]:
    enrolments = counted(len(done.moved), "enrolment")
    prompts = counted(sum(each.prompts for each in done.moved), "prompt")
    how = "would be handed over" if done.rehearsed else "handed over"
    yield f"{enrolments} with {prompts} {how} from {done.giver} to {done.taker}:"
    yield from indented(", ".join(f"{each.patient} ({each.pathway})" for each in done.moved), 2)
    if done.holder_why:
        rests = f"rests with {done.holder}" if done.holder else "NOBODY IS THERE"
        yield from indented(f"Now it {rests}, {done.holder_why}.", 2)


def _stops(done: HandedOver) -> Iterator[str]:
    """Name the stops that change hands: nobody is told of what was only rehearsed."""
    return passed_on(done.stops, "if it is handed over" if done.rehearsed else "")


def _changed(found: Sheet) -> Iterator[str]:
    if not found.changed:
        yield "Changed in the last 7 days: nothing"
        return
    rows = [(each.name, str(each.recorded), each.by, each.says) for each in found.changed]
    yield from table(("CHANGED IN 7 DAYS", "WRITTEN", "BY", "WHAT"), rows)


def _names(database: Database, found: Sheet) -> dict[str, str]:
    patients = {line.patient for line in _lines(found)}
    return {each: person(database, each).name for each in sorted(patients)}


caseload.add_command(handover, "handover")
caseload.add_command(sheet, "sheet")
