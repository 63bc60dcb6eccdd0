"""A clerk and schedulers at work on one database, in a time that runs fast, until somebody kills them.

Each writes down what it may rely on: the clerk the entries that were acknowledged, a scheduler the ticks that
came to their end. The clock is one for all processes: the monotonic one of the machine, at a greater speed.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.synchronize import Event
from pathlib import Path
from random import Random

from msgspec import Struct

from caseload.actions import advance, note, record
from caseload.answering import acknowledge, dismiss, done, snooze
from caseload.enrolling import enrol
from caseload.patients import Person, add
from caseload.requests import Author, Request
from caseload.writing import Outcome
from pathways.errors import CarepathError
from pathways.moments import Moment, shown
from scheduler.posting import Post, post
from scheduler.tick import LEASE, never, tick
from storage.connection import Database
from tests.crash.stage import PATIENCE, Taken, Told
from tests.scheduler.drill import HOUR, ZONE, at, worker

# A week in a second or two.
SPEED = 100 * HOUR
PATIENTS = 12
# Whoever writes without a pause keeps all others from it: the database lets in who asks, not who waited.
BREATH = 0.01
_let_others_write = threading.Event()


class Shift(Struct, frozen=True):
    """Where the work is done, and when it began (monotonic seconds)."""

    folder: Path
    began: float

    def now(self) -> Moment:
        return at(1) + int((time.monotonic() - self.began) * SPEED)

    @property
    def database(self) -> Path:
        return self.folder / "site.db"

    @property
    def acknowledged(self) -> Path:
        return self.folder / "acknowledged"

    @property
    def ticked(self) -> Path:
        return self.folder / "ticked"

    @property
    def taken(self) -> Taken:
        return Taken(self.folder / "taken")

    @property
    def told(self) -> Told:
        return Told(self.folder / "told")


def clerk(shift: Shift, at_work: Event, seed: int) -> None:
    """Do one thing after the other, as fast as can be; what is refused is refused."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    with Database(shift.database, busy=PATIENCE) as database:
        while True:
            try:
                outcome = _something(database, random, shift.now())
            except CarepathError:
                continue
            numbers = " ".join(str(entry.number) for entry in outcome.entries)
            _write_down(shift.acknowledged, f"{outcome.patient_id} {numbers}")
            at_work.set()
            _let_others_write.wait(BREATH)


def ticker(shift: Shift, at_work: Event, name: str) -> None:
    """Tick again and again."""
    with Database(shift.database, busy=PATIENCE) as database:
        while True:
            now = shift.now()
            report = tick(database, now=now, worker=worker(name), deliver=shift.told)
            tell_people(database, shift, now, name)
            if report.whole:
                _write_down(shift.ticked, f"{now} {shift.now()}")
                at_work.set()
            _let_others_write.wait(BREATH)


def tell_people(database: Database, shift: Shift, now: Moment, name: str) -> None:
    """Post, as a scheduler does beside its ticks."""
    way = Post(shift.taken, lambda _: None)
    post(database, way, clock=lambda: now, worker=name, lease=LEASE, enough=never)


def _something(database: Database, random: Random, now: Moment) -> Outcome:
    patient, number = f"P-{random.randint(1, PATIENTS):03}", random.randint(1, 12)
    why = Request(author=Author(by="kim", now=now), because="It was so")
    today = shown(now, ZONE, only_day=True)
    acts: list[Callable[[], Outcome]] = [
        lambda: _admit(database, patient, why),
        lambda: record(database, patient, [f"result={random.choice(['good', 'bad'])}"], why),
        lambda: record(database, patient, [f"seen={random.choice(['yes', 'no'])}"], why),
        lambda: advance(database, patient, "treat", [f"dose={today}"], why),
        lambda: note(database, patient, "Called", why),
        lambda: done(database, patient, number, why),
        lambda: acknowledge(database, patient, number, why),
        lambda: dismiss(database, patient, number, why),
        lambda: snooze(database, patient, number, shown(now + 48 * HOUR, ZONE), why),
    ]
    return random.choice(acts)()


def _admit(database: Database, patient: str, why: Request) -> Outcome:
    with suppress(CarepathError):  # there already
        add(database, Person(patient=patient, zone=""), now=why.author.now)
    return enrol(database, patient, "drill", [], why, owner="kim")


def _write_down(file: Path, line: str) -> None:
    with file.open("a", encoding="ascii") as lines:
        lines.write(f"{line}\n")
