"""All that is done every day, and how; beside the ticks, so that a long one delays none."""

from collections.abc import Callable, Mapping

from caseload.stuck import BACKUP
from pathways.moments import Moment
from scheduler import backing_up, digests, nightly
from scheduler.beside import Beside, Round, Stopping
from scheduler.clocks import Clock, SteadyClock
from scheduler.heartbeats import Worker
from scheduler.routines import Routines, When, see_to
from scheduler.tick import LEASE
from storage.connection import Database
from storage.store import Store


def _planned(store: Store, now: Moment) -> Mapping[str, When]:
    return {**digests.planned(store, now), **backing_up.planned(store), **nightly.planned(store)}


DAILY = Routines(
    _planned,
    {"digest": digests.work, BACKUP: backing_up.work, "nightly": nightly.work},
    last=nightly.NIGHTLY,
)


def caretaker(
    open_database: Callable[[], Database],
    routines: Routines,
    *,
    clock: Clock,
    worker: Worker,
    may: Callable[[], bool],
) -> Beside:
    """Make the thread that does routines; what is half done when it ends is left to the next scheduler."""

    def rounds(_: Stopping) -> Round:
        steady = SteadyClock(clock)

        def doing(database: Database, enough: Stopping) -> None:
            see_to(database, routines, clock=steady, worker=worker.name, lease=LEASE, enough=enough)

        return doing

    return Beside("routines", open_database, rounds, interval=worker.interval, may=may)
