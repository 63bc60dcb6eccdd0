"""Checks of names: each is taken once, and everything that is named exists."""

from collections.abc import Iterator

from pathways.condition_names import RESERVED
from pathways.findings import Finding, Where
from pathways.model import BUILT_IN, Pathway, Track
from pathways.problems import near

TAKEN = RESERVED | {"met", "entered", "recorded", "because", "score"}
"""What no fact, track, milestone or score can be called: it means something else where they are named."""


def name_findings(pathway: Pathway) -> Iterator[Finding]:
    """Yield the names that are taken twice, and those that name nothing."""
    yield from _names(pathway)
    yield from _ids(pathway)
    yield from _sources(pathway)
    for track in pathway.tracks:
        yield from _states(track)
    yield from _whiles(pathway)
    yield from _quiet(pathway)


def _names(pathway: Pathway) -> Iterator[Finding]:
    """Facts, milestones, scores and tracks share one namespace, as conditions name them all."""
    seen: dict[str, tuple[str, Where]] = {}
    named = [
        *(("facts", "a fact", fact.name) for fact in pathway.facts),
        *(("milestones", "a milestone", milestone.name) for milestone in pathway.milestones),
        *(("scores", "a score", score.name) for score in pathway.scores),
        *(("tracks", "a track", track.name) for track in pathway.tracks),
    ]
    for section, called, name in named:
        where: Where = (section, name)
        if name in TAKEN:
            yield Finding(where, f"`{name}` is a reserved word", "choose another name", of_key=True)
        if name in seen:
            what, first = f"`{name}` is {seen[name][0]} already", seen[name][1]
            yield Finding(where, what, "choose another name", of_key=True, first=first)
        seen[name] = called, where


def _ids(pathway: Pathway) -> Iterator[Finding]:
    """Prompts and banners share one namespace: people ask `why` of either by its id."""
    seen: dict[str, Where] = {}
    ids = [
        *((("prompts", at, "id"), rule.id) for at, rule in enumerate(pathway.rules)),
        *((("banners", at, "id"), banner.id) for at, banner in enumerate(pathway.banners)),
    ]
    for where, found in ids:
        if found in seen:
            what = f"`{found}` is the id of another prompt or banner"
            yield Finding(where, what, "choose another id", first=seen[found])
        if found in BUILT_IN:
            yield Finding(where, f"every pathway has a prompt `{found}` already", "choose another id")
        seen.setdefault(found, where)


def _sources(pathway: Pathway) -> Iterator[Finding]:
    known = {source.id for source in pathway.sources}
    for where, cited in _citations(pathway):
        for at, source in enumerate(cited):
            if source not in known:
                instead = near(source, known) or "list it under `sources`"
                yield Finding((*where, "source", at), f"`{source}` is not a source of this pathway", instead)


def _citations(pathway: Pathway) -> Iterator[tuple[Where, tuple[str, ...]]]:
    yield from ((("prompts", at), rule.source) for at, rule in enumerate(pathway.rules))
    yield from ((("banners", at), banner.source) for at, banner in enumerate(pathway.banners))
    yield ("otherwise",), pathway.otherwise.source
    yield from ((("disputed", at), claim.source) for at, claim in enumerate(pathway.disputed))
    yield from ((("scores", score.name), score.source) for score in pathway.scores)
    for track in pathway.tracks:
        for at, transition in enumerate(track.transitions):
            where: Where = ("tracks", track.name, "transitions", at)
            yield from (((*where, "should", nth), each.source) for nth, each in enumerate(transition.should))


def _states(track: Track) -> Iterator[Finding]:
    states = [state.name for state in track.states]
    where: Where = ("tracks", track.name)
    named = [((*where, "start"), track.start)]
    for at, transition in enumerate(track.transitions):
        there = (*where, "transitions", at)
        named += [((*there, "from", nth), source) for nth, source in enumerate(transition.sources)]
        named.append(((*there, "to"), transition.to))
    for place, state in named:
        if state not in states:
            what = f"`{state}` is not a state of the track `{track.name}`"
            yield Finding(place, what, near(state, states), rests_on=(place, (*where, "states")))


def _whiles(pathway: Pathway) -> Iterator[Finding]:
    tracks = {track.name: [state.name for state in track.states] for track in pathway.tracks}
    for at, rule in enumerate(pathway.rules):
        for track, states in rule.during:
            where = ("prompts", at, "while", track)
            if track not in tracks:
                yield Finding(
                    where, f"`{track}` is not a track of this pathway", near(track, tracks), of_key=True
                )
                continue
            for nth, state in enumerate(states):
                if state not in tracks[track]:
                    what = f"`{state}` is not a state of the track `{track}`"
                    rests_on = ((*where, nth), ("tracks", track, "states"))
                    yield Finding((*where, nth), what, near(state, tracks[track]), rests_on=rests_on)


def _quiet(pathway: Pathway) -> Iterator[Finding]:
    facts = [fact.name for fact in pathway.facts]
    for at, rule in enumerate(pathway.rules):
        for nth, quiet in enumerate(rule.unknown):
            if quiet.fact not in facts:
                where = ("prompts", at, "unknown", nth, quiet.fact)
                what = f"`{quiet.fact}` is not a fact of this pathway"
                yield Finding(where, what, near(quiet.fact, facts), of_key=True)
