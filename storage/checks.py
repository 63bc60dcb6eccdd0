"""What a check asks of the whole caseload: who owns it, who is on no pathway, what is stuck."""

from typing import NamedTuple

from pathways.moments import Moment
from storage import rendered as sql
from storage.queries import Found, Queries


class Owner(NamedTuple):
    """Who owns how many open enrolments, with one of the patients."""

    owner: str
    enrolments: int
    patient_id: str


class Untaken(NamedTuple):
    """How many moments no tick has taken, and the prompt that waits longest, since when."""

    many: int
    since: Moment
    patient_id: str
    number: int


class Stuck(NamedTuple):
    """How many messages to somebody through a channel are stuck, since when.

    `kind` is that of messages about anything but a prompt; otherwise `prompt` is the first they are about.
    """

    staff: str
    channel: str
    many: int
    since: Moment
    kind: str = ""
    prompt: str = ""


class Checks(Queries):
    """The part of the store that a check asks."""

    def owners_of_open(self) -> list[Owner]:
        """Return who owns open enrolments, by name."""
        return [Owner(*found) for found in self._all(sql.OWNERS_OF_OPEN)]

    def pathways_in_use(self) -> list[tuple[str, str]]:
        """Return the digests and names of the pathways that patients are on now."""
        return [(digest, name) for digest, name in self._all(sql.PATHWAYS_IN_USE)]

    def never_enrolled(self, *, before: Moment) -> list[str]:
        """Return the patients who were added before a moment and never put on a pathway."""
        return [patient_id for (patient_id,) in self._all(sql.NEVER_ENROLLED, before=before)]

    def last_recorded(self) -> Moment | None:
        """Return the latest moment at which an entry was recorded."""
        found = self._value(sql.LAST_RECORDED)
        return None if found is None else int(found)

    def untaken(self, *, before: Moment) -> Untaken | None:
        """Return what waits for a tick since before a moment."""
        count = int(self._value(sql.UNTAKEN, before=before))
        first = self._one(sql.FIRST_UNTAKEN) if count else None
        return None if first is None else Untaken(count, *first)

    def stuck_unsent(self, *, before: Moment) -> list[Stuck]:
        """Return the messages that could go since before a moment."""
        deeds = (
            *self._all(sql.UNSENT_DELIVERIES, before=before),
            *self._all(sql.UNSENT_DELIVERIES_FOR, before=before),
        )
        return [_of_a_deed(found) for found in deeds] + [
            _by_itself(found) for found in self._all(sql.UNSENT_MESSAGES, before=before)
        ]

    def stuck_refused(self, *, before: Moment) -> list[Stuck]:
        """Return the messages that wait for another try after several, but for those that could go before."""
        deeds = self._all(sql.REFUSED_DELIVERIES, before=before)
        return [_of_a_deed(found) for found in deeds] + [
            _by_itself(found) for found in self._all(sql.REFUSED_MESSAGES, before=before)
        ]

    def stuck_given_up(self, *, now: Moment) -> list[Stuck]:
        """Return the messages that were given up and still matter."""
        deeds = self._all(sql.GIVEN_UP_DELIVERIES, now=now)
        return [_of_a_deed(found) for found in deeds] + [
            _by_itself(found) for found in self._all(sql.GIVEN_UP_MESSAGES)
        ]


def _of_a_deed(found: Found) -> Stuck:
    staff, channel, count, since, patient_id, number = found
    return Stuck(staff, channel, count, since, prompt=f"{patient_id}/{number}")


def _by_itself(found: Found) -> Stuck:
    staff, channel, kind, count, since = found
    return Stuck(staff, channel, count, since, kind=kind)
