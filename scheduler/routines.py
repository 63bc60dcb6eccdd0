"""What is done again and again at a time of day: planned, claimed, done, and planned anew.

A routine is a row with its next moment, claimed like a prompt: none is lost by being down, and of two
schedulers one does it. After a gap it is done once, however many days it missed. What it has to tell is
queued in the transaction that ends it, so a process that dies in between has told nothing. One that takes
long renews its claim while it is at work; who lost it to another stops, and tells nothing either.
"""

import logging
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from pathways.moments import Moment, next_at_clock
from scheduler.clocks import Clock
from storage.connection import Database
from storage.rows import MessageRow, RoutineRow
from storage.store import Store

log = logging.getLogger(__name__)


class When(NamedTuple):
    """A time of day in a zone."""

    clock: str
    zone: str


class Outcome(NamedTuple):
    """What came of doing it once: a result (JSON), and the messages that tell of it."""

    result: str
    messages: tuple[MessageRow, ...] = ()


class Stopped(Exception):
    """The scheduler ends: what was begun is left to the next."""


class Lost(Exception):
    """Another scheduler has taken what took too long."""


class Turn:
    """The claim of a routine while it is done: whoever takes long says now and then that they go on."""

    def __init__(
        self,
        database: Database,
        row: RoutineRow,
        *,
        clock: Clock,
        lease: int,
        stopping: Callable[[], bool],
    ) -> None:
        self.now = clock
        self._database = database
        self._row = row
        self._lease = lease
        self._stopping = stopping
        self._renewed_at = row.last_began_at or 0

    def go_on(self) -> None:
        """Renew the claim when half of it is over; raise when the scheduler ends, or another has it."""
        if self._stopping():
            raise Stopped
        now = self.now()
        if now < self._renewed_at + self._lease // 2:
            return
        with self._database.writing(beside=True) as store:
            if not store.renew_routine(
                self._row.name, worker=self._row.claimed_by or "", until=now + self._lease
            ):
                raise Lost
        self._renewed_at = now


# Does a routine as of a moment. It may be done twice when a process dies, so it only reads.
Work: TypeAlias = Callable[[Database, RoutineRow, Moment, Turn], Outcome]


class Routines(NamedTuple):
    """What should be done when, by name, and how, by the part of the name before a colon.

    The one that is named `last` waits until nothing else is due: it takes long. With a `kind`, these are
    only those of that kind: others are planned and done by others. Those of a kind that is `never` done here
    are removed, such as came with a caseload from elsewhere.
    """

    planned: Callable[[Store, Moment], Mapping[str, When]]
    works: Mapping[str, Work]
    last: str = ""
    kind: str = ""
    never: frozenset[str] = frozenset()


class Done(NamedTuple):
    """How many routines were done; `failed` are tried again when their claim ends."""

    done: int = 0
    failed: int = 0


NOTHING = Routines(lambda _store, _now: {}, {})


def only(routines: Routines, kind: str, *, never: frozenset[str] = frozenset()) -> Routines:
    """Leave out all but one kind of routine; `never` are those that nobody does here."""

    def planned(store: Store, now: Moment) -> Mapping[str, When]:
        return {name: when for name, when in routines.planned(store, now).items() if _kind(name) == kind}

    return Routines(planned, {kind: routines.works[kind]}, kind=kind, never=never)


def see_to(
    database: Database,
    routines: Routines,
    *,
    clock: Clock,
    worker: str,
    lease: int,
    enough: Callable[[], bool],
) -> Done:
    """Plan what should be done, then do what has come due, one by one, until nothing is or it is enough."""
    _plan(database, routines, clock())
    done = failed = 0
    while not enough() and _is_due(database, routines.kind, now := clock()):
        with database.writing(beside=True) as store:
            claimed = store.claim_routines(
                now=now, worker=worker, lease=lease, limit=1, last=routines.last, kind=routines.kind
            )
        if not claimed:
            break
        turn = Turn(database, claimed[0], clock=clock, lease=lease, stopping=enough)
        if _did(database, routines, claimed[0], turn):
            done += 1
        else:
            failed += 1
    return Done(done, failed)


def _is_due(database: Database, kind: str, now: Moment) -> bool:
    """Look before the right to write is asked for: nearly always there is nothing to do."""
    with database.reading() as store:
        return any(
            row.next_at <= now and (row.claimed_until or now) <= now and kind in {"", _kind(row.name)}
            for row in store.routines()
        )


def _plan(database: Database, routines: Routines, now: Moment) -> None:
    """Add what is new, remove what is gone, and move what is now wanted at another time."""
    with database.reading() as store:
        if not any(_changes(store, routines, now)):
            return
    with database.writing() as store:
        add, move, remove = _changes(store, routines, now)
        for name, next_at in add.items():
            store.add_routine(name, next_at=next_at)
        for name, next_at in move.items():
            store.move_routine(name, next_at=next_at)
        for name in remove:
            store.remove_routine(name)


def _changes(
    store: Store, routines: Routines, now: Moment
) -> tuple[dict[str, Moment], dict[str, Moment], list[str]]:
    wanted = routines.planned(store, now)
    kinds = {*routines.works, *routines.never}
    rows = {row.name: row for row in store.routines() if _kind(row.name) in kinds}
    add = {name: _next(when, now) for name, when in wanted.items() if name not in rows}
    move = {
        name: _next(wanted[name], now)
        for name, row in rows.items()
        # What is due already is done first, and planned anew then.
        if name in wanted and row.next_at > now and not _is_a_moment_of(wanted[name], row.next_at, now)
    }
    return add, move, [name for name in rows if name not in wanted]


def _is_a_moment_of(when: When, planned: Moment, now: Moment) -> bool:
    """Whether something is planned for its next moment, or the one after it.

    Of two schedulers one may be a little behind the other, which has done what this one still expects.
    Further ahead is what a clock that was wrong had planned.
    """
    following = _next(when, now)
    return planned in {following, _next(when, following)}


def _did(database: Database, routines: Routines, row: RoutineRow, turn: Turn) -> bool:
    try:
        outcome = routines.works[_kind(row.name)](database, row, row.last_began_at or turn.now(), turn)
        with database.writing(beside=True) as store:
            _end(store, routines, row, outcome, turn.now())
    except Stopped:
        with database.writing(beside=True) as store:
            store.release_routine(row.name, worker=row.claimed_by or "")
        return False
    except Lost:
        log.warning("routine_lost %s: another scheduler has taken it", row.name)
        return False
    except Exception as error:  # noqa: BLE001 - a fault of one must not keep the others from being done
        # Only its kind: its text may hold anything.
        log.error("routine_failed %s: %s", row.name, type(error).__name__)  # noqa: TRY400 - see above
        return False
    return True


def _end(store: Store, routines: Routines, row: RoutineRow, outcome: Outcome, now: Moment) -> None:
    when = routines.planned(store, now).get(row.name)
    next_at = _next(when, now) if when else row.next_at
    worker = row.claimed_by or ""
    # Nothing is told by who took too long, and lost it to another.
    if store.end_routine(row.name, worker=worker, at=now, next_at=next_at, result=outcome.result):
        for message in outcome.messages:
            store.queue_message(message)
    if when is None:
        store.remove_routine(row.name)


def _next(when: When, now: Moment) -> Moment:
    return next_at_clock(now, when.clock, when.zone)


def _kind(name: str) -> str:
    return name.partition(":")[0]
