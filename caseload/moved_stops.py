"""Which open stops change hands with a change of the staff, their leave, a role or a caseload."""

from collections.abc import Collection, Mapping
from typing import NamedTuple, Self

from msgspec import Struct

from caseload.reaching import takes_stops
from caseload.rota import Holders, Rota, absence, rota_of
from pathways.moments import Moment
from storage.stops import OpenStop
from storage.store import Store


class PassedOn(Struct, frozen=True, kw_only=True):
    """Open stops, such as `P-014/3`, that rest with another than before; without a `holder`, with nobody.

    `reached` says whether they have a channel for a stop.
    """

    stops: tuple[str, ...]
    holder: str
    reached: bool


class Stops(NamedTuple):
    """The open stops, who is at work, and who can be told of a stop."""

    stops: tuple[OpenStop, ...]
    rota: Rota
    reached: frozenset[str]

    @classmethod
    def read(cls, store: Store, now: Moment) -> Self:
        """Read them as they are in a transaction: before a change and after it, of nobody else's."""
        reached = frozenset(row.staff for row in store.channels() if takes_stops(row))
        stops = (*store.unanswered_stops(now), *store.taken_stops(now))
        return cls(stops, rota_of(store, now), reached)

    def given(self, owner: str, enrolments: Collection[int]) -> Self:
        """Say how they would be with another owner of some enrolments."""
        stops = (
            each._replace(owner=owner) if each.enrolment_id in enrolments else each for each in self.stops
        )
        return self._replace(stops=tuple(stops))

    def held(self, at: Moment) -> Mapping[str, str]:
        """Say with whom each rests at a moment, by its name: who took it on, or who holds it."""
        holders = Holders(self.rota, at)
        return {
            f"{each.patient_id}/{each.number}": taken_by(self.rota, each, at)
            or holders.of(each.role, each.owner).person
            for each in self.stops
        }


def taken_by(rota: Rota, stop: OpenStop, at: Moment) -> str:
    """Say who has taken a stop on and is there at a moment; else it is as if nobody had answered it."""
    return "" if rota.staff and absence(rota, stop.taker, at) else stop.taker


def moved(before: Stops, after: Stops, at: Moment) -> tuple[PassedOn, ...]:
    """Say which stops rest with another at a moment than they would have: now, or from then on."""
    was, to = before.held(at), dict[str, list[str]]()
    for name, person in after.held(at).items():
        if was.get(name, person) != person:
            to.setdefault(person, []).append(name)
    return tuple(
        PassedOn(stops=tuple(names), holder=person, reached=person in after.reached)
        for person, names in to.items()
    )
