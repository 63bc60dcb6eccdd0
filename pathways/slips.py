"""A pathway as it was probably meant: misspelt names replaced by those that they resemble.

The checks that look at a pathway as a whole look at this one, so that a slip is told once, as a slip, and
not again by everything that goes wrong because of it.
"""

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from pathways.model import Pathway, Quiet, Rule, Track, Transition
from pathways.problems import nearest


def mended(pathway: Pathway) -> Pathway:
    """Return the pathway with each name that names nothing replaced by the nearest that does."""
    facts = [fact.name for fact in pathway.facts]
    tracks = tuple(_track(track, facts) for track in pathway.tracks)
    states = {track.name: [state.name for state in track.states] for track in tracks}
    return replace(pathway, tracks=tracks, rules=tuple(_rule(rule, facts, states) for rule in pathway.rules))


def _track(track: Track, facts: Collection[str]) -> Track:
    states = [state.name for state in track.states]
    transitions = tuple(_transition(each, states, facts) for each in track.transitions)
    return replace(track, start=_meant(track.start, states), transitions=transitions)


def _transition(transition: Transition, states: Collection[str], facts: Collection[str]) -> Transition:
    return replace(
        transition,
        sources=_each(transition.sources, states),
        to=_meant(transition.to, states),
        needs=_each(transition.needs, facts),
        needs_new=_each(transition.needs_new, facts),
    )


def _rule(rule: Rule, facts: Collection[str], tracks: dict[str, list[str]]) -> Rule:
    during = ((_meant(track, tracks), states) for track, states in rule.during)
    return replace(
        rule,
        during=tuple((track, _each(states, tracks.get(track, states))) for track, states in during),
        needs=_each(rule.needs, facts),
        needs_new=_each(rule.needs_new, facts),
        unknown=tuple(Quiet(_meant(quiet.fact, facts), quiet.because) for quiet in rule.unknown),
    )


def _each(words: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    return tuple(_meant(word, known) for word in words)


def _meant(word: str, known: Collection[str]) -> str:
    return word if word in known else nearest(word, known) or word
