"""Where in a pathway a fact is asked for, or must be known because no way there is without it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import product
from math import prod
from typing import TypeAlias

from pathways.condition_names import RESERVED
from pathways.conditions import Judge
from pathways.covering import covers, effort
from pathways.model import Pathway, Rule, Track
from pathways.scores import PREFIX, expanded, names_behind, scores_in
from pathways.terms import Condition

Cell: TypeAlias = Mapping[str, str]
"""One state for each of the tracks that matter."""

MOST_STEPS = 300_000
"""Looks at a prompt in a cell, after which the check gives up: some seconds."""

MOST_CELLS = 1_000
"""Where more tracks than this matter at once, a prompt that asks counts only if it covers whole tracks."""


class TooInvolved(Exception):
    """Too many prompts speak of too many facts in too many states for anybody to follow."""


class Asking:
    """Knows, cell by cell, which facts are known or asked for."""

    def __init__(self, pathway: Pathway) -> None:
        self._pathway = pathway
        self._judge = Judge(pathway)
        self._since = {milestone.name: milestone.fact for milestone in pathway.milestones}
        self._behind = names_behind(pathway.scores)
        self._states = {track.name: [state.name for state in track.states] for track in pathway.tracks}
        taken = RESERVED | self._states.keys()  # told elsewhere, and then no fact to a condition
        self._single = {fact.name for fact in pathway.facts if not fact.many} - taken
        self._known = {track.name: known_in(track, self._single) for track in pathway.tracks}
        self._answers: dict[tuple[object, ...], bool | None] = {}
        self._waits: dict[bytes, set[str]] = {}
        self._steps = 0

    def silencing(self, rule: Rule) -> dict[str, str]:
        """Return the facts that keep a prompt silent while they are unknown, with the key that names each."""
        return {
            fact: "counted_from" for fact in [self._counted(rule)] if fact in self._single
        } | dict.fromkeys(self._named(rule), "when")

    def silent_in(self, rule: Rule, fact: str) -> Cell | None:
        """Return a cell in which a prompt may be silent for a fact that no other prompt asks for there."""
        askers = [each for each in self._chain(fact) if each is not rule]
        for cell in self._cells(rule, askers):
            self._take(1 + len(askers))
            if self._waits_for(rule, fact, cell) and fact not in self._covered(askers, cell):
                return cell
        return None

    def _waits_for(self, rule: Rule, fact: str, cell: Cell) -> bool:
        """Say whether a prompt may be wanted in a cell, and then want the value of a fact."""
        if self._answer(rule.when, cell) is False:
            return False
        return fact == self._counted(rule) or self._answer(rule.when, cell, unknown=fact) is not True

    def _counted(self, rule: Rule) -> str:
        """Return the name that a prompt is counted from, of a milestone its fact."""
        count = rule.counted_from
        return self._since.get(count.name, "") if count.kind == "milestone" else count.name

    def score_of(self, rule: Rule, fact: str) -> str:
        """Return the score through which alone the condition of a prompt wants a fact; empty if none."""
        named = rule.when.names if rule.when else ()
        if fact in self._facts_in(name for name in named if not name.startswith(PREFIX)):
            return ""
        scores = scores_in(named)
        return next((score for score in scores if fact in self._facts_in(self._behind[score])), "")

    def _take(self, steps: int) -> None:
        """Count what has been looked at; raises `TooInvolved` when it was too much."""
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise TooInvolved

    def _named(self, rule: Rule) -> set[str]:
        """Return the facts of which the condition of a prompt wants the value, to be met.

        Those of its milestones and scores are among them, those whose being unknown it covers are not.
        """
        if not rule.when or not rule.when.compiled:
            return set()
        if rule.when.compiled not in self._waits:
            facts = self._facts_in(self._names(rule))
            self._take(len(facts) * (1 + effort(rule.when) // 10))
            self._waits[rule.when.compiled] = {
                fact for fact in facts if not covers(rule.when, fact, self._telling(rule.when, fact))
            }
        return self._waits[rule.when.compiled]

    def _names(self, rule: Rule) -> list[str]:
        return expanded(rule.when.names, self._behind) if rule.when else []

    def _facts_in(self, names: Iterable[str]) -> set[str]:
        return self._single & {self._since.get(name.removeprefix("passed."), name) for name in names}

    def _telling(self, condition: Condition, fact: str) -> list[str]:
        """List the names in a condition that may be unknown because a fact is."""
        return [name for name in condition.names if fact in self._facts_in(expanded([name], self._behind))]

    def _chain(self, fact: str) -> list[Rule]:
        """Return the prompts that ask for a fact, or for a fact in the condition of one of these."""
        found: list[Rule] = []
        waiting, seen = [fact], {fact}
        while waiting:
            wanted = waiting.pop()
            self._take(len(self._pathway.rules))
            asking = [rule for rule in self._pathway.rules if wanted in (*rule.needs, *rule.needs_new)]
            found += [rule for rule in asking if rule not in found and rule.counted_from.kind != "booking"]
            new = {name for rule in asking for name in self._named(rule)} - seen
            seen |= new
            waiting += sorted(new)
        return found

    def _cells(self, rule: Rule, askers: Iterable[Rule]) -> Iterator[Cell]:
        """Yield the cells that a prompt is over, by as many of the tracks that matter as can be."""
        # A state or a track that is not there is told elsewhere, and nobody is ever in it.
        over = {
            track: [each for each in states if each in self._states.get(track, ())]
            for track, states in rule.during
        }
        mine = {*over, *self._tracks_named(rule)}
        every = mine.union(*({*dict(each.during), *self._tracks_named(each)} for each in askers))
        for tracks in (sorted(every), sorted(mine), sorted(over), []):
            states = [over.get(track, self._states.get(track, [])) for track in tracks]
            if prod(map(len, states)) <= MOST_CELLS:
                yield from (dict(zip(tracks, cell, strict=True)) for cell in product(*states))
                return

    def _tracks_named(self, rule: Rule) -> set[str]:
        return self._states.keys() & set(self._names(rule))

    def _covered(self, askers: Iterable[Rule], cell: Cell) -> set[str]:
        """Return the facts that are known or asked for in a cell.

        Grown from what is known, so that two prompts that wait for each other's fact cover neither.
        """
        covered = {
            fact for track, state in cell.items() for fact in self._known.get(track, {}).get(state, ())
        }
        waiting = [each for each in askers if self._over(each, cell)]
        while True:
            able = [each for each in waiting if self._named(each) <= covered]
            new = {fact for each in able for fact in self._asks(each, cell)} - covered
            if not new:
                return covered
            covered |= new

    def _over(self, rule: Rule, cell: Cell) -> bool:
        """Say whether a prompt is over a whole cell: all states of a track that the cell leaves open."""
        return self._tracks_named(rule) <= cell.keys() and all(
            cell[track] in states if track in cell else set(states) >= set(self._states.get(track, ()))
            for track, states in rule.during
        )

    def _asks(self, rule: Rule, cell: Cell) -> Iterator[str]:
        """Yield the facts that a prompt asks for in a cell as long as they are unknown."""
        self._take(len(rule.needs) + len(rule.needs_new))
        for fact in (*rule.needs, *rule.needs_new):
            if self._answer(rule.when, cell, unknown=fact) is not False:
                yield fact

    def _answer(self, condition: Condition | None, cell: Cell, unknown: str = "") -> bool | None:
        """Judge a condition by what a cell says and nothing else, but that one fact is unknown."""
        if not condition or not condition.compiled:
            return True
        names = expanded(condition.names, self._behind)
        states = {track: state for track, state in cell.items() if track in names}
        key = (condition.compiled, unknown, *states.items())
        if key not in self._answers:
            view = self._judge.view({**states, f"known.{unknown}": False})
            self._answers[key] = self._judge.judge(condition, view)
        return self._answers[key]


def known_in(track: Track, facts: Collection[str]) -> dict[str, set[str]]:
    """Return, for each state of a track, the facts that no patient can have come there without."""
    known = {state.name: set(facts) for state in track.states}
    known[track.start] = set()
    arrivals = [(transition, source) for transition in track.transitions for source in transition.sources]
    settled = False
    while not settled:
        settled = True
        for transition, source in arrivals:
            brought = known.get(source, set()) | {*transition.needs, *transition.needs_new}
            if transition.to in known and not known[transition.to] <= brought:
                known[transition.to] &= brought
                settled = False
    return known
