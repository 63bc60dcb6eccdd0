"""A process that is one of many workers: `python -m tests.scheduler.joining PLACE NAME AHEAD_FOR [FILE]`.

Its clock is ahead of that of the machine by so many seconds. What it hands over it prints, or writes to a
file: of which deed each message tells and how often it was tried, in one write, so that being killed leaves
no half a line.
"""

import logging
import os
import sys
from functools import partial

from cli import clock
from pathways.moments import Moment
from scheduler.channels import hand_over
from scheduler.cluster import run
from scheduler.cluster_engine import Patience
from scheduler.delivery import Deliver, Output, through
from scheduler.heartbeats import SECOND, Worker
from scheduler.posting import Post
from scheduler.routines import Outcome, Routines, Turn, When
from storage.connection import Database
from storage.rows import DeliveryRow, RoutineRow
from tests.scheduler.looping import say

DAILY = {"digest:kim": When("00:00", "UTC"), "nightly": When("00:00", "UTC")}


def told(name: str, _database: Database, row: RoutineRow, _now: Moment, _turn: Turn) -> Outcome:
    say(f"{name} did {row.name}")
    return Outcome("{}")


def into(path: str) -> Deliver:
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def deliver(message: DeliveryRow, _: Moment) -> None:
        os.write(file, f"{message.ledger_id} {message.tries}\n".encode())

    return deliver


def main(place: str, name: str, ahead_for: str, path: str = "") -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")

    def now() -> Moment:
        return clock.now() + int(float(ahead_for) * SECOND)

    run(
        place,
        clock=now,
        worker=Worker(name=name, host="desk", interval=1.0, started_at=now()),
        deliver=into(path) if path else through({"output": Output(say)}),
        way=lambda stopped: Post(partial(hand_over, stopped=stopped), say),
        routines=Routines(
            lambda _s, _n: DAILY, {each: partial(told, name) for each in ("digest", "nightly")}
        ),
        patience=Patience(beats=0.5, silent=3.0),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
