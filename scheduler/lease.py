"""Which of several schedulers over one database does the work, and who stands by.

Over a file one does it: who has the lease, a row that its holder claims anew with every tick. It saves work
and says one thing in the log instead of two; that nothing is raised or told twice does not hang on it, but on
each prompt and message being claimed. So a clock that leaps may let two work for a moment, and does no harm.
Over a server all work, and there is no lease: see `all_work`.
"""

import logging
from collections.abc import Callable
from time import monotonic

from pathways.errors import CarepathError
from pathways.moments import Moment, iso
from pathways.spans import SECOND
from scheduler.heartbeats import Worker, gone
from storage.connection import Database
from storage.rows import RoutineRow
from storage.store import Store

log = logging.getLogger(__name__)

LEASE = "lease"
# It is never due: nobody does it, it is only held.
NEVER = 253_402_300_799 * SECOND
INTERVALS, LEAST = 3, 15.0


def all_work(over: Store | Database) -> bool:
    """Say whether schedulers share what is due, each taking what no other has: so they do on a server.

    A file has one writer at a time, so a second scheduler would only wait for the first. A server locks row
    by row, and its schedulers may be on machines whose processes nobody here can see.
    """
    return over.on_server


def holder(store: Store, now: Moment) -> str | None:
    """Return who holds the lease, unless it is a process of this machine that is no more."""
    if all_work(store):
        return None
    row = next((each for each in store.routines() if each.name == LEASE), None)
    if row is None or row.claimed_by is None or (row.claimed_until or now) <= now:
        return None
    return None if gone(row.claimed_by) else row.claimed_by


def lasts(interval: float) -> float:
    """Say for how many seconds a lease is somebody's who is silent: three ticks, and a slow disk."""
    return INTERVALS * interval + LEAST


class Share:
    """What one of several schedulers has that all work: no lease, and nobody to ask."""

    def held(self) -> bool:
        """Say that one may always work."""
        return True

    def take(self, _database: Database, _now: Moment) -> bool:
        """Say the same."""
        return True

    def leave(self, _open_database: Callable[[], Database]) -> None:
        """Leave nothing: nothing was taken."""


def lease_over(database: Database, worker: Worker, *, lasts: float) -> "Lease | Share":
    """Make what a scheduler over a database asks before it works."""
    return Share() if all_work(database) else Lease(worker, lasts=lasts)


class Lease:
    """The lease as one scheduler has it, or waits for it."""

    def __init__(self, worker: Worker, *, lasts: float) -> None:
        self._worker = worker
        self._lasts = lasts
        self._held_at: float | None = None
        self._seen: tuple[str | None, Moment | None] = (None, None)
        self._seen_at = 0.0
        self._told: str | None = None

    def held(self) -> bool:
        """Say whether it is ours, by a clock that nobody can set and that goes on while we are stopped."""
        return self._held_at is not None and monotonic() - self._held_at < self._lasts

    def take(self, database: Database, now: Moment) -> bool:
        """Take the lease or keep it; false when another has it."""
        began = monotonic()
        with database.writing() as store:
            row = next((each for each in store.routines() if each.name == LEASE), None)
            if row is None:
                store.add_routine(LEASE, next_at=NEVER)
            mine = row is None or self._free(row, now)
            if mine:
                until = now + int(self._lasts * SECOND)
                store.take_routine(LEASE, worker=self._worker.name, now=now, until=until)
        if mine:
            self._say_taken(row)
            self._held_at = began
        else:
            self._stand_by(row)
        return mine

    def leave(self, open_database: Callable[[], Database]) -> None:
        """Let another have it at once."""
        if self._held_at is None:
            return
        try:
            with open_database() as database, database.writing() as store:
                store.release_routine(LEASE, worker=self._worker.name)
        except CarepathError:
            pass  # it ends by itself
        self._held_at = None

    def _free(self, row: RoutineRow, now: Moment) -> bool:
        if row.claimed_by in {None, self._worker.name} or (row.claimed_until or now) <= now:
            return True
        if gone(row.claimed_by or ""):
            return True
        # By the clock on the wall it is somebody's; but the clock may have been set back since.
        seen = (row.claimed_by, row.claimed_until)
        if seen != self._seen:
            self._seen, self._seen_at = seen, monotonic()
            return False
        return monotonic() - self._seen_at > self._lasts

    def _say_taken(self, row: RoutineRow | None) -> None:
        before = row.claimed_by if row else None
        if before is not None and before != self._worker.name:
            log.info("lease_taken: %s has it now, after %s", self._worker.name, before)

    def _stand_by(self, row: RoutineRow | None) -> None:
        holder, until = (row.claimed_by, row.claimed_until) if row else (None, None)
        if self._held_at is not None or self._told != holder:
            log.info("standing_by: %s holds the lease until %s", holder, iso(until or 0))
        self._held_at, self._told = None, holder
