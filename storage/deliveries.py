"""Messages on their way, and the heartbeats of those who send them."""

from collections.abc import Iterable
from itertools import takewhile
from typing import NamedTuple

import msgspec
from msgspec import structs

from pathways.moments import Moment
from storage import rendered as sql
from storage.queries import Found, Given, Queries
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
        """Take messages for the output; after `lease` microseconds without a word they may be taken again.

        One of which an earlier worker said nothing any more is taken alone: it may have ended that worker.
        """
        found = [_delivery(row) for row in self._all(sql.CLAIMABLE, now=now, limit=limit)]
        taken = found[:1] if found and found[0].unsaid else list(takewhile(_is_said, found))
        return self.lease_deliveries(taken, until=now + lease, worker=worker)

    def output_waits(self, now: Moment) -> bool:
        """Say whether there is anything for the output: one look-up."""
        ready_at = self._value(sql.OUTPUT_WAITS)
        return ready_at is not None and ready_at <= now

    def people_wait(self, now: Moment) -> bool:
        """Say whether there is anything for people about deeds: one look-up."""
        ready_at = self._value(sql.PEOPLE_WAIT)
        return ready_at is not None and ready_at <= now

    def untold(self, now: Moment) -> list[tuple[str, str, str, int]]:
        """Count what is ready and was never tried by role, owner and tier: nobody was told of it yet."""
        return [(role, owner, tier, number) for role, owner, tier, number in self._all(sql.UNTOLD, now=now)]

    def ready_for_people(self, *, now: Moment, limit: int) -> list[DeliveryRow]:
        """Return messages to people that may go out and that nobody else is at, earliest first.

        They are held until the transaction ends; whoever sends one leases it first.
        """
        return [_delivery(row) for row in self._all(sql.CLAIMABLE_FOR, now=now, limit=limit)]

    def lease_deliveries(
        self, deliveries: Iterable[DeliveryRow], *, until: Moment, worker: str
    ) -> list[DeliveryRow]:
        """Keep messages for one worker; who dies leaves them to be taken again after that moment."""
        leased = [structs.replace(each, claimed_by=worker) for each in deliveries]
        self._each(sql.CLAIM, [each.address | {"leased_until": until, "worker": worker} for each in leased])
        return leased

    def give_back(self, deliveries: Iterable[DeliveryRow], *, now: Moment) -> int:
        """Let messages that were claimed be claimed again at once, without counting that as a try.

        As with `mark_failed`, one that another has claimed since is left to them: says how many were not.
        """
        return self._each(sql.GIVE_BACK, [each.claim | {"now": now} for each in deliveries])

    def put_off_deliveries(self, deliveries: Iterable[DeliveryRow], *, until: Moment) -> None:
        """Let messages wait, without counting that as a try."""
        self._each(sql.PUT_OFF, [each.address | {"ready_at": until} for each in deliveries])

    def mark_sent(self, deliveries: Iterable[DeliveryRow], *, at: Moment) -> int:
        """Say that messages were handed over; how many are marked.

        Those that were marked before are not, nor those that a restore has put in the place of others.
        """
        return self._each(sql.MARK_SENT, [each.told | {"sent_at": at} for each in deliveries])

    def mark_failed(
        self, deliveries: Iterable[DeliveryRow], *, again_at: Moment | None, error: str = ""
    ) -> int:
        """Queue messages again for later, or (with none) give them up. `error` names no person."""
        return self._each(
            sql.MARK_FAILED,
            [each.claim | {"again_at": again_at, "error": error} for each in deliveries],
        )

    def mark_over(self, deliveries: Iterable[DeliveryRow], *, merged_into: str = "") -> None:
        """Say that another message carries these, by its key, or (without one) that they are withdrawn."""
        self._each(sql.MARK_OVER, [each.address | {"merged_into": merged_into} for each in deliveries])

    def add_deliveries(self, rows: Iterable[NewDelivery]) -> int:
        """Queue messages about deeds; one that is there already stays as it is, unless it was withdrawn.

        Says how many were queued.
        """
        return self._each(sql.ADD_DELIVERY, map(_new, rows))

    def tell_output_again(self, delivery: DeliveryRow, *, now: Moment) -> None:
        """Let the line about a deed be written once more, as somebody else holds it by now."""
        self._run(sql.TELL_OUTPUT_AGAIN, ledger_id=delivery.ledger_id, now=now)

    def waiting_by_channel(self) -> dict[tuple[str, str], int]:
        """Count what waits for whom, through which channel, and was not tried yet; stops are not counted."""
        found = self._all(sql.WAITING_BY_CHANNEL)
        return {(staff, channel): number for staff, channel, number in found}

    def merge_deliveries(self, staff: str, channel: str, *, into: str, first: int, limit: int) -> int:
        """Let another message carry some of what waits for somebody, but for stops; say how many messages.

        None of a deed before the `first` are among them, so that `carried` finds all.
        """
        return self._run(
            sql.MERGE_DELIVERIES, staff=staff, channel=channel, merged_into=into, first=first, limit=limit
        )

    def first_waiting(self) -> int:
        """Return the first deed of which a message is on its way."""
        found = (self._value(sql.FIRST_WAITING), self._value(sql.FIRST_WAITING_FOR))
        return min((deed for deed in found if deed is not None), default=0)

    def carried(self, key: str, *, first: int) -> list[DeliveryRow]:
        """Return the messages that another one carries, by its key; `first` is the first deed of them."""
        return [_delivery(row) for row in self._all(sql.CARRIED, merged_into=key, first=first)]

    def waiting_through(self, staff: str, channel: str) -> list[DeliveryRow]:
        """Return the messages on their way to somebody through a channel, but for stops."""
        return [_delivery(row) for row in self._all(sql.WAITING_THROUGH, staff=staff, channel=channel)]

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

    def hurry_deliveries(self, *, now: Moment, beyond: Moment, leased: Moment) -> int:
        """Make ready now what a clock that was ahead put off, or claimed; say how many messages.

        Nothing is rightly put off `beyond` a moment; a claim by now lasts until `leased`, and for the output
        two ticks longer.
        """
        statements = (sql.HURRY_DELIVERIES, sql.HURRY_DELIVERIES_FOR)
        return sum(self._run(each, now=now, beyond=beyond, leased=leased) for each in statements)

    def hurry_recorded_ahead(self, *, now: Moment) -> int:
        """Let lines go now that were recorded at a machine whose clock is ahead; say how many."""
        return self._run(sql.HURRY_RECORDED_AHEAD, now=now)

    def try_deliveries_anew(self, staff: str, channel: str, *, now: Moment) -> int:
        """Let what failed through a channel go now, as if it had not been tried; say how many messages."""
        return self._run(sql.TRY_DELIVERIES_ANEW, staff=staff, channel=channel, now=now)

    def revive_deliveries(self, *, now: Moment) -> int:
        """Queue again what was withdrawn of prompts that, by a clock set back, are not over; say how many."""
        return self._run(sql.REVIVE_BY_CLOCK, now=now)

    def begin_tick(self, heartbeat: HeartbeatRow) -> None:
        """Leave the heartbeat: that this worker lives and a tick began."""
        self._run(sql.BEGIN_TICK, **msgspec.structs.asdict(heartbeat))

    def end_tick(self, worker: str, *, at: Moment, raised: int) -> None:
        self._run(sql.END_TICK, worker=worker, tick_ended_at=at, raised=raised)

    def server_clock(self) -> Moment:
        """Return what time it is by the clock of a server, which all who work there share."""
        from storage.outside_server import CLOCK  # seldom asked

        return int(self._value(CLOCK))

    def heartbeats(self) -> list[HeartbeatRow]:
        return [HeartbeatRow(*found) for found in self._all(sql.HEARTBEATS)]


def _delivery(found: Found) -> DeliveryRow:
    return DeliveryRow(*found)


def _is_said(message: DeliveryRow) -> bool:
    return not message.unsaid


def _new(row: NewDelivery) -> dict[str, Given]:
    columns: dict[str, Given] = msgspec.structs.asdict(row)
    merged = {"state": "merged", "ready_at": None} if row.merged_into else {"state": "queued"}
    return columns | merged | {"claimed_by": None, "tries": 0, "sent_at": None, "error": ""}
