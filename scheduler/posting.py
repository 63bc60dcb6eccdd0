"""Posting messages to people: claim, do, mark, as for the output, but beside the tick.

Before a message goes it is asked again whether it still should: not of a prompt that is over, not to who no
longer holds it, not at night. A server that did not answer is left alone for a while, so that what hangs for
one holds back nobody else.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import NamedTuple, TypeAlias

from caseload.reaching import OUTPUT
from pathways.moments import Moment
from pathways.spans import SECOND
from scheduler.channels import HandOver, Text, server_of
from scheduler.clocks import Claim, Clock, uptime
from scheduler.counting import carry
from scheduler.delivery import MOST_TRIES, DeliveryFailed, Fared, Sent, pause
from scheduler.failures import tell_lead, worth_telling
from scheduler.merging import merge
from scheduler.readdressing import goes_now, tell_holder
from scheduler.routing import Routes, is_over
from scheduler.stops import tell_holders
from scheduler.texts import text_of
from storage.connection import Database
from storage.rows import DeliveryRow, MessageRow
from storage.store import Store

log = logging.getLogger(__name__)

LEFT_ALONE = 60.0  # seconds
SLOW = 5.0
# In one transaction, messages that should not go any more.
SETTLES = 200

Message: TypeAlias = DeliveryRow | MessageRow


class Letter(NamedTuple):
    """A claimed message, with the address it goes to."""

    message: Message
    url: str


class Posted(NamedTuple):
    """How a message fared, why it failed if it did, and which others it counts."""

    message: Message
    fared: Fared
    error: str = ""
    counts: tuple[int, ...] = ()


class Stage(NamedTuple):
    """What came of a transaction: who is there, what was claimed, and whether there may be more."""

    routes: Routes | None
    letter: Letter | None
    more: bool


@dataclass(slots=True)
class Post:
    """A way out for letters; one is used by one thread, and remembers which servers hang.

    `write` takes a whole message, of several lines, for the output: what nobody has a channel for.
    """

    hand_over: HandOver
    write: Callable[[str], None]
    _hanging: dict[str, float] = field(default_factory=dict)

    def send(self, letter: Letter, text: Text) -> None:
        """Hand a letter over, or raise `DeliveryFailed`."""
        if letter.message.channel == OUTPUT:
            self._print(text)
            return
        server = server_of(letter.url)
        if self._hanging.get(server, 0.0) > monotonic():
            raise DeliveryFailed("the server did not answer a moment ago")
        began = monotonic()
        try:
            self.hand_over(letter.url, text, letter.message.delivery_key)
        except DeliveryFailed:
            if monotonic() - began > SLOW:
                self._hanging[server] = monotonic() + LEFT_ALONE
            raise

    def _print(self, text: Text) -> None:
        try:
            self.write("\n".join((text.title, *text.body.splitlines())))
        except OSError as error:
            raise DeliveryFailed(error.strerror or type(error).__name__) from error


def post(
    database: Database,
    way: Post,
    *,
    clock: Clock,
    worker: str,
    lease: int,
    enough: Callable[[], bool],
    uptime: Callable[[], float] = uptime,
) -> Sent:
    """Post what is ready, one by one, until nothing is or it is enough."""
    fared: Counter[Fared] = Counter()
    tell_holders(database, clock())
    merge(database, clock())
    if not _waits(database, clock()):
        return Sent()
    stage = Stage(None, None, more=True)
    whole, held = True, Claim(lease, uptime=uptime)
    while stage.more:
        posted = _posted(database, way, stage.letter, clock(), held) if stage.letter else None
        fared.update([posted.fared] if posted else [])
        whole = stage.routes is None or not enough()
        # On a server others post beside this one: each claims what nobody else is at.
        work = partial(
            _mark_and_claim,
            known=stage.routes,
            posted=posted,
            clock=clock,
            worker=worker,
            lease=lease,
            whole=whole,
        )
        held = Claim(lease, uptime=uptime)
        stage = database.transact(work, beside=True)
    return Sent(sent=fared["sent"], put_off=fared["put off"], given_up=fared["given up"], whole=whole)


def _mark_and_claim(
    store: Store,
    *,
    known: Routes | None,
    posted: Posted | None,
    clock: Clock,
    worker: str,
    lease: int,
    whole: bool,
) -> Stage:
    """Mark what was posted, and claim the next in the same transaction: half as many to wait for."""
    now = clock()
    routes = _fresh(store, known, now)
    if posted:
        _mark(store, routes, posted, now)
    letter, more = _next(store, routes, worker, lease) if whole else (None, False)
    return Stage(routes, letter, more=more)


def _waits(database: Database, now: Moment) -> bool:
    """Look before the right to write is asked for: nearly always there is nothing to do."""
    with database.reading() as store:
        return store.people_wait(now) or store.messages_wait(now)


def _fresh(store: Store, routes: Routes | None, now: Moment) -> Routes:
    """Read who is there anew once a second: of thousands of messages not for each."""
    return routes if routes and 0 <= now - routes.at < SECOND else Routes.read(store, now)


def _next(store: Store, routes: Routes, worker: str, lease: int) -> tuple[Letter | None, bool]:
    """Claim the next message that should go now; settle those before it that should not.

    Also say whether there may be more: others want to write when thousands are settled.
    """
    now = routes.at
    for _ in range(SETTLES):
        if found := store.ready_for_people(now=now, limit=1):
            if letter := _judged(store, routes, found[0]):
                store.lease_deliveries(found, until=now + lease, worker=worker)
                return letter, True
        elif messages := store.ready_messages(now=now, limit=1):
            if goes_now(store, routes, messages[0]):
                store.lease_messages(messages, until=now + lease, worker=worker)
                return _addressed(routes, messages[0]), True
        else:
            return None, False
    return None, True


def _judged(store: Store, routes: Routes, message: DeliveryRow) -> Letter | None:
    """Return a message as a letter, or settle it: withdrawn, passed on, or put off."""
    if is_over(message, routes.at):
        store.mark_over([message])
        return None
    held = routes.holder_of(message)
    channel = routes.channel(message.staff, message.channel)
    if channel is None or held.person not in {message.staff, ""}:
        store.mark_over([message])
        tell_holder(store, routes, message)
        return None
    until = routes.goes_at(message.staff, message.tier)
    if until > routes.at:
        store.put_off_deliveries([message], until=until)
        return None
    return Letter(message, channel.url)


def _addressed(routes: Routes, message: MessageRow) -> Letter:
    channel = routes.channel(message.staff, message.channel)
    return Letter(message, channel.url if channel else "")


def _posted(database: Database, way: Post, letter: Letter, now: Moment, held: Claim) -> Posted | None:
    """Hand a letter over, and say how that went; none when it may be another's by now, and was left alone."""
    message, error = letter.message, "it ended the scheduler each time"
    # Beyond the limit only when earlier tries did not live to say that they had failed.
    if message.tries <= MOST_TRIES:
        try:
            text = text_of(database, message, now)
            if not held.ours():
                stopped = held.since()
                log.warning(
                    "claim_lost %s %s: stopped for %.0f seconds", message.staff, message.channel, stopped
                )
                return None
            way.send(letter, text)
        except DeliveryFailed as failed:
            error = str(failed)
        except Exception as fault:  # noqa: BLE001 - a fault with one message must not keep the others back
            error = f"it could not be written: {type(fault).__name__}"
        else:
            return Posted(message, "sent", counts=text.counts)
        log.warning("post_failed %s %s: %s", message.staff, message.channel, error)
    return Posted(message, "put off" if message.tries < MOST_TRIES else "given up", error)


def _mark(store: Store, routes: Routes, posted: Posted, now: Moment) -> None:
    message, outcome, error, counts = posted
    again_at = now + pause(message.tries, message.delivery_key) if outcome == "put off" else None
    if isinstance(message, MessageRow):
        if outcome == "sent":
            store.mark_message_sent(message, at=now)
        else:
            store.mark_message_failed(message, again_at=again_at, error=error)
    elif outcome == "sent":
        store.mark_sent([message], at=now)
    else:
        store.mark_failed([message], again_at=again_at, error=error)
    if outcome != "sent" and worth_telling(message, given_up=outcome == "given up"):
        tell_lead(store, Routes.read(store, now), message, error)
    if counts and isinstance(message, DeliveryRow):
        carry(store, routes, message, counts)
