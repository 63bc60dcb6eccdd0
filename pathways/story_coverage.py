"""What of a pathway its stories touch, and what none of them does."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from pathways.model import Pathway, Rule
from pathways.stories import Played

KINDS = (
    "states",
    "transitions",
    "refusals",
    "prompts",
    "escalations",
    "repeats",
    "banners",
    "exits",
)


class Coverage(Struct, frozen=True, kw_only=True):
    """Of one kind of thing, how many there are, how many some story touches, and which none does.

    A percentage is rounded down, so that 100 is all of them; of nothing, 100 percent are touched.
    """

    kind: str
    there: int
    touched: int
    percent: int
    untouched: tuple[str, ...]


def coverage(pathway: Pathway, played: Iterable[Played]) -> tuple[Coverage, ...]:
    """Work out how much of a pathway stories touch, kind by kind."""
    every = things(pathway)
    touched: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for each in played:
        for kind, names in touched_by(pathway, each).items():
            touched[kind] |= names
    return tuple(_coverage(kind, every[kind], touched[kind]) for kind in KINDS)


def things(pathway: Pathway) -> dict[str, list[str]]:
    """Name everything a story can touch, in the order of the file.

    The net below all others, `otherwise`, is left out: a file that covers every state never needs it.
    """
    steps = [step for track in pathway.tracks for step in track.transitions]
    return {
        "states": [_state(track.name, state.name) for track in pathway.tracks for state in track.states],
        "transitions": [_transition(step.event, source) for step in steps for source in step.sources],
        "refusals": _once(step.event for step in steps if step.needs or step.needs_new or step.should),
        "prompts": [rule.id for rule in pathway.rules],
        "escalations": [name for rule in pathway.rules for name in _escalations(rule)],
        "repeats": [rule.id for rule in pathway.rules if rule.every],
        "banners": [banner.id for banner in pathway.banners],
        "exits": list(pathway.exits),
    }


def touched_by(pathway: Pathway, played: Played) -> Mapping[str, set[str]]:
    """Name what one story touches, as `things` does."""
    escalations = {rule.id: list(_escalations(rule)) for rule in pathway.rules}
    return {
        "states": {_state(*each) for each in played.states},
        "transitions": {_transition(*each) for each in played.transitions},
        "refusals": set(played.refused),
        "prompts": set(played.rules),
        "escalations": {escalations[rule][step] for rule, step in played.told if rule in escalations},
        "repeats": set(played.repeated),
        "banners": set(played.banners),
        "exits": set(played.exits),
    }


def _coverage(kind: str, every: list[str], touched: set[str]) -> Coverage:
    untouched = tuple(name for name in every if name not in touched)
    found = len(every) - len(untouched)
    percent = 100 * found // len(every) if every else 100
    return Coverage(kind=kind, there=len(every), touched=found, percent=percent, untouched=untouched)


def _state(track: str, state: str) -> str:
    return f"{track}.{state}"


def _transition(event: str, source: str) -> str:
    return f"{event} from {source}"


def _escalations(rule: Rule) -> Iterator[str]:
    for step in rule.then:
        yield f"{rule.id} tells {step.tell} after {step.after}"


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
