"""One tick: do what has come due, in batches, then deliver what was queued.

Each batch is a transaction of its own, with its ledger rows and its messages, so a tick may die anywhere:
what was committed is done, the rest is still due. `now` is read once, by whoever calls.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import sleep
from typing import TypeAlias

from caseload.foot import STEP
from caseload.projecting import escalation_moment
from caseload.rebuilding import replan
from pathways.moments import Moment
from pathways.spans import HOUR, SECOND
from scheduler.clocks import Leap
from scheduler.delivery import LONGEST_WAIT, Deliver, Sent, send
from scheduler.gaps import counts, keep_leap, keep_set_back, keep_silence
from scheduler.heartbeats import Gap, Worker, beginning, gap_before, in_future, set_back_from, unticked
from storage.connection import Database
from storage.rows import LONGEST_TWICE, Claimed, HeartbeatRow
from storage.store import Store

BATCH = 2_000
ROOM = 0.005  # seconds
LEASE = 600 * SECOND
# Who ticks now and then, from cron or by hand, is expected once a day.
NOW_AND_THEN = 24 * 3_600.0
LOOKED_AT = 20  # gaps, for one that is as late as that

# Asked between two batches or messages: whether to leave the rest to the next tick.
Enough: TypeAlias = Callable[[], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class TickReport:
    """What one tick did.

    After a `gap`, `claimed` is what fell in it. `set_back_from` says that an earlier tick was at a later
    moment than this one: somebody set the clock back. `whole` is no when it left something to the next.
    """

    worker: str
    at: Moment
    claimed: Claimed
    sent: Sent
    gap: Gap | None
    set_back_from: Moment | None
    whole: bool


def never() -> bool:
    """Go on until nothing is left."""
    return False


def tick(
    database: Database,
    *,
    now: Moment,
    worker: Worker,
    deliver: Deliver,
    enough: Enough = never,
    leap: Leap | None = None,
) -> TickReport:
    """Do all that is due by now, then deliver; leave a heartbeat at both ends.

    `leap` is what the clock of a running scheduler did since its last tick.
    """
    before, set_back = _begin(database, worker, now, enough)
    claimed, drained = _claim(database, worker, now, enough)
    sent = send(database, now=now, worker=worker.name, lease=_lease(worker), deliver=deliver, enough=enough)
    gap = gap_before(before, now)
    with database.writing() as store:
        if drained or gap is None:
            store.end_tick(worker.name, at=now, raised=claimed.raised)
        # Otherwise the gap stays open: what the next tick does of it is counted with it.
        keep_leap(store, leap, found_by=worker.name, now=now)
        fell = counts(claimed, sent.merged)
        keep_silence(store, gap, leap=leap, found_by=worker.name, fell=fell, now=now)
    return TickReport(
        worker=worker.name,
        at=now,
        claimed=claimed,
        sent=sent,
        gap=gap,
        set_back_from=set_back,
        whole=drained and sent.whole,
    )


def once(database: Database, *, now: Moment, name: str, host: str, deliver: Deliver) -> TickReport:
    """Tick a single time, for those who call it from cron or by hand."""
    worker = Worker(name=name, host=host, interval=NOW_AND_THEN, started_at=now)
    return tick(database, now=now, worker=worker, deliver=deliver)


def _begin(
    database: Database, worker: Worker, now: Moment, enough: Enough
) -> tuple[list[HeartbeatRow], Moment | None]:
    """Leave the heartbeat; return those that were there before, and from when the clock was set back."""
    with database.writing() as store:
        before = store.heartbeats()
        if in_future(before, now) and enough():
            # Stopped since it read the clock, which says nothing by now: the next tick will see.
            return before, None
        ahead = _written_ahead(store, before, worker, now)
        if not ahead:
            store.begin_tick(beginning(before, worker, now))
            store.hurry_recorded_ahead(now=now)
            return before, None
    # By a clock that is a little ahead, as another machine's may be, who lives may have claimed until then.
    leased = now + LEASE + STEP
    # The heartbeats come last: who dies in between leaves it to be noticed again.
    replan(database)
    with database.writing() as store:
        store.hurry_deliveries(now=now, beyond=now + LONGEST_WAIT, leased=leased)
        store.hurry_messages(now=now, beyond=now + LONGEST_WAIT, leased=leased)
        store.revive_deliveries(now=now)
        store.free_routines(beyond=leased)
        set_back = set_back_from(ahead, now)
        keep_set_back(store, set_back or now, found_by=worker.name, now=now)
        for beat in (*unticked(ahead), beginning(before, worker, now)):
            store.begin_tick(beat)
    return before, set_back


def _written_ahead(
    store: Store, before: Sequence[HeartbeatRow], worker: Worker, now: Moment
) -> list[HeartbeatRow]:
    """Return the heartbeats that were written by a clock that was ahead.

    Over a file all go by one clock. On a server those of other machines are ahead only if they are of the
    server's clock too; one that goes on like that is noticed once an hour, not with every tick of the others.
    """
    ahead = in_future(before, now)
    if not ahead or not store.on_server:
        return ahead
    own = [beat for beat in ahead if beat.worker == worker.name]
    others = in_future([beat for beat in ahead if beat not in own], max(now, store.server_clock()))
    lately = any(gap.kind == "set-back" and abs(now - gap.at) < HOUR for gap in store.gaps(LOOKED_AT))
    return own if lately else own + others


def _claim(database: Database, worker: Worker, now: Moment, enough: Enough) -> tuple[Claimed, bool]:
    """Claim until nothing is due, and say whether that was reached."""

    def claim(store: Store) -> Claimed:
        return store.claim_due(now=now, limit=BATCH, worker=worker.name, escalation_moment=escalation_moment)

    total = Claimed()
    while True:
        batch = database.transact(claim, beside=True)
        if not batch.taken:
            return total, True
        total = _sum(total, batch)
        # So that whoever waits to record something gets in between two batches.
        sleep(ROOM)
        if enough():
            return total, False


def _sum(one: Claimed, other: Claimed) -> Claimed:
    return Claimed(
        taken=one.taken + other.taken,
        raised=one.raised + other.raised,
        escalated=one.escalated + other.escalated,
        lapsed=one.lapsed + other.lapsed,
        woke=one.woke + other.woke,
    )


def _lease(worker: Worker) -> int:
    """Say for how long a message is one worker's: longer than any of its ticks, which share one `now`.

    Who ticks once a day is no slower at it than who does each hour.
    """
    return LEASE + int(min(2 * worker.interval * SECOND, LONGEST_TWICE))
