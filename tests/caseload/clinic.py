"""A small clinic: a pathway with one of everything, a real database, and patients who live through days."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict, Unpack

from caseload import actions, enrolling, patients
from caseload.pathway_files import install, library
from caseload.requests import Author, Request
from caseload.writing import Outcome
from pathways.moments import Moment, moment_of
from storage.connection import Database
from tests import kinds, servers
from tests.storage.databases import fresh

KNEE = """\
pathway: knee
title: A swollen knee
version: 1
review: submitted
sources:
  guideline: {title: The guideline on knees, weight: read, doi: 10.1000/knee}
  our-choice: {title: Chosen by us, weight: default}
facts:
  injured_on: {type: date, ask: When was it injured?}
  swelling: {type: choice, of: [none, some, much], ask: How swollen is it?}
  crp: {type: number, unit: mg/L, between: [0, 500], ask: What is the CRP?}
  fever: {type: yes-no, ask: Is there fever?}
  consent: {type: yes-no, ask: Is there consent?}
  remark: {type: text, ask: Anything else?}
  scan_on: {type: date, many: true, ask: When is the scan?}
milestones:
  month_since_injury: {from: injured_on, after: 30 days}
tracks:
  knee:
    say: The knee
    start: waiting
    states:
      waiting: {say: Waiting for the first visit}
      treated: {say: Being treated}
      reviewed: {say: Reviewed}
      healed: {say: Healed, end: true}
    transitions:
      - event: treat
        from: [waiting, reviewed]
        to: treated
        say: The treatment begins
        needs: [injured_on]
        asks: [crp]
        should:
          - that: consent
            else: Ask for consent before treating
            source: guideline
      - {event: review, from: treated, to: reviewed, needs_new: [swelling]}
      - {event: heal, from: reviewed, to: healed}
  scan:
    start: not-done
    states: {not-done: {}, done: {end: true}}
    transitions: [{event: scan-done, from: not-done, to: done}]
exits: [died, moved]
prompts:
  - id: ask-injury
    say: Ask when it was injured, and for consent
    tier: due
    for: coordinator
    while: {knee: waiting}
    due: 2 days
    needs: [injured_on, consent]
    source: our-choice
  - id: ask-swelling
    say: Look at the swelling
    tier: due
    for: clinician
    while: {knee: [waiting, treated]}
    due: 1 day
    needs: [swelling]
    source: our-choice
  - id: review-in-time
    say: Review the knee
    tier: due
    for: clinician
    while: {knee: treated}
    counted_from: injured_on
    opens: 10 days
    due: 14 days
    done_when: knee == "reviewed"
    then: [{after: 3 days, tell: lead}]
    source: [guideline, our-choice]
  - id: fever-now
    say: "Fever: see the patient today"
    tier: stop
    for: clinician
    when: fever && swelling == "much"
    then: [{after: 2 hours, tell: lead}]
    unknown:
      - {fever: quiet, because: fever is asked for at every visit}
      - {swelling: quiet, because: ask-swelling asks for it}
    source: guideline
  - id: confirm-scan
    say: Confirm the scan
    tier: due
    for: coordinator
    counted_from: scan_on
    opens: 3 days before
    due: 1 day before
    source: our-choice
  - id: call-again
    say: Call and ask how it goes
    tier: due
    for: coordinator
    while: {knee: treated}
    due: 7 days
    every: [7 days, 14 days]
    until: 3 months
    lapses: 5 days
    snooze: {most: 3 days, times: 1, never_past: 2 days}
    source: our-choice
  - id: decide
    say: Decide whether the knee is healed
    tier: due
    for: clinician
    while: {knee: reviewed}
    due: 7 days
    done_when: knee != "reviewed"
    source: our-choice
  - id: think-of-scan
    say: A scan may help
    tier: info
    for: clinician
    while: {knee: treated, scan: not-done}
    source: our-choice
  - id: tell-month
    say: A month has passed since the injury
    tier: info
    for: coordinator
    when: passed.month_since_injury && knee != "healed"
    unknown: {injured_on: quiet, because: asked for above}
    source: our-choice
