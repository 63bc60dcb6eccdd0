"""Whether the clock is running: who ticks, when last, and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from caseload.foot import STEP, patience
from pathways.moments import Moment, shown
from pathways.spans import SECOND
from scheduler.lease import all_work, at_work, holder
from scheduler.nightly import Last, last
from scheduler.processes import gone
from storage.connection import Database
from storage.deliveries import Failing
from storage.rows import HeartbeatRow
from storage.store import Store

WEEK = 7 * 24 * 3_600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerStatus:
    """One scheduler as its heartbeat shows it; `age` counts seconds since its last tick began.

    `gone` is a process of this machine that is no more: one that ended or was killed is not waited for.
    """

    heartbeat: HeartbeatRow
    age: float | None
    alive: bool
    gone: bool

    @property
    def ahead(self) -> bool:
        """Whether the last tick lies in the future, so that it was one of a clock that was wrong."""
        return self.age is not None and self.age * SECOND < -STEP

    @property
    def seconds(self) -> float:
        """How long ago the last tick began; of two clocks one is always a little ahead of the other."""
        return max(0.0, self.age or 0.0)


def not_come(worker: WorkerStatus, zone: str) -> str:
    """Say, after `ticked at`, that a moment has not come, and what to do about the clock that wrote it."""
    return (
        f"{shown(worker.heartbeat.tick_began_at or 0, zone)}, WHICH HAS NOT COME: a clock is or was wrong. "
        "Set it right, and run `carepath scheduler once`; what is recorded ahead of it is found by "
        "`carepath check`."
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """The clock as it stands.

    `next_at` is when something next has its moment: in the past, it waits for a tick. `undelivered`
    messages are on their way, the oldest since `oldest_at`; `failed` were given up. `failing` says which
    channels of whom do not work. `checked` is the last check by night. `holder` has the lease, unless
    `all_work`, as on a server.
    """

    at: Moment
    workers: tuple[WorkerStatus, ...]
    next_at: Moment | None
    undelivered: int
    oldest_at: Moment | None = None
    failed: int = 0
    failing: tuple[Failing, ...] = ()
    checked: Last | None = None
    holder: str | None = None
    all_work: bool = False

    @property
    def alive(self) -> bool:
        """Whether anybody ticks."""
        return any(worker.alive for worker in self.workers)


def status(database: Database, *, now: Moment) -> Status:
    """Read how the clock stands."""
    with database.reading() as store:
        return status_of(store, now)


def status_of(store: Store, now: Moment) -> Status:
    """Read the same within a transaction."""
    return Status(
        at=now,
        workers=workers_of(store, now),
        next_at=store.next_moment(),
        undelivered=store.waiting_deliveries() + store.waiting_messages(),
        oldest_at=min(filter(None, (store.oldest_undelivered(), store.oldest_unsent())), default=None),
        failed=store.failed_deliveries() + store.failed_messages(),
        failing=tuple(store.failing_deliveries()),
        checked=last(store, now),
        holder=holder(store, now),
        all_work=all_work(store),
    )


def workers_of(store: Store, now: Moment) -> tuple[WorkerStatus, ...]:
    """Read who ticks and who ticked lately."""
    return _lately([_worker(beat, now) for beat in store.heartbeats()])


def pace(store: Store, now: Moment) -> float | None:
    """Return how often somebody ticked who ran here in the last week, in seconds; none if nobody did.

    Who calls a single tick when that one has died must not be taken for one that comes again in a day.
    """
    found = [_worker(beat, now) for beat in store.heartbeats()]
    lately = (each for each in found if each.age is not None and abs(each.age) < WEEK)
    return min((each.heartbeat.interval for each in lately if not _is_single(each.heartbeat)), default=None)


def running(database: Database, now: Moment) -> str:
    """Name the scheduler that works over a file, or may go on with what it has in hand."""
    return at_work(database, now)


def running_among(heartbeats: Sequence[HeartbeatRow], now: Moment) -> str:
    """Name one of those who run, by heartbeats that were read."""
    found = [_worker(beat, now) for beat in heartbeats]
    return next((each.heartbeat.worker for each in found if each.alive and _lives(each.heartbeat)), "")


def _lives(beat: HeartbeatRow) -> bool:
    """Say whether a process is there; of another machine, its heartbeat is believed."""
    # Single ticks are no process that stays, wherever: between two there is nobody.
    return not _is_single(beat) and not gone(beat.worker)


def _is_single(beat: HeartbeatRow) -> bool:
    return beat.worker == f"{beat.host}-once"


def _lately(workers: list[WorkerStatus]) -> tuple[WorkerStatus, ...]:
    """Leave out who was silent for a week, unless nobody else was there; each restart leaves a heartbeat."""
    ages = [worker.age for worker in workers if worker.age is not None]
    longest = max(WEEK, min(ages, default=WEEK))
    return tuple(worker for worker in workers if worker.age is None or worker.age <= longest)


def _worker(beat: HeartbeatRow, now: Moment) -> WorkerStatus:
    ended = gone(beat.worker)
    if beat.tick_began_at is None:
        return WorkerStatus(heartbeat=beat, age=None, alive=False, gone=ended)
    age = now - beat.tick_began_at
    alive = not ended and -STEP <= age <= patience(beat.interval)
    return WorkerStatus(heartbeat=beat, age=age / SECOND, alive=alive, gone=ended)
