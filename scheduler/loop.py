"""Ticks again and again until it is told to stop: the home of APScheduler.

What is due are rows of ours; the library has one job, the tick, and no store to lose it from. It plans by
the wall clock, so a clock set back by an hour would silence it for an hour: a watchdog on the monotonic clock
wakes it when no tick began for two intervals.
"""

import logging
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Protocol

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from pathways.errors import CarepathError
from pathways.moments import Moment
from scheduler.beside import Beside, beside
from scheduler.clocks import Clock, SteadyClock
from scheduler.daily import caretaker
from scheduler.delivery import Deliver
from scheduler.heartbeats import Worker
from scheduler.lease import Lease, Share, lasts, lease_over
from scheduler.postman import Way, postman
from scheduler.routines import NOTHING, Routines
from scheduler.telling import tell
from scheduler.tick import tick
from storage.connection import Database

log = logging.getLogger(__name__)

QUIET_INTERVALS = 2
# The library runs what lies in the past; the clock it compares this with may be any.
AT_ONCE = datetime.fromtimestamp(0, UTC)


def run(
    open_database: Callable[[], Database],
    *,
    clock: Clock,
    worker: Worker,
    deliver: Deliver,
    way: Way,
    routines: Routines = NOTHING,
    lease_for: float | None = None,
    ticked: Callable[[float], None] = lambda _: None,
) -> None:
    """Tick every interval until SIGTERM or SIGINT, going on after a tick that failed.

    Beside that it posts, and does what is done every day. Of several over one file one does all of it, who
    has the lease (for so many seconds without a word), and the others stand by; over a server they share it.
    `ticked` is told how many seconds each tick took.
    """
    with open_database() as database:
        lease = lease_over(database, worker, lasts=lease_for or lasts(worker.interval))
    others = (
        postman(open_database, way, clock=clock, worker=worker, may=lease.held),
        caretaker(open_database, routines, clock=clock, worker=worker, may=lease.held),
    )
    loop = Loop()
    ticking = Ticking(
        open_database=open_database,
        loop=loop,
        lease=lease,
        clock=SteadyClock(clock),
        worker=worker,
        deliver=deliver,
        others=others,
        ticked=ticked,
    )
    try:
        with stopped_by_signals(loop), beside(*others):
            loop.run(ticking, interval=worker.interval)
    finally:
        lease.leave(open_database)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticking:
    """What the loop does each time: a tick, if this scheduler has the lease; then the others are woken."""

    open_database: Callable[[], Database]
    loop: "Loop"
    lease: Lease | Share
    clock: SteadyClock
    worker: Worker
    deliver: Deliver
    others: tuple[Beside, ...]
    ticked: Callable[[float], None]

    def __call__(self) -> None:
        # Opened anew each time: a file restored from a backup is another one under the same name.
        with self.open_database() as database:
            now = self.clock()
            if not self.lease.take(database, now):
                return
            began = time.monotonic()
            self._tick(database, now)
            self.ticked(time.monotonic() - began)
        self.clock.told()
        for each in self.others:
            each.wake()

    def _tick(self, database: Database, now: Moment) -> None:
        report = tick(
            database,
            now=now,
            worker=self.worker,
            deliver=self.deliver,
            enough=self._enough,
            leap=self.clock.leap,
        )
        tell(report)

    def _enough(self) -> bool:
        # Who was stopped for minutes and goes on has lost the lease meanwhile.
        return self.loop.enough() or not self.lease.held()


class Stoppable(Protocol):
    """What can be told from a signal to come to its end."""

    def stop(self, why: str = "asked") -> None:
        """Come to the next safe point, then end."""


class _FromNow(IntervalTrigger):  # type: ignore[misc]  # the library has no types
    """An interval that is counted from now.

    The library would list every run that was missed, which after a leap of the clock from 1970 to the
    present are more than fit into memory.
    """

    __slots__ = ()

    def get_next_fire_time(self, _: datetime | None, now: datetime) -> datetime:
        following: datetime = now + self.interval
        return following


class Loop:
    """The one job and its watchdog; `stop` may be called from anywhere, also from a signal."""

    def __init__(self) -> None:
        # Not an Event: setting one is not safe in a signal that interrupts the waiting for it.
        self._told: SimpleQueue[str] = SimpleQueue()
        self._stopping = False
        self._ticking = False
        self._began = 0.0
        self._interval = 0.0

    def stop(self, why: str = "asked") -> None:
        """Let the tick come to its next safe point, then end."""
        self._stopping = True
        self._told.put(why)

    def enough(self) -> bool:
        """Say whether a tick should leave the rest to the next: when stopping, and after an interval."""
        return self._stopping or time.monotonic() - self._began > self._interval

    def run(self, work: Callable[[], None], *, interval: float) -> None:
        """Call `work` every interval (seconds) until `stop`."""
        self._interval, self._began = interval, time.monotonic()
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it speaks of jobs, which are none of ours
        library = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        job = library.add_job(
            self._tick,
            _FromNow(seconds=interval, timezone=UTC),
            args=[work],
            next_run_time=AT_ONCE,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        library.start()
        try:
            self._watch(job)
        finally:
            library.shutdown(wait=True)

    def _tick(self, work: Callable[[], None]) -> None:
        self._ticking, self._began = True, time.monotonic()
        try:
            work()
        except CarepathError as error:
            log.error("tick_failed: %s", error)  # noqa: TRY400 - a sentence for a person, not a fault of ours
        except Exception:
            # Whatever it is, the other patients must go on being looked after.
            log.exception("tick_failed")
        finally:
            self._ticking = False

    def _watch(self, job: Job) -> None:
        while not self._stopping:
            try:
                log.info("stopping: %s", self._told.get(timeout=self._interval / 2))
            except Empty:
                self._wake_if_quiet(job)

    def _wake_if_quiet(self, job: Job) -> None:
        quiet_for = time.monotonic() - self._began
        if quiet_for <= QUIET_INTERVALS * self._interval:
            return
        if self._ticking:
            log.warning("tick_still_running for %d seconds", quiet_for)
            return
        log.warning("tick_woken: none began for %d seconds, as when the clock is set back", quiet_for)
        job.modify(next_run_time=AT_ONCE)


@contextmanager
def stopped_by_signals(loop: Stoppable) -> Iterator[None]:
    """Let SIGTERM and SIGINT stop a loop; a second one ends the process as usual, which loses nothing."""
    names = (signal.SIGTERM, signal.SIGINT)

    def stop(number: int, _: FrameType | None) -> None:
        for name in names:
            signal.signal(name, signal.SIG_DFL)
        loop.stop(signal.Signals(number).name)

    before = {name: signal.signal(name, stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
