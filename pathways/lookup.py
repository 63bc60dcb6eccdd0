"""Tables made once per pathway version, so that a step looks only at what an entry can have changed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from msgspec import Struct

from pathways import built_in
from pathways.conditions import Judge, judge_of
from pathways.machine import Machines
from pathways.model import Banner, Fact, Milestone, Pathway, Rule, Source, Track, Transition
from pathways.scores import PREFIX, Score, every_total, expanded, names_behind
from pathways.terms import Condition

KEPT = 64
_Named = TypeVar("_Named", Rule, Banner)


class Stay(Struct, frozen=True):
    """The states of one track that some rule's `while` names."""

    track: str
    states: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name under which a standing remembers it."""
        return f"{self.track}: {' '.join(self.states)}"


class Lookup:
    """What a pathway says, by name."""

    def __init__(self, pathway: Pathway) -> None:
        self.pathway = pathway
        self.judge: Judge = judge_of(pathway)
        self.machines: Machines = Machines(pathway)
        self.facts: dict[str, Fact] = {fact.name: fact for fact in pathway.facts}
        self.milestones: dict[str, Milestone] = {each.name: each for each in pathway.milestones}
        self.scores: dict[str, Score] = {each.name: each for each in pathway.scores}
        self.totals = {each.name: every_total(each) for each in pathway.scores}
        self._behind_scores = names_behind(pathway.scores)
        self.tracks: dict[str, Track] = {track.name: track for track in pathway.tracks}
        self.sources: dict[str, Source] = {each.id: each for each in (*pathway.sources, built_in.SOURCE)}
        self.rules: dict[str, Rule] = {rule.id: rule for rule in pathway.rules}
        self.rules |= {**built_in.RULES, pathway.otherwise.id: pathway.otherwise}
        self.events: dict[str, list[Transition]] = defaultdict(list)
        for track in pathway.tracks:
            for step in track.transitions:
                self.events[step.event].append(step)
        self._names: dict[str, frozenset[str]] = {}
        self._stays = _by_track(pathway.rules)
        self.rules_naming = _by_name(pathway.rules, self.rule_names)
        self.banners_naming = _by_name(pathway.banners, lambda banner: self._stems(banner.when))
        self.judged_names = frozenset(
            name for each in _conditions(pathway) for name in each.names if not name.startswith(PREFIX)
        )

    def stays_on(self, track: str) -> list[Stay]:
        """List the sets of states of a track that some `while` names."""
        return self._stays.get(track, [])

    def stays_of(self, rule: Rule) -> list[Stay]:
        """List the stays that a rule wants, one for each track of its `while`."""
        return [Stay(track, states) for track, states in rule.during]

    def names_of(self, rule: Rule) -> frozenset[str]:
        """Return what `rule_names` yields, found once for each rule."""
        found = self._names.get(rule.id)
        if found is None:
            found = self._names[rule.id] = frozenset(self.rule_names(rule))
        return found

    def rule_names(self, rule: Rule) -> Iterator[str]:
        """Yield the names whose change can change what follows from a rule."""
        for condition in (rule.when, rule.done_when):
            if condition:
                yield from self._stems(condition)
        yield from (track for track, _ in rule.during)
        yield from (*rule.needs, *rule.needs_new)
        count = rule.counted_from
        if count.kind == "milestone":
            yield self.milestones[count.name].fact
        elif count.name:
            yield count.name

    def names_behind(self, condition: Condition) -> list[str]:
        """List the names that a condition depends on, those that its scores look at among them."""
        return expanded(condition.names, self._behind_scores)

    def _stems(self, condition: Condition) -> Iterator[str]:
        """Yield what a condition depends on; `known.x` changes with `x`, a score with all it looks at."""
        return (name.removeprefix("known.") for name in self.names_behind(condition))


_lookups: dict[str, Lookup] = {}


def lookup_of(pathway: Pathway) -> Lookup:
    """Return the tables of a pathway, made once per digest and kept for the last few."""
    found = _lookups.get(pathway.digest)
    if found is None:
        if len(_lookups) >= KEPT:
            _lookups.pop(next(iter(_lookups)))
        found = _lookups[pathway.digest] = Lookup(pathway)
    return found


def _by_name(things: Iterable[_Named], names: Callable[[_Named], Iterable[str]]) -> dict[str, list[_Named]]:
    table: dict[str, list[_Named]] = defaultdict(list)
    for thing in things:
        for name in dict.fromkeys(names(thing)):
            table[name].append(thing)
    return dict(table)


def _by_track(rules: Iterable[Rule]) -> dict[str, list[Stay]]:
    table: dict[str, list[Stay]] = defaultdict(list)
    for track, states in dict.fromkeys(part for rule in rules for part in rule.during):
        table[track].append(Stay(track, states))
    return dict(table)


def _conditions(pathway: Pathway) -> Iterator[Condition]:
    for rule in pathway.rules:
        yield from (each for each in (rule.when, rule.done_when) if each)
    yield from (banner.when for banner in pathway.banners)
    for score in pathway.scores:
        yield from score.conditions
    for track in pathway.tracks:
        for step in track.transitions:
            yield from (should.that for should in step.should)
