"""Whether a message about anything but a deed goes now, and still to whom it was made for.

It was made for somebody who was there, had this channel, and was at work. Until it goes they may be on leave,
have left, or sleep; what it was to tell then goes to who is there.
"""

import json
from collections.abc import Iterable

from scheduler.merging import MERGED, merge_within
from scheduler.routing import DIGEST, OUTPUT, Routes
from storage.keys import delivery_key
from storage.rows import MessageRow
from storage.store import Store

STOP = "stop"


def goes_now(store: Store, routes: Routes, message: MessageRow) -> bool:
    """Say whether a message goes now; one that does not is put off, passed on or withdrawn."""
    if message.channel == OUTPUT:
        return True
    if newer := _newer(store, message):
        store.mark_messages_over([message], merged_into=newer)
        return False
    if routes.absent(message.staff) or routes.channel(message.staff, message.channel) is None:
        _pass_on(store, routes, message)
        store.mark_messages_over([message])
        return False
    until = routes.at if _has_its_time(message) else routes.goes_at(message.staff)
    if until > routes.at:
        store.put_off_message(message, until=until)
    return until <= routes.at


def _newer(store: Store, message: MessageRow) -> str:
    """Return the key of the digest that has taken the place of one of a morning that is over."""
    if message.kind != "digest" or _carries_others(message):
        return ""
    return store.newer_digest(message)


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
    carried = store.carried(message.delivery_key, first=json.loads(message.body)["first"])
    store.mark_over(carried)
    for each in carried:
        # That something lapsed is told although, and because, it is over.
        if each.kind == "lapsed" or each.ended_at is None or each.ended_at > routes.at:
            store.add_deliveries(routes.rows(each))
    merge_within(store, routes)


def _queue(store: Store, routes: Routes, message: MessageRow, told: Iterable[tuple[str, str]]) -> None:
    for person, channel in told:
        key = delivery_key(routes.site, message.kind, message.about, person, channel)
        store.queue_message(message.to(person, channel, key=key, at=routes.at))
