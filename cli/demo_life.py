"""The weeks of `carepath demo`, lived through with the functions that the commands call."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from caseload import actions, checking, enrolling, mending, pathway_files, patients, roles
from caseload.entry_log import log
from caseload.requests import Author, Request
from cli.demo_caseload import CRASH_DAY, LAST_DAY, PATHWAY, PATIENTS, Line, Patient
from cli.demo_crash import DIED
from pathways.moments import Moment, day_of, typed
from scheduler.delivery import Output, through
from scheduler.tick import once
from storage.connection import Database

ZONE = "Europe/London"
COORDINATOR, CLINICIAN, LEAD = "anna", "dr-cole", "dr-berg"
MORNING, EVENING = "07:00", "18:00"


class Day(NamedTuple):
    """A day that was lived: what was recorded, which lines the scheduler wrote, and if it was killed.

    `whole` says, of a day on which it was, that the record was found whole after that.
    """

    number: int
    recorded: tuple[tuple[Patient, Line], ...]
    told: tuple[str, ...]
    killed: bool = False
    whole: bool = True


class Days:
    """The calendar of the demo: which day is which, counting so that the last one is today."""

    def __init__(self, now: Moment) -> None:
        self.now = now
        self.first = day_of(now, ZONE) - timedelta(days=LAST_DAY)

    def iso(self, day: int) -> str:
        """Write a day of the demo as a calendar day."""
        return (self.first + timedelta(days=day)).isoformat()

    def moment(self, day: int, time: str) -> Moment:
        """Return a time of a day, or now where that would lie ahead."""
        return min(self.now, typed(f"{self.iso(day)} {time}", ZONE)[0])

    def words(self, text: str) -> list[str]:
        """Put days in the place of `day 3`."""
        words: list[str] = []
        for word in text.split():
            if words and words[-1].endswith("=day"):
                words[-1] = words[-1].removesuffix("day") + self.iso(int(word))
            else:
                words.append(word)
        return words


def begin(database: Database, days: Days) -> None:
    """Install what ships, say who is who, and add the patients."""
    began = days.moment(0, "08:00")
    for file, content in pathway_files.library():
        pathway_files.install(database, content, file=file, by=LEAD, now=began)
    for role, holder in (("coordinator", COORDINATOR), ("clinician", CLINICIAN), ("lead", LEAD)):
        roles.assign(database, role, holder, now=began)
    for patient in PATIENTS:
        patients.add(database, patients.Person(patient=patient.id, zone=ZONE, name=patient.name), now=began)


def live(database: Database, days: Days, path: Path) -> Iterator[Day]:
    """Live through the days: a tick in the morning, what people record, a tick in the evening."""
    for number in range(LAST_DAY + 1):
        told: list[str] = []
        killed = number == CRASH_DAY and _killed(path, days.moment(number, MORNING))
        whole = not killed or not checking.check(database, now=days.moment(number, MORNING)).differences
        _tick(database, days.moment(number, MORNING), told)
        recorded = _recorded(number)
        for patient, line in recorded:
            _record(database, days, patient, line)
        _tick(database, days.moment(number, EVENING), told)
        yield Day(number=number, recorded=recorded, told=tuple(told), killed=killed, whole=whole)


def _recorded(number: int) -> tuple[tuple[Patient, Line], ...]:
    found = [(patient, line) for patient in PATIENTS for line in patient.lines if line.day == number]
    return tuple(sorted(found, key=lambda each: each[1].time))


def _tick(database: Database, now: Moment, told: list[str]) -> None:
    once(database, now=now, name="demo-2", host="demo", deliver=through({"output": Output(told.append)}))


def _killed(path: Path, now: Moment) -> bool:
    """Let another scheduler tick, in a process of its own that dies half-way through."""
    died = subprocess.run(  # noqa: S603  # our own module, with arguments of our own
        [sys.executable, "-m", "cli.demo_crash", str(path), str(now)], check=False, capture_output=True
    )
    return died.returncode == DIED


def _record(database: Database, days: Days, patient: Patient, line: Line) -> None:
    """Do what a coordinator would have typed, at that time of that day."""
    author = Author(by=COORDINATOR, now=days.moment(line.day, line.time))
    request = Request(author=author, because=line.because)
    words = days.words(line.words)
    if line.verb == "enrol":
        enrolling.enrol(database, patient.id, PATHWAY, words, request, owner=COORDINATOR)
    elif line.verb == "record":
        actions.record(database, patient.id, words, request)
    elif line.verb == "close":
        actions.close(database, patient.id, words[0], request)
    elif line.verb == "correct":
        mending.correct(database, patient.id, _entry_with(database, patient.id, words[0]), words, request)
    else:
        override = line.verb == "override"
        actions.advance(database, patient.id, words[0], words[1:], request, override=override)


def _entry_with(database: Database, patient_id: str, pair: str) -> int:
    """Find the entry that recorded a fact."""
    fact = pair.partition("=")[0]
    return next(line.entry.number for line in log(database, patient_id) if line.entry.name == fact)
