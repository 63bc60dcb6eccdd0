"""`carepath patient`: who is followed."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from caseload import patients
from caseload.cases import pathway_of
from caseload.patients import Filter, PatientLine, Person
from cli import clock, options
from cli.asking import ask, at_terminal
from cli.command import Group, command
from cli.errors import UsageProblem
from cli.json_shapes import plain, print_json
from cli.options import Said
from cli.printing import counted, say, table
from cli.telling import now_with, passed_on
from cli.writing import author
from pathways.errors import NotFound
from pathways.problems import near
from storage.connection import Database

zone = click.option(
    "--zone", default=None, help="The time zone of the patient; that of the site, if left out."
)
_name = click.option("--name", default=None, help="The patient's name. Asked for at a terminal.")
_contact = click.option(
    "--contact", default=None, help="How the patient is reached. Asked for at a terminal."
)


@click.group(cls=Group)
def patient() -> None:
    """Add, list and edit patients.

    What is typed as an option stays in the history of the shell: at a terminal, leave a name out and
    it is asked for.
    """


@command("carepath patient add P-014", "carepath patient add P-015 --zone Europe/Lisbon")
@options.patient
@_name
@_contact
@zone
@options.database
def add(path: Path, patient_id: str, name: str | None, contact: str | None, zone: str | None) -> None:
    """Add a patient under an id that says nothing about the person."""
    with Database(path) as database:
        if at_terminal() and name is None:
            name = ask("Name, if it is to be stored [Enter skips]:")
            contact = ask("Contact [Enter skips]:") if name and contact is None else contact
        person = Person(patient=patient_id, zone=zone or "", name=name or "", contact=contact or "")
        patients.add(database, person, now=clock.now())
    say(f"{patient_id} is added. `carepath enrol {patient_id} PATHWAY` puts them on a pathway.")


@command("carepath patient edit P-014 --contact 'by letter'", "carepath patient edit P-014 --name ''")
@options.patient
@_name
@_contact
@zone
@options.database
def edit(path: Path, patient_id: str, **details: str | None) -> None:
    """Change what is stored about a patient; an empty text removes it."""
    changed = [what for what, value in details.items() if value is not None]
    if not changed:
        raise UsageProblem("Say what to change: --name, --contact or --zone.")
    with Database(path) as database:
        patients.edit(database, patient_id, **details)
    say(f"{patient_id}: {' and '.join(changed)} changed.")


@command("carepath patient hand-over P-014 ben")
@options.patient
@click.argument("owner", type=options.NAME, help="The coordinator who takes over.")
@options.writes("pathway")
def hand_over(said: Said, patient_id: str, owner: str) -> None:
    """Make another coordinator responsible for a patient and all the prompts."""
    now = clock.now()
    by = author(said.by, now).by
    with Database(said.path) as database:
        given = patients.hand_over(database, patient_id, owner, by=by, now=now, pathway=said.pathway)
    for line in (f"{patient_id} is {owner}'s patient now.", *now_with(given.held), *passed_on(given.stops)):
        say(line)


@command(
    "carepath patient list",
    "carepath patient list --track syndrome --state first-line --days-in-state 14",
    "carepath patient list --owner anna --json",
)
@click.option("--name", "text", help="Find patients by a part of their name or id.")
@click.option("--track", default="", help="Of this track.")
@click.option("--state", default="", help="In this state.")
@click.option(
    "--days-in-state",
    "days",
    type=click.IntRange(0, 36_500),
    default=0,
    metavar="DAYS",
    help="That long or longer.",
)
@click.option("--owner", default="", help="Of this coordinator.")
@click.option("--pathway", default="", help="On this pathway.")
@click.option("--left", is_flag=True, help="Also those who left their pathway.")
@options.names
@options.reads
def listed(path: Path, text: str | None, *, names: bool, as_json: bool, **which: Any) -> None:  # noqa: ANN401  # of Filter
    """List patients and where they are."""
    with Database(path) as database:
        if text:
            return _people(patients.find(database, text), as_json=as_json)
        wanted = Filter(**which)
        lines = patients.listed(database, wanted, now=clock.now())
        if not lines:
            _refuse_misspelt(database, wanted)
    if as_json:
        return print_json([plain(line) | ({} if names else {"name": ""}) for line in lines])
    return _lines(lines, names=names)


def _people(found: Iterable[Person], *, as_json: bool) -> None:
    """Show who was found by name: who asks by name is shown names."""
    people = list(found)
    if not people and not as_json:
        return say("Nobody.")
    if as_json:
        return print_json(people)
    for line in table(("PATIENT", "NAME"), [(each.patient, each.name) for each in people]):
        say(line)
    return None


def _refuse_misspelt(database: Database, which: Filter) -> None:
    """Refuse what no pathway has: after a slip of the pen an empty list would look like good news."""
    with database.reading() as store:
        pathways = [pathway_of(store, row.digest) for row in store.pathways()]
    tracks = [track for pathway in pathways for track in pathway.tracks]
    known = {
        "pathway": [pathway.name for pathway in pathways],
        "track": [track.name for track in tracks],
        "state": [state.name for track in tracks for state in track.states],
    }
    for what, names in known.items():
        typed = getattr(which, what)
        if typed and typed not in names:
            raise NotFound(f"There is no {what} {typed!r} here: {near(typed, names)}")


def _lines(lines: Iterable[PatientLine], *, names: bool) -> None:
    rows = [_row(line, names=names) for line in lines]
    if not rows:
        return say("Nobody.")
    headings = ("PATIENT", *(["NAME"] if names else []), "PATHWAY", "SINCE", "OWNER", "WHERE")
    for text in table(headings, rows):
        say(text)
    return None


def _row(line: PatientLine, *, names: bool) -> tuple[str, ...]:
    name = [line.name] if names else []
    where = ", ".join(f"{stay.track} {stay.state} {counted(stay.days, 'day')}" for stay in line.stays)
    left = f"left {line.left}: {line.left_reason}" if line.left else ""
    return (line.patient, *name, line.pathway or "none", str(line.enrolled or ""), line.owner, left or where)


patient.add_command(add, "add")
patient.add_command(edit, "edit")
patient.add_command(hand_over, "hand-over")
patient.add_command(listed, "list")
