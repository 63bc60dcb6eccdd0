"""What is done again and again at moments of its own, and the times in which the clock was not followed."""

from typing import NamedTuple

from msgspec import structs

from pathways.moments import Moment
from storage import rendered as sql
from storage.queries import Found, Queries
from storage.rows import Deed, DeliveryState, GapRow, PromptEnding, RoutineRow


class Fell(NamedTuple):
    """What was done about a prompt after a gap, and a message about that; none is without a state."""

    ledger_id: int
    kind: Deed
    moment: Moment
    at: Moment
    tell: str
    patient_id: str
    number: int
    rule: str
    tier: str
    role: str
    say: str
    opens_at: Moment
    ended_at: Moment | None
    ended: PromptEnding | None
    zone: str
    staff: str | None
    channel: str | None
    state: DeliveryState | None


class Routines(Queries):
    """The part of the store that keeps routines and gaps.

    A routine is claimed like a prompt: whoever was down does it when they are back, and only one at a time.
    """

    def add_routine(self, name: str, *, next_at: Moment) -> bool:
        """Let something be done from a moment on; one that is there stays as it is."""
        return self._run(sql.ADD_ROUTINE, name=name, next_at=next_at, result="{}") == 1

    def routines(self) -> list[RoutineRow]:
        """Return what is done again and again, by name."""
        return [_routine(found) for found in self._all(sql.ROUTINES)]

    def claim_routines(
        self, *, now: Moment, worker: str, lease: int, limit: int, last: str = "", kind: str = ""
    ) -> list[RoutineRow]:
        """Take what has come due, earliest first; after `lease` microseconds others may take it.

        The one that is named `last` comes after all others; with a `kind`, no other kind is taken.
        """
        due = self._all(sql.ROUTINES_DUE, now=now, limit=limit, last=last, kind=kind)
        found = [_routine(each) for each in due]
        until = now + lease
        for each in found:
            self._run(sql.CLAIM_ROUTINE, name=each.name, worker=worker, claimed_until=until, now=now)
        return [
            structs.replace(each, claimed_by=worker, claimed_until=until, last_began_at=now) for each in found
        ]

    def take_routine(self, name: str, *, worker: str, now: Moment, until: Moment) -> None:
        """Keep one for a worker, whoever had it."""
        self._run(sql.CLAIM_ROUTINE, name=name, worker=worker, claimed_until=until, now=now)

    def renew_routine(self, name: str, *, worker: str, until: Moment) -> bool:
        """Keep what takes long for who is at it; false when another took it meanwhile."""
        return self._run(sql.RENEW_ROUTINE, name=name, worker=worker, claimed_until=until) == 1

    def release_routine(self, name: str, *, worker: str) -> bool:
        """Leave what was begun to others, at once."""
        return self._run(sql.RELEASE_ROUTINE, name=name, worker=worker) == 1

    def end_routine(self, name: str, *, worker: str, at: Moment, next_at: Moment, result: str) -> bool:
        """Say what came of it and when it is next; false when another took it meanwhile."""
        return (
            self._run(sql.END_ROUTINE, name=name, worker=worker, at=at, next_at=next_at, result=result) == 1
        )

    def move_routine(self, name: str, *, next_at: Moment) -> bool:
        """Let something be done at another moment than planned."""
        return self._run(sql.MOVE_ROUTINE, name=name, next_at=next_at) == 1

    def remove_routine(self, name: str) -> bool:
        return self._run(sql.REMOVE_ROUTINE, name=name) == 1

    def free_routines(self, *, beyond: Moment) -> int:
        """Let go of what a clock that was far ahead claimed; say how many."""
        return self._run(sql.FREE_ROUTINES, beyond=beyond)

    def add_gap(self, row: GapRow) -> int:
        """Store a gap and return its number."""
        columns = structs.asdict(row)
        del columns["number"]
        self._run(sql.ADD_GAP, **columns)
        return int(self._value(sql.LAST_GAP))

    def gaps(self, limit: int) -> list[GapRow]:
        """Return the latest gaps, the last one first."""
        return [_gap(found) for found in self._all(sql.GAPS, limit=limit)]

    def gap(self, number: int) -> GapRow | None:
        """Return one gap, if it is there."""
        found = self._one(sql.GAP, number=number)
        return None if found is None else _gap(found)

    def fell_in(self, gap: GapRow) -> list[Fell]:
        """Return what was done about all that had its moment in a gap, once for each message about it."""
        # Nothing was counted of a clock that is not believed yet, or was set back.
        if gap.counts == "{}":
            return []
        rows = self._all(sql.FELL_IN_GAP, since=gap.since or 0, until=gap.until)
        return [Fell(*found) for found in rows]

    def count_gap(self, number: int, counts: str) -> None:
        """Say what fell in a gap, and what became of it."""
        self._run(sql.COUNT_GAP, number=number, counts=counts)


def _routine(found: Found) -> RoutineRow:
    return RoutineRow(**dict(zip(RoutineRow.__struct_fields__, found, strict=True)))


def _gap(found: Found) -> GapRow:
    return GapRow(**dict(zip(GapRow.__struct_fields__, found, strict=True)))
