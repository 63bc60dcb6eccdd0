"""Which part of what a rule wants holds, does not, or is unknown, and what would change that.

Pure: a pathway, a standing, and the moment for which somebody asks.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from pathways.conditions import Compiler
from pathways.lookup import Lookup, lookup_of
from pathways.model import Pathway, Rule
from pathways.moments import shown
from pathways.sight import Seen, Sight
from pathways.standing import Booking
from pathways.terms import Condition

Wants: TypeAlias = Literal["while", "when", "booking", "done_when", "needs", "needs_new"]

# What splits a condition, or hides what would: texts, brackets, and the operators themselves.
_WORDS = re.compile(r""""[^"\n]*"|'[^'\n]*'|&&|\|\||[()\[\]?]""")


class Part(Struct, frozen=True, kw_only=True):
    """One part of what a rule wants: whether it holds (none: unknown), what it looks at.

    `change` says what would change a part that does not hold.
    """

    part: Wants
    text: str
    holds: bool | None
    seen: tuple[Seen, ...] = ()
    change: str = ""


def wanted(pathway: Pathway, sight: Sight, rule: Rule) -> list[Part]:
    """Take apart what must hold for a rule to be wanted: its booking, its `while`, its `when`."""
    parts = [_live(sight.booking)] if sight.booking else []
    parts += [_during(sight, track, states) for track, states in rule.during]
    return [*parts, *(_parts(pathway, sight, "when", rule.when) if rule.when else ())]


def act(pathway: Pathway, sight: Sight, rule: Rule) -> list[Part]:
    """Take apart the act that ends a prompt of a rule, as if anything on record would do."""
    parts = [*(_parts(pathway, sight, "done_when", rule.done_when) if rule.done_when else ())]
    parts += [_need(sight, "needs", fact) for fact in rule.needs]
    return [*parts, *(_need(sight, "needs_new", fact) for fact in rule.needs_new)]


def conjuncts(text: str) -> list[str]:
    """Split a condition at its outermost `&&`; one with an outermost `||` or `?` is left whole."""
    cuts, depth = [0], 0
    for found in _WORDS.finditer(text):
        word = found[0]
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(word, 0)
        if depth == 0 and word in {"||", "?"}:
            return [text]
        if depth == 0 and word == "&&":
            cuts += [found.start(), found.end()]
    cuts.append(len(text))
    return [text[cuts[at] : cuts[at + 1]].strip() for at in range(0, len(cuts), 2)]


def unknown_facts(pathway: Pathway, parts: Iterable[Part]) -> list[str]:
    """Name the facts whose being unknown leaves some part unknown, in the order of the parts."""
    lookup = lookup_of(pathway)
    unknown = (each for part in parts if part.holds is None for each in part.seen)
    facts = dict.fromkeys(fact for each in unknown for fact in each.lacks)
    return [name for name in facts if name in lookup.facts]


def _live(booking: Booking) -> Part:
    live = not booking.ended
    seen = Seen(
        name="booking", known=True, shown=booking.ended or "live", since=booking.since, entry=booking.entry
    )
    return Part(
        part="booking",
        text=f"the booking for {booking.on} is live",
        holds=live,
        seen=(seen,),
        change="" if live else "book it again",
    )


def _during(sight: Sight, track: str, states: tuple[str, ...]) -> Part:
    state = sight.track(track)
    holds = state.shown in states
    return Part(
        part="while",
        text=f"{track} is {' or '.join(states)}",
        holds=holds,
        seen=(state,),
        change="" if holds else _ways(sight.lookup, track, state.shown, states),
    )


def _need(sight: Sight, part: Wants, fact: str) -> Part:
    known = sight.known(fact)
    return Part(
        part=part, text=fact, holds=known, seen=(sight.fact(fact),), change="" if known else f"record {fact}"
    )


def _parts(pathway: Pathway, sight: Sight, part: Wants, condition: Condition) -> Iterator[Part]:
    """Yield the parts of a condition that must all hold."""
    texts = conjuncts(condition.text)
    compiled = [condition] if len(texts) == 1 else _compiled(pathway, texts, this=sight.booking is not None)
    for each in compiled:
        holds, seen = sight.judge(each), sight.all(each.names)
        change = "" if holds else _change(sight, seen, holds=holds)
        yield Part(part=part, text=each.text, holds=holds, seen=seen, change=change)


def _compiled(pathway: Pathway, texts: Iterable[str], *, this: bool) -> list[Condition]:
    lookup = lookup_of(pathway)
    tracks = {track.name: [state.name for state in track.states] for track in pathway.tracks}
    compiler = Compiler(lookup.facts, tracks, lookup.milestones, lookup.totals)
    return [compiler.compile(text, this=this) for text in texts]


def _change(sight: Sight, seen: tuple[Seen, ...], *, holds: bool | None) -> str:
    if holds is None:
        facts = dict.fromkeys(fact for each in seen for fact in each.lacks)
        return f"record {' and '.join(facts)}" if facts else ""
    others = [each.name.removeprefix("known.") for each in seen if each.passes_at is None]
    by_itself = [
        f"{each.name} by itself at {shown(each.passes_at, sight.standing.zone)}"
        for each in seen
        if each.passes_at is not None and each.passes_at > sight.at
    ]
    return f"a change of {' or '.join(dict.fromkeys([*others, *by_itself]))}"


def _ways(lookup: Lookup, track: str, state: str, states: tuple[str, ...]) -> str:
    """Say how a track comes from one state into one of some others."""
    events = [
        f"{each.event} leads to {each.to}"
        for each in lookup.tracks[track].transitions
        if state in each.sources and each.to in states
    ]
    return "; ".join(events) or f"no event leads there from {state} in one step"