otherwise: {say: Decide the next step, for: clinician, every: 14 days, source: our-choice}
banners:
  - {id: no-consent, say: There is no consent, when: "!consent", source: guideline}
"""


def moment(text: str) -> Moment:
    """Read a moment in UTC, such as `2026-03-02 09:00`; winter days in London are the same."""
    return moment_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


def by(who: str, when: str) -> Author:
    return Author(by=who, now=moment(when))


class Said(TypedDict, total=False):
    """What may be said with any action. `who` is the one who writes."""

    who: str
    at: str
    because: str
    pathway: str
    seen: int
    rehearse: bool


def request(when: str, **said: Unpack[Said]) -> Request:
    """Ask for something at a moment in UTC."""
    who = said.pop("who", "ann")
    return Request(author=by(who, when), **said)  # type: ignore[misc]  # `who` was taken out


def opened(database: Database, *ids: str, when: str = "2026-03-02 08:00") -> None:
    """Install the pathway and add some patients."""
    install(database, KNEE.encode(), file="knee.yaml", by="ann", now=moment(when))
    for patient_id in ids:
        person = patients.Person(patient=patient_id, zone="Europe/London", name=f"Name of {patient_id}")
        patients.add(database, person, now=moment(when))


def prepared(path: Path, *ids: str, shipped: bool = False) -> Database:
    """Return a database with the pathway (or also what ships) installed and some patients added."""
    if kinds.current() == kinds.POSTGRES:
        return Database(servers.fresh_address(_on_server(*ids, shipped=shipped)))
    path.write_bytes(_with_patients(*ids, shipped=shipped))
    return Database(path)


@cache
def _on_server(*ids: str, shipped: bool) -> servers.Content:
    return servers.content_of(lambda place: _fill(Database(place), ids, shipped=shipped))


def _fill(made: Database, ids: Sequence[str], *, shipped: bool) -> None:
    with made:
        opened(made, *ids)
        for file, content in library() if shipped else ():
            install(made, content, file=file, by="ann", now=moment("2026-03-02 08:00"))


@cache
def _with_patients(*ids: str, shipped: bool) -> bytes:
    """Return what the file of such a database holds, made once: setting one up takes longer than a test."""
    with TemporaryDirectory() as folder:
        made = fresh(Path(folder))
        _fill(made, ids, shipped=shipped)
        return made.path.read_bytes()


def enrol(
    database: Database,
    patient_id: str = "P-001",
    *facts: str,
    when: str = "2026-03-02 09:00",
    owner: str = "ann",
    **said: Unpack[Said],
) -> Outcome:
    return enrolling.enrol(database, patient_id, "knee", facts, request(when, **said), owner=owner)


def record(database: Database, patient_id: str, *facts: str, when: str, **said: Unpack[Said]) -> Outcome:
    return actions.record(database, patient_id, facts, request(when, **said))


def advance(
    database: Database,
    patient_id: str,
    event: str,
    *facts: str,
    when: str,
    override: bool = False,
    **said: Unpack[Said],
) -> Outcome:
    return actions.advance(database, patient_id, event, facts, request(when, **said), override=override)


def treated(database: Database, patient_id: str = "P-001") -> None:
    """Enrol a patient, and treat them: injured on 1 March, enrolled on the 2nd, treated on the 3rd."""
    enrol(database, patient_id, "injured_on=2026-03-01")
    record(database, patient_id, "consent=yes", "swelling=some", when="2026-03-02 10:00")
    advance(database, patient_id, "treat", when="2026-03-03 09:00")


def number_of(database: Database, rule: str, patient_id: str = "P-001", *, occurrence: int = 1) -> int:
    """Return the number that a prompt of a rule has."""
    with database.reading() as store:
        [row] = [
            row
            for enrolment in store.enrolments(patient_id)
            for row in store.prompts(enrolment.id)
            if (row.key.rule, row.key.occurrence) == (rule, occurrence) and row.ended != "superseded"
        ]
    return row.number
