"""A process that runs the loop, with a wall clock that is told over its input to step: `python -m ... MODE`.

It writes `ticked` for every tick. What is stepped is the clock that APScheduler reads; its waiting, like the
watchdog, goes by the monotonic clock, which nobody can set. Modes: `watched` is our loop, `bare` the library
alone with the same job, `real` our loop with whatever clock the process has, and `site` the scheduler itself
over the database that is named, as a worker who may be named too, with a lease of so many seconds; `busy` is
the same with a routine that never comes to its end, and `backup` and `nightly` with the real one, which says
`began` in its midst and stays there until it is told to end.
"""

import logging
import sys
import threading
from datetime import UTC, datetime, tzinfo
from functools import partial

import apscheduler.executors.base
import apscheduler.schedulers.base
import apscheduler.triggers.interval
from apscheduler.schedulers.background import BackgroundScheduler

from cli import clock
from pathways.moments import Moment
from pathways.spans import SECOND
from scheduler import backing_up, beside, nightly
from scheduler.channels import Limits, hand_over
from scheduler.delivery import Output, through
from scheduler.heartbeats import Worker
from scheduler.loop import Loop, run, stopped_by_signals
from scheduler.posting import Post
from scheduler.routines import NOTHING, Outcome, Routines, Turn, When, Work
from storage.connection import Database
from storage.rows import RoutineRow

INTERVAL = 0.1
# Longer than any test takes: only what is right goes on meanwhile, or ends before.
FOR_LONG = 3_600.0
BUSY = {"chore": When("00:00", "UTC")}
ahead_for = 0


def now() -> Moment:
    return clock.now() + ahead_for * SECOND


class SteppedDatetime(datetime):
    """The `datetime` of the library, by the stepped clock."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "SteppedDatetime":
        return cls.fromtimestamp(now() / SECOND, tz)


def step_when_told() -> None:
    global ahead_for  # noqa: PLW0603 - the one clock of this process
    for line in sys.stdin:
        ahead_for += int(line)
        say("stepped")


def say(word: str) -> None:
    # In one piece: the threads would write into each other's lines.
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def tick() -> None:
    say("ticked")


def watched() -> None:
    loop = Loop()
    with stopped_by_signals(loop):
        loop.run(tick, interval=INTERVAL)


def bare() -> None:
    library = BackgroundScheduler(timezone=UTC)
    library.add_job(
        tick, "interval", seconds=INTERVAL, coalesce=True, max_instances=1, misfire_grace_time=None
    )
    library.start()
    threading.Event().wait()


def never_ending(_database: Database, _row: RoutineRow, _now: Moment, turn: Turn) -> Outcome:
    say("began")
    while not threading.Event().wait(INTERVAL / 10):
        turn.go_on()
    return Outcome("{}")


class Lingering(Turn):
    """A turn that stays where it is first asked whether to go on."""

    def go_on(self) -> None:
        say("began")
        while not threading.Event().wait(INTERVAL / 10):
            super().go_on()


def lingering(work: Work) -> Work:
    def at_work(database: Database, row: RoutineRow, now: Moment, turn: Turn) -> Outcome:
        turn.__class__ = Lingering
        return work(database, row, now, turn)

    return at_work


def site(
    place: str, routines: Routines = NOTHING, name: str = "site", lease_for: float | None = None
) -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    beside.ENDS_WITHIN = FOR_LONG
    limits = Limits(answer=FOR_LONG, whole=FOR_LONG)
    run(
        partial(Database, place),
        clock=now,
        worker=Worker(name=name, host="desk", interval=INTERVAL, started_at=now()),
        deliver=through({"output": Output(say)}),
        way=lambda stopped: Post(partial(hand_over, limits=limits, stopped=stopped), say),
        routines=routines,
        lease_for=lease_for,
    )


def main(mode: str) -> None:
    if mode in {"watched", "bare"}:
        for module in (
            apscheduler.schedulers.base,
            apscheduler.executors.base,
            apscheduler.triggers.interval,
        ):
            module.datetime = SteppedDatetime
    threading.Thread(target=step_when_told, daemon=True).start()
    match mode:
        case "bare":
            bare()
        case "site":
            place, name, lease = (*sys.argv[2:], *("site", "")[len(sys.argv) - 3 :])
            site(place, name=name, lease_for=float(lease) if lease else None)
        case "busy":
            site(sys.argv[2], Routines(lambda _s, _n: BUSY, {"chore": never_ending}))
        case "backup" | "nightly":
            works = {"backup": lingering(backing_up.work), "nightly": lingering(nightly.work)}
            site(sys.argv[2], Routines(lambda _s, _n: {mode: When("00:00", "UTC")}, works))
        case _:
            watched()


if __name__ == "__main__":
    main(sys.argv[1])
