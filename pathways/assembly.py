"""From the plain values of a file to a `Pathway`, noting everything that is wrong on the way.

Something harmless stands in for whatever is wrong, so that every other part can still be checked.
"""

from collections.abc import Mapping
from typing import Any

from pathways import schema
from pathways.assembly_promises import assurances
from pathways.assembly_rules import Declared, PartOf, otherwise, rule
from pathways.assembly_scores import Outline, outline, score
from pathways.conditions import Compiler
from pathways.document import plain
from pathways.findings import Finding, Notes, Where
from pathways.merging import Whole
from pathways.model import (
    Accepted,
    Banner,
    Disputed,
    Fact,
    Milestone,
    Pathway,
    Should,
    Source,
    State,
    Track,
    Transition,
)
from pathways.shaping import shaped
from pathways.written import Wrong, identifier, line, name

SECTIONS = ("sources", "facts", "milestones", "scores", "tracks", "prompts")


def assembled(whole: Whole, digest: str, notes: Notes) -> Pathway | None:
    """Return the pathway that a file describes; None when a section of it is missing or unreadable.

    Without one, nothing can be said of what names its members.
    """
    top = shaped(schema.Top, plain(whole.root), (), notes)
    complete = not notes.doubted(*((section,) for section in SECTIONS))
    facts = [_fact(key, body, notes) for key, body in top.facts.items()]
    milestones = [_milestone(key, body, notes) for key, body in top.milestones.items()]
    shapes = {key: shaped(schema.Track, body, ("tracks", key), notes) for key, body in top.tracks.items()}
    outlines = {key: outline(key, body, notes) for key, body in top.scores.items()}
    declared = _declared(facts, milestones, shapes, outlines, notes, part_of=whole.part_of, complete=complete)
    pathway = Pathway(
        name=top.pathway,
        title=top.title,
        version=top.version,
        digest=digest,
        review=top.review,
        say=top.say,
        sources=tuple(_source(key, body, notes) for key, body in top.sources.items()),
        facts=tuple(facts),
        milestones=tuple(milestones),
        scores=tuple(
            score(key, each, list(outlines)[at:], declared) for at, (key, each) in enumerate(outlines.items())
        ),
        tracks=tuple(_track(key, shape, declared) for key, shape in shapes.items()),
        exits=tuple(top.exits),
        rules=tuple(rule(body, ("prompts", at), declared) for at, body in enumerate(top.prompts)),
        otherwise=otherwise(top.otherwise, ("otherwise",), declared),
        banners=tuple(_banner(body, ("banners", at), declared) for at, body in enumerate(top.banners)),
        parts=whole.parts,
        disputed=tuple(_disputed(body, ("disputed", at), declared) for at, body in enumerate(top.disputed)),
        assurances=tuple(assurances(top.assurances, declared)),
        accepted=tuple(_accepted(body, ("accepted", at), declared) for at, body in enumerate(top.accepted)),
    )
    return pathway if complete else None


def _declared(
    facts: list[Fact],
    milestones: list[Milestone],
    tracks: Mapping[str, schema.Track],
    scores: Mapping[str, Outline],
    notes: Notes,
    *,
    part_of: PartOf,
    complete: bool,
) -> Declared:
    by_name = {fact.name: fact for fact in facts}
    states = {key: tuple(shape.states) for key, shape in tracks.items()}
    passing = {milestone.name for milestone in milestones}
    totals = {key: each.totals for key, each in scores.items()}
    compiler = Compiler(by_name, states, passing, totals) if complete else None
    return Declared(by_name, states, passing, compiler, notes, part_of=part_of)


def _named(key: str, where: Where, read: Any, notes: Notes) -> str:  # noqa: ANN401  # a reader of texts
    """Return a key that names something, noting it when it cannot be a name."""
    try:
        read(key)
    except Wrong as wrong:
        notes.add(Finding(where, wrong.what, wrong.instead, of_key=True))
    return key


def _source(key: str, body: object, notes: Notes) -> Source:
    where = ("sources", key)
    shape = shaped(schema.Source, body, where, notes)
    _named(key, where, identifier, notes)
    return Source(id=key, title=shape.title, weight=shape.weight, doi=shape.doi, note=shape.note)


