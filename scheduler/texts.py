"""What a message to a person says. Never a name; how much else, the site decides (`message.detail`)."""

import json
from collections.abc import Callable
from typing import TypeAlias

from caseload.detail import COUNT, FULL
from caseload.putting_on_record import Act, act_of
from caseload.reaching import OUTPUT
from caseload.rota import holder, rota_of
from caseload.settings import DETAIL, LINK, PLACES, setting
from caseload.stuck import BACKUP
from caseload.worklist import asked_now
from pathways.moments import Moment
from pathways.tiers import STOP
from scheduler import backing_up, digests, gaps, nightly
from scheduler.channels import Text
from scheduler.failures import UNREACHED
from scheduler.prompt_texts import About, told
from scheduler.routing import to_lead
from storage.connection import Database
from storage.rows import DeliveryRow, MessageKind, MessageRow
from storage.store import Store

# Writes what a message of a kind says, from the database as it is when the message is sent.
Writer: TypeAlias = Callable[[Database, MessageRow, Moment], Text]


def text_of(database: Database, message: DeliveryRow | MessageRow, now: Moment) -> Text:
    """Write a message as it is to be sent now."""
    with database.reading() as store:
        detail, link = setting(store, DETAIL), setting(store, LINK)
        rests = _rests(store, message, now) if isinstance(message, DeliveryRow) else ""
        # Before they are counted: what comes after that is in no count.
        waiting = _waiting(store, message) if isinstance(message, DeliveryRow) and detail == COUNT else ()
        act = _act(store, message) if detail != COUNT and not link else None
    if isinstance(message, MessageRow):
        return WRITERS[message.kind](database, message, now)
    if detail == COUNT:
        number = asked_now(database, message.staff, now=now)
        return counted(number, message, link)._replace(counts=waiting)
    return told(About(message, now, detail == FULL, link, rests, act))


def counted(number: int, message: DeliveryRow, link: str) -> Text:
    """Say only how many things there are to do, and whether one cannot wait."""
    things = "1 thing needs" if number == 1 else f"{number} things need"
    stop = message.tier == STOP
    said = f"{things} you" if number else "Nothing needs you now, and something you held has changed"
    # A link to one patient would say of whom.
    where = link if link and not any(each in link for each in PLACES) else "carepath today"
    return Text(
        "carepath: STOP" if stop else "carepath",
        f"For {message.staff}: {said}{_with_stop(number) if stop else ''}: {where}",
    )


def _waiting(store: Store, message: DeliveryRow) -> tuple[int, ...]:
    return tuple(each.ledger_id for each in store.waiting_through(message.staff, message.channel))


def _with_stop(number: int) -> str:
    return ", and it is a stop" if number == 1 else ", a stop among them" if number else ""


def _act(store: Store, message: DeliveryRow | MessageRow) -> Act | None:
    """Say how the act of a prompt is put on record, where the message will say it."""
    if not isinstance(message, DeliveryRow) or message.kind == "escalated":
        return None
    return act_of(store, message.patient_id, message.number)


def _rests(store: Store, message: DeliveryRow, now: Moment) -> str:
    """Say with whom it rests what was escalated to another."""
    if message.kind != "escalated":
        return ""
    held = holder(rota_of(store, now), message.role, message.owner, now).person
    return f"the {message.role}, {held}" if held else f"the {message.role}, and nobody is there"


def failed(database: Database, message: MessageRow, _: Moment) -> Text:
    """Say to a lead which channel of whom fails, and what to do until it works; or that a backup failed."""
    said = json.loads(message.body)
    if BACKUP in said:
        return Text(*backing_up.written(message))
    whom, channel = said["staff"], said["channel"]
    stop = said.get("tier") == STOP
    through = "" if channel == OUTPUT else f" through {channel}"
    lines = [
        f"Messages to {whom}{through} do not arrive: {said['error']}.",
        f"A STOP is among them. Tell {whom} now: carepath today --owner {whom}"
        if stop
        else f"What {whom} was to be told: carepath today --owner {whom}",
        *_mend(database, whom, channel, said["error"]),
        "carepath scheduler status",
        "",
        to_lead(message.staff),
    ]
    by = "" if channel == OUTPUT else f" by {channel}"
    title = f"carepath: {'STOP, ' if stop else ''}{whom} is not reached{by}"
    return Text(title, "\n".join(lines))


def _mend(database: Database, whom: str, channel: str, error: str) -> tuple[str, str]:
    """Say what becomes of what waits, and what to do."""
    if error == UNREACHED:
        return (
            "It goes out as soon as there is one. To add it, and to see what waits:",
            f"carepath staff channel add {whom} NAME URL",
        )
    return (
        f"{_tried_again(database, whom, channel)} To try the channel, and to see what waits:",
        f"carepath staff channel test {whom}",
    )


def _tried_again(database: Database, whom: str, channel: str) -> str:
    with database.reading() as store:
        failing = [
            each for each in store.failing_deliveries() if (each.staff, each.channel) == (whom, channel)
        ]
    given_up = sum(each.messages for each in failing if each.given_up)
    if not given_up:
        return "They are tried again for some days."
    others = (
        " The others are tried again for some days." if any(not each.given_up for each in failing) else ""
    )
    return f"GIVEN UP, and not tried again: {given_up}. Tell {whom} of them yourself.{others}"


def digest(database: Database, message: MessageRow, now: Moment) -> Text:
    """Say what somebody holds this morning."""
    return Text(*digests.written(database, message, now))


def gap(database: Database, message: MessageRow, now: Moment) -> Text:
    """Say to a lead when the clock was not followed, and what fell in that time."""
    return Text(*gaps.written(database, message, now))


def checked(database: Database, message: MessageRow, now: Moment) -> Text:
    """Say to a lead what the check of the night found."""
    return Text(*nightly.written(database, message, now))


# None of these names a patient, but for digests and the check of the night, which know by themselves how to
# say only how many.
WRITERS: dict[MessageKind, Writer] = {"failure": failed, "digest": digest, "gap": gap, "nightly": checked}
