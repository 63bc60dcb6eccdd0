"""What does not arrive is told to a lead, through another channel than the one that fails."""

import json

from pathways.moments import day_of
from scheduler.routing import OUTPUT, Routes
from storage.keys import delivery_key
from storage.rows import DeliveryRow, MessageRow
from storage.store import Store

# After so many tries a lead is told, while they go on: about half an hour, and of a stop some minutes.
STOP = "stop"
TRIES_UNTIL_TOLD = {STOP: 3}
OTHERS_UNTIL_TOLD = 6
# Why a stop does not arrive that waited in a channel which is gone.
UNREACHED = "there is no channel for a stop any more"


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
    day = day_of(routes.at, store.site_zone())
    tier = "" if isinstance(message, MessageRow) else message.tier
    about = f"{message.staff} {message.channel} {day}{f' {STOP}' if tier == STOP else ''}"
    body = json.dumps(
        {
            "staff": message.staff,
            "channel": message.channel,
            "error": error,
            "tier": tier,
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
