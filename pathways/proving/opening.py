"""When a prompt can be open and a banner shown, as demands on a single combination (rules.md, 3 and 10).

A patient can come into any combination from any other in which no more is known, in one moment: facts, events
and overrides can all be recorded then. So what a rule remembers of its past (that it goes on while its `when`
is unknown) is a demand too: that it was wanted in some combination in which no more was known.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from pathways.lookup import Lookup
from pathways.model import Rule
from pathways.proving.cuts import TODAY
from pathways.proving.days import Combination, has_come
from pathways.proving.search import Demand, Search
from pathways.proving.spaces import Slice, booking_of, turn_of
from pathways.proving.splitting import Splitter
from pathways.proving.tables import Tables, today_in
from pathways.proving.ways import Ways
from pathways.terms import Condition

_MOST_SEEDS = 50_000


class Seed(Struct, frozen=True):
    """Where a rule was wanted before: a combination, its states and what of it stays known."""

    at: Combination
    states: tuple[tuple[str, str], ...]
    known: frozenset[str]


class Opening:
    """Knows the demands for the prompts and banners of one pathway."""

    def __init__(self, tables: Tables, *, exact: bool = False) -> None:
        self.tables = tables
        self.exact = exact
        self.lookup: Lookup = tables.lookup
        self.ways = Ways(self.lookup)
        self.splitter = Splitter(self.lookup)
        self._seeds: dict[tuple[object, ...], list[Seed] | None] = {}
        self._exactly: Opening | None = None

    def exactly(self) -> "Opening":
        """Return the same without any names put together: slower, and it leaves no doubt."""
        if self._exactly is None:
            self._exactly = self if self.exact else Opening(self.tables, exact=True)
            self._exactly.splitter = self.splitter
        return self._exactly

    def slice(self, *rules: Rule) -> Slice:
        """Begin a slice with some rules."""
        found = Slice(self.tables)
        for rule in rules:
            found.rule(rule)
        return found

    def open(self, rule: Rule) -> list[list[Demand]]:
        """List the ways in which a prompt can be there: wanted now, or wanted before and unsure now."""
        there = [*self.not_done(rule), *self._opened(rule)]
        sure = [*self.wanted(rule), *there]
        if rule.when is None:
            return [sure]
        return [sure, [*self.staying(rule), *self.lingering(rule), *there]]

    def _opened(self, rule: Rule) -> list[Demand]:
        """Demand that the day has come on which a prompt counted from another day opens."""
        counted = turn_of(rule, self.lookup)
        # What repeats is counted from the act before it; hours pass between one noon and the next.
        if counted is None or rule.every or any(each.exact for each in counted[1].after):
            return []
        fact, turn = counted

        def holds(at: Combination) -> bool:
            on = at.get(fact)
            return not isinstance(on, date) or has_come(turn, on, today_in(at))

        return [Demand((fact, TODAY), holds)]

    def wanted(self, rule: Rule) -> list[Demand]:
        """List what makes a rule wanted: `while` holds, its booking is live, `when` is met."""
        return [*self.staying(rule), *self.met(rule.when, booking_of(rule))]

    def shown(self, condition: Condition) -> list[list[Demand]]:
        """List the ways in which a banner can be shown: its condition is met, or was and is unknown now."""
        return [self.met(condition), self._lingering(condition, "", {})]

    def staying(self, rule: Rule) -> list[Demand]:
        """List the demands of `while`, and that the booking is live."""
        booking = booking_of(rule)
        return [
            *(in_states(track, states) for track, states in rule.during),
            *([Demand((booking,), lambda at: at.get(booking) is not None)] if booking else ()),
        ]

    def met(self, condition: Condition | None, booking: str = "") -> list[Demand]:
        """Demand that a condition is met, each part of it by itself."""
        parts = self.splitter.all_of(condition) if condition else ()
        return [self._answers(part, booking, (True,)) for part in parts]

    def not_met(self, condition: Condition | None, booking: str = "") -> list[Demand]:
        """Demand that a condition is not met, or unknown: none of its parts is met."""
        parts = self.splitter.any_of(condition) if condition else ()
        return [self._answers(part, booking, (False, None)) for part in parts]

    def _answers(self, condition: Condition, booking: str, wanted: tuple[bool | None, ...]) -> Demand:
        return Demand(
            self.tables.names(condition, booking),
            lambda at: self.tables.answer(condition, at, booking) in wanted,
        )

    def not_done(self, rule: Rule) -> list[Demand]:
        """Demand that the act is not on record. What must be recorded anew can always still be missing."""
        if rule.needs_new or not rule.has_act:
            return []
        names = (*self.tables.names(rule.done_when, booking_of(rule)), *rule.needs)
        return [Demand(names, lambda at: not self.done(rule, at))]

    def done(self, rule: Rule, at: Combination) -> bool:
        """Say whether the act of a rule without `needs_new` is on record in a combination."""
        known = all(at.get(fact) is not None for fact in rule.needs)
        return known and self.tables.answer(rule.done_when, at, booking_of(rule)) is True

    def lingering(self, rule: Rule) -> list[Demand]:
        """Demand that `when` is unknown and that the rule can have been wanted before."""
        assert rule.when  # noqa: S101  # what has no condition is never unknown
        return self._lingering(rule.when, booking_of(rule), dict(rule.during))

    def seeds(
        self, condition: Condition, booking: str, during: Mapping[str, tuple[str, ...]]
    ) -> list[Seed] | None:
        """List the least that is known where a condition is met; None when there are too many to look at."""
        key = (condition.compiled, booking, tuple(during.items()))
        if key not in self._seeds:
            self._seeds[key] = self._least(condition, booking, during)
        return self._seeds[key]

    def _lingering(
        self, condition: Condition, booking: str, during: Mapping[str, tuple[str, ...]]
    ) -> list[Demand]:
        names = self.tables.names(condition, booking)

        def holds(at: Combination) -> bool:
            seeds = self.seeds(condition, booking, during)
            return seeds is None or any(self.leads(seed, at) for seed in seeds)

        return [
            *(self._answers(part, booking, (True, None)) for part in self.splitter.all_of(condition)),
            self._answers(condition, booking, (None,)),
            Demand((*names, *(track for track in during if track not in names)), holds),
        ]

    def leads(self, seed: Seed, at: Combination) -> bool:
        """Say whether a patient can come from a seed into a combination.

        By an entry that does not fit, a track can come from any state into any other.
        """
        return all(at.get(fact) is not None for fact in seed.known)

    def _least(
        self, condition: Condition, booking: str, during: Mapping[str, tuple[str, ...]]
    ) -> list[Seed] | None:
        space = Slice(self.tables).condition(condition, booking).tracks(during).space(exact=self.exact)
        demands = [in_states(track, states) for track, states in during.items()]
        search = Search(space, [*demands, *self.met(condition, booking)])
        found = search.some(_MOST_SEEDS)
        if not search.looked.all or len(found) >= _MOST_SEEDS:
            return None
        # Of what is put together, one row stands for many: then it says nothing about what was known.
        unsaid = set() if self.exact else set(self.tables.behind_scores(condition))
        return list(self._smallest(found, unsaid))

    def _smallest(self, found: list[Combination], unsaid: set[str]) -> Iterator[Seed]:
        seeds: dict[tuple[tuple[str, str], ...], list[Seed]] = {}
        for at in found:
            states = tuple((name, str(at[name])) for name in self.lookup.tracks if name in at)
            kept = (name for name in at if self._is_kept(name) and name not in unsaid)
            known = frozenset(name for name in kept if at[name] is not None)
            there = seeds.setdefault(states, [])
            if not any(each.known <= known for each in there):
                there[:] = [each for each in there if not known <= each.known] + [Seed(at, states, known)]
        for sets in seeds.values():
            yield from sets

    def _is_kept(self, name: str) -> bool:
        """Say whether a name stays known once it is: a fact does, a booking ends."""
        return name in self.lookup.facts and not self.lookup.facts[name].many


def in_states(track: str, states: tuple[str, ...]) -> Demand:
    """Demand that a track is in one of some states."""
    return Demand((track,), lambda at: at[track] in states)


def not_in_states(track: str, states: tuple[str, ...]) -> Demand:
    """Demand that a track is in none of some states."""
    return Demand((track,), lambda at: at[track] not in states)


def is_known(fact: str) -> Demand:
    """Demand that a fact is known."""
    return Demand((fact,), lambda at: at.get(fact) is not None)
