"""A small site to drill the clock on: one made-up pathway with every kind of moment, and a few patients."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import cast

from caseload.enrolling import enrol
from caseload.pathway_files import install
from caseload.patients import Person, add
from caseload.requests import Author, Request
from pathways.moments import Moment, add_days, length, start_of
from scheduler.delivery import DeliveryFailed
from scheduler.heartbeats import SECOND, Worker
from storage.connection import Database
from storage.rows import DeliveryRow
from storage.schema import create
from storage.watching import OnStatement
from tests import kinds, servers
from tests.storage.databases import run

ZONE = "Europe/London"
FIRST_DAY = date(2026, 3, 2)
MINUTE, HOUR = 60 * SECOND, 3_600 * SECOND

PATHWAY = """
pathway: drill
title: A drill for the clock
version: 1
review: submitted
sources:
  made-up: {title: Made up for the tests of the clock, weight: read}
facts:
  onset: {type: date, ask: When did it begin?}
  dose: {type: date, ask: When was the first dose?}
  result: {type: choice, of: [good, bad], ask: How did it go?}
  seen: {type: yes-no, ask: Was the patient seen?}
  visit: {type: date, many: true, ask: When is the visit?}
tracks:
  care:
    start: suspected
    states:
      suspected: {say: Suspected}
      treated: {say: Treated}
      over: {say: Over, end: true}
    transitions:
      - {event: treat, from: suspected, to: treated, needs: [dose]}
      - {event: finish, from: [suspected, treated], to: over}
exits: [died, completed]
prompts:
  - id: first-look
    say: Look at the patient
    tier: due
    for: clinician
    while: {care: suspected}
    due: 3 days
    needs: [seen]
    then: [{after: 2 days, tell: lead}, {after: 5 days, tell: lead}]
    source: [made-up]
  - id: call-soon
    say: Call the patient within hours
    tier: due
    for: coordinator
    while: {care: suspected}
    due: 6 hours
    needs: [result]
    then: [{after: 4 hours, tell: lead}]
    source: [made-up]
  - id: assess
    say: Assess the response
    tier: due
    for: clinician
    while: {care: treated}
    counted_from: dose
    opens: 5 days
    due: 7 days
    needs_new: [result]
    then: [{after: 3 days, tell: lead}]
    every: [1 week]
    until: 1 year
    source: [made-up]
  - id: leaflet
    say: Send the leaflet
    tier: due
    for: coordinator
    while: {care: treated}
    opens: 1 day
    due: 2 days
    lapses: 4 days
    source: [made-up]
  - id: never-both
    say: Do not give both at once
    tier: stop
    for: clinician
    while: {care: treated}
    when: result == "bad"
    done_when: result == "good"
    unknown: {result: quiet, because: asked for by assess}
    source: [made-up]
  - id: visit-reminder
    say: Remind the patient of the visit
    tier: due
    for: coordinator
    while: {care: [suspected, treated]}
    counted_from: visit
    opens: 3 days before
    due: 1 day before
    unknown: {visit: quiet, because: not everybody has one}
    source: [made-up]
  - id: told
    say: The patient was seen
    tier: info
    for: lead
    while: {care: [suspected, treated]}
    when: seen
    unknown: {seen: quiet, because: asked for by first-look}
    source: [made-up]
otherwise: {say: Decide the next step and its date, for: clinician, every: 14 days, source: [made-up]}
banners:
  - {id: bad, say: Went badly, when: result == "bad", source: [made-up]}
"""


def at(days: int, clock: str = "00:00", seconds: int = 0) -> Moment:
    """Return a local time that many days after the first."""
    hours, minutes = map(int, clock.split(":"))
    start = start_of(add_days(FIRST_DAY, length(f"{days} days")), ZONE)
    return start + hours * HOUR + minutes * MINUTE + seconds * SECOND


def by(now: Moment, name: str = "kim") -> Request:
    """Make a request of the coordinator, or of somebody else."""
    return Request(author=Author(by=name, now=now))


def worker(name: str = "one", interval: float = 60.0) -> Worker:
    return Worker(name=name, host="desk", interval=interval, started_at=at(0))


def site(folder: Path, *, patients: int = 0) -> Path:
    """Make a database with the pathway, and patients who were enrolled on the first morning."""
    path = _made(folder)
    with Database(path) as database:
        install(database, PATHWAY.encode(), file="drill.yaml", by="kim", now=at(0))
        for number in range(1, patients + 1):
            admit(database, f"P-{number:03}", now=at(0, "09:00"))
    return path


def _made(folder: Path) -> Path:
    if kinds.current() == kinds.SQLITE:
        create(folder / "site.db", ZONE)
        return folder / "site.db"
    address = servers.fresh_address(servers.content_of(_in_no_zone))
    run(address, f"UPDATE meta SET value = '{ZONE}' WHERE key = 'zone'")  # noqa: S608 - a zone of ours
    return cast("Path", address)  # opened as a path is


def _in_no_zone(_: str) -> None:
    """Leave a database as it was made."""


def admit(database: Database, patient: str, *, now: Moment) -> None:
    """Add a patient and put them on the pathway."""
    add(database, Person(patient=patient, zone=""), now=now)
    enrol(database, patient, "drill", [], by(now), owner="kim")


class Unplugged(BaseException):
    """The process dies here."""


def unplugged_after(boundaries: int) -> OnStatement:
    """Let that many statement boundaries pass, and none after them: no rollback either."""
    left = boundaries

    def on_statement(_when: str, _statement: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Unplugged

    return on_statement


class Listener:
    """A channel that keeps what it was given; a message it was told to fail on fails."""

    def __init__(self, *, failing: Callable[[DeliveryRow], bool] = lambda _: False) -> None:
        self.heard: list[DeliveryRow] = []
        self.tried: list[DeliveryRow] = []
        self._failing = failing

    def __call__(self, message: DeliveryRow, _: Moment) -> None:
        self.tried.append(message)
        if self._failing(message):
            raise DeliveryFailed("the line is dead")
        self.heard.append(message)

    def words(self) -> list[str]:
        """Return what was heard and is not taken yet, as `raised P-001/3 assess`."""
        heard, self.heard = self.heard, []
        return [f"{each.kind} {each.patient_id}/{each.number} {each.rule}" for each in heard]


def raised(database: Database, enrolment_id: int = 1) -> list[tuple[str, Moment]]:
    """List what was raised for an enrolment: which rule, and which moment it had waited for."""
    with database.reading() as store:
        rules = {prompt.id: prompt.key.rule for prompt in store.prompts(enrolment_id)}
        return [
            (rules[deed.prompt_id], deed.moment)
            for deed in store.ledger(enrolment_id)
            if deed.kind == "raised"
        ]