def _fact(key: str, body: object, notes: Notes) -> Fact:
    where = ("facts", key)
    shape = shaped(schema.Fact, body, where, notes)
    _named(key, where, name, notes)
    lowest, highest = shape.between if len(shape.between) == 2 else (None, None)  # noqa: PLR2004
    if shape.between and lowest is None:
        notes.add(
            Finding((*where, "between"), "`between` has two numbers", "write `between: [lowest, highest]`")
        )
    return Fact(
        name=key,
        type=shape.type,
        ask=shape.ask,
        of=tuple(shape.of),
        unit=_unit(shape, where, notes),
        lowest=lowest,
        highest=highest,
        many=shape.many,
        past=shape.past,
        code=_code(shape.code, (*where, "code"), notes),
    )


def _unit(shape: schema.Fact, where: Where, notes: Notes) -> str:
    """Return the unit of a number, which must be written even if there is none: a bare 2.6 is misread."""
    if shape.type == "number" and not shape.unit:
        notes.add(Finding((*where, "unit"), "a number needs a `unit`", "write `unit: none` if it has none"))
    return "" if shape.unit == "none" else shape.unit


def _code(raw: Mapping[str, Any], where: Where, notes: Notes) -> dict[str, str]:
    """Read codes: the system's short name, and the code as a text whatever it looks like."""
    codes = {}
    for system, code in raw.items():
        _named(system, (*where, system), identifier, notes)
        try:
            codes[system] = line(code)
        except Wrong as wrong:
            notes.add(Finding((*where, system), wrong.what, wrong.instead))
    return codes


def _milestone(key: str, body: object, notes: Notes) -> Milestone:
    where = ("milestones", key)
    shape = shaped(schema.Milestone, body, where, notes)
    return Milestone(name=_named(key, where, name, notes), fact=shape.fact, after=shape.after)


def _track(key: str, shape: schema.Track, declared: Declared) -> Track:
    where: Where = ("tracks", key)
    return Track(
        name=_named(key, where, name, declared.notes),
        start=shape.start,
        say=shape.say,
        states=tuple(
            _state(each, body, (*where, "states", each), declared.notes)
            for each, body in shape.states.items()
        ),
        transitions=tuple(
            _transition(key, body, (*where, "transitions", at), declared)
            for at, body in enumerate(shape.transitions)
        ),
    )


def _state(key: str, body: object, where: Where, notes: Notes) -> State:
    shape = shaped(schema.State, body, where, notes)
    return State(name=_named(key, where, identifier, notes), say=shape.say, end=shape.end)


def _transition(track: str, body: object, where: Where, declared: Declared) -> Transition:
    shape = shaped(schema.Transition, body, where, declared.notes)
    return Transition(
        event=shape.event,
        track=track,
        sources=tuple(shape.sources),
        to=shape.to,
        say=shape.say,
        needs=tuple(shape.needs),
        needs_new=tuple(shape.needs_new),
        asks=tuple(shape.asks),
        should=tuple(_should(each, (*where, "should", at), declared) for at, each in enumerate(shape.should)),
    )


def _should(body: object, where: Where, declared: Declared) -> Should:
    shape = shaped(schema.Should, body, where, declared.notes)
    that = declared.condition(shape.that, (*where, "that"), at=True)
    return Should(that=that, otherwise=shape.otherwise, source=tuple(shape.source))


def _banner(body: object, where: Where, declared: Declared) -> Banner:
    shape = shaped(schema.Banner, body, where, declared.notes)
    when = declared.condition(shape.when, (*where, "when"))
    part = declared.part_of(where)
    return Banner(id=shape.id, say=shape.say, when=when, source=tuple(shape.source), part=part)


def _disputed(body: object, where: Where, declared: Declared) -> Disputed:
    shape = shaped(schema.Disputed, body, where, declared.notes)
    return Disputed(
        id=shape.id,
        say=shape.say,
        caution=shape.caution,
        source=tuple(shape.source),
        part=declared.part_of(where),
    )


def _accepted(body: object, where: Where, declared: Declared) -> Accepted:
    shape = shaped(schema.Accepted, body, where, declared.notes)
    return Accepted(
        finding=shape.finding,
        about=tuple(shape.about),
        because=shape.because,
        part=declared.part_of(where),
    )
