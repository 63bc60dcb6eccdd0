"""Promises that can be read off a pathway (guards, lengths, names), or seen in each combination of states."""

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod
from random import Random

from pathways.follow import follow, resume
from pathways.history import Entry
from pathways.lookup import Lookup
from pathways.model import Rule, Transition
from pathways.moments import Length
from pathways.promises import Dated, DueWithin, FreeOf, Leaves, Repeats, Unused
from pathways.proving.days import THE_DAY, ZONE, noon
from pathways.proving.lengths import at_least, at_most
from pathways.proving.search import SEED, Looked
from pathways.proving.ways import Ways
from pathways.scores import expanded, names_behind
from pathways.spans import DAY
from pathways.standing import Standing

MOST_STANDINGS = 2_000


def free_of(lookup: Lookup, claim: FreeOf) -> str:
    """Say which guard on a way into a state names one of the facts; empty when none does."""
    for step in _on_the_way(lookup, claim.track, claim.state):
        named = sorted(set(claim.free_of) & _guarded_by(lookup, step))
        if named:
            return f"`{step.event}` from `{'`, `'.join(step.sources)}` asks for `{named[0]}`"
    return ""


def _on_the_way(lookup: Lookup, track: str, state: str) -> Iterator[Transition]:
    """Yield the transitions into a state, and those that lead on towards it before it was ever entered."""
    ways = Ways(lookup)
    found = lookup.tracks[track]
    before = {found.start}
    waiting = [found.start] if found.start != state else []
    while waiting:
        source = waiting.pop()
        new = {step.to for step in found.transitions if source in step.sources} - before - {state}
        before |= new
        waiting += sorted(new)
    for step in found.transitions:
        towards = ways.lead(track, step.to, state) and before & set(step.sources)
        if step.to == state or towards:
            yield step


def _guarded_by(lookup: Lookup, step: Transition) -> set[str]:
    behind = names_behind(lookup.pathway.scores)
    names = {name for each in step.should for name in expanded(each.that.names, behind)}
    facts = {
        lookup.milestones[stem].fact if prefix == "passed" else stem
        for prefix, _, stem in (name.rpartition(".") for name in names)
    }
    return facts | {*step.needs, *step.needs_new}


def leaves(lookup: Lookup, claim: Leaves) -> tuple[Looked, str]:
    """Leave from every combination of states; return how many these are, and what was not accepted."""
    looked = _looked(lookup, len(claim.leaves))
    for states, standing in standings(lookup):
        for reason in claim.leaves:
            if reason not in lookup.pathway.exits:
                return looked, f"`{reason}` is no exit"
            after = resume(lookup.pathway, standing, [_exit(standing, reason)])
            if (
                after is None
                or after.exit is None
                or after.exit.reason != reason
                or after.prompts
                or after.misfits
            ):
                return looked, f"`{reason}` is not accepted in {_told(states)}"
    return looked, ""


def dated(lookup: Lookup, _: Dated) -> tuple[Looked, str]:
    """Look for something dated with an owner in each combination of states, also after all is dismissed."""
    rule = lookup.pathway.otherwise
    for wrong, why in (
        (rule.tier != "due" or rule.due is None, "is not dated"),
        (not rule.every, "does not repeat"),
        (rule.until is not None, "ends"),
        (rule.lapses is not None, "lapses"),
        (not rule.role, "is for nobody"),
    ):
        if wrong:
            return Looked(), f"`{rule.id}` {why}"
    looked = _looked(lookup, 2)
    for states, standing in standings(lookup):
        for there in (standing, _dismissed(lookup, standing)):
            if not any(each.due_at is not None and each.role for each in there.prompts.values()):
                return looked, f"nothing is dated in {_told(states)}"
    return looked, ""


def standings(lookup: Lookup) -> Iterator[tuple[dict[str, str], Standing]]:
    """Yield every combination of states that the tracks can be in, as the engine has it; a sample of many."""
    ways = Ways(lookup)
    reached = _reached(lookup, ways)
    every = product(*reached)
    if prod(map(len, reached)) > MOST_STANDINGS:
        random = Random(SEED)  # noqa: S311  # nothing secret
        every = (tuple(map(random.choice, reached)) for _ in range(MOST_STANDINGS))  # type: ignore[assignment]
    for states in every:
        there = dict(zip(lookup.tracks, states, strict=True))
        yield there, follow(lookup.pathway, list(_entries(lookup, ways, there)))


