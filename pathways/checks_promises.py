"""Checks of what a pathway promises and disputes, and of what must never be open together: the names."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from pathways.findings import Finding, Where
from pathways.model import Pathway, Rule, Weight
from pathways.problems import near
from pathways.promises import (
    Asked,
    Assurance,
    DueWithin,
    FreeOf,
    Leaves,
    Never,
    Open,
    Repeats,
    Shown,
    Unused,
    Warned,
)
from pathways.written import Wrong, identifier, name

SOUND = ("requirement", "read", "second-hand")
"""The weights of which a danger needs one."""


def promise_findings(pathway: Pathway) -> Iterator[Finding]:
    """Yield what is wrong with assurances, disputed claims, weak sources and prompts that exclude others."""
    yield from _twice("disputed", (claim.id for claim in pathway.disputed), "disputed claim")
    yield from _twice("assurances", (each.id for each in pathway.assurances), "assurance")
    yield from _named(pathway)
    weights = {source.id: source.weight for source in pathway.sources}
    prompts = [rule.id for rule in pathway.rules]
    for at, rule in enumerate(pathway.rules):
        yield from _weak(rule, ("prompts", at), weights)
        yield from _apart(rule, ("prompts", at), prompts)


def _twice(section: str, ids: Iterable[str], called: str) -> Iterator[Finding]:
    seen: dict[str, Where] = {}
    for at, found in enumerate(ids):
        where: Where = (section, at, "id")
        first = seen.setdefault(found, where)
        if first is not where:
            yield Finding(where, f"`{found}` is the id of another {called}", "choose another id", first=first)


def _named(pathway: Pathway) -> Iterator[Finding]:
    there = _there(pathway)
    for at, assurance in enumerate(pathway.assurances):
        where: Where = ("assurances", at)
        key, kind = _NAMES.get(type(assurance.claim), ("", ""))
        names = getattr(assurance.claim, key) if key else ()
        for nth, each in enumerate([names] if isinstance(names, str) else names):
            if each not in there[kind]:
                what = f"`{each}` is not {kind} of this pathway"
                yield Finding((*where, key, nth), what, near(each, there[kind]))
        yield from _shape(assurance, where, pathway)


def _there(pathway: Pathway) -> dict[str, Collection[str]]:
    """Return the names of what a pathway has, by what each is."""
    prompts = [*(rule.id for rule in pathway.rules), pathway.otherwise.id]
    banners = [banner.id for banner in pathway.banners]
    return {
        "a prompt": prompts,
        "a banner": banners,
        "a prompt or banner": [*prompts, *banners],
        "an event": [step.event for track in pathway.tracks for step in track.transitions],
        "a fact": [fact.name for fact in pathway.facts],
        "an exit": pathway.exits,
    }


_NAMES: Mapping[type, tuple[str, str]] = {
    Never: ("never", "a prompt or banner"),
    Asked: ("asked", "a prompt"),
    Open: ("open", "a prompt"),
    Shown: ("shown", "a banner"),
    Warned: ("warned", "an event"),
    FreeOf: ("free_of", "a fact"),
    Leaves: ("leaves", "an exit"),
    DueWithin: ("due", "a prompt"),
    Repeats: ("repeats", "a prompt"),
}
"""Under which key a claim names what must be there, and what that must be."""


def _shape(assurance: Assurance, where: Where, pathway: Pathway) -> Iterator[Finding]:
    """Check what of a claim is no name of something there."""
    match assurance.claim:
        case FreeOf(track=track, state=state):
            yield from _state(track, state, (*where, "to"), pathway)
        case Unused(unused=names):
            for nth, each in enumerate(names):
                if not _writable(each):
                    what = f"`{each}` could not be the name of anything"
                    yield Finding((*where, "unused", nth), what, "write a name or an id")
        case Repeats(within=within, until=until):
            for key, length in (("within", within), ("until", until)):
                if length and (length.before or not length.amount):
                    yield Finding(
                        (*where, key), f"`{length}` is no time between repeats", "write `1 day` or more"
                    )


def _state(track: str, state: str, where: Where, pathway: Pathway) -> Iterator[Finding]:
    tracks = {each.name: [one.name for one in each.states] for each in pathway.tracks}
    if track not in tracks:
        yield Finding(where, f"`{track}` is not a track of this pathway", near(track, tracks))
    elif state not in tracks[track]:
        what = f"`{state}` is not a state of the track `{track}`"
        yield Finding(where, what, near(state, tracks[track]), rests_on=(where, ("tracks", track, "states")))


def _writable(word: str) -> bool:
    for read in (name, identifier):
        try:
            read(word)
        except Wrong:
            continue
        return True
    return False


def _weak(rule: Rule, where: Where, weights: Mapping[str, Weight]) -> Iterator[Finding]:
    """Refuse a danger without a sound source, and work that rests on disputed ones alone."""
    found = [weights[source] for source in rule.source if source in weights]
    if rule.weak or len(found) < len(rule.source):
        return
    instead = "cite a stronger one, or say under `weak` why it stands all the same"
    rests_on = ((*where, "source"), (*where, "tier"), (*where, "weak"), ("sources",))
    if rule.tier == "stop" and not set(found) & set(SOUND):
        what = f"no source of this `stop` is of weight {' or '.join(f'`{each}`' for each in SOUND)}"
        yield Finding((*where, "source"), what, instead, rests_on=rests_on)
    if rule.tier == "due" and set(found) == {"disputed"}:
        yield Finding(
            (*where, "source"), "every source of this prompt is disputed", instead, rests_on=rests_on
        )


def _apart(rule: Rule, where: Where, prompts: Collection[str]) -> Iterator[Finding]:
    for nth, other in enumerate(rule.never_with):
        there = (*where, "never_with", nth)
        if other == rule.id:
            yield Finding(there, "a prompt is always open with itself", "name another prompt")
        elif other not in prompts:
            yield Finding(there, f"`{other}` is not a prompt of this pathway", near(other, prompts))
