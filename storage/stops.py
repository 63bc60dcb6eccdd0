"""Stops that nobody has answered yet: they are few, and found by an index of their own."""

from collections.abc import Iterable
from json import dumps
from typing import NamedTuple

from pathways.moments import Moment
from storage import rendered as sql
from storage.queries import Queries
from storage.rows import DeliveryRow


class Told(NamedTuple):
    """A message to somebody about a deed, and how far it is."""

    ledger_id: int
    staff: str
    channel: str
    state: str


class OpenStop(NamedTuple):
    """A stop that is open, with what says whose it is; nobody has taken it on unless there is a `taker`."""

    patient_id: str
    number: int
    role: str
    owner: str
    prompt_id: int
    taker: str
    enrolment_id: int


class Stops(Queries):
    """The part of the store that knows of open stops, and who was told of them."""

    def deeds_of_stops(self, now: Moment) -> list[DeliveryRow]:
        """Return what was done about each unanswered stop since it was raised last, in order."""
        # Sorted here: an order in the statement would keep SQLite from beginning with the few stops.
        found = sorted(self._all(sql.DEEDS_OF_STOPS, now=now))
        return [DeliveryRow(*columns) for columns in found]

    def deeds_of(self, stops: Iterable[OpenStop]) -> list[DeliveryRow]:
        """Return the same about some stops."""
        found = self._all(sql.DEEDS_OF_THESE, prompts=dumps([each.prompt_id for each in stops]))
        return [DeliveryRow(*columns) for columns in sorted(found)]

    def told_of(self, deeds: Iterable[int]) -> list[Told]:
        """Return the messages to people about some deeds, but for those that were taken back."""
        return [Told(*found) for found in self._all(sql.TOLD_OF, deeds=dumps([*deeds]))]

    def unanswered_stops(self, now: Moment) -> list[OpenStop]:
        """Return the stops that are open and not answered, by patient."""
        return sorted(OpenStop(*found) for found in self._all(sql.UNANSWERED_STOPS, now=now))

    def taken_stops(self, now: Moment) -> list[OpenStop]:
        """Return the open stops that somebody has taken on, by patient."""
        return sorted(OpenStop(*found) for found in self._all(sql.TAKEN_STOPS, now=now))

    def stops_waiting(self, staff: str, channel: str) -> int:
        """Count the stops that wait to be told to somebody through a channel."""
        return int(self._value(sql.STOPS_WAITING, staff=staff, channel=channel))
