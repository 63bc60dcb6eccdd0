"""Judging an event when it is recorded: what the state allows, what is missing, what is warned of.

Guards are judged once, by the standing of that moment; `follow` never judges them again.
"""

from collections.abc import Sequence
from difflib import get_close_matches

from msgspec import Struct

from pathways import recorded
from pathways.errors import NotFound, Refused
from pathways.history import Entry, in_force
from pathways.lookup import lookup_of
from pathways.model import Pathway, Should, Transition
from pathways.moments import Moment, day_of
from pathways.standing import Standing, TrackState
from pathways.step import Step, as_cel, is_known, values


class Verdict(Struct, frozen=True, kw_only=True):
    """What stands between a patient and one transition.

    `missing` are facts that must be recorded, `stale` facts that must be recorded anew, `warnings` the
    `should` that are not met or not known to be, `unasked` what is asked for and may stay unknown.
    """

    transition: Transition
    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    warnings: tuple[Should, ...] = ()
    unasked: tuple[str, ...] = ()


class NoSuchEvent(NotFound):
    """An event that the pathway does not have at all."""

    def __init__(self, pathway: Pathway, event: str) -> None:
        known = [step.event for track in pathway.tracks for step in track.transitions]
        close = get_close_matches(event, known, n=1)
        meant = f" Did you mean {close[0]!r}?" if close else ""
        options = ", ".join(dict.fromkeys(known))
        super().__init__(f"{pathway.name} has no event {event!r}.{meant} Its events: {options}.")


class NotAllowedHere(Refused):
    """An event that the present state does not have."""

    def __init__(self, event: str, track: str, state: str, allowed: Sequence[str]) -> None:
        self.event, self.track, self.state, self.allowed = event, track, state, tuple(allowed)
        options = ", ".join(allowed) or f"nothing on the track {track}"
        super().__init__(f"Cannot {event!r} while {track} is {state!r}. Possible now: {options}.")


def with_facts(pathway: Pathway, standing: Standing, entries: Sequence[Entry], at: Moment) -> Standing:
    """Return a standing in which the facts among some entries are known too, and nothing else changed."""
    facts = [entry for entry in entries if entry.kind == "fact"]
    step = Step(lookup_of(pathway), standing, at, in_force(facts))
    recorded.apply(step)
    return step.standing()


def possible(pathway: Pathway, standing: Standing) -> list[Transition]:
    """List the transitions that the present states have, in the order of the file."""
    return [
        step
        for track in pathway.tracks
        for step in track.transitions
        if track.name in standing.tracks and standing.tracks[track.name].state in step.sources
    ]


def judge(pathway: Pathway, standing: Standing, event: str, at: Moment, fresh: Sequence[str] = ()) -> Verdict:
    """Say what an event still needs in a standing; `fresh` are the facts recorded with it.

    Raises `NoSuchEvent`, or `NotAllowedHere` when the state does not have the event.
    """
    found = lookup_of(pathway).events.get(event)
    if not found:
        raise NoSuchEvent(pathway, event)
    track = standing.tracks[found[0].track]
    for step in found:
        if track.state in step.sources:
            return verdict(pathway, standing, step, at, fresh)
    allowed = lookup_of(pathway).machines.events(found[0].track, track.state)
    raise NotAllowedHere(event, found[0].track, track.state, allowed)


def verdict(
    pathway: Pathway, standing: Standing, step: Transition, at: Moment, fresh: Sequence[str] = ()
) -> Verdict:
    """Say what one transition still needs in a standing."""
    lookup = lookup_of(pathway)

    def known(fact: str) -> bool:
        return is_known(lookup, standing.facts, standing.bookings, fact)

    track = standing.tracks[step.track]
    return Verdict(
        transition=step,
        missing=tuple(fact for fact in step.needs if not known(fact)),
        stale=tuple(
            fact for fact in step.needs_new if fact not in fresh and not _since(standing, track, fact)
        ),
        warnings=tuple(each for each in step.should if not _met(pathway, standing, each, at)),
        unasked=tuple(fact for fact in step.asks if not known(fact)),
    )


def _since(standing: Standing, track: TrackState, fact: str) -> bool:
    """Say whether a fact was recorded since the track entered its state."""
    known = standing.facts.get(fact)
    return known is not None and known.since >= track.entered_at


def _met(pathway: Pathway, standing: Standing, should: Should, at: Moment) -> bool:
    lookup = lookup_of(pathway)
    passed = {name: passes_at <= at for name, passes_at in standing.passes.items()}
    seen = values(lookup, standing.tracks, standing.facts, standing.bookings, passed)
    seen["at"] = as_cel(day_of(at, standing.zone))
    return lookup.judge.judge(should.that, lookup.judge.view(seen)) is True
