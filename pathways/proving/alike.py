"""Whether a spoilt pathway differs from the sound one at all: a change of the text may change nothing."""

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from pathways.model import Banner, Pathway, Rule
from pathways.proving.days import Combination
from pathways.proving.opening import Opening
from pathways.proving.search import Demand, Search
from pathways.proving.spaces import Slice, booking_of

_Named = TypeVar("_Named", Rule, Banner)
_Answer: TypeAlias = Callable[[Combination], object]


def alike(opening: Opening, sound: Pathway) -> bool:
    """Say whether a pathway prompts and shows the same as another in every combination.

    Only for one prompt or banner whose `while`, `when` or `done_when` differ; of all else the answer is no.
    """
    spoilt = opening.lookup.pathway
    rules = _different(spoilt.rules, sound.rules)
    banners = _different(spoilt.banners, sound.banners)
    match rules, banners:
        case [(one, other)], []:
            return _same_prompts(opening, one, other)
        case [], [(one, other)]:
            when = [each.when for each in (one, other)]
            names = {name for each in when for name in opening.tables.names(each, "")}
            slice_ = Slice(opening.tables).condition(when[0]).condition(when[1])
            return _never_differ(slice_, names, [_shown(opening, each) for each in (one, other)])
    return False


def _different(those: Sequence[_Named], others: Sequence[_Named]) -> list[tuple[_Named, _Named]]:
    """Pair what has the same place and another content; what is missing is no pair, and nothing alike."""
    if len(those) != len(others):
        return []
    return [(one, other) for one, other in zip(those, others, strict=True) if one != other]


def _same_prompts(opening: Opening, one: Rule, other: Rule) -> bool:
    # Where a prompt is counted from the day its stay began, other states are another count.
    if one.counted_from.kind == "entered" or _rest(one) != _rest(other):
        return False
    booking = booking_of(one)
    names = {track for rule in (one, other) for track, _ in rule.during} | {*one.needs}
    for rule in (one, other):
        for condition in (rule.when, rule.done_when):
            names |= {*opening.tables.names(condition, booking)} if condition else set()
    asked = [_prompting(opening, each) for each in (one, other)]
    return _never_differ(opening.slice(one, other), names, asked)


def _rest(rule: Rule) -> tuple[object, ...]:
    """Return all of a rule but what is compared by its answers."""
    kept = (field for field in rule.__struct_fields__ if field not in ("during", "when", "done_when"))
    return tuple(getattr(rule, field) for field in kept)


def _prompting(opening: Opening, rule: Rule) -> _Answer:
    """Answer whether a rule prompts: it is wanted, and its act is not on record, or it is never raised."""

    def answer(at: Combination) -> object:
        if any(at[track] not in states for track, states in rule.during):
            return False
        done = rule.has_act and not rule.needs_new and opening.done(rule, at)
        return False if done else opening.tables.answer(rule.when, at, booking_of(rule))

    return answer


def _shown(opening: Opening, banner: Banner) -> _Answer:
    return lambda at: opening.tables.answer(banner.when, at)


def _never_differ(slice_: Slice, names: set[str], answers: Sequence[_Answer]) -> bool:
    one, other = answers
    differ = Demand(tuple(sorted(names)), lambda at: one(at) != other(at))
    search = Search(slice_.space(exact=True), [differ])
    return not search.some() and search.looked.all
