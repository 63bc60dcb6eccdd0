"""What the workers of a cluster do when it is their turn: the same that one scheduler does, kind by kind."""

import logging
from collections.abc import Callable
from time import monotonic

from caseload.stuck import BACKUP
from pathways.errors import CarepathError
from scheduler.beside import LOOKS_EVERY
from scheduler.clocks import Clock, SteadyClock
from scheduler.cluster_engine import Job, Kind, Work
from scheduler.delivery import Deliver
from scheduler.heartbeats import Worker
from scheduler.posting import post
from scheduler.postman import Way
from scheduler.routines import Routines, only, see_to
from scheduler.telling import posted, tell
from scheduler.tick import LEASE, tick
from storage.connection import Database

log = logging.getLogger(__name__)

TICK, POST = "tick", "post"
# What the tools of the server do, see docs/how-to/postgresql.md.
NOT_HERE = frozenset({BACKUP})
ALONE_FOR = 0.1  # seconds

Opens = Callable[[], Database]


def kinds(
    opens: Opens,
    *,
    clock: Clock,
    worker: Worker,
    deliver: Deliver,
    way: Way,
    routines: Routines,
    ticked: Callable[[float], None],
    stopping: Callable[[], bool],
) -> tuple[Kind, ...]:
    """List what there is to do: the ticks, the post, and each kind of routine."""
    often = min(LOOKS_EVERY, worker.interval)
    works = {
        TICK: _ticking(opens, clock, worker, deliver, ticked),
        POST: _posting(opens, clock, worker, way, stopping),
    }
    for kind in routines.works:
        if kind not in NOT_HERE:
            works[kind] = _doing(opens, clock, worker, only(routines, kind, never=NOT_HERE))
    return tuple(
        Kind(name, worker.interval if name == TICK else often, _told(name, work))
        for name, work in works.items()
    )


class Helped:
    """Says when it is enough, and asks others to help with what takes longer than a moment.

    It is asked between two batches or messages: when there may be more.
    """

    def __init__(self, job: Job, kind: str, *, at_most: float | None = None) -> None:
        self._job = job
        self._kind = kind
        self._at_most = at_most
        self._began = monotonic()
        self._asked = False

    def __call__(self) -> bool:
        lasts = monotonic() - self._began
        if lasts > ALONE_FOR and not self._asked:
            self._asked = True
            self._job.wake(self._kind)
        return self._job.stopping() or (self._at_most is not None and lasts > self._at_most)


def _ticking(
    opens: Opens, clock: Clock, worker: Worker, deliver: Deliver, ticked: Callable[[float], None]
) -> Work:
    steady = SteadyClock(clock)

    def work(job: Job) -> None:
        began = monotonic()
        with opens() as database:
            report = tick(
                database,
                now=steady(),
                worker=worker,
                deliver=deliver,
                enough=Helped(job, TICK, at_most=worker.interval),
                leap=steady.leap,
            )
        steady.told()
        tell(report)
        ticked(monotonic() - began)
        if report.claimed.taken:
            job.wake(POST)
        if not report.whole:
            job.wake(TICK)

    return work


def _posting(opens: Opens, clock: Clock, worker: Worker, way: Way, stopping: Callable[[], bool]) -> Work:
    out, steady = way(stopping), SteadyClock(clock)

    def work(job: Job) -> None:
        with opens() as database:
            sent = post(
                database,
                out,
                clock=steady,
                worker=worker.name,
                lease=LEASE,
                enough=Helped(job, POST),
            )
        for line in posted(sent):
            log.info(line)

    return work


def _doing(opens: Opens, clock: Clock, worker: Worker, routines: Routines) -> Work:
    steady = SteadyClock(clock)

    def work(job: Job) -> None:
        enough = Helped(job, routines.kind)
        with opens() as database:
            see_to(database, routines, clock=steady, worker=worker.name, lease=LEASE, enough=enough)

    return work


def _told(name: str, work: Work) -> Work:
    """Let it be said why it failed, and the engine try again."""

    def telling(job: Job) -> None:
        try:
            work(job)
        except CarepathError as error:
            log.error("%s_failed: %s", name, error)  # noqa: TRY400 - a sentence for a person, not a fault of ours
            raise
        except Exception:
            log.exception("%s_failed", name)
            raise

    return telling
