"""Delivering messages to the output: claim some, do, mark; one that is stuck is alone.

No lock is held while they are handed over. One that fails waits longer and longer, and neither delays nor
repeats another. A crash between handing over and marking hands over again what was claimed together: at
least once, never not at all. Each of those then goes alone, so one that kills the process is found.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Literal, Protocol, TypeAlias
from zlib import crc32

from pathways.moments import Moment
from pathways.spans import HOUR, MINUTE
from scheduler.clocks import Claim, uptime
from scheduler.lines import holds, line_of
from scheduler.merging import Crowd, crowd_at
from storage.connection import Database
from storage.rows import DeliveryRow
from storage.store import Store

log = logging.getLogger(__name__)

LONGEST_PAUSE = 6 * HOUR
LONGEST_WAIT = LONGEST_PAUSE + LONGEST_PAUSE // 4
# With these pauses about three days: a channel that is down over a weekend loses nothing.
MOST_TRIES = 20
# A process that dies repeats no more lines than this; one to a transaction would take as long as the disk.
TOGETHER = 250
HANDS_OVER_FOR = 1.0  # seconds

# Hands one message over, at a moment; raises `DeliveryFailed` when it cannot.
Deliver: TypeAlias = Callable[[DeliveryRow, Moment], None]
Fared: TypeAlias = Literal["sent", "put off", "given up"]
# Messages, and how many a digest carries of those that tell people of the same.
Claims: TypeAlias = tuple[list[DeliveryRow], int]


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
    """How messages fared; `whole` is no when some that were ready were left to the next tick.

    `merged` counts messages to people that a digest carries.
    """

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    whole: bool = True
    merged: int = 0


def through(channels: Mapping[str, Channel]) -> Deliver:
    """Deliver each message through the channel it names."""

    def deliver(message: DeliveryRow, now: Moment) -> None:
        channel = channels.get(message.channel)
        if channel is None:
            raise DeliveryFailed(f"there is no channel {message.channel!r} here")
        channel.deliver(message, now)

    return deliver


def send(
    database: Database,
    *,
    now: Moment,
    worker: str,
    lease: int,
    deliver: Deliver,
    enough: Callable[[], bool],
    uptime: Callable[[], float] = uptime,
) -> Sent:
    """Write what is ready to the output, some at a time, until it is enough; queue what goes to people."""
    with database.reading() as store:
        if not store.output_waits(now):
            return Sent()
    crowd = crowd_at(database, now, untold=True)
    merged, whole = crowd.merge(database), True
    fared: Counter[Fared] = Counter()
    claim = partial(_claimed, crowd=crowd, worker=worker, lease=lease)
    # Beside others who send, each of whom claims its own; what joins a digest is put there alone.
    beside = not crowd.digests
    held = Claim(lease, uptime=uptime)
    messages, more = database.transact(claim, beside=beside)
    while messages:
        outcomes = _handed_over_in_time(messages, now, deliver, enough, held)
        fared.update(outcomes)
        merged += more
        whole = held.ours() and not enough()
        # What was done is marked in the transaction that claims the next: half as many to wait for.
        mark = partial(_mark, messages=messages, outcomes=outcomes, now=now, held=held)
        held = Claim(lease, uptime=uptime)
        messages, more = database.transact(
            partial(_marked_and_claimed, mark=mark, claim=claim if whole else None), beside=beside
        )
    crowd.release(database)
    return Sent(
        sent=fared["sent"], put_off=fared["put off"], given_up=fared["given up"], whole=whole, merged=merged
    )


def pause(tries: int, key: str = "") -> int:
    """Say how long to wait after that many tries, in microseconds: a minute, two, four, up to six hours.

    With a key it is up to a quarter longer, by chance, though the same whenever it is worked out: so that
    what failed together does not come back together.
    """
    longer = min(LONGEST_PAUSE, MINUTE << min(tries - 1, 10))
    return longer + (longer // 4 * crc32(f"{key} {tries}".encode()) >> 32 if key else 0)


def _claimed(store: Store, crowd: Crowd, worker: str, lease: int) -> Claims:
    """Claim some messages, and queue those that tell people; say how many of these a digest carries."""
    routes = crowd.routes
    messages = store.claim_deliveries(now=routes.at, worker=worker, lease=lease, limit=TOGETHER)
    # With the first claim, so exactly once, whatever becomes of the line on the output.
    merged = crowd.route(store, [each for each in messages if each.tries == 1])
    return [each.because(holds(each, routes.holder_of(each))) for each in messages], merged


def _handed_over_in_time(
    messages: Sequence[DeliveryRow], now: Moment, deliver: Deliver, enough: Callable[[], bool], held: Claim
) -> list[Fared]:
    """Hand messages over, as many as it takes no long time for; say how each went."""
    outcomes: list[Fared] = []
    until = monotonic() + HANDS_OVER_FOR
    for message in messages:
        if not held.ours():
            break
        outcomes.append(_see_to(message, now, deliver))
        if enough() or monotonic() > until:
            break
    return outcomes


def _see_to(message: DeliveryRow, now: Moment, deliver: Deliver) -> Fared:
    """Hand one message over and say how that went."""
    # Beyond the limit only when earlier tries did not live to say that they had failed.
    if message.tries <= MOST_TRIES and _handed_over(message, now, deliver):
        return "sent"
    return "put off" if message.tries < MOST_TRIES else "given up"


def _marked_and_claimed(
    store: Store, mark: Callable[[Store], None], claim: Callable[[Store], Claims] | None
) -> Claims:
    mark(store)
    return claim(store) if claim else ([], 0)


def _mark(
    store: Store, messages: Sequence[DeliveryRow], outcomes: Sequence[Fared], now: Moment, held: Claim
) -> None:
    fared = list(zip(messages, outcomes, strict=False))
    marked = store.mark_sent([each for each, outcome in fared if outcome == "sent"], at=now)
    for message, outcome in fared:
        if outcome != "sent":
            again_at = now + pause(message.tries) if outcome == "put off" else None
            marked += store.mark_failed([message], again_at=again_at)
    if lost := len(fared) - marked:
        # Claimed by another since, or numbered anew by a restore: what is told of them is theirs to say.
        log.warning("claim_lost: %d messages that are another's by now", lost)
    rest = messages[len(outcomes) :]
    if rest and not held.ours():
        # Another may be at them now: freed, they would be told by a third.
        log.warning("claim_lost: %d messages, stopped for %.0f seconds", len(rest), held.since())
        return
    # What there was no time for is no try.
    store.give_back(rest, now=now)


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
