"""Messages on their way, and the heartbeats of those who send them."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from pathways.moments import Moment
from storage import rendered as sql
from storage.queries import Found, Queries
from storage.rows import DeliveryRow, HeartbeatRow, NewDelivery


class Failing(NamedTuple):
    """How many messages to somebody fail through a channel of theirs, with one of the reasons."""

    staff: str
    channel: str
    messages: int
    error: str
    given_up: bool


class Deliveries(Queries):
    """The part of the store that claims, and marks what was done."""

    def claim_deliveries(self, *, now: Moment, worker: str, lease: int, limit: int) -> list[DeliveryRow]:
        """Take messages for the output; after `lease` microseconds without a word they may be taken again."""
        found = [_delivery(row) for row in self._all(sql.CLAIMABLE, now=now, limit=limit)]
        self.lease_deliveries(found, until=now + lease, worker=worker)
        return found

    def ready_for_people(self, *, now: Moment, limit: int) -> list[DeliveryRow]:
        """Return messages to people that may go out, earliest first; whoever sends one leases it first."""
        return [_delivery(row) for row in self._all(sql.CLAIMABLE_FOR, now=now, limit=limit)]

    def lease_deliveries(self, deliveries: Iterable[DeliveryRow], *, until: Moment, worker: str) -> None:
        """Keep messages for one worker; who dies leaves them to be taken again after that moment."""
        self._each(
            sql.CLAIM, [each.address | {"leased_until": until, "worker": worker} for each in deliveries]
        )

    def put_off_deliveries(self, deliveries: Iterable[DeliveryRow], *, until: Moment) -> None:
        """Let messages wait, without counting that as a try."""
        self._each(sql.PUT_OFF, [each.address | {"ready_at": until} for each in deliveries])

    def mark_sent(self, deliveries: Iterable[DeliveryRow], *, at: Moment) -> None:
        self._each(
            sql.MARK_SENT,
            [each.address | {"sent_at": at} for each in deliveries],
        )

    def mark_failed(
        self, deliveries: Iterable[DeliveryRow], *, again_at: Moment | None, error: str = ""
    ) -> None:
        """Queue messages again for later, or (with none) give them up. `error` names no person."""
        self._each(
            sql.MARK_FAILED,
            [each.address | {"again_at": again_at, "error": error} for each in deliveries],
        )

    def mark_over(self, deliveries: Iterable[DeliveryRow], *, merged_into: str = "") -> None:
        """Say that another message carries these, by its key, or (without one) that they are withdrawn."""
        self._each(sql.MARK_OVER, [each.address | {"merged_into": merged_into} for each in deliveries])

    def add_deliveries(self, rows: Iterable[NewDelivery]) -> None:
        """Queue messages about deeds; one that is there already stays as it is, unless it was withdrawn."""
        new = {"state": "queued", "claimed_by": None, "tries": 0, "sent_at": None}
        empty = {"error": "", "merged_into": ""}
        self._each(sql.ADD_DELIVERY, [msgspec.structs.asdict(row) | new | empty for row in rows])

    def crowded(self, *, most: int) -> list[tuple[str, str]]:
        """Name whom more messages wait for than that, and by which channel; stops are not counted."""
        return [(staff, channel) for staff, channel in self._all(sql.CROWDED, most=most)]

    def merge_deliveries(self, staff: str, channel: str, *, into: str) -> int:
        """Let another message carry what waits for somebody, but for stops; say how many messages."""
        return self._run(sql.MERGE_DELIVERIES, staff=staff, channel=channel, merged_into=into)

    def waiting_deliveries(self) -> int:
        """Count the messages about deeds that are on their way, to the output and to people."""
        return int(self._value(sql.WAITING_DELIVERIES)) + int(self._value(sql.WAITING_DELIVERIES_FOR))

    def oldest_undelivered(self) -> Moment | None:
        """Return when the oldest message was queued that is still on its way."""
        moments = (self._value(sql.OLDEST_UNDELIVERED), self._value(sql.OLDEST_UNDELIVERED_FOR))
        return min((moment for moment in moments if moment is not None), default=None)

    def failed_deliveries(self) -> int:
        """Count the messages that were given up."""
        return int(self._value(sql.FAILED_DELIVERIES))

    def failing_deliveries(self) -> list[Failing]:
        """Say which channels of whom fail: what is tried again, and what was given up."""
        trying = [Failing._make((*found, False)) for found in self._all(sql.FAILING)]
        return trying + [Failing._make((*found, True)) for found in self._all(sql.GIVEN_UP)]

    def hurry_deliveries(self, *, now: Moment, beyond: Moment) -> int:
        """Make ready now what a clock that was wrong put off beyond a moment; say how many messages."""
        statements = (sql.HURRY_DELIVERIES, sql.HURRY_DELIVERIES_FOR)
        return sum(self._run(each, now=now, beyond=beyond) for each in statements)

    def begin_tick(self, heartbeat: HeartbeatRow) -> None:
        """Leave the heartbeat: that this worker lives and a tick began."""
        self._run(sql.BEGIN_TICK, **msgspec.structs.asdict(heartbeat))

    def end_tick(self, worker: str, *, at: Moment, raised: int) -> None:
        self._run(sql.END_TICK, worker=worker, tick_ended_at=at, raised=raised)

    def heartbeats(self) -> list[HeartbeatRow]:
        return [HeartbeatRow(*found) for found in self._all(sql.HEARTBEATS)]


def _delivery(found: Found) -> DeliveryRow:
    return DeliveryRow(**dict(zip(DeliveryRow.__struct_fields__, found, strict=True)))
