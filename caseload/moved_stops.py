"""Which open stops change hands with a change of the staff, their leave, a role or a caseload."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Self

from caseload.reaching import takes_stops
from caseload.rota import Holders, Rota, absence, rota_of
from pathways.moments import Moment
from storage.connection import Database
from storage.stops import OpenStop


class Stops(NamedTuple):
    """The open stops, who is at work, and who can be told of a stop."""

    stops: tuple[OpenStop, ...]
    rota: Rota
    reached: frozenset[str]

    @classmethod
    def read(cls, database: Database, now: Moment) -> Self:
        """Read them as they are."""
        with database.reading() as store:
            reached = frozenset(row.staff for row in store.channels() if takes_stops(row))
            stops = (*store.unanswered_stops(now), *store.taken_stops(now))
            return cls(stops, rota_of(store, now), reached)

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


def moved(before: Stops, after: Stops, at: Moment, since: str = "") -> Iterator[str]:
    """Say which stops rest with another at a moment than they would have: now, or from then on."""
    was, to = before.held(at), dict[str, list[str]]()
    for name, person in after.held(at).items():
        if was.get(name, person) != person:
            to.setdefault(person, []).append(name)
    for person, names in to.items():
        verb = "rests" if len(names) == 1 else "rest"
        yield f"STOP: {', '.join(names)} {verb} with {_whom(person, after.reached, since)}."


def _whom(person: str, reached: Iterable[str], since: str) -> str:
    if since:
        return f"{person or 'NOBODY'} {since}, unless answered before"
    if not person:
        return "NOBODY now: nobody is told"
    told = "who is told at once" if person in reached else "whom no message reaches: TELL THEM"
    return f"{person} now, {told}"
