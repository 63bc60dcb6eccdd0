"""One process of a soak, until somebody ends it: `python -m benchmarks.soak.work WHAT FOLDER NAME`."""

import logging
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from random import Random

from benchmarks.soak import places
from benchmarks.soak.shift import SPEED, Shift
from caseload.actions import advance, note, record
from caseload.answering import acknowledge, dismiss, done, snooze
from caseload.enrolling import enrol
from caseload.patients import Person, add
from caseload.requests import Author, Request
from caseload.writing import Outcome
from pathways.errors import CarepathError, DatabaseProblem
from pathways.moments import Moment, shown
from pathways.spans import HOUR
from scheduler import clocks
from scheduler.channels import hand_over
from scheduler.daily import DAILY
from scheduler.heartbeats import Worker
from scheduler.loop import run
from scheduler.posting import Post
from storage.connection import Database

log = logging.getLogger(__name__)

PATIENTS, NUMBERS = 60, 12
ZONE = "Europe/London"
# Whoever writes without a pause keeps all others from it: the database lets in who asks, not who waited.
BREATH = 0.02
AGAIN = 0.2
INTERVAL = 0.5


def coordinator(shift: Shift, name: str) -> None:
    """Do one thing after the other; what is refused is refused, and whoever is cut off comes back."""
    random = Random(name)  # noqa: S311 - repeatable, not secret
    while True:
        try:
            with Database(shift.place) as database:
                for _ in range(random.randint(1, 200)):
                    _act(shift, name, random, database)
                    time.sleep(BREATH)
        except DatabaseProblem as problem:
            shift.write_down(f"problem-{name}.lines", _unnamed(problem, shift))
            time.sleep(AGAIN)


def _act(shift: Shift, name: str, random: Random, database: Database) -> None:
    try:
        outcome = _something(database, random, shift.now())
    except DatabaseProblem:
        raise
    except CarepathError:
        return
    numbers = " ".join(str(entry.number) for entry in outcome.entries)
    # With the time after it: whoever was stopped while writing wrote later than it says.
    shift.write_down(f"acknowledged-{name}.lines", f"{shift.now()} {outcome.patient_id} {numbers}")


def _something(database: Database, random: Random, now: Moment) -> Outcome:
    patient, number = f"P-{random.randint(1, PATIENTS):03}", random.randint(1, NUMBERS)
    why = Request(author=Author(by="kim", now=now), because="It was so")
    acts: list[Callable[[], Outcome]] = [
        lambda: admit(database, patient, why),
        lambda: admit(database, patient, why),
        lambda: record(database, patient, [f"result={random.choice(['good', 'bad'])}"], why),
        lambda: record(database, patient, [f"seen={random.choice(['yes', 'no'])}"], why),
        lambda: advance(database, patient, random.choice(["begin", "pause"]), [], why),
        lambda: note(database, patient, "Called", why),
        lambda: done(database, patient, number, why),
        lambda: acknowledge(database, patient, number, why),
        lambda: dismiss(database, patient, number, why),
        lambda: snooze(database, patient, number, shown(now + HOUR, ZONE), why),
    ]
    return random.choice(acts)()


def admit(database: Database, patient: str, why: Request) -> Outcome:
    with suppress(CarepathError):  # there already
        add(database, Person(patient=patient, zone=""), now=why.author.now)
    return enrol(database, patient, "soak", [], why, owner="kim")


def scheduler(shift: Shift, name: str) -> None:
    """Run the scheduler of the program, by the fast clock."""
    clocks.uptime = shift.uptime
    mine = threading.local()

    def clock() -> Moment:
        mine.at = shift.now()
        return int(mine.at)

    def ticked(seconds: float) -> None:
        log.info("at work")
        # One that took an interval may have left something to the next.
        whole = int(seconds < INTERVAL * 0.8)
        shift.write_down(f"ticked-{name}.lines", f"{mine.at} {shift.now()} {whole}")

    run(
        partial(Database, shift.place),
        clock=clock,
        worker=Worker(name=name, host="soak", interval=INTERVAL, started_at=shift.now()),
        deliver=shift.told(name),
        way=lambda stopped: Post(partial(hand_over, stopped=stopped), lambda _: None),
        routines=DAILY,
        # It believes for long that it has it, and others see it end within a second: they do meet.
        lease_for=SPEED,
        ticked=ticked,
    )


def keeper(shift: Shift, name: str) -> None:
    """Make one backup after the other, and write down when each began."""
    while True:
        began = shift.now()
        try:
            file = places.back_up(shift)
        except DatabaseProblem as problem:
            shift.write_down(f"problem-{name}.lines", _unnamed(problem, shift))
        else:
            shift.write_down(f"backup-{name}.lines", f"{began} {file}")
        time.sleep(1)


def _unnamed(problem: DatabaseProblem, shift: Shift) -> str:
    """Shorten a sentence to what it says of any place."""
    said = str(problem).replace(shift.place, "PLACE").replace(shift.folder, "FOLDER")
    return said.splitlines()[0]


WORK = {"coordinator": coordinator, "scheduler": scheduler, "keeper": keeper}


def main() -> None:
    """Do what is asked for."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    what, folder, name = sys.argv[1:]
    WORK[what](Shift.read(folder), name)


if __name__ == "__main__":
    main()
