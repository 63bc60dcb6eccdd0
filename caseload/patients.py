"""Patients: who is followed, under which id, and whose caseload they are on.

A person's name is stored apart from everything else. It is shown to who asks for it and stands in no error.
"""

from typing import NamedTuple

from msgspec import Struct

from caseload.local_times import LocalTime
from pathways.moments import Moment
from storage.connection import Database


class Person(Struct, frozen=True, kw_only=True):
    """A patient's id, zone and details; `name` and `contact` are empty when none are stored."""

    patient: str
    zone: str
    name: str = ""
    contact: str = ""


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
    raise NotImplementedError


def edit(
    database: Database,
    patient_id: str,
    *,
    name: str | None = None,
    contact: str | None = None,
    zone: str | None = None,
) -> None:
    """Change a patient's details; none leaves as is, empty removes. A zone counts for later enrolments."""
    raise NotImplementedError


def person(database: Database, patient_id: str) -> Person:
    """Return a patient's id, zone and details."""
    raise NotImplementedError


def find(database: Database, text: str, *, limit: int = 50) -> list[Person]:
    """Find patients by a part of their id or name, whatever the case."""
    raise NotImplementedError


def listed(database: Database, which: Filter, *, now: Moment) -> list[PatientLine]:
    """List patients and where they are, by id."""
    raise NotImplementedError


def hand_over(
    database: Database, patient_id: str, owner: str, *, by: str, now: Moment, pathway: str | None = None
) -> None:
    """Make somebody else responsible for an enrolment and all its prompts, and note that in the history."""
    raise NotImplementedError
