"""Checks of tracks: what could lose a patient between two states is refused before any patient is there."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from pathways.findings import Finding, Where
from pathways.model import Pathway, Track, Transition


def track_findings(pathway: Pathway) -> Iterator[Finding]:
    """Yield what is wrong with how the tracks of a pathway hang together."""
    if not pathway.tracks:
        yield Finding(("tracks",), "a pathway needs a track", "add one, with the states a patient can be in")
    for track in pathway.tracks:
        yield from _targets(track)
        yield from _lost(track)
    yield from _shared_events(pathway)
    yield from _unwatched(pathway)


def _targets(track: Track) -> Iterator[Finding]:
    """One event, one target: what depends on facts is asked by prompts, not branched on in silence."""
    seen: dict[tuple[str, str], Where] = {}
    for at, transition in enumerate(track.transitions):
        for nth, source in enumerate(transition.sources):
            where = ("tracks", track.name, "transitions", at, "from", nth)
            first = seen.setdefault((transition.event, source), where)
            if first is not where:
                what = f"`{transition.event}` leads on from `{source}` already"
                yield Finding(where, what, "give this transition an event of its own", first=first)


def _shared_events(pathway: Pathway) -> Iterator[Finding]:
    owners: dict[str, Where] = {}
    for track in pathway.tracks:
        for at, transition in enumerate(track.transitions):
            where = ("tracks", track.name, "transitions", at, "event")
            first = owners.setdefault(transition.event, where)
            if first[1] != track.name:
                what = f"`{transition.event}` is an event of the track `{first[1]}` already"
                yield Finding(where, what, "choose another name for one of them", first=first)


def _lost(track: Track) -> Iterator[Finding]:
    """Find the states that no patient can reach, and those from which no patient can get out."""
    arrows = list(_arrows(track.transitions))
    onward, back = _leading(arrows), _leading((target, source) for source, target in arrows)
    ends = [state.name for state in track.states if state.end]
    reached, leading_out = _reach([track.start], onward), _reach(ends, back)
    rests_on = _graph(track)
    for state in track.states:
        where: Where = ("tracks", track.name, "states", state.name)
        if state.name not in reached:
            what = f"the state `{state.name}` cannot be reached from `{track.start}`"
            yield Finding(where, what, "add a transition to it, or remove it", of_key=True, rests_on=rests_on)
        if not state.end and not onward.get(state.name):
            what = f"no transition leads out of the state `{state.name}`"
            yield Finding(where, what, "add one, or say `end: true`", of_key=True, rests_on=rests_on)
        elif state.name not in leading_out:
            what = f"no `end` state can be reached from the state `{state.name}`"
            instead = (
                "add a way to one" if ends else f"say `end: true` in a state of the track `{track.name}`"
            )
            yield Finding(where, what, instead, of_key=True, rests_on=rests_on)


def _graph(track: Track) -> tuple[Where, ...]:
    where: Where = ("tracks", track.name)
    transitions = range(len(track.transitions))
    arrows = ((*where, "transitions", at, key) for at in transitions for key in ("from", "to"))
    return ((*where, "start"), (*where, "states"), *arrows)


def _arrows(transitions: Iterable[Transition]) -> Iterator[tuple[str, str]]:
    for transition in transitions:
        yield from ((source, transition.to) for source in transition.sources if source != transition.to)


def _leading(arrows: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    leads_to: dict[str, set[str]] = {}
    for source, target in arrows:
        leads_to.setdefault(source, set()).add(target)
    return leads_to


def _reach(starts: Collection[str], onward: Mapping[str, Collection[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting.extend(onward.get(state, ()))
    return reached


def _unwatched(pathway: Pathway) -> Iterator[Finding]:
    """Find the states in which no prompt can ever open: a patient there would be forgotten."""
    watched = {(track, state) for rule in pathway.rules for track, states in rule.during for state in states}
    whiles = tuple(("prompts", at, "while") for at in range(len(pathway.rules)))
    for track in pathway.tracks:
        for state in track.states:
            if not state.end and (track.name, state.name) not in watched:
                where = ("tracks", track.name, "states", state.name)
                what = f"no prompt has the state `{state.name}` in its `while`, so nothing is asked there"
                instead = f"add a prompt with `while: {{{track.name}: {state.name}}}`"
                yield Finding(where, what, instead, of_key=True, rests_on=(where, *whiles))
