"""When a prompt is wanted, by when it is due and what ends it, in plain words."""

from collections.abc import Iterator

from pathways.condition_words import in_words, listed
from pathways.model import Pathway, Rule, Snooze
from pathways.moments import Length
from pathways.terms import Count

_IN_DAYS = {"day": 1, "week": 7}
_IN_WORKING_DAYS = {"working day": 1}
_IN_MONTHS = {"month": 1, "year": 12}
_IN_MINUTES = {"minute": 1, "hour": 60}


def timing(rule: Rule) -> str:
    """Say by when a prompt is due, when it opens, who else is told, and how it repeats."""
    return ", ".join(
        [*_dates(rule), *_escalations(rule), *_repeats(rule), *_ends_alone(rule), *_snooze(rule)]
    )


def during(rule: Rule, but: str = "") -> str:
    """Say in which states a prompt is wanted; those of the track `but` are said elsewhere."""
    states = [f"{track} is {listed(names, 'or')}" for track, names in rule.during if track != but]
    return " and ".join(states)


def act(pathway: Pathway, rule: Rule) -> str:
    """Say what ends a prompt as done."""
    parts = []
    if rule.needs:
        parts.append(f"{listed(rule.needs, 'and')} {_are(rule.needs)} on record")
    if rule.needs_new:
        parts.append(f"{listed(rule.needs_new, 'and')} {_are(rule.needs_new)} recorded anew")
    if rule.done_when:
        parts.append(in_words(pathway, rule.done_when))
    if parts:
        return ", and ".join(parts)
    return "somebody has seen it" if rule.tier == "info" else "somebody says that it is done"


def count_in_words(length: Length, count: Count) -> str:
    """Say which day (or moment) lies a length after what a prompt is counted from."""
    if count.kind == "met":
        return "the same day" if not length.amount else f"within {length}"
    if count.kind == "entered":
        return "on the day of entering" if not length.amount else f"within {length} of entering"
    if not length.amount:
        return f"on the day {_on(count)}"
    plain = Length(length.amount, length.unit)
    return f"{plain} {'before' if length.before else 'after'} {_of(count)}"


def counted_in_words(count: Count) -> str:
    """Say what something is counted from."""
    words = {"met": "it is wanted", "entered": "its states are entered"}
    return words.get(count.kind) or _of(count)


def every_in_words(every: tuple[Length, ...]) -> str:
    """Say how a prompt repeats."""
    *first, last = every
    steps = [f"after {each}" for each in first] + [f"every {last.unit if last.amount == 1 else last}"]
    return f"repeats {', then '.join(steps)}"


def _dates(rule: Rule) -> Iterator[str]:
    count, opens = rule.counted_from, rule.opens
    if rule.due is None:
        if opens is not None:
            said = _from(opens, count)
            yield said if said.startswith("after") else f"from {said.removeprefix('on ')} on"
        elif rule.tier == "info":
            yield "no date" if count.kind == "met" else f"from the day {_on(count)} on"
        if rule.tier == "stop":
            yield "the same day" if opens is None else "due the day it opens"
        return
    yield count_in_words(rule.due, count)
    if opens is not None:
        yield _opens(opens, rule.due, count)


def _opens(opens: Length, due: Length, count: Count) -> str:
    if opens == due:
        return "opens that day"
    scales = [
        scale for scale in (_IN_MINUTES, _IN_DAYS, _IN_WORKING_DAYS, _IN_MONTHS) if _both(opens, due, scale)
    ]
    for scale in scales[:1]:
        smallest = min((each.unit for each in (opens, due) if each.amount), key=lambda unit: scale[unit])
        between = _signed(due, scale) - _signed(opens, scale)
        apart, rest = divmod(between, scale[smallest])
        return f"opens {Length(between if rest else apart, smallest)} earlier"
    return f"opens {_from(opens, count)}"


def _both(opens: Length, due: Length, scale: dict[str, int]) -> bool:
    """Say whether so much lies between two lengths, whatever day they are counted from.

    Working days to either side of a Sunday, or of the day itself, are fewer than their sum.
    """
    if scale == _IN_WORKING_DAYS:
        return opens.unit in scale and due.unit in scale and opens.before == due.before
    return all(each.unit in scale or not each.amount for each in (opens, due))


def _from(opens: Length, count: Count) -> str:
    """Say from when on, where nothing counts back from a day that is due."""
    said = count_in_words(opens, count)
    return f"after {said.removeprefix('within ').replace(' of ', ' since ')}" if "within" in said else said


def _signed(length: Length, scale: dict[str, int]) -> int:
    return (-1 if length.before else 1) * length.amount * scale.get(length.unit, 0)


def _escalations(rule: Rule) -> Iterator[str]:
    if rule.then:
        yield f"then {', '.join(f'the {each.tell} after {each.after}' for each in rule.then)}"


def _repeats(rule: Rule) -> Iterator[str]:
    if rule.every:
        until = f" until {_limit(rule.until, rule.counted_from)}" if rule.until else ""
        yield f"{every_in_words(rule.every)}{until}"


def _limit(until: Length, count: Count) -> str:
    said = count_in_words(until, count)
    return f"{until} have passed" if said.startswith("within") else said


def _ends_alone(rule: Rule) -> Iterator[str]:
    if rule.lapses:
        yield f"lapses unanswered {rule.lapses} later"


def _snooze(rule: Rule) -> Iterator[str]:
    snooze = rule.snooze
    if rule.tier == "stop" or snooze == Snooze():
        return
    often = {1: "once", 2: "twice"}.get(snooze.times, f"{snooze.times} times")
    limit = (
        f", to {snooze.never_past}{'' if snooze.never_past.before else ' after'} its due at the latest"
        if snooze.never_past
        else ""
    )
    yield f"may be put off {often}, {snooze.most} at most{limit}" if snooze.times else "cannot be put off"


def _of(count: Count) -> str:
    match count.kind:
        case "state":
            return f"entering {count.state}"
        case "recorded":
            return f"{count.name} was last recorded"
        case "booking":
            return f"each {count.name}"
    return count.name


def _on(count: Count) -> str:
    match count.kind:
        case "state" | "entered":
            return f"of {_of(count) if count.state else 'entering'}"
        case "recorded":
            return f"{count.name} is recorded"
    return f"of {_of(count)}"


def _are(facts: tuple[str, ...]) -> str:
    return "is" if len(facts) == 1 else "are"
