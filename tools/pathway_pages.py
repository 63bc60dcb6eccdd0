"""Writes `docs/reference/pathways`: each pathway that ships as a protocol with its picture, and an index."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from caseload.describing import REVIEWS, WEIGHTS
from caseload.reviewing import starting
from cli.diagram import mermaid
from cli.diagram_svg import svg
from cli.printing import counted
from cli.protocol_page import LOUD, TIERS
from pathways.condition_words import listed
from pathways.fact_values import expected
from pathways.model import Pathway, Weight
from pathways.protocol import EventLine, PromptLine, Protocol, ScoreLine, StateLine, TrackLine, protocol
from pathways.reading import read_file
from pathways.story_files import shipped

FOLDER = "docs/reference/pathways"
_INDEX = """\
# Pathways

The pathways that ship, each as a protocol: what is done in each state, who does it, by when, and why.
`carepath pathway show NAME` prints the same of a pathway that is installed, and of a file of your own.

**None of them is approved by a clinician.**
Each page says how strong its sources are.

| pathway | for | review | in it |
| --- | --- | --- | --- |
"""
_PARTS = """
## Parts

What several pathways share is written once, and is on the page of each pathway that uses it.

| part | for | used by |
| --- | --- | --- |
"""
_READ_SO = """\
In the picture a thick frame is a state in which a track may stay.
A prompt stands in the state that wants it first.
Lengths are counted in calendar days.
**by** says when something is due; *then* is who is told when nobody has answered so long after that.
What is not known is never taken for a no: a prompt stays silent while its **if** is unknown.
**silent** says why that is safe.
Each prompt ends with its name and its sources, each source with [how strong it is](#sources).
"""
_SPECIAL = re.compile(r"([\\`*\[\]<>|])")
_SENTENCE = re.compile(r"(?<=[\w)][.!?]) +(?=[A-Z])")


def pathway_pages() -> dict[str, str]:
    """Return the text of each page and picture by its path."""
    found = [(file.stem, protocol(read_file(file))) for file in shipped()]
    texts = {f"{FOLDER}/README.md": _index([each for _, each in found])}
    for name, each in found:
        texts[f"{FOLDER}/{name}.md"] = "\n".join(_page(each))
        texts[f"{FOLDER}/{name}.svg"] = svg("\n".join(mermaid(each.pathway)))
    return texts


def _index(found: Sequence[Protocol]) -> str:
    rows = "".join(_row(each.pathway) for each in found)
    users: dict[str, list[str]] = {}
    says: dict[str, str] = {}
    for pathway in (each.pathway for each in found):
        for part in pathway.parts:
            users.setdefault(part.name, []).append(f"[{pathway.name}]({pathway.name}.md)")
            says[part.name] = part.say
    parts = "".join(
        f"| `{name}` | {_plain(says[name])} | {', '.join(users[name])} |\n" for name in sorted(users)
    )
    return f"{_INDEX}{rows}{_PARTS if parts else ''}{parts}"


def _row(pathway: Pathway) -> str:
    states = sum(len(track.states) for track in pathway.tracks)
    size = f"{counted(states, 'state')}, {counted(len(pathway.rules), 'prompt')}"
    promises = f", {counted(len(pathway.assurances), 'promise')}" if pathway.assurances else ""
    link = f"[{pathway.name}]({pathway.name}.md)"
    return f"| {link} | {_plain(pathway.title)} | {starting(pathway, ())} | {size}{promises} |\n"


def _page(found: Protocol) -> Iterator[str]:
    pathway = found.pathway
    yield f"# {_plain(pathway.title)}\n"
    review = starting(pathway, ())
    yield f"`{pathway.name}`, version {pathway.version}.\n**{review}**: {REVIEWS[review]}.\n"
    if pathway.say:
        yield _SENTENCE.sub("\n", _plain(pathway.say)) + "\n"
    yield f"![The tracks of {pathway.name}]({pathway.name}.svg)\n"
    yield _READ_SO
    for track in found.tracks:
        yield from _track(track, pathway)
    yield from _section("In any state", map(partial(_prompt, pathway=pathway), found.anytime))
    yield from _section("When nothing else is dated", [_prompt(found.otherwise, pathway)])
    yield f"A patient leaves from any state: {listed(map(_code, pathway.exits), 'or')}.\n"
    yield from _section("Standing warnings", _banners(found))
    yield from _section("Scores", map(partial(_score, pathway=pathway), found.scores))
    yield from _section("Disputed", _disputed(pathway))
    yield from _section("What it promises", _assurances(found))
    yield from _facts(found)
    yield from _sources(pathway)


def _track(track: TrackLine, pathway: Pathway) -> Iterator[str]:
    yield f"## {track.name}: {_plain(track.say)}\n" if track.say else f"## {track.name}\n"
    for state in track.states:
        yield from _state(state, pathway)


def _state(state: StateLine, pathway: Pathway) -> Iterator[str]:
    yield f"### {state.name}{f': {_plain(state.say)}' if state.say else ''}\n"
    kind = "Here everybody begins.\n" if state.start else "A track may stay here.\n" if state.end else ""
    if kind:
        yield kind
    if state.prompts:
        yield "\n".join(_prompt(each, pathway) for each in state.prompts) + "\n"
    if state.also:
        names = ", ".join(f"`{each.id}` ({each.role})" for each in state.also)
        yield f"Also here, written out above: {names}.\n"
    for event in state.events:
        yield _event(event, pathway)


def _prompt(prompt: PromptLine, pathway: Pathway) -> str:
    points = [
        ("by", prompt.timing),
        ("while", prompt.while_),
        ("if", prompt.when.words),
        ("until", prompt.done.words),
        *(("silent", f"while {each.fact} is not known: {each.because}") for each in prompt.quiet),
        ("never", f"together with {listed(prompt.never_with, 'or')}" if prompt.never_with else ""),
        ("weak", prompt.weak),
    ]
    head = f"- **{TIERS[prompt.tier]}{prompt.role}**: {_plain(prompt.say)}"
    return "\n".join([head, *_points(points), _from(prompt.id, prompt.part, prompt.source, pathway)])


def _event(event: EventLine, pathway: Pathway) -> str:
    again = f" (as from `{event.as_from}`)" if event.as_from else ""
    head = f"`{event.event}` leads to `{event.to}`{f': {_plain(event.say)}' if event.say else ''}{again}.\n"
    if again:
        return head
    points = [
        ("needs", listed(event.needs, "and") if event.needs else ""),
        ("anew", listed(event.needs_new, "and") if event.needs_new else ""),
        ("asks", listed(event.asks, "and") if event.asks else ""),
        *(
            ("warns", f"unless {each.unless.words}: {each.say} ({_weighed(each.source, pathway)})")
            for each in event.warnings
        ),
    ]
    lines = [f"- **{word}** {_plain(says)}" for word, says in points if says]
    return "\n".join([head, *lines, ""]) if lines else head


def _banners(found: Protocol) -> Iterator[str]:
    for each in found.banners:
        origin = _from(each.id, each.part, each.source, found.pathway)
        yield "\n".join([f"- {_plain(each.say)}", *_points([("while", each.when.words)]), origin])


def _score(score: ScoreLine, pathway: Pathway) -> str:
    head = f"- **{_plain(score.title)}**{f': {_plain(score.say)}' if score.say else ''}"
    points = [
        (f"{number:+d}", f"{item.say}: {when.words}") for item in score.items for number, when in item.cases
    ]
    bands = [("total", f"{totals}: {meaning}") for totals, meaning in score.bands]
    return "\n".join(
        [head, *_points([*points, *bands]), _from(score.name, score.part, score.source, pathway)]
    )


def _disputed(pathway: Pathway) -> Iterator[str]:
    for each in pathway.disputed:
        origin = _from(each.id, each.part, each.source, pathway)
        yield "\n".join([f"- {_plain(each.say)}", *_points([("but", each.caution)]), origin])


def _assurances(found: Protocol) -> Iterator[str]:
    for each in found.assurances:
        against = [("against", ", ".join(each.against))]
        name = [("name", f"{each.id}{f', of part {each.part}' if each.part else ''}")]
        yield "\n".join([f"- {_plain(each.say)}", *_points([("proved", each.claim), *against, *name])])


def _facts(found: Protocol) -> Iterator[str]:
    rows = [
        (_code(fact.name), fact.ask, f"{expected(fact)}{', as often as it happens' if fact.many else ''}")
        for fact in found.pathway.facts
    ]
    yield "## What can be known\n"
    yield _table(("fact", "question", "answer"), rows)
    if found.milestones:
        yield _table(("milestone", "passed when"), [(_code(name), says) for name, says in found.milestones])


def _sources(pathway: Pathway) -> Iterator[str]:
    yield "## Sources\n"
    for weight, means in WEIGHTS.items():
        found = [each for each in pathway.sources if each.weight == weight]
        if found:
            yield f"**{_loud(weight)}**: {means}.\n"
            rows = [
                (
                    _code(each.id),
                    each.title,
                    f"[{each.doi}](https://doi.org/{each.doi})" if each.doi else "",
                    each.note,
                )
                for each in found
            ]
            yield _table(("source", "title", "DOI", "note"), rows)


def _section(heading: str, items: Iterable[str]) -> Iterator[str]:
    texts = list(items)
    if texts:
        yield f"## {heading}\n"
        yield "\n".join(texts) + "\n"


def _points(points: Iterable[tuple[str, str]]) -> list[str]:
    return [f"  - **{word}** {_plain(says)}" for word, says in points if says]


def _from(name: str, part: str, source: Iterable[str], pathway: Pathway) -> str:
    return f"  - `{name}`{f', part `{part}`' if part else ''}; {_plain(_weighed(source, pathway))}"


def _weighed(ids: Iterable[str], pathway: Pathway) -> str:
    weights = {each.id: each.weight for each in pathway.sources}
    return ", ".join(f"{each} ({_loud(weights.get(each, 'default'))})" for each in ids)


def _loud(weight: Weight) -> str:
    return weight.upper() if weight in LOUD else weight


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(_cell(each) for each in row)} |\n" for row in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _code(name: str) -> str:
    return f"`{name}`"


def _plain(text: str) -> str:
    """Write a text so that nothing in it means something to Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
