"""What a message to a person says. Never a name; how much else, the site decides (`message.detail`)."""

import json
from collections.abc import Callable
from typing import TypeAlias

from caseload.settings import COUNT, DETAIL, FULL, setting
from caseload.worklist import asked_now
from pathways.moments import Moment
from scheduler import digests, gaps, nightly
from scheduler.channels import Text
from scheduler.lines import WHAT, last_day, remarks
from storage.connection import Database
from storage.rows import DeliveryRow, MessageKind, MessageRow

# Writes what a message of a kind says, from the database as it is when the message is sent.
Writer: TypeAlias = Callable[[Database, MessageRow, Moment], Text]


def text_of(database: Database, message: DeliveryRow | MessageRow, now: Moment) -> Text:
    """Write a message as it is to be sent now."""
    with database.reading() as store:
        detail = setting(store, DETAIL)
    if detail == COUNT and message.kind not in SAYS_HOW_MANY:
        return counted(database, message.staff, now)
    if isinstance(message, DeliveryRow):
        return full(message, now) if detail == FULL else task(message)
    return WRITERS[message.kind](database, message, now)


def full(message: DeliveryRow, now: Moment) -> Text:
    """Say of which patient, what to do, by when, why to this person, and the command that answers."""
    prompt = _prompt(message)
    lines = [
        f"{message.say}",
        f"{prompt}{_by(message)}: {WHAT[message.kind]}{_remarks(message, now)}",
        f"To you: {message.why}.",
        "",
        f"carepath why {prompt}",
        f"carepath done {prompt}",
    ]
    return Text(_title(message), "\n".join(lines))


def task(message: DeliveryRow) -> Text:
    """Say which prompt it is and by when, and nothing of what it is about."""
    prompt = _prompt(message)
    return Text(_title(message), f"{prompt}{_by(message)}\n\ncarepath why {prompt}")


def counted(database: Database, person: str, now: Moment) -> Text:
    """Say only how many things there are to do."""
    number = asked_now(database, person, now=now)
    things = "thing needs" if number == 1 else "things need"
    return Text("carepath", f"{number} {things} you: carepath today")


def failed(_: Database, message: MessageRow, __: Moment) -> Text:
    """Say to a lead which channel of whom fails, and that what was to be told stands in the lists."""
    said = json.loads(message.body)
    lines = [
        f"Messages to {said['staff']} through {said['channel']} do not arrive: {said['error']}.",
        "What they say stands in the lists, and they are tried again for some days.",
        "",
        f"carepath staff channel test {said['staff']}",
        "carepath scheduler status",
    ]
    return Text(f"carepath: {said['staff']} is not reached by {said['channel']}", "\n".join(lines))


def digest(database: Database, message: MessageRow, now: Moment) -> Text:
    """Say what somebody holds this morning."""
    return Text(*digests.written(database, message, now))


def gap(database: Database, message: MessageRow, now: Moment) -> Text:
    """Say to a lead when the clock was not followed, and what fell in that time."""
    return Text(*gaps.written(database, message, now))


def checked(database: Database, message: MessageRow, now: Moment) -> Text:
    """Say to a lead what the check of the night found."""
    return Text(*nightly.written(database, message, now))


# These name no patient, or know by themselves how to say only how many.
SAYS_HOW_MANY = {"digest", "gap", "nightly"}
WRITERS: dict[MessageKind, Writer] = {"failure": failed, "digest": digest, "gap": gap, "nightly": checked}


def _title(message: DeliveryRow) -> str:
    stop = "STOP, " if message.tier == "stop" else ""
    return f"carepath: {stop}{_prompt(message)}{_by(message)}"


def _prompt(message: DeliveryRow) -> str:
    return f"{message.patient_id}/{message.number}"


def _by(message: DeliveryRow) -> str:
    return f" by {last_day(message.due_at, message.zone)}" if message.due_at is not None else ""


def _remarks(message: DeliveryRow, now: Moment) -> str:
    said = remarks(message, now)
    return f" ({said})" if said else ""
