"""Messages about anything but a single deed: digests, gaps, failures; claimed and marked as those are."""

from collections.abc import Iterable

import msgspec

from pathways.moments import Moment
from storage import rendered as sql
from storage.queries import Found, Given, Queries
from storage.rows import MessageRow


class Messages(Queries):
    """The part of the store that holds what is told by itself."""

    def site(self) -> str:
        """Return what this database is known by elsewhere; a copy of it has the same."""
        return str(self._value(sql.SITE))

    def queue_message(self, row: MessageRow) -> bool:
        """Queue a message; false when it was queued before: one of a kind is told to one person once.

        One that was withdrawn meanwhile is queued again, under the key that it had, as if it was never tried.
        """
        columns = msgspec.structs.asdict(row)
        del columns["id"]
        return self._run(sql.ADD_MESSAGE, **columns) == 1

    def has_message(self, kind: str, about: str) -> bool:
        """Whether there is one of a kind about that, to whomever, that was not taken back."""
        return bool(self._value(sql.HAS_MESSAGE, kind=kind, about=about))

    def messages_wait(self, now: Moment) -> bool:
        """Say whether any may go out by now: one look-up."""
        ready_at = self._value(sql.MESSAGES_WAIT)
        return ready_at is not None and ready_at <= now

    def ready_messages(self, *, now: Moment, limit: int) -> list[MessageRow]:
        """Return messages that may go out and that nobody else is at, earliest first.

        They are held until the transaction ends; whoever sends one leases it first.
        """
        found = [_message(columns) for columns in self._all(sql.MESSAGES_READY, now=now, limit=limit)]
        return [msgspec.structs.replace(each, tries=each.tries + 1) for each in found]

    def newer_message(self, message: MessageRow, *, now: str) -> str:
        """Return the key of one of its kind of a later day through the same channel; empty: there is none.

        `now` is a moment as `about` has it: of days to come there is none.
        """
        given = {name: getattr(message, name) for name in ("kind", "about", "staff", "channel")}
        found = self._value(sql.NEWER_MESSAGE, now=now, **given)
        return str(found or "")

    def has_arrived(self, staff: str, channel: str, *, deed: int, message: int) -> bool:
        """Whether a message to somebody has got through: about a deed, or another, by its number."""
        if deed:
            return bool(self._value(sql.ARRIVED_DELIVERY, ledger_id=deed, staff=staff, channel=channel))
        return bool(self._value(sql.ARRIVED_MESSAGE, id=message))

    def lease_messages(self, messages: Iterable[MessageRow], *, until: Moment, worker: str) -> None:
        """Keep messages for one worker; who dies leaves them to be taken again after that moment."""
        rows: list[dict[str, Given]] = [
            {"id": each.id, "leased_until": until, "worker": worker} for each in messages
        ]
        self._each(sql.CLAIM_MESSAGE, rows)

    def put_off_message(self, message: MessageRow, *, until: Moment) -> None:
        """Let a message wait, without counting that as a try."""
        self._run(sql.PUT_OFF_MESSAGE, id=message.id, ready_at=until)

    def mark_message_sent(self, message: MessageRow, *, at: Moment) -> None:
        self._run(sql.MARK_MESSAGE_SENT, id=message.id, sent_at=at)

    def mark_message_failed(self, message: MessageRow, *, again_at: Moment | None, error: str) -> None:
        """Queue a message again for later, or (with none) give it up. `error` names no person."""
        self._run(sql.MARK_MESSAGE_FAILED, id=message.id, again_at=again_at, error=error)

    def mark_messages_over(self, messages: Iterable[MessageRow], *, merged_into: str = "") -> None:
        """Say that another message carries these, by its key, or (without one) that they are withdrawn."""
        self._each(sql.MARK_MESSAGE_OVER, [{"id": each.id, "merged_into": merged_into} for each in messages])

    def digests_to_come(self, now: Moment) -> list[MessageRow]:
        """Return the digests that are queued for later, and were not tried yet."""
        return [_message(columns) for columns in self._all(sql.DIGESTS_TO_COME, now=now)]

    def keys_to_come(self, now: Moment) -> set[str]:
        """Return the keys of those digests, which go to nobody before the transaction ends."""
        return {key for (key,) in self._all(sql.KEYS_TO_COME, now=now)}

    def release_message(self, key: str, *, at: Moment) -> None:
        """Let a message that was held back go at a moment, unless it has gone."""
        self._run(sql.RELEASE_MESSAGE, delivery_key=key, ready_at=at)

    def hurry_messages(self, *, now: Moment, beyond: Moment) -> int:
        """Make ready now what a clock that was wrong put off beyond a moment; say how many."""
        return self._run(sql.HURRY_MESSAGES, now=now, beyond=beyond)

    def try_messages_anew(self, staff: str, channel: str, *, now: Moment) -> int:
        """Let what failed through a channel go now, as if it had not been tried; say how many."""
        return self._run(sql.TRY_MESSAGES_ANEW, staff=staff, channel=channel, now=now)

    def waiting_messages(self) -> int:
        return int(self._value(sql.WAITING_MESSAGES))

    def oldest_unsent(self) -> Moment | None:
        """Return when the oldest message was queued that is still on its way."""
        moment: Moment | None = self._value(sql.OLDEST_UNSENT)
        return moment

    def failed_messages(self) -> int:
        """Count the messages that were given up."""
        return int(self._value(sql.FAILED_MESSAGES))


def _message(found: Found) -> MessageRow:
    return MessageRow(**dict(zip(MessageRow.__struct_fields__, found, strict=True)))
