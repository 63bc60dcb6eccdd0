"""Whether a message about anything but a deed goes now, and still to whom it was made for.

It was made for somebody who was there, had this channel, and was at work. Until it goes they may be on leave,
have left, or sleep; what it was to tell then goes to who is there.
"""

import json
from collections.abc import Iterable

from pathways.moments import Moment, iso
from scheduler.failures import STOP, tell_unreached, works_again
from scheduler.merging import MERGED, merge_within
from scheduler.routing import DIGEST, OUTPUT, Routes, is_over
from storage.keys import delivery_key
from storage.rows import DeliveryRow, MessageRow
from storage.store import Store

# Of these only the last is worth reading: it says how things are.
OF_A_DAY = ("digest", "nightly")


def goes_now(store: Store, routes: Routes, message: MessageRow) -> bool:
    """Say whether a message goes now; one that does not is put off, passed on or withdrawn."""
    if message.channel == OUTPUT:
        return True
    if works_again(store, routes, message):
        store.mark_messages_over([message])
        return False
    if newer := _newer(store, message, routes.at):
        store.mark_messages_over([message], merged_into=newer)
        return False
    if routes.absent(message.staff) or routes.channel(message.staff, message.channel) is None:
        _pass_on(store, routes, message)
        store.mark_messages_over([message])
        return False
    until = routes.at if _has_its_time(message) else routes.goes_at(message.staff)
    if until > routes.at:
        store.put_off_message(message, until=until)
    elif _carries_others(message):
        _unload(store, routes, message)
    return until <= routes.at


def _newer(store: Store, message: MessageRow, now: Moment) -> str:
    """Return the key of the digest, or the check by night, that has taken the place of an earlier one."""
    if message.kind not in OF_A_DAY or _carries_others(message):
        return ""
    return store.newer_message(message, now=iso(now))


def tell_holder(store: Store, routes: Routes, message: DeliveryRow) -> None:
    """Tell of a deed who holds it by now; who has no channel for that is told on the output, as always.

    Of a stop a lead hears then, as the one who holds it hears of it from nobody else.
    """
    rows = routes.rows(message)
    store.add_deliveries(rows)
    if not rows:
        store.tell_output_again(message, now=routes.at)
        if message.tier == STOP:
            tell_unreached(store, routes, message)


def _has_its_time(message: MessageRow) -> bool:
    """Whether a message goes at its own time of day, or at once as it is about a stop."""
    if message.kind == "digest":
        return not _carries_others(message)
    return message.kind == "failure" and json.loads(message.body).get("tier") == STOP


def _carries_others(message: MessageRow) -> bool:
    return message.kind == "digest" and message.about.startswith(MERGED)


def _pass_on(store: Store, routes: Routes, message: MessageRow) -> None:
    if _carries_others(message):
        _part(store, routes, message)
    elif message.kind != "digest":
        _queue(store, routes, message, routes.leads())
    elif not routes.absent(message.staff):
        # Who is away gets none: whoever stands in has what they hold in a digest of their own.
        _queue(store, routes, message, routes.told(message.staff, DIGEST))


def _part(store: Store, routes: Routes, message: MessageRow) -> None:
    """Tell who holds it now of all that a digest carried; of many things again in a digest."""
    _let_go(store, routes, _carried(store, message))
    merge_within(store, routes)


def _unload(store: Store, routes: Routes, message: MessageRow) -> None:
    """Take out of a digest what it will not say: what is over by now, and what another holds."""
    away = [
        each
        for each in _carried(store, message)
        if is_over(each, routes.at) or routes.holder_of(each).person != message.staff
    ]
    if away:
        _let_go(store, routes, away)
        merge_within(store, routes)


def _carried(store: Store, message: MessageRow) -> list[DeliveryRow]:
    return store.carried(message.delivery_key, first=json.loads(message.body)["first"])


def _let_go(store: Store, routes: Routes, carried: Iterable[DeliveryRow]) -> None:
    for each in carried:
        store.mark_over([each])
        if is_over(each, routes.at):
            # With a key of its own, by which it is told after all if it is not over any more.
            store.add_deliveries([routes.again(each)])
            store.mark_over([each])
        else:
            tell_holder(store, routes, each)


def _queue(store: Store, routes: Routes, message: MessageRow, told: Iterable[tuple[str, str]]) -> None:
    for person, channel in told:
        key = delivery_key(routes.site, message.kind, message.about, person, channel)
        store.queue_message(message.to(person, channel, key=key, at=routes.at))
