"""What fell in a gap, one by one: what was done about it afterwards, who was told, how it stands now."""

from itertools import groupby
from typing import NamedTuple

from pathways.moments import Moment
from scheduler.lines import WHAT
from storage.routines import Fell
from storage.rows import DeliveryState, GapRow
from storage.store import Store

STATES: dict[DeliveryState, str] = {
    "queued": "waiting",
    "claimed": "on its way",
    "sent": "sent",
    "failed": "given up",
    "merged": "with another message",
    "withdrawn": "withdrawn",
}


class Message(NamedTuple):
    """A message to somebody, and how far it is."""

    staff: str
    channel: str
    state: DeliveryState


class Fallen(NamedTuple):
    """What was done about a prompt, from when on it could be told, and the messages to people about that.

    What a command raised while nobody ticked was told when somebody did again.
    """

    deed: Fell
    told_from: Moment
    messages: tuple[Message, ...]

    @property
    def prompt(self) -> str:
        """The prompt as people type it."""
        return f"{self.deed.patient_id}/{self.deed.number}"


def fell_in(store: Store, gap: GapRow) -> list[Fallen]:
    """Return what fell in a gap, in the order of its moments."""
    rows = groupby(store.fell_in(gap), key=lambda row: row.ledger_id)
    return [_fallen(list(of_one), gap.until) for _, of_one in rows]


def what(each: Fallen) -> str:
    """Say what was done: raised for whom, or escalated to whom."""
    said = WHAT[each.deed.kind]
    return f"{said} to {each.deed.tell}" if each.deed.tell else f"{said} for {each.deed.role}"


def told(each: Fallen) -> str:
    """Say who was told, through what, and how far that is."""
    said = [f"{to.staff} by {to.channel}: {STATES[to.state]}" for to in each.messages]
    return "; ".join(said) or "on the output"


def stands(each: Fallen, now: Moment) -> str:
    """Say how the prompt stands now: open, still to come, or how it ended."""
    deed = each.deed
    if deed.ended is not None and deed.ended_at is not None and deed.ended_at <= now:
        return deed.ended
    return "open" if deed.opens_at <= now else "to come"


def _fallen(rows: list[Fell], until: Moment) -> Fallen:
    messages = tuple(
        Message(row.staff, row.channel or "", row.state)
        for row in rows
        if row.staff and row.state is not None
    )
    return Fallen(rows[0], max(rows[0].at, until), messages)
