"""What can be interrupted: each act of a person at a site where much is going on, and each tick."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from caseload import handover, staffing
from caseload.actions import advance, close, note, record
from caseload.answering import acknowledge, dismiss, done, snooze
from caseload.enrolling import enrol
from caseload.importing import import_lines
from caseload.mending import correct, withdraw
from caseload.patients import Person, add, hand_over
from caseload.requests import Author, Request
from caseload.roles import assign
from caseload.staffing import Changes
from pathways.moments import Moment
from scheduler.daily import DAILY
from scheduler.posting import Post, post
from scheduler.routines import see_to
from scheduler.tick import LEASE, never, tick
from storage.connection import Database
from storage.watching import OnStatement
from tests.crash.stage import Taken, Told
from tests.scheduler.drill import Listener, admit, at, by, site, worker
from tests.scheduler.people import joins, reached

Act: TypeAlias = Callable[[Database], object]

# When the acts happen: the leaflet and the assessment of P-001 are open, P-003 is not treated yet.
NOON = at(6, "12:00")
LEAFLET, ASSESSMENT = 4, 3
DOSE, VISIT = 2, 4


def busy_site(folder: Path) -> Path:
    """Make the site, as the acts find it."""
    path = site(folder)
    with Database(path) as database:
        for patient in ("P-001", "P-003"):
            admit(database, patient, now=at(0, "09:00"))
        add(database, Person(patient="P-002", zone=""), now=at(0, "09:00"))
        advance(database, "P-001", "treat", ["dose=2026-03-03"], by(at(1, "10:00")))
        record(database, "P-001", ["visit=2026-03-20"], by(at(2, "10:00")))
        record(database, "P-003", ["seen=yes"], by(at(5, "10:00")))
        for day in range(1, 7):
            tick(database, now=at(day, "00:01"), worker=worker(), deliver=Listener())
    return path


def _past(moment: str) -> Request:
    return Request(author=Author(by="kim", now=NOON), at=moment, because="It was written down late")


WHY = _past("")

# A patient as another program writes them, with an event that opens prompts and a correction.
HISTORY = b"""\
{"line": "patient", "patient": "P-009", "zone": "Europe/London"}
{"line": "enrolment", "patient": "P-009", "pathway": "drill", "owner": "kim"}
{"line": "entry", "patient": "P-009", "kind": "enrolled", "at": "2026-03-02"}
{"line": "entry", "patient": "P-009", "kind": "fact", "name": "dose", "value": "2026-03-02",\
 "at": "2026-03-03"}
{"line": "entry", "patient": "P-009", "kind": "event", "name": "treat", "at": "2026-03-03"}
{"line": "entry", "patient": "P-009", "kind": "fact", "name": "dose", "value": "2026-03-01",\
 "at": "2026-03-03", "replaces": 2, "because": "Misread"}
"""

ACTS: dict[str, Act] = {
    "enrol": lambda at_site: enrol(at_site, "P-002", "drill", ["onset=2026-03-01"], WHY, owner="kim"),
    "record": lambda at_site: record(at_site, "P-001", ["result=good", "seen=yes"], WHY),
    "record what raises a stop": lambda at_site: record(at_site, "P-001", ["result=bad"], WHY),
    "advance": lambda at_site: advance(at_site, "P-003", "treat", ["dose=2026-03-08"], WHY),
    "advance late": lambda at_site: advance(
        at_site, "P-003", "treat", ["dose=2026-03-04"], _past("2026-03-04 11:00")
    ),
    "done": lambda at_site: done(at_site, "P-001", LEAFLET, WHY),
    "ack": lambda at_site: acknowledge(at_site, "P-001", ASSESSMENT, WHY),
    "snooze": lambda at_site: snooze(at_site, "P-001", ASSESSMENT, "2026-03-10", WHY),
    "dismiss": lambda at_site: dismiss(at_site, "P-001", ASSESSMENT, WHY),
    "correct": lambda at_site: correct(at_site, "P-001", DOSE, ["dose=2026-02-27"], WHY),
    "withdraw": lambda at_site: withdraw(at_site, "P-001", VISIT, WHY),
    "note": lambda at_site: note(at_site, "P-001", "Moved house", WHY),
    "close": lambda at_site: close(at_site, "P-001", "died", WHY),
    "add a patient": lambda at_site: add(at_site, Person(patient="P-004", zone=""), now=NOON),
    "import a patient": lambda at_site: import_lines(at_site, HISTORY.splitlines(), WHY.author),
    "hand over": lambda at_site: hand_over(at_site, "P-001", "sam", by="kim", now=NOON),
    "hand over a caseload": lambda at_site: handover.hand_over(at_site, "kim", "sam", WHY.author),
    "enter somebody at work": lambda at_site: staffing.add(at_site, "sam", Changes(), WHY.author),
}


def perform(path: Path, on_statement: OnStatement | None, name: str) -> None:
    with Database(path, on_statement=on_statement) as database:
        ACTS[name](database)


def staffed(path: Path) -> None:
    """Put people to work at the site: kim is told of prompts and gets a digest, dr-berg leads."""
    with Database(path) as database:
        joins(database, "kim", "coordinator", "clinician")
        joins(database, "dr-berg", "lead")
        reached(database, "kim", kinds=("prompts", "digest"))
        reached(database, "dr-berg", kinds=("prompts", "digest", "failures"))
        assign(database, "clinician", "kim", now=NOON)
        assign(database, "lead", "dr-berg", now=NOON)


def post_once(path: Path, on_statement: OnStatement | None, taken: Path, now: Moment, name: str) -> None:
    with Database(path, on_statement=on_statement) as database:
        way = Post(Taken(taken), lambda _: None)
        post(database, way, clock=lambda: now, worker=name, lease=LEASE, enough=never)


def see_to_routines(path: Path, on_statement: OnStatement | None, now: Moment, name: str) -> None:
    with Database(path, on_statement=on_statement) as database:
        see_to(database, DAILY, clock=lambda: now, worker=name, lease=LEASE, enough=never)


def tick_once(path: Path, on_statement: OnStatement | None, told: Path, now: Moment, name: str) -> None:
    with Database(path, on_statement=on_statement) as database:
        tick(database, now=now, worker=worker(name), deliver=Told(told))
