"""A pathway as a protocol, laid out for a terminal or a text file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from caseload.describing import REVIEWS, WEIGHTS
from cli.chosen_pathway import Chosen
from cli.printing import columns, counted, indented, page_width, table
from pathways.condition_words import listed
from pathways.fact_values import expected
from pathways.model import Pathway, Weight
from pathways.protocol import (
    AssuranceLine,
    BannerLine,
    EventLine,
    PromptLine,
    Protocol,
    Said,
    ScoreLine,
    StateLine,
    TrackLine,
)

TIERS = {"stop": "STOP, ", "due": "", "info": "good to know, "}
LOUD = {"unverified", "disputed"}  # what nobody should overlook
READ_SO = (
    "by: when it is due; then: who is told when nobody has answered so long after that. "
    "if: what is unknown is not met, so a prompt stays silent; silent: why that is safe."
)


class Style(NamedTuple):
    """What goes with every line: how strong each source is, and whether conditions are shown as written."""

    weights: Mapping[str, Weight]
    conditions: bool


def protocol_page(
    found: Protocol, chosen: Chosen, *, conditions: bool = False, whole: bool = True
) -> Iterator[str]:
    """Lay out a protocol; one that was narrowed without what concerns the pathway as a whole."""
    style = Style({each.id: each.weight for each in found.pathway.sources}, conditions)
    yield from _head(found.pathway, chosen)
    for track in found.tracks:
        yield from _track(track, style)
    if found.anytime:
        yield from _heading("In any state", "=")
        yield from _prompts(found.anytime, style)
    if whole:
        yield from _rest(found, style)


def size(found: Pathway) -> str:
    """Say how much there is in a pathway."""
    tracks = ", ".join(f"{track.name} ({counted(len(track.states), 'state')})" for track in found.tracks)
    return f"{tracks}, {counted(len(found.facts), 'fact')}, {counted(len(found.rules), 'prompt')}"


def _head(found: Pathway, chosen: Chosen) -> Iterator[str]:
    yield from indented(f"{found.name}, version {found.version}: {found.title}", 0)
    if found.say:
        yield from indented(found.say, 2)
    by = f" (said by {chosen.said_by})" if chosen.said_by else ""
    yield from indented(f"Review: {chosen.review}{by}, {REVIEWS[chosen.review]}", 2)
    yield from indented(f"{size(found)}; digest {found.digest[:12]}", 2)
    for part in found.parts:
        yield from indented(f"uses {part.name}: {part.say}", 2)
    yield ""
    yield from indented(READ_SO, 2)


def _track(track: TrackLine, style: Style) -> Iterator[str]:
    yield from _heading(f"{track.name}: {track.say}" if track.say else track.name, "=")
    for state in track.states:
        yield from _state(state, style)


def _state(state: StateLine, style: Style) -> Iterator[str]:
    kind = " (here everybody begins)" if state.start else " (a track may stay here)" if state.end else ""
    yield from _heading(f"{state.name}{f': {state.say}' if state.say else ''}{kind}", "-")
    yield from _prompts(state.prompts, style)
    if state.also:
        yield ""
        names = [f"{each.id} ({each.role})" for each in state.also]
        yield from indented(f"Also here, written out above: {', '.join(names)}", 2)
    for event in state.events:
        yield ""
        yield from _event(event, style)


def _prompts(prompts: Iterable[PromptLine], style: Style) -> Iterator[str]:
    for prompt in prompts:
        yield ""
        yield from indented(f"{TIERS[prompt.tier]}{prompt.role}: {prompt.say}", 2)
        yield from _rows(_prompt(prompt, style))


def _prompt(prompt: PromptLine, style: Style) -> Iterator[tuple[str, str]]:
    yield "by", prompt.timing
    yield from (("while", prompt.while_) for _ in filter(None, [prompt.while_]))
    yield from _condition("if", prompt.when, style)
    yield from _condition("until", prompt.done, style)
    yield from (("silent", f"while {each.fact} is not known: {each.because}") for each in prompt.quiet)
    if prompt.never_with:
        yield "never", f"together with {listed(prompt.never_with, 'or')}"
    if prompt.weak:
        yield "weak", prompt.weak
    yield "from", f"{_named(prompt.id, prompt.part)}; {_sources(prompt.source, style)}"


def _event(event: EventLine, style: Style) -> Iterator[str]:
    again = f" (as from {event.as_from})" if event.as_from else ""
    yield from indented(f"-> {event.to} by {event.event}{f': {event.say}' if event.say else ''}{again}", 2)
    if again:
        return
    rows = [
        *(("needs", listed(event.needs, "and")) for _ in event.needs[:1]),
        *(("anew", listed(event.needs_new, "and")) for _ in event.needs_new[:1]),
        *(("asks", listed(event.asks, "and")) for _ in event.asks[:1]),
    ]
    for warning in event.warnings:
        rows += [("warns", warning.say), *_condition("unless", warning.unless, style)]
        rows.append(("", _sources(warning.source, style)))
    yield from _rows(rows)


def _rest(found: Protocol, style: Style) -> Iterator[str]:
    yield from _heading("When nothing else is dated", "=")
    yield from _prompts([found.otherwise], style)
    yield ""
    yield from indented(f"Leaving, from any state: {listed(found.pathway.exits, 'or')}", 2)
    yield from _section("Standing warnings", map(partial(_banner, style=style), found.banners))
    yield from _section("Scores", map(partial(_score, style=style), found.scores))
    yield from _section("Disputed: shown with its caution, raises nothing", _disputed(found.pathway, style))
    yield from _section("What it promises", map(partial(_assurance, style=style), found.assurances))
    yield from _facts(found)
    yield from _weights(found.pathway)


def _banner(banner: BannerLine, style: Style) -> list[str]:
    origin = f"{_named(banner.id, banner.part)}; {_sources(banner.source, style)}"
    rows = [*_condition("while", banner.when, style), ("from", origin)]
    return [*indented(f"! {banner.say}", 2), *_rows(rows)]


def _score(score: ScoreLine, style: Style) -> list[str]:
    rows = [
        (f"{points:+d}", f"{item.say}: {when.words}{_expression(when, style)}")
        for item in score.items
        for points, when in item.cases
    ]
    rows += [("total", f"{totals}: {meaning}") for totals, meaning in score.bands]
    rows.append(("from", f"{_named(score.name, score.part)}; {_sources(score.source, style)}"))
    say = f"{score.title}{f': {score.say}' if score.say else ''}"
    return [*indented(say, 2), *_rows(rows)]


def _disputed(found: Pathway, style: Style) -> Iterator[list[str]]:
    for each in found.disputed:
        origin = f"{_named(each.id, each.part)}; {_sources(each.source, style)}"
        yield [*indented(each.say, 2), *_rows([("but", each.caution), ("from", origin)])]


def _assurance(assurance: AssuranceLine, style: Style) -> list[str]:
    against = f"; against {listed(assurance.against, 'and')}" if assurance.against else ""
    rows = [("claim", assurance.claim)] if style.conditions else []
    rows.append(("from", f"{_named(assurance.id, assurance.part)}{against}"))
    return [*indented(assurance.say, 2), *_rows(rows)]


def _facts(found: Protocol) -> Iterator[str]:
    yield from _heading("What can be known", "=")
    yield ""
    rows = [(fact.name, fact.ask, _kind(fact.many, expected(fact))) for fact in found.pathway.facts]
    yield from table(("FACT", "QUESTION", "ANSWER"), rows)
    if found.milestones:
        yield ""
        yield from table(("MILESTONE", "PASSED WHEN"), found.milestones)


def _weights(found: Pathway) -> Iterator[str]:
    yield from _heading("Sources, by how strong they are", "=")
    for weight, means in WEIGHTS.items():
        sources = [each for each in found.sources if each.weight == weight]
        if sources:
            yield ""
            yield from indented(f"{weight}: {means}", 2)
        for source in sources:
            doi = f" (doi:{source.doi})" if source.doi else ""
            note = f". {source.note}" if source.note else ""
            yield from indented(f"{source.id}: {source.title.rstrip('.')}{doi}{note}".replace("?.", "?"), 4)


def _section(heading: str, items: Iterable[Sequence[str]]) -> Iterator[str]:
    for number, lines in enumerate(items):
        if not number:
            yield from _heading(heading, "=")
        yield ""
        yield from lines


def _heading(text: str, line: str) -> Iterator[str]:
    lines = indented(text, 0)
    yield ""
    yield from lines
    yield line * max(map(len, lines))


def _rows(rows: Iterable[tuple[str, str]]) -> list[str]:
    if not (listed_rows := list(rows)):
        return []
    # All rows of a page have their words in one column.
    laid_out = columns([("unless", ""), *listed_rows], width=page_width() - 6)
    return [f"      {line}" for row in laid_out[1:] for line in row]


def _condition(word: str, said: Said, style: Style) -> Iterator[tuple[str, str]]:
    if said.words:
        yield word, f"{said.words}{_expression(said, style)}"


def _expression(said: Said, style: Style) -> str:
    return f" [{said.expression}]" if style.conditions and said.expression else ""


def _named(name: str, part: str) -> str:
    return f"{name} (part {part})" if part else name


def _sources(ids: Iterable[str], style: Style) -> str:
    said = [(each, style.weights.get(each, "default")) for each in ids]
    return ", ".join(f"{each} ({weight.upper() if weight in LOUD else weight})" for each, weight in said)


def _kind(many: bool, answer: str) -> str:  # noqa: FBT001  # as the fact has it
    return f"{answer}, as often as it happens" if many else answer
