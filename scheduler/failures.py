"""What does not arrive is told to a lead, through another channel than the one that fails."""

import json

from caseload.reaching import OUTPUT
from pathways.moments import day_of
from pathways.tiers import STOP
from scheduler.routing import Routes
from storage.keys import delivery_key
from storage.rows import DeliveryRow, MessageRow
from storage.store import Store

# After so many tries a lead is told, while they go on: about half an hour, and of a stop some minutes.
TRIES_UNTIL_TOLD = {STOP: 3}
OTHERS_UNTIL_TOLD = 6
# Why a stop does not arrive whose holder never had a channel for it, or has none any more.
UNREACHED = "there is no channel for a stop"


def worth_telling(message: DeliveryRow | MessageRow, *, given_up: bool) -> bool:
    """Whether a lead must hear of it by now; that a failure cannot be told is nothing to tell of again.

    Also at a later try: the one at which they should have heard of it may have ended the scheduler.
    """
    if isinstance(message, MessageRow):
        return message.kind != "failure" and (given_up or message.tries >= OTHERS_UNTIL_TOLD)
    return given_up or message.tries >= TRIES_UNTIL_TOLD.get(message.tier, OTHERS_UNTIL_TOLD)


def tell_lead(store: Store, routes: Routes, message: DeliveryRow | MessageRow, error: str) -> None:
    """Queue messages to a lead, one a day for each channel that fails, however much is stuck in it.

    That a stop is stuck there is told even when something else was: it cannot wait for the morning.
    """
    lead, channels = routes.for_failures(routes.channel(message.staff, message.channel))
    tier, about = _tier(message), _about(store, routes, message)
    body = json.dumps(
        {
            "staff": message.staff,
            "channel": message.channel,
            "error": error,
            "tier": tier,
            "since": routes.at,
            "deed": 0 if isinstance(message, MessageRow) else message.ledger_id,
            "message": message.id if isinstance(message, MessageRow) else 0,
        }
    )
    for name in [channel.name for channel in channels] or [OUTPUT]:
        store.queue_message(
            MessageRow(
                kind="failure",
                about=about,
                staff=lead,
                channel=name,
                at=routes.at,
                body=body,
                ready_at=routes.at,
                why="lead",
                delivery_key=delivery_key(routes.site, "failure", about, lead, name),
            )
        )


def tell_unreached(store: Store, routes: Routes, message: DeliveryRow) -> None:
    """Tell a lead that no message about a stop reaches who holds it: nobody else would tell them."""
    tell_lead(store, routes, _to_holder(routes, message), UNREACHED)


def lead_heard(store: Store, routes: Routes, message: DeliveryRow) -> bool:
    """Whether that was told to a lead today already."""
    return store.has_message("failure", _about(store, routes, _to_holder(routes, message)))


def works_again(store: Store, routes: Routes, failure: MessageRow) -> bool:
    """Whether a failure is over before a lead was told: what failed has arrived, or a test was taken.

    After a test a stop may still wait for its next try.
    """
    said = json.loads(failure.body) if failure.kind == "failure" else {}
    if "since" not in said or said["error"] == UNREACHED:
        return False
    channel = routes.channel(said["staff"], said["channel"])
    tested = channel.verified_at if channel and said["tier"] != STOP else None
    if tested is not None and tested > said["since"]:
        return True
    return store.has_arrived(said["staff"], said["channel"], deed=said["deed"], message=said["message"])


def _to_holder(routes: Routes, message: DeliveryRow) -> DeliveryRow:
    """Return a message about a stop as one to who holds it, through no channel: none of another's fails."""
    return message.to(routes.holder_of(message).person or message.staff, OUTPUT)


def _about(store: Store, routes: Routes, message: DeliveryRow | MessageRow) -> str:
    """Say which failure of which day it is."""
    day = day_of(routes.at, store.site_zone())
    return f"{message.staff} {message.channel} {day}{f' {STOP}' if _tier(message) == STOP else ''}"


def _tier(message: DeliveryRow | MessageRow) -> str:
    return "" if isinstance(message, MessageRow) else message.tier