def _reached(lookup: Lookup, ways: Ways) -> list[list[str]]:
    return [list(ways.reached(track.name, track.start)) for track in lookup.tracks.values()]


def _looked(lookup: Lookup, times: int) -> Looked:
    """Say how many combinations of states there are and are looked at, each so many times."""
    there = prod(map(len, _reached(lookup, Ways(lookup))))
    return Looked(times * there, times * min(there, MOST_STANDINGS))


def _entries(lookup: Lookup, ways: Ways, states: dict[str, str]) -> Iterator[Entry]:
    at = noon(THE_DAY)
    yield Entry(
        number=1, kind="enrolled", happened_at=at, recorded_at=at, by="", name=lookup.pathway.name, zone=ZONE
    )
    number = 1
    for track, state in states.items():
        source = lookup.tracks[track].start
        for step in ways.shortest(track, source, state) or ():
            number += 1
            yield Entry(
                number=number,
                kind="event",
                happened_at=at,
                recorded_at=at,
                by="",
                name=step.event,
                track=track,
                source=source,
                to=step.to,
            )
            source = step.to


def _exit(standing: Standing, reason: str) -> Entry:
    at = (standing.at or 0) + DAY
    return Entry(number=standing.last + 1, kind="exit", happened_at=at, recorded_at=at, by="", name=reason)


def _dismissed(lookup: Lookup, standing: Standing) -> Standing:
    """Return what is left when every open prompt is dismissed the day after."""
    at = (standing.at or 0) + DAY
    answers = [
        Entry(
            number=standing.last + number,
            kind="answer",
            happened_at=at,
            recorded_at=at,
            by="",
            name="dismiss",
            prompt=prompt.key,
        )
        for number, prompt in enumerate(standing.prompts.values(), start=1)
    ]
    return resume(lookup.pathway, standing, answers) or standing


def due_within(lookup: Lookup, claim: DueWithin) -> str:
    """Say in what way a prompt is not due as promised; empty when it is."""
    rule = lookup.rules[claim.due]
    if rule.counted_from != claim.of:
        return f"`{rule.id}` is counted from `{rule.counted_from}`, not from `{claim.of}`"
    if rule.due is None and rule.tier != "stop":
        return f"`{rule.id}` is never due"
    due = rule.due or rule.opens or Length(0, "day")
    if not at_most(due, claim.within):
        return f"`{rule.id}` is due {due} after `{claim.of}`, not within {claim.within}"
    if claim.not_before and not (rule.opens and at_least(rule.opens, claim.not_before)):
        opens = f"{rule.opens} after it" if rule.opens else "when it is wanted"
        return f"`{rule.id}` opens {opens}, which may be earlier than {claim.not_before}"
    return ""


def repeats(lookup: Lookup, claim: Repeats) -> str:
    """Say in what way a prompt does not repeat as promised; empty when it does."""
    rule = lookup.rules[claim.repeats]
    if not rule.every:
        return f"`{rule.id}` does not repeat"
    late = [each for each in rule.every if not at_most(each, claim.within)]
    if late:
        return f"`{rule.id}` repeats after {late[0]}, not within {claim.within}"
    if rule.until and (claim.until is None or not at_least(rule.until, claim.until)):
        return (
            f"`{rule.id}` repeats for {rule.until}, not {f'for {claim.until}' if claim.until else 'for good'}"
        )
    return ""


def unused(lookup: Lookup, claim: Unused) -> str:
    """Say which of some names is used after all; empty when none is."""
    there = dict(_names(lookup))
    for name in claim.unused:
        if name in there:
            return f"`{name}` is a {there[name]} of this pathway"
    return ""


def _names(lookup: Lookup) -> Iterator[tuple[str, str]]:
    pathway = lookup.pathway
    named: Iterable[tuple[str, Iterable[str]]] = (
        ("part", (each.name for each in pathway.parts)),
        ("fact", lookup.facts),
        ("milestone", lookup.milestones),
        ("score", lookup.scores),
        ("track", lookup.tracks),
        ("state", (state.name for track in pathway.tracks for state in track.states)),
        ("event", lookup.events),
        ("banner", (each.id for each in pathway.banners)),
        ("prompt", _ids(pathway.rules)),
    )
    for kind, names in named:
        for name in names:
            yield name, kind


def _ids(rules: Iterable[Rule]) -> Iterator[str]:
    return (rule.id for rule in rules)


def _told(states: dict[str, str]) -> str:
    return " and ".join(f"`{track}` `{state}`" for track, state in states.items())
