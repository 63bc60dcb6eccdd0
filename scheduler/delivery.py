"""Delivering messages: claim, do, mark; each in its own right, so that one stuck message is alone.

A message is claimed by itself, in a transaction of its own, and no lock is held while it is handed over. One
that fails waits longer and longer; one that kills the process waits for its lease to end. Neither delays or
repeats another. A crash between handing over and marking hands over again: at least once, never not at all.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias
from zlib import crc32

from pathways.moments import Moment
from scheduler.lines import holds, line_of
from scheduler.routing import Routes
from storage.connection import Database
from storage.rows import DeliveryRow
from storage.store import Store

log = logging.getLogger(__name__)

MINUTE = 60_000_000  # microseconds
LONGEST_PAUSE = 6 * 60 * MINUTE
LONGEST_WAIT = LONGEST_PAUSE + LONGEST_PAUSE // 4
# With these pauses about three days: a channel that is down over a weekend loses nothing.
MOST_TRIES = 20

# Hands one message over, at a moment; raises `DeliveryFailed` when it cannot.
Deliver: TypeAlias = Callable[[DeliveryRow, Moment], None]
Fared: TypeAlias = Literal["sent", "put off", "given up"]


class DeliveryFailed(Exception):
    """A message could not be handed over; it is tried again later. The text names no person."""


class Channel(Protocol):
    """A way to tell somebody something.

    `deliver` returns when the message is handed over. It may be given the same one twice (by `ledger_id`),
    and must give up by itself before the lease of a message ends, ten minutes.
    """

    def deliver(self, message: DeliveryRow, now: Moment) -> None:
        """Hand the message over, or raise `DeliveryFailed`."""


@dataclass(frozen=True, slots=True)
class Output:
    """The channel that is always there: a line on the output of the scheduler.

    `write` must not keep the line back in a buffer: it counts as told once it returns.
    """

    write: Callable[[str], None]

    def deliver(self, message: DeliveryRow, now: Moment) -> None:
        """Write one line: ids, rule, what, by when, for whom; never a name."""
        try:
            self.write(line_of(message, now))
        except OSError as error:
            raise DeliveryFailed(error.strerror or type(error).__name__) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """How messages fared; `whole` is no when some that were ready were left to the next tick."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    whole: bool = True


def through(channels: Mapping[str, Channel]) -> Deliver:
    """Deliver each message through the channel it names."""

    def deliver(message: DeliveryRow, now: Moment) -> None:
        channel = channels.get(message.channel)
        if channel is None:
            raise DeliveryFailed(f"there is no channel {message.channel!r} here")
        channel.deliver(message, now)

    return deliver


def send(
    database: Database, *, now: Moment, worker: str, lease: int, deliver: Deliver, enough: Callable[[], bool]
) -> Sent:
    """Write what is ready to the output, one by one, until nothing is or it is enough."""
    fared: Counter[Fared] = Counter()
    whole = True
    with database.writing() as store:
        routes = Routes.read(store, now)
        message = _claimed(store, routes, worker, lease)
    while message is not None:
        outcome = _see_to(message, now, deliver)
        fared[outcome] += 1
        whole = not enough()
        # What was done is marked in the transaction that claims the next: half as many to wait for.
        with database.writing() as store:
            _mark(store, message, outcome, now)
            message = _claimed(store, routes, worker, lease) if whole else None
    return Sent(sent=fared["sent"], put_off=fared["put off"], given_up=fared["given up"], whole=whole)


def pause(tries: int, key: str = "") -> int:
    """Say how long to wait after that many tries, in microseconds: a minute, two, four, up to six hours.

    With a key it is up to a quarter longer, by chance, though the same whenever it is worked out: so that
    what failed together does not come back together.
    """
    longer = min(LONGEST_PAUSE, MINUTE << min(tries - 1, 10))
    return longer + (longer // 4 * crc32(f"{key} {tries}".encode()) >> 32 if key else 0)


def _claimed(store: Store, routes: Routes, worker: str, lease: int) -> DeliveryRow | None:
    # One at a time: those claimed beside a message that kills the process would be counted as tried too.
    messages = store.claim_deliveries(now=routes.at, worker=worker, lease=lease, limit=1)
    if not messages:
        return None
    if messages[0].tries == 1:
        # With the first claim, so exactly once, whatever becomes of the line on the output.
        store.add_deliveries(routes.rows(messages[0]))
    return messages[0].because(holds(messages[0], routes.holder_of(messages[0])))


def _see_to(message: DeliveryRow, now: Moment, deliver: Deliver) -> Fared:
    """Hand one message over and say how that went."""
    # Beyond the limit only when earlier tries did not live to say that they had failed.
    if message.tries <= MOST_TRIES and _handed_over(message, now, deliver):
        return "sent"
    return "put off" if message.tries < MOST_TRIES else "given up"


def _mark(store: Store, message: DeliveryRow, outcome: Fared, now: Moment) -> None:
    if outcome == "sent":
        store.mark_sent([message], at=now)
    else:
        again_at = now + pause(message.tries) if outcome == "put off" else None
        store.mark_failed([message], again_at=again_at)


def _handed_over(message: DeliveryRow, now: Moment, deliver: Deliver) -> bool:
    try:
        deliver(message, now)
    except DeliveryFailed as failed:
        log.warning("delivery_failed %s: %s", _ids(message), failed)
    except Exception as error:  # noqa: BLE001 - a fault of one channel must not keep the others from being heard
        # Only its kind: its text may hold anything.
        log.error("delivery_failed %s: %s", _ids(message), type(error).__name__)  # noqa: TRY400 - see above
    else:
        return True
    return False


def _ids(message: DeliveryRow) -> str:
    return f"{message.patient_id}/{message.number} {message.rule} {message.kind} by {message.channel}"
