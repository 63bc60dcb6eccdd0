"""A pathway as a Mermaid flowchart: one box a track, side by side, prompts on their states.

A patient's way through it is drawn in: where they were, where they are, and how they came there.
"""

import json
from collections.abc import Iterable, Iterator

from caseload.trails import Move, Stay, Trail
from pathways.model import Pathway, Track
from pathways.moments import Length
from pathways.protocol import PromptLine, Protocol, StateLine, protocol

# Enough to see what a state is about; the page of the pathway has all of them in full.
PROMPTS_SHOWN = 12
UNITS = {
    "minute": "min",
    "hour": "h",
    "day": "d",
    "working day": "wd",
    "week": "w",
    "month": "mo",
    "year": "y",
}
_CONFIG = """\
config:
  theme: base
  look: classic
  htmlLabels: false
  flowchart: {htmlLabels: false, wrappingWidth: 600, nodeSpacing: 30, rankSpacing: 40, padding: 12}
  themeVariables:
    fontFamily: Arial, Helvetica, sans-serif
    fontSize: 16px
    primaryColor: "#ffffff"
    primaryBorderColor: "#475569"
    primaryTextColor: "#0f172a"
    lineColor: "#475569"
    clusterBkg: "#f8fafc"
    clusterBorder: "#94a3b8"
    edgeLabelBackground: "#f8fafc"\
"""
_CLASSES = """\
    classDef stay stroke-width:3px
    classDef anytime fill:#f1f5f9,stroke-dasharray:4
    classDef been fill:#dbeafe,stroke:#1d4ed8
    classDef here fill:#fde68a,stroke:#b45309,stroke-width:4px\
"""
_TAKEN = "stroke:#1d4ed8,stroke-width:4px"
# What would end a label, or mean something inside of one.
_HARMLESS = str.maketrans({'"': "'", "`": "'", "#": "", ";": ",", "<": "(", ">": ")", "*": "", "_": " "})


def mermaid(pathway: Pathway, trail: Trail | None = None) -> Iterator[str]:
    """Write the lines of the diagram."""
    drawing = _Drawing(protocol(pathway), trail)
    yield "---"
    yield f"title: {json.dumps(drawing.title(), ensure_ascii=False)}"
    yield _CONFIG
    yield "---"
    yield "flowchart LR"
    for track in pathway.tracks:
        yield from drawing.track(track)
    yield from drawing.beside()
    yield _CLASSES
    yield from drawing.way()


class _Drawing:
    """A diagram being drawn; it counts the arrows, as Mermaid knows them by their number only."""

    def __init__(self, found: Protocol, trail: Trail | None) -> None:
        self._found = found
        self._pathway = found.pathway
        self._trail = trail
        self._rules = {rule.id: rule for rule in self._pathway.rules}
        self._arrows: list[Move | None] = []

    def title(self) -> str:
        name = f"{self._pathway.title} ({self._pathway.name}, version {self._pathway.version})"
        return _text(f"{name}, {self._trail.patient} on {self._trail.now}" if self._trail else name)

    def track(self, track: Track) -> Iterator[str]:
        line = next(each for each in self._found.tracks if each.name == track.name)
        yield f'    subgraph {_id(track.name)}["{_text(track.say or track.name)}"]'
        yield "        direction TB"
        yield f"        {_id(track.name)}begin@{{shape: start}} --> {_id(track.name, track.start)}"
        self._arrows.append(None)
        for state in line.states:
            yield f"        {self._node(state)}"
        for step in track.transitions:
            for source in step.sources:
                yield f"        {_id(track.name, source)} -->|{step.event}| {_id(track.name, step.to)}"
                self._arrows.append(Move(track.name, source, step.to))
        yield "    end"

    def beside(self) -> Iterator[str]:
        """Put each box to the right of the one before it, by lines that nobody sees."""
        boxes = [_id(track.name) for track in self._found.tracks]
        if self._found.anytime:
            yield f"    anytime_[{_label('in any state', self._prompts(self._found.anytime))}]:::anytime"
            boxes.append("anytime_")
        if len(boxes) > 1:
            yield f"    {' ~~~ '.join(boxes)}"

    def way(self) -> Iterator[str]:
        """Draw the arrows that the patient took."""
        taken = self._trail.moves if self._trail else ()
        numbers = [str(number) for number, move in enumerate(self._arrows) if move in taken]
        if numbers:
            yield f"    linkStyle {','.join(numbers)} {_TAKEN}"

    def _node(self, state: StateLine) -> str:
        here = self._here(state)
        lines = [*([f"here since {here.since}"] if here else []), *self._prompts(state.prompts)]
        if state.also:
            lines.append(f"{'and ' if state.prompts else ''}{len(state.also)} that began before")
        return f"{_id(state.track, state.name)}[{_label(state.name, lines)}]{self._kind(state)}"

    def _prompts(self, prompts: tuple[PromptLine, ...]) -> Iterator[str]:
        """Yield the prompts with a date, each on a line, as many as can be taken in at a glance."""
        # A danger must not be among those that are left out.
        dated = sorted(
            (each for each in prompts if each.tier != "info"), key=lambda each: each.tier != "stop"
        )
        shown = dated if len(dated) <= PROMPTS_SHOWN + 1 else dated[:PROMPTS_SHOWN]
        for each in shown:
            due = self._rules[each.id].due
            yield f"{'STOP ' if each.tier == 'stop' else ''}{each.id}{f', {_short(due)}' if due else ''}"
        if more := len(dated) - len(shown):
            yield f"and {more} more"
        if known := len(prompts) - len(dated):
            yield f"and {known} to know"

    def _here(self, state: StateLine) -> Stay | None:
        """Return since when the patient is in a state; none when they are elsewhere."""
        here = self._trail.here.get(state.track) if self._trail else None
        return here if here and here.state == state.name else None

    def _kind(self, state: StateLine) -> str:
        if self._here(state):
            return ":::here"
        if self._trail and (state.track, state.name) in self._trail.been:
            return ":::been"
        return ":::stay" if state.end else ""


def _short(length: Length) -> str:
    if not length.amount:
        return "same day"
    amount = f"{length.amount} {UNITS[length.unit]}"
    return f"{amount} before" if length.before else amount


def _label(name: str, lines: Iterable[str]) -> str:
    # As Markdown, for the name in bold; and so each line of it is a line.
    return '"`' + "\n".join([f"**{_text(name)}**", *map(_text, lines)]) + '`"'


def _id(*names: str) -> str:
    # Mermaid reads a hyphen as the beginning of an arrow, and `end` as a word of its own.
    return "__".join(name.replace("-", "_") for name in names) + "_"


def _text(text: str) -> str:
    return " ".join(text.translate(_HARMLESS).split())
