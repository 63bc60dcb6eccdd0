"""A pathway as a Mermaid state diagram: one box a track, side by side."""

from collections.abc import Iterator

from pathways.model import Pathway, Track


def mermaid(pathway: Pathway) -> Iterator[str]:
    """Write the lines of the diagram."""
    yield "---"
    yield f"title: {_text(pathway.title)} ({pathway.name}, version {pathway.version})"
    yield "---"
    yield "stateDiagram-v2"
    yield "    direction LR"
    for track in pathway.tracks:
        yield from _track(track)


def _track(track: Track) -> Iterator[str]:
    yield f'    state "{_text(track.say or track.name)}" as {_id(track.name)} {{'
    yield "        direction TB"
    for state in track.states:
        yield f'        state "{_text(state.name)}" as {_id(track.name, state.name)}'
    yield f"        [*] --> {_id(track.name, track.start)}"
    for step in track.transitions:
        for source in step.sources:
            yield f"        {_id(track.name, source)} --> {_id(track.name, step.to)}: {_text(step.event)}"
    for state in track.states:
        if state.end:
            yield f"        {_id(track.name, state.name)} --> [*]"
    yield "    }"


def _id(*names: str) -> str:
    # Mermaid reads a hyphen as the beginning of an arrow, and `end` as a word of its own.
    return "__".join(name.replace("-", "_") for name in names) + "_"


def _text(text: str) -> str:
    # A quotation mark ends a label, a colon begins one.
    return " ".join(text.replace('"', "'").replace(":", ",").replace(";", ",").replace("#", "").split())
