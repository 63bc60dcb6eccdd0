"""Everything that can be wrong with a pathway as a whole: what it names exists, and it holds together."""

from collections.abc import Iterator

from pathways.checks_facts import fact_findings
from pathways.checks_rules import rule_findings
from pathways.checks_tracks import track_findings
from pathways.checks_unknown import unknown_findings
from pathways.condition_names import RESERVED
from pathways.findings import Finding, Where
from pathways.model import BUILT_IN, Pathway
from pathways.problems import near

TAKEN = RESERVED | {"met", "entered", "recorded", "because"}
"""What no fact, track or milestone can be called: it means something else where they are named."""


def findings(pathway: Pathway) -> Iterator[Finding]:
    """Yield everything that is wrong with a pathway, so that one look at its file mends it."""
    yield from _names(pathway)
    yield from _ids(pathway)
    yield from _sources(pathway)
    yield from fact_findings(pathway)
    yield from track_findings(pathway)
    yield from rule_findings(pathway)
    yield from unknown_findings(pathway)


def _names(pathway: Pathway) -> Iterator[Finding]:
    """Facts, milestones and tracks share one namespace, as conditions name them all."""
    seen: dict[str, str] = {}
    named = [
        *(("facts", "a fact", fact.name) for fact in pathway.facts),
        *(("milestones", "a milestone", milestone.name) for milestone in pathway.milestones),
        *(("tracks", "a track", track.name) for track in pathway.tracks),
    ]
    for section, called, name in named:
        if name in TAKEN:
            yield Finding((section, name), f"`{name}` is a reserved word", "choose another name", of_key=True)
        if name in seen:
            yield Finding(
                (section, name), f"`{name}` is {seen[name]} already", "choose another name", of_key=True
            )
        seen[name] = called


def _ids(pathway: Pathway) -> Iterator[Finding]:
    """Prompts and banners share one namespace: people ask `why` of either by its id."""
    seen: set[str] = set()
    ids = [
        *((("prompts", at, "id"), rule.id) for at, rule in enumerate(pathway.rules)),
        *((("banners", at, "id"), banner.id) for at, banner in enumerate(pathway.banners)),
    ]
    for where, found in ids:
        if found in seen:
            yield Finding(where, f"`{found}` is the id of another prompt or banner", "choose another id")
        if found in BUILT_IN:
            yield Finding(where, f"every pathway has a prompt `{found}` already", "choose another id")
        seen.add(found)


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
    for track in pathway.tracks:
        for at, transition in enumerate(track.transitions):
            where: Where = ("tracks", track.name, "transitions", at)
            yield from (((*where, "should", nth), each.source) for nth, each in enumerate(transition.should))
