"""From a deed to those who are told: the rota says who, their channels through what, their hours when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from caseload.hours import Times, goes_at, hours_of, quiet_of
from caseload.reaching import OUTPUT
from caseload.rota import LEAD, Holder, Holders, absence, here, rota_of
from caseload.settings import HOURS, QUIET, setting
from caseload.site_calendar import site_calendar
from pathways.errors import CarepathError
from pathways.moments import Moment
from storage.keys import delivery_key
from storage.rows import DeliveryRow, NewDelivery
from storage.staff import ChannelRow
from storage.store import Store

PROMPTS, DIGEST, FAILURES = "prompts", "digest", "failures"
NOTHING: Mapping[tuple[str, str], str] = {}


@dataclass(frozen=True, slots=True)
class Routes:
    """Who is reached how at one moment, read once for many messages."""

    holders: Holders
    channels: Mapping[str, tuple[ChannelRow, ...]]
    hours: str
    quiet: str
    free: frozenset[date]
    site: str
    at: Moment
    _goes: dict[tuple[str, str], Moment] = field(default_factory=dict)

    @classmethod
    def read(cls, store: Store, at: Moment) -> Self:
        """Read the rota, the channels and the hours as they are."""
        channels: dict[str, tuple[ChannelRow, ...]] = {}
        for row in store.channels():
            channels[row.staff] = (*channels.get(row.staff, ()), row)
        hours, quiet = setting(store, HOURS), setting(store, QUIET)
        calendar = site_calendar(store)
        free = frozenset(calendar.calendar().holidays) if calendar else frozenset[date]()
        return cls(Holders(rota_of(store, at), at), channels, hours, quiet, free, store.site(), at)

    def holder_of(self, message: DeliveryRow) -> Holder:
        """Say who is told of a deed."""
        return self.holders.of(message.tell or message.role, message.owner)

    def rows(
        self, message: DeliveryRow, carried: Mapping[tuple[str, str], str] = NOTHING
    ) -> list[NewDelivery]:
        """Make the messages that tell a person of a deed: one for each of their channels for its tier.

        `carried` says by person and channel which message carries it there.
        """
        held = self.holder_of(message)
        return [
            self._row(message, held, channel, carried.get((held.person, channel.name), ""))
            for channel in self.channels.get(held.person, ())
            if takes(channel, PROMPTS, message.tier)
        ]

    def again(self, message: DeliveryRow) -> NewDelivery:
        """Make the message that tells the same person of the same deed, by itself."""
        return NewDelivery(
            ledger_id=message.ledger_id,
            staff=message.staff,
            channel=message.channel,
            ready_at=self.at,
            why=message.why,
            delivery_key=self._key(message, message.staff, message.channel),
        )

    def _row(self, message: DeliveryRow, held: Holder, channel: ChannelRow, into: str) -> NewDelivery:
        # What never goes by itself needs no key of its own, and the index of keys is spared.
        return NewDelivery(
            ledger_id=message.ledger_id,
            staff=held.person,
            channel=channel.name,
            ready_at=self.at if into else self.goes_at(held.person, message.tier),
            why=held.why,
            delivery_key="" if into else self._key(message, held.person, channel.name),
            merged_into=into,
        )

    def goes_at(self, person: str, tier: str = "") -> Moment:
        """Return the first moment at which a message may go to somebody on the staff."""
        found = self._goes.get((person, tier))
        if found is None:
            found = self._goes[person, tier] = goes_at(self.at, tier, self._times_of(person))
        return found

    def channel(self, person: str, name: str) -> ChannelRow | None:
        """Find a channel of somebody by its name."""
        return next((each for each in self.channels.get(person, ()) if each.name == name), None)

    def for_failures(self, failed: ChannelRow | None) -> tuple[str, list[ChannelRow]]:
        """Say which lead hears that a channel fails, and through which others: never through that one."""
        rota = self.holders.rota
        lead = self.holders.of(LEAD, "").person
        leads = [name for name in here(rota, self.at) if LEAD in rota.staff[name].roles]
        for name in dict.fromkeys((lead, *leads)):
            others = [
                each for each in self.channels.get(name, ()) if failed is None or each.url != failed.url
            ]
            if others:
                return name, [each for each in others if FAILURES in each.kinds] or others
        return lead, []

    def leads(self, *kinds: str) -> Iterator[tuple[str, str]]:
        """Pair every lead who is there, or who stands in, with a channel: the output for who has none.

        Without a kind it is about a failure.
        """
        rota = self.holders.rota
        leads = [name for name in here(rota, self.at) if LEAD in rota.staff[name].roles]
        for name in leads or [self.holders.of(LEAD, "").person]:
            yield from self.told(name, *(kinds or (FAILURES,)))

    def told(self, person: str, *kinds: str) -> Iterator[tuple[str, str]]:
        """Pair somebody with their channels for messages of the first kind that any takes, or the output."""
        every = self.channels.get(person, ())
        by_kind = ([each.name for each in every if takes(each, kind)] for kind in kinds)
        for channel in next(filter(None, by_kind), [OUTPUT]):
            yield person, channel

    def absent(self, person: str) -> bool:
        """Whether somebody is not there on their day: away, gone, or never entered."""
        return bool(absence(self.holders.rota, person, self.at))

    def _times_of(self, person: str) -> Times:
        row = self.holders.rota.staff[person]
        try:
            return Times(row.zone, hours_of(row.hours or self.hours), quiet_of(self.quiet), self.free)
        except CarepathError:  # written by something else than a command; a message must go all the same
            return Times(row.zone)

    def _key(self, message: DeliveryRow, person: str, channel: str) -> str:
        deed = (message.patient_id, message.number, message.rule, message.kind, message.moment, message.tell)
        return delivery_key(self.site, *deed, person, channel)


def takes(channel: ChannelRow, kind: str, tier: str = "") -> bool:
    """Whether a channel is for messages of a kind, and of a tier; one that names none is for all."""
    return (not channel.kinds or kind in channel.kinds) and (
        not channel.tiers or not tier or tier in channel.tiers
    )


def is_over(message: DeliveryRow, at: Moment) -> bool:
    """Whether nothing is told any more; that something lapsed is told although, and because, it is over."""
    return message.kind != "lapsed" and message.ended_at is not None and message.ended_at <= at


def to_lead(person: str) -> str:
    """Write to whom a message to the leads goes; on the output it goes to nobody, if none is there."""
    return (
        f"To {person}, as a lead."
        if person
        else "No lead is there to be told: `carepath role set lead NAME` names one."
    )
