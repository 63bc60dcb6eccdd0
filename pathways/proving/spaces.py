"""A slice as a space: the names it depends on, each with one value for each piece between its cuts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import prod

from msgspec import Struct

from pathways.condition_names import vocabulary
from pathways.lookup import Lookup
from pathways.model import Fact, Rule
from pathways.moments import Length
from pathways.proving.adding import combined, private
from pathways.proving.cuts import EPOCH, TODAY, Cuts
from pathways.proving.days import THE_DAY, At, Turn, turning
from pathways.proving.merging import merged
from pathways.proving.numbers import pieces
from pathways.proving.regions import Regions
from pathways.proving.tables import Tables
from pathways.scores import expanded, scores_in
from pathways.terms import Condition

TODAYS = tuple(
    day
    for year in (2027, 2028)
    for month in range(1, 13)
    for day in (date(year, month, 1).toordinal(), date(year, month, 1).toordinal() - 1)
)
"""Days from which months are as long and as short as they can be, of a leap year and of another."""


class Variable(Struct, frozen=True):
    """Names whose values hang together, and all that they can be together; most often a single name."""

    names: tuple[str, ...]
    values: tuple[tuple[At, ...], ...]


class Space(Struct, frozen=True):
    """All combinations of a slice.

    `rough` says that its values are examples, not one for each piece; `added` that names behind a score were
    put together.
    """

    variables: tuple[Variable, ...]
    rough: bool = False
    added: bool = False

    @property
    def size(self) -> int:
        """The number of its combinations."""
        return prod(len(each.values) for each in self.variables)

    def values(self, name: str) -> list[At]:
        """List the values that a name can have."""
        return list(
            dict.fromkeys(
                row[each.names.index(name)]
                for each in self.variables
                if name in each.names
                for row in each.values
            )
        )


class Slice:
    """Collects what a property depends on, and makes the space of it."""

    def __init__(self, tables: Tables) -> None:
        lookup = self._lookup = tables.lookup
        self._tables = tables
        self._states = {track.name: [state.name for state in track.states] for track in lookup.pathway.tracks}
        self._cuts = Cuts(
            vocabulary(lookup.facts, self._states, lookup.milestones, dict.fromkeys(lookup.scores, ()))
        )
        self._conditions: dict[tuple[Condition, str], None] = {}
        self._valued: set[str] = set()
        self._known: set[str] = set()
        self._known_alone: set[str] = set()
        self._tracks: set[str] = set()
        self._turns: dict[str, set[Turn]] = {}
        self._too_many_days = False

    def condition(self, condition: Condition | None, booking: str = "") -> "Slice":
        """Take in a condition; `booking` is the fact that its `this` is a day of."""
        for part in self._tables.parts(condition) if condition else ():
            if (part, booking) not in self._conditions:
                self._conditions[part, booking] = None
                self._cuts.add(part, booking)
                for name in expanded(part.names, self._tables.behind):
                    self._name(name, booking)
        return self

    def rule(self, rule: Rule) -> "Slice":
        """Take in all that a rule depends on."""
        booking = booking_of(rule)
        self.condition(rule.when, booking).condition(rule.done_when, booking)
        self._tracks |= {track for track, _ in rule.during}
        self.known((*rule.needs, *rule.needs_new, *([booking] if booking else ())))
        self._count(rule)
        return self

    def known(self, facts: Iterable[str]) -> "Slice":
        """Take in whether some facts are known."""
        self._known |= set(facts)
        self._known_alone |= set(facts)
        return self

    def tracks(self, tracks: Iterable[str]) -> "Slice":
        """Take in the states of some tracks."""
        self._tracks |= set(tracks)
        return self

    def space(self, *, exact: bool = False) -> Space:
        """Return all combinations of what was taken in.

        Unless it is `exact`, names that only a score looks at come in one row for each way it can come out.
        """
        groups = self._groups()
        added = [] if exact else list(self._added())
        taken = {name for group in groups for name in group} | {name for each in added for name in each.names}
        facts = [
            name for name in self._lookup.facts if name in self._valued | self._known and name not in taken
        ]
        variables = [
            *(self._single(name, self._states[name]) for name in self._states if name in self._tracks),
            *(self._days(group) for group in groups),
            *added,
            *(self._single(name, self._values(self._lookup.facts[name])) for name in facts),
        ]
        rough = self._is_rough() or self._too_many_days
        return Space(tuple(variables), rough, added=bool(added))

    def _added(self) -> Iterator[Variable]:
        """Yield the names that only scores look at, put together."""
        facts = self._lookup.facts
        dated = {name for name, fact in facts.items() if fact.type == "date"}
        scores = dict.fromkeys(name for each, _ in self._conditions for name in scores_in(each.names))
        shared = {*self._known_alone, *self._states, *dated, TODAY}
        for group in private(self._tables, scores, (each for each, _ in self._conditions), shared):
            values = [tuple(self._values(facts[name])) for name in group.names]
            key = (group.names, tuple(values), tuple(score for score, _ in group.items))
            if key not in self._tables.rows:
                self._tables.rows[key] = combined(self._tables, group, values)
            rows = self._tables.rows[key]
            if rows is not None:
                yield Variable(group.names, tuple(rows))

    def _single(self, name: str, values: Sequence[At]) -> Variable:
        return Variable((name,), tuple((value,) for value in values))

    def _name(self, name: str, booking: str) -> None:
        prefix, _, stem = name.rpartition(".")
        if prefix == "known":
            self._known.add(stem)
        elif prefix == "passed":
            milestone = self._lookup.milestones[stem]
            self._turn(milestone.fact, Turn((milestone.after,), passes=True))
        elif name in ("at", "this"):
            self._valued.add(TODAY if name == "at" else booking)
        elif name in self._states:
            self._tracks.add(name)
        else:
            self._valued.add(name)

    def _count(self, rule: Rule) -> None:
        count = rule.counted_from
        if count.kind in ("fact", "recorded"):
            self.known([count.name])
        if count.kind == "milestone":
            self.known([self._lookup.milestones[count.name].fact])
        counted = turn_of(rule, self._lookup)
        if counted:
            self._turn(*counted)

    def _turn(self, fact: str, turn: Turn) -> None:
        self._valued.add(fact)
        self._turns.setdefault(fact, set()).add(turn)

    def _groups(self) -> list[frozenset[str]]:
        """Divide the names that have days into those that hang together, with today if a day is fixed."""
        facts = self._lookup.facts
        dated = {name for name in self._valued if name in facts and facts[name].type == "date"}
        links = [set(pair) - {EPOCH} for pair in self._cuts.days]
        if self._moving:
            dated.add(TODAY)
            links += [{TODAY, name} for name in self._turns]
            links += [
                {TODAY, *pair} - {EPOCH}
                for pair in self._cuts.days
                if pair[0] in (EPOCH, TODAY) or pair[1] in (EPOCH, TODAY)
            ]
        else:
            links = [link - {TODAY} for link in links]
        groups = [{name} for name in dated]
        for link in links:
            touched = [group for group in groups if group & link]
            groups = [group for group in groups if not group & link] + [set().union(link, *touched)]
        return sorted((frozenset(group) for group in groups if group), key=sorted)

    def _is_rough(self) -> bool:
        """Say whether an answer may hang on the calendar or the hour in a way that examples do not show."""
        linked = {name for pair in self._cuts.days for name in pair if TODAY not in pair}
        by_month = any(_by_month(each) for name in linked for each in self._lengths(name))
        by_hour = any(
            len(turns) > 1 and any(each.exact for each in self._lengths(name))
            for name, turns in self._turns.items()
        )
        return self._cuts.rough or by_month or by_hour or self._by_holidays()

    def _by_holidays(self) -> bool:
        """Say whether an answer may hang on how many days some working days are: examples have only weekends.

        Which of several working days have come is told by how many there were, in any calendar alike; not so
        when they are compared with other days, or counted on and then back.
        """
        compared = {name for pair in self._cuts.days for name in pair}
        for name, turns in self._turns.items():
            kinds = {each.unit == "working day" for each in self._lengths(name)}
            back = any(len({each.before for each in turn.after}) > 1 for turn in turns)
            if True in kinds and (self._fixed or name in compared or False in kinds or back):
                return True
        return False

    @property
    def _fixed(self) -> bool:
        return any(EPOCH in pair for pair in self._cuts.days)

    @property
    def _moving(self) -> bool:
        """Whether it matters which day today is: for a fixed day, or as months are longer and shorter."""
        kinds = ({_by_month(each) for each in self._lengths(name)} for name in self._turns)
        return self._fixed or any(len(each) > 1 for each in kinds)

    def _lengths(self, name: str) -> list[Length]:
        return [length for turn in self._turns.get(name, ()) for length in turn.after]

    def _days(self, group: frozenset[str]) -> Variable:
        names = tuple(sorted(group))
        facts = self._lookup.facts
        regions = Regions(
            names=names,
            thresholds=self._cuts.days,
            today=THE_DAY.toordinal(),
            todays=() if self._fixed else TODAYS,
            optional=frozenset(names) - {TODAY},
            past=frozenset(name for name in names if name in facts and facts[name].past),
            turns=self._turns_of,
        )
        found, complete = regions.all()
        self._too_many_days = self._too_many_days or not complete
        days = [
            tuple(date.fromordinal(each[name]) if name in each else None for name in names) for each in found
        ]
        return Variable(names, tuple(days))

    def _turns_of(self, name: str, today: int) -> Sequence[int]:
        turns = [turning(turn, today) for turn in sorted(self._turns.get(name, ()), key=str)]
        fact = self._lookup.facts.get(name)
        return [*turns, *([1] if fact and fact.past else ())]

    def _values(self, fact: Fact) -> list[At]:
        """List one value of a fact for each piece between its cuts, unknown first."""
        if fact.type == "date":
            return [None, THE_DAY]
        if fact.name not in self._valued:
            return [None, _any_value(fact)]
        if fact.type == "yes-no":
            return [None, True, False]
        if fact.type == "number":
            values: list[At] = [None, *pieces(fact, self._cuts.numbers, self._cuts.alike)]
        else:
            values = [None, *self._named(fact)]
        return merged(self._tables, self._conditions, fact.name, values, self._values_of_other)

    def _values_of_other(self, name: str) -> Sequence[At] | None:
        """Return the values of a name before any are merged; None where they hang together with others."""
        if name in self._states:
            return self._states[name]
        fact = self._lookup.facts.get(name)
        if fact is None or fact.type == "date":
            return None
        if fact.type == "number":
            return [None, *pieces(fact, self._cuts.numbers, self._cuts.alike)]
        return [None, True, False] if fact.type == "yes-no" else [None, *self._named(fact)]

    def _named(self, fact: Fact) -> list[str]:
        named = self._cuts.texts.get(fact.name, set())
        if fact.type == "choice":
            if fact.name in self._cuts.compared:
                return list(fact.of)
            other = next((value for value in fact.of if value not in named), None)
            return [value for value in fact.of if value in named or value == other]
        if fact.name in self._cuts.compared:
            named = named.union(*(self._cuts.texts.get(each, set()) for each in self._cuts.compared))
        others = ("another", "yet another")[: 1 + (fact.name in self._cuts.compared)]
        return [*sorted(named), *(f"{each} text" for each in others)]


def _by_month(length: Length) -> bool:
    return length.unit in ("month", "year")


def turn_of(rule: Rule, lookup: Lookup) -> tuple[str, Turn] | None:
    """Return the fact from which the opening of a rule is counted, and when that comes; None without one."""
    count = rule.counted_from
    if rule.opens is None or count.kind not in ("fact", "booking", "milestone"):
        return None
    if count.kind != "milestone":
        return count.name, Turn((rule.opens,))
    milestone = lookup.milestones[count.name]
    return milestone.fact, Turn((milestone.after, rule.opens))


def booking_of(rule: Rule) -> str:
    """Name the fact whose bookings a rule is counted from; empty when it is counted from none."""
    return rule.counted_from.name if rule.counted_from.kind == "booking" else ""


def _any_value(fact: Fact) -> At:
    if fact.type == "number":
        return pieces(fact, {}, [])[0]
    return fact.of[0] if fact.type == "choice" else fact.type == "yes-no" or "some text"
