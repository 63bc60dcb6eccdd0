"""A process that runs the loop, with a wall clock that is told over its input to step: `python -m ... MODE`.

It writes `ticked` for every tick. What is stepped is the clock that APScheduler reads; its waiting, like the
watchdog, goes by the monotonic clock, which nobody can set. Modes: `watched` is our loop, `bare` the library
alone with the same job, `real` our loop with whatever clock the process has.
"""

import sys
import threading
from datetime import UTC, datetime, tzinfo

import apscheduler.executors.base
import apscheduler.schedulers.base
import apscheduler.triggers.interval
from apscheduler.schedulers.background import BackgroundScheduler

from cli import clock
from pathways.moments import Moment
from scheduler.heartbeats import SECOND
from scheduler.loop import Loop, stopped_by_signals

INTERVAL = 0.1
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
    print(word, flush=True)  # noqa: T201 - how it answers the test


def tick() -> None:
    say("ticked")


def watched() -> None:
    loop = Loop()
    with stopped_by_signals(loop):
        loop.run(tick, interval=INTERVAL, clock=now)


def bare() -> None:
    library = BackgroundScheduler(timezone=UTC)
    library.add_job(
        tick, "interval", seconds=INTERVAL, coalesce=True, max_instances=1, misfire_grace_time=None
    )
    library.start()
    threading.Event().wait()


def main(mode: str) -> None:
    if mode != "real":
        for module in (
            apscheduler.schedulers.base,
            apscheduler.executors.base,
            apscheduler.triggers.interval,
        ):
            module.datetime = SteppedDatetime
    threading.Thread(target=step_when_told, daemon=True).start()
    bare() if mode == "bare" else watched()


if __name__ == "__main__":
    main(sys.argv[1])
