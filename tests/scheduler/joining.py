"""A process that is one of many workers: `python -m tests.scheduler.joining PLACE NAME AHEAD_FOR [FILE]`.

Its clock is ahead of that of the machine by so many seconds, and by as many more as it is told over its
input; the library goes by the same one. What it hands over it prints, or writes to a file: of which deed each
message tells and how often it was tried, in one write, so that being killed leaves no half a line.
"""

import logging
import os
import sys
import threading
from functools import partial

import procrastinate.periodic

from cli import clock
from pathways.moments import Moment
from pathways.spans import SECOND
from scheduler.channels import hand_over
from scheduler.cluster import run
from scheduler.cluster_engine import Patience
from scheduler.delivery import Deliver, Output, through
from scheduler.heartbeats import Worker
from scheduler.posting import Post
from scheduler.routines import Outcome, Routines, Turn, When
from storage.connection import Database
from storage.rows import DeliveryRow, RoutineRow
from tests.scheduler.looping import say

DAILY = {"digest:kim": When("00:00", "UTC"), "nightly": When("00:00", "UTC")}


class Stepped:
    """The clock of this process, and in place of the `time` that the library plans by."""

    def __init__(self, ahead_for: float) -> None:
        self._ahead_for = ahead_for

    def now(self) -> Moment:
        return clock.now() + int(self._ahead_for * SECOND)

    def time(self) -> float:
        return self.now() / SECOND

    def when_told(self) -> None:
        for line in sys.stdin:
            self._ahead_for += float(line)
            say("stepped")


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

    stepped = Stepped(float(ahead_for))
    threading.Thread(target=stepped.when_told, daemon=True).start()
    vars(procrastinate.periodic)["time"] = stepped

    run(
        place,
        clock=stepped.now,
        worker=Worker(name=name, host="desk", interval=1.0, started_at=stepped.now()),
        deliver=into(path) if path else through({"output": Output(say)}),
        way=lambda stopped: Post(partial(hand_over, stopped=stopped), say),
        routines=Routines(
            lambda _s, _n: DAILY, {each: partial(told, name) for each in ("digest", "nightly")}
        ),
        patience=Patience(beats=0.5, silent=3.0),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
