"""What each name of a condition stands for in a standing: its value, since when, and by which entry."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from pathways.fact_values import shown_value
from pathways.lookup import lookup_of
from pathways.model import Pathway
from pathways.moments import Moment, day_of, shown
from pathways.scores import PREFIX, possible_points, undecided
from pathways.standing import Booking, Standing
from pathways.step import Step, as_cel, is_known
from pathways.terms import Condition


class Seen(Struct, frozen=True, kw_only=True):
    """What a name stands for. `entry` is the entry that made it so; 0 when unknown, or when time did.

    `passes_at` is when a milestone passes, once its fact is known; `lacks` are the facts to record for an
    unknown name to be known.
    """

    name: str
    known: bool
    shown: str = "unknown"
    since: Moment | None = None
    only_day: bool = False
    entry: int = 0
    passes_at: Moment | None = None
    lacks: tuple[str, ...] = ()


class Sight:
    """A standing at a moment, read the way conditions read it."""

    def __init__(
        self, pathway: Pathway, standing: Standing, at: Moment, booking: Booking | None = None
    ) -> None:
        self.lookup = lookup_of(pathway)
        self.standing = standing
        self.at = at
        self.booking = booking
        self._step = Step(self.lookup, standing, at, ())

    def judge(self, condition: Condition) -> bool | None:
        """Say whether a condition is met, of a rule or a guard; `at` is then the day somebody asks for."""
        if "at" in condition.names:
            today = {"at": as_cel(day_of(self.at, self.standing.zone))}
            return self.lookup.judge.judge(condition, self.lookup.judge.view(self._step.values() | today))
        return self._step.judge(condition, self.booking)

    def totals(self, score: str) -> tuple[int, ...]:
        """List the totals that a score may have, lowest first."""
        return self.lookup.judge.totals(score, self._step.view())

    def lacking(self, names: Iterable[str]) -> list[str]:
        """Name the facts that must be recorded for some names to be known."""
        return list(dict.fromkeys(fact for name in names for fact in self.one(name).lacks))

    def known(self, fact: str) -> bool:
        """Say whether a fact is recorded, or one of its bookings live."""
        return is_known(self.lookup, self.standing.facts, self.standing.bookings, fact)

    def all(self, names: Iterable[str]) -> tuple[Seen, ...]:
        """Return what some names stand for."""
        return tuple(self.one(name) for name in names)

    def one(self, name: str) -> Seen:
        """Return what one name stands for."""
        if name == "this" and self.booking:
            return self._booking(name, self.booking)
        if name == "at":
            return Seen(name=name, known=True, shown=str(day_of(self.at, self.standing.zone)))
        if name.startswith("passed."):
            return self._milestone(name)
        if name.startswith(PREFIX):
            return self._score(name)
        if name.startswith("known."):
            fact = self.fact(name.removeprefix("known."))
            return Seen(name=name, known=True, shown="yes" if fact.known else "no", entry=fact.entry)
        return self.track(name) if name in self.lookup.tracks else self.fact(name)

    def track(self, track: str) -> Seen:
        """Return the state of a track, and the first entry of the chain that moved it there."""
        state = self.standing.tracks.get(track)
        if state is None:  # before the enrolment
            return Seen(name=track, known=False)
        entry = state.visits[state.state].entry
        return Seen(name=track, known=True, shown=state.state, since=state.entered_at, entry=entry)

    def fact(self, name: str) -> Seen:
        """Return a fact, or the days of its live bookings."""
        known = self.standing.facts.get(name)
        if known is None:
            return self._bookings(name)
        return Seen(
            name=name,
            known=True,
            shown=shown_value(known.value, self.lookup.facts.get(name)),
            since=known.since,
            only_day=known.only_day,
            entry=known.last,
        )

    def _bookings(self, name: str) -> Seen:
        live = [each for each in self.standing.bookings.get(name, {}).values() if not each.ended]
        if not live:
            return Seen(name=name, known=False, lacks=(name,))
        latest = max(live, key=lambda each: each.since)
        days = ", ".join(str(each.on) for each in live)
        return Seen(name=name, known=True, shown=days, since=latest.since, entry=latest.entry)

    def _booking(self, name: str, booking: Booking) -> Seen:
        return Seen(name=name, known=True, shown=str(booking.on), since=booking.since, entry=booking.entry)

    def _milestone(self, name: str) -> Seen:
        stem = name.removeprefix("passed.")
        passes_at = self.standing.passes.get(stem)
        if passes_at is None:
            return Seen(name=name, known=False, lacks=(self.lookup.milestones[stem].fact,))
        when = shown(passes_at, self.standing.zone)
        said = f"yes, since {when}" if passes_at <= self.at else f"no, not before {when}"
        entry = self.fact(self.lookup.milestones[stem].fact).entry
        return Seen(name=name, known=True, shown=said, entry=entry, passes_at=passes_at)

    def _score(self, name: str) -> Seen:
        score = name.removeprefix(PREFIX)
        totals = self.totals(score)
        if len(totals) == 1:
            return Seen(name=name, known=True, shown=str(totals[0]))
        lacks = tuple(dict.fromkeys(self._lacking(score)))
        return Seen(name=name, known=False, shown=f"{totals[0]} to {totals[-1]}", lacks=lacks)

    def _lacking(self, score: str) -> Iterator[str]:
        for item in self.lookup.scores[score].items:
            open_cases = undecided(item, self.judge) if len(possible_points(item, self.judge)) > 1 else []
            for case in open_cases:
                yield from self.lacking(case.when.names)
