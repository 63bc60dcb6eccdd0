"""A pathway as a protocol: for each state who does what by when, what leads out of it, and why.

The values that a reader is shown, in words, whatever draws them: a terminal or a page.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from pathways import rule_words
from pathways.condition_words import in_words, listed, milestone_in_words
from pathways.model import Pathway, Quiet, Rule, Should, State, Tier, Track, Transition
from pathways.promise_words import promise_in_words
from pathways.scores import Score
from pathways.terms import Condition


class Said(Struct, frozen=True):
    """A condition in words, and as the pathway writes it; empty where there is none."""

    words: str = ""
    expression: str = ""


class PromptLine(Struct, frozen=True, kw_only=True):
    """What somebody should do by when. `while_` are states of other tracks; `then` whom it is told to later.

    `quiet` says which unknown facts keep it silent, and why that is safe.
    """

    id: str
    say: str
    tier: Tier
    role: str
    timing: str
    while_: str
    when: Said
    done: Said
    then: tuple[str, ...]
    quiet: tuple[Quiet, ...]
    weak: str
    never_with: tuple[str, ...]
    part: str
    source: tuple[str, ...]


class WarningLine(Struct, frozen=True, kw_only=True):
    """What an event warns of unless something is so."""

    say: str
    unless: Said
    source: tuple[str, ...]


class EventLine(Struct, frozen=True, kw_only=True):
    """An event that leads out of a state, with what it needs, asks and warns of.

    `as_from` names the state at which the same was written out before.
    """

    event: str
    say: str
    to: str
    needs: tuple[str, ...]
    needs_new: tuple[str, ...]
    asks: tuple[str, ...]
    warnings: tuple[WarningLine, ...]
    as_from: str


class StateLine(Struct, frozen=True, kw_only=True):
    """A state. `prompts` are written out here, `also` are wanted here and written out before."""

    track: str
    name: str
    say: str
    start: bool
    end: bool
    prompts: tuple[PromptLine, ...]
    also: tuple[PromptLine, ...]
    events: tuple[EventLine, ...]


class TrackLine(Struct, frozen=True, kw_only=True):
    """A track with its states, in the order in which the pathway has them."""

    name: str
    say: str
    states: tuple[StateLine, ...]


class BannerLine(Struct, frozen=True, kw_only=True):
    """A standing warning, and while what it is shown."""

    id: str
    say: str
    when: Said
    part: str
    source: tuple[str, ...]


class ScoreItemLine(Struct, frozen=True, kw_only=True):
    """What a score looks at, with the points of each case."""

    say: str
    cases: tuple[tuple[int, Said], ...]


class ScoreLine(Struct, frozen=True, kw_only=True):
    """A score; `bands` say which totals mean what, such as `3 or more: high`."""

    name: str
    title: str
    say: str
    items: tuple[ScoreItemLine, ...]
    bands: tuple[tuple[str, str], ...]
    part: str
    source: tuple[str, ...]


class AssuranceLine(Struct, frozen=True, kw_only=True):
    """What the pathway promises, in its own words and in those of the claim that is proved."""

    id: str
    say: str
    claim: str
    against: tuple[str, ...]
    part: str


class Protocol(Struct, frozen=True, kw_only=True):
    """A pathway to be read. What is as the pathway has it stands in `pathway`.

    `anytime` are the prompts that no state is named for; `milestones` are in words, by name.
    """

    pathway: Pathway
    tracks: tuple[TrackLine, ...]
    anytime: tuple[PromptLine, ...]
    otherwise: PromptLine
    banners: tuple[BannerLine, ...]
    scores: tuple[ScoreLine, ...]
    assurances: tuple[AssuranceLine, ...]
    milestones: tuple[tuple[str, str], ...]


def protocol(pathway: Pathway) -> Protocol:
    """Lay a pathway out as a protocol."""
    return Protocol(
        pathway=pathway,
        tracks=tuple(_tracks(pathway)),
        anytime=tuple(_prompt(pathway, rule) for rule in pathway.rules if not rule.during),
        otherwise=_prompt(pathway, pathway.otherwise),
        banners=tuple(
            BannerLine(
                id=each.id,
                say=each.say,
                when=_said(pathway, each.when),
                part=each.part,
                source=each.source,
            )
            for each in pathway.banners
        ),
        scores=tuple(_score(pathway, score) for score in pathway.scores),
        assurances=tuple(
            AssuranceLine(
                id=each.id,
                say=each.say,
                claim=promise_in_words(pathway, each.claim),
                against=each.against,
                part=each.part,
            )
            for each in pathway.assurances
        ),
        milestones=tuple(
            (each.name, milestone_in_words(each.after, each.fact)) for each in pathway.milestones
        ),
    )


def _tracks(pathway: Pathway) -> Iterator[TrackLine]:
    written: set[str] = set()
    for track in pathway.tracks:
        yield TrackLine(
            name=track.name,
            say=track.say,
            states=tuple(_state(pathway, track, state, written) for state in track.states),
        )


def _state(pathway: Pathway, track: Track, state: State, written: set[str]) -> StateLine:
    """Describe a state; what was written out at an earlier one is only named."""
    wanted = [rule for rule in pathway.rules if state.name in dict(rule.during).get(track.name, ())]
    lines = [(rule.id in written, _prompt(pathway, rule, track.name)) for rule in wanted]
    written.update(rule.id for rule in wanted)
    return StateLine(
        track=track.name,
        name=state.name,
        say=state.say,
        start=state.name == track.start,
        end=state.end,
        prompts=tuple(line for before, line in lines if not before),
        also=tuple(line for before, line in lines if before),
        events=tuple(
            _event(pathway, track, state, step) for step in track.transitions if state.name in step.sources
        ),
    )


def _prompt(pathway: Pathway, rule: Rule, track: str = "") -> PromptLine:
    return PromptLine(
        id=rule.id,
        say=rule.say,
        tier=rule.tier,
        role=rule.role,
        timing=rule_words.timing(rule),
        while_=rule_words.during(rule, track),
        when=_said(pathway, rule.when),
        done=Said(rule_words.act(pathway, rule), rule.done_when.text if rule.done_when else ""),
        then=tuple(each.tell for each in rule.then),
        quiet=tuple(_quiet(rule.unknown)),
        weak=rule.weak,
        never_with=rule.never_with,
        part=rule.part,
        source=rule.source,
    )


def _quiet(unknown: Iterable[Quiet]) -> Iterator[Quiet]:
    """Yield what may stay unknown, facts with one reason together."""
    reasons: dict[str, list[str]] = {}
    for each in unknown:
        reasons.setdefault(each.because, []).append(each.fact)
    yield from (Quiet(listed(facts, "or"), because) for because, facts in reasons.items())


def _event(pathway: Pathway, track: Track, state: State, step: Transition) -> EventLine:
    first = next(each.name for each in track.states if each.name in step.sources)
    return EventLine(
        event=step.event,
        say=step.say,
        to=step.to,
        needs=step.needs,
        needs_new=step.needs_new,
        asks=step.asks,
        warnings=tuple(_warning(pathway, should) for should in step.should),
        as_from="" if first == state.name else first,
    )


def _warning(pathway: Pathway, should: Should) -> WarningLine:
    return WarningLine(say=should.otherwise, unless=_said(pathway, should.that), source=should.source)


def _score(pathway: Pathway, score: Score) -> ScoreLine:
    return ScoreLine(
        name=score.name,
        title=score.title,
        say=score.say,
        items=tuple(
            ScoreItemLine(
                say=item.say,
                cases=tuple((case.points, _said(pathway, case.when)) for case in item.cases),
            )
            for item in score.items
        ),
        bands=tuple(_bands(score)),
        part=score.part,
        source=score.source,
    )


def _bands(score: Score) -> Iterator[tuple[str, str]]:
    bands = sorted(score.bands, key=lambda band: -band.least)
    above: int | None = None
    for band in bands:
        top = "or more" if above is None else f"to {above - 1}"
        one = above is not None and above - 1 == band.least
        yield str(band.least) if one else f"{band.least} {top}", band.say
        above = band.least


def _said(pathway: Pathway, condition: Condition | None) -> Said:
    return Said(in_words(pathway, condition), condition.text) if condition else Said()
