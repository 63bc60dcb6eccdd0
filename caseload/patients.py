"""Patients: who is followed, under which id, and whose caseload they are on.

A person's name is stored apart from everything else. It is shown to who asks for it and stands in no error.
"""

import re
from itertools import islice
from typing import NamedTuple

from msgspec import Struct, structs

from caseload.cases import NoSuchPatient, load_case
from caseload.describing import local_time
from caseload.giving import give
from caseload.local_times import LocalTime
from caseload.moved_stops import PassedOn, Stops, moved
from caseload.on_staff import refuse_absent_owner
from caseload.requests import Author
from caseload.rota import COORDINATOR, Holder, holder
from caseload.writing import transact
from pathways.errors import CarepathError, Refused
from pathways.moments import Moment, day_of, days_between, is_zone
from pathways.spans import DAY
from storage.connection import Database
from storage.lists import PatientLine as Found
from storage.lists import PersonLine
from storage.lists import Stay as StayRow
from storage.store import Store

LONGEST_ID = 32
PATIENT_ID = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_ID - 1}}}")


class Person(Struct, frozen=True, kw_only=True):
    """A patient's id, zone and details; `name` and `contact` are empty when none are stored."""

    patient: str
    zone: str
    name: str = ""
    contact: str = ""


class GivenAway(NamedTuple):
    """With whom a patient rests who was handed over, and which open stops change hands with that."""

    held: Holder
    stops: tuple[PassedOn, ...]


class Stay(NamedTuple):
    """The state a track is in, and for how many days."""

    track: str
    state: str
    days: int


class PatientLine(Struct, frozen=True, kw_only=True):
    """One enrolment of a list; a patient on no pathway has a line of their own with an empty `pathway`."""

    patient: str
    name: str
    pathway: str
    owner: str
    enrolled: LocalTime | None
    left: LocalTime | None
    left_reason: str
    stays: tuple[Stay, ...]


class Filter(Struct, frozen=True, kw_only=True):
    """Which patients to list. `days` wants that many days or more in the state (of `track`, if given)."""

    track: str = ""
    state: str = ""
    days: int = 0
    owner: str = ""
    pathway: str = ""
    left: bool = False


def add(database: Database, person: Person, *, now: Moment) -> None:
    """Add a patient. An empty zone means that of the site."""
    from storage.setup import add_patient  # SQLModel, which takes longer to import than a list to show

    _refuse_odd_id(person.patient)
    if not person.zone:
        with database.listing() as lists:
            person = structs.replace(person, zone=lists.site_zone())
    _refuse_odd_zone(person.zone)
    _refuse_alike(database, person.patient)
    add_patient(database, person.patient, zone=person.zone, now=now, name=person.name, contact=person.contact)


def edit(
    database: Database,
    patient_id: str,
    *,
    name: str | None = None,
    contact: str | None = None,
    zone: str | None = None,
) -> None:
    """Change a patient's details; none leaves as is, empty removes. A zone counts for later enrolments."""
    from storage.setup import edit_patient

    if zone is not None:
        _refuse_odd_zone(zone)
    edit_patient(database, patient_id, zone=zone, name=name, contact=contact)


def person(database: Database, patient_id: str) -> Person:
    """Return a patient's id, zone and details."""
    with database.listing() as lists:
        found = lists.person(patient_id)
    if found is None:
        raise NoSuchPatient(patient_id)
    return _person(found)


def find(database: Database, text: str, *, limit: int = 50) -> list[Person]:
    """Find patients by a part of their id or name, whatever the case."""
    with database.listing() as lists:
        people = lists.people()
    wanted = text.casefold()
    found = (each for each in people if wanted in f"{each.patient_id}\n{each.name or ''}".casefold())
    return [_person(each) for each in islice(found, limit)]


def listed(database: Database, which: Filter, *, now: Moment) -> list[PatientLine]:
    """List patients and where they are, by id."""
    with database.listing() as lists:
        found = lists.patients(
            track=which.track,
            state=which.state,
            # Days are counted on each calendar below; no calendar is a day and a half off.
            entered_by=now - which.days * DAY + DAY + DAY // 2 if which.days else None,
            owner=which.owner,
            pathway=which.pathway,
            left=which.left,
        )
        stays = lists.stays(line.enrolment_id for line in found if line.enrolment_id is not None)
    lines = (_line(each, stays.get(each.enrolment_id or 0, []), now) for each in found)
    return [line for line in lines if _stays_long(line, which)]


def hand_over(
    database: Database, patient_id: str, owner: str, *, by: str, now: Moment, pathway: str | None = None
) -> GivenAway:
    """Make somebody else responsible for an enrolment and all its prompts, and note that in the history."""
    if not owner.strip():
        msg = "Say who takes over: an enrolment always has an owner."
        raise CarepathError(msg)
    author = Author(by=by, now=now)

    def work(store: Store) -> GivenAway:
        case = load_case(store, patient_id, pathway)
        if case.row.owner == owner:
            msg = f"{patient_id} is with {owner} already."
            raise Refused(msg)
        refuse_absent_owner(store, owner, now)
        before = Stops.read(store, now)
        give(store, case, owner, author)
        after = Stops.read(store, now)
        return GivenAway(holder(after.rota, COORDINATOR, owner, now), moved(before, after, now))

    return transact(database, work, rehearse=False)


def _person(found: PersonLine) -> Person:
    return Person(
        patient=found.patient_id, zone=found.zone, name=found.name or "", contact=found.contact or ""
    )


def _line(found: Found, stays: list[StayRow], now: Moment) -> PatientLine:
    zone = found.zone
    today = day_of(now, zone)
    return PatientLine(
        patient=found.patient_id,
        name=found.name,
        pathway=found.pathway or "",
        owner=found.owner or "",
        enrolled=None if found.enrolled_at is None else local_time(found.enrolled_at, zone),
        left=None if found.left_at is None else local_time(found.left_at, zone),
        left_reason=found.left_reason or "",
        stays=tuple(
            Stay(stay.track, stay.state, days_between(day_of(stay.entered_at, zone), today)) for stay in stays
        ),
    )


def _stays_long(line: PatientLine, which: Filter) -> bool:
    """Say whether a patient is in the state that is asked for, for as many days as are asked for."""
    if not (which.track or which.state or which.days):
        return True
    return any(
        which.track in ("", stay.track) and which.state in ("", stay.state) and stay.days >= which.days
        for stay in line.stays
    )


def _refuse_odd_id(patient_id: str) -> None:
    if not PATIENT_ID.fullmatch(patient_id):
        msg = (
            "A patient id has letters, digits, '-', '_' and '.', begins with a letter or a digit, and is at "
            f"most {LONGEST_ID} characters long, such as P-014. It says nothing about the person."
        )
        raise CarepathError(msg)


def _refuse_alike(database: Database, patient_id: str) -> None:
    """Refuse an id that differs from another by capitals alone: a slip would file under another person."""
    for other in find(database, patient_id):
        if other.patient != patient_id and other.patient.lower() == patient_id.lower():
            msg = (
                f"There is a patient {other.patient}, and {patient_id} is too much alike: choose another id."
            )
            raise CarepathError(msg)


def _refuse_odd_zone(zone: str) -> None:
    if not is_zone(zone):
        msg = f"{zone!r} is not a time zone: write one such as Europe/London."
        raise CarepathError(msg)
