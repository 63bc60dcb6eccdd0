"""The sums behind the moments of a prompt, in words: `begun_on 2026-10-03 + 14 days = 2026-10-17`.

A prompt keeps what it was counted from, so each sum is done again here, and said only if it comes out.
"""

from collections.abc import Iterator
from datetime import date

from pathways import counting
from pathways.calendars import Calendar, Place
from pathways.condition_words import listed
from pathways.model import Rule
from pathways.moments import Length, day_of, shown
from pathways.standing import Prompt


def sums(rule: Rule, prompt: Prompt, place: Place, said: str, *, again: bool) -> tuple[str, ...]:
    """Say how a prompt came to its moments.

    `said` is what it is counted from, in words; `again` that it came by an interval after another.
    """
    return tuple(_lines(rule, prompt, place, said, again=again))


def _lines(rule: Rule, prompt: Prompt, place: Place, said: str, *, again: bool) -> Iterator[str]:
    if prompt.counted is None:
        yield from _uncounted(prompt, place, said)
    elif not again:
        yield _opens(prompt, rule.opens, place, said)
        yield _due(prompt, rule.due, place, said)
    else:
        interval = _interval(rule, prompt, place)
        yield _opens_again(rule, prompt, interval, place, said)
        yield _due(prompt, interval if rule.due else None, place, said)
    if prompt.lapses_at is not None:
        late = "due" if prompt.due_at is not None and prompt.opens_at < prompt.due_at else "opening"
        at = shown(prompt.lapses_at, place.zone)
        yield f"lapses: {late} + {rule.lapses}{_over_late(rule, prompt, place)} has passed at {at}"


def _uncounted(prompt: Prompt, place: Place, said: str) -> Iterator[str]:
    yield f"opens: {said} is not known, so at once: {shown(prompt.opens_at, place.zone)}"
    if prompt.due_on is not None:
        over = f"overdue from {shown(prompt.due_at or 0, place.zone)}"
        yield f"due: on the day it began, {prompt.due_on}, until {said} is known; {over}"


def _opens(prompt: Prompt, after: Length | None, place: Place, said: str) -> str:
    at = shown(prompt.opens_at, place.zone)
    if after is None or prompt.counted is None:
        return f"opens: when it began, {at}"
    planned = counting.opening(prompt.counted, after, place)
    total = f"opens: {said}{_and(after, prompt, place)} = {_shown(planned, after, place)}"
    return total if planned == prompt.opens_at else f"{total}; it began after that, so it opened then: {at}"


def _opens_again(rule: Rule, prompt: Prompt, interval: Length, place: Place, said: str) -> str:
    at = shown(prompt.opens_at, place.zone)
    if rule.due is None:
        return f"opens again: {said}{_and(interval, prompt, place)} = {at}"
    return f"opens again: as long before it is due as the first time, {at}"


def _due(prompt: Prompt, after: Length | None, place: Place, said: str) -> str:
    if prompt.due_at is None:
        return "due: never, it only informs"
    over = shown(prompt.due_at, place.zone)
    if after is None:
        return f"due: on the day it opens, {prompt.due_on}, being a stop; overdue from {over}"
    if prompt.due_on is None:
        return f"due: {said}{_and(after, prompt, place)} = {over}; overdue from then"
    return f"due: {said}{_and(after, prompt, place)} = {prompt.due_on}, in {place.zone}; overdue from {over}"


def _interval(rule: Rule, prompt: Prompt, place: Place) -> Length:
    """Find the interval by which an occurrence came after the one before it."""
    for interval in rule.every:
        if prompt.counted and _comes_out(
            counting.repeat(rule, interval, prompt.counted, prompt.began_at, place), prompt
        ):
            return interval
    return rule.every[-1] if rule.every else counting.NO_LENGTH


def _comes_out(schedule: counting.Schedule, prompt: Prompt) -> bool:
    return (schedule.opens_at, schedule.due_at) == (prompt.opens_at, prompt.due_at)


def _and(after: Length, prompt: Prompt, place: Place) -> str:
    plain = Length(after.amount, after.unit)
    over = passed_over(after, prompt.counted.on, place.days) if prompt.counted else ""
    return f" {'-' if after.before else '+'} {plain}{over}"


def _over_late(rule: Rule, prompt: Prompt, place: Place) -> str:
    late = max(prompt.due_on or date.min, day_of(prompt.opens_at, place.zone))
    return passed_over(rule.lapses, late, place.days) if rule.lapses else ""


def passed_over(after: Length, on: date, calendar: Calendar) -> str:
    """Say of working days where somebody counting on a wall calendar would go wrong, or carepath may have."""
    if after.unit != "working day":
        return ""
    lands = calendar.add(on, after.amount, before=after.before)
    names = list(dict.fromkeys(name for _, name in calendar.skipped(on, lands)))
    years = list(map(str, calendar.unknown_years(on, lands)))
    said = [f"{listed(names, 'and')} skipped"] if names else []
    said += [f"no holidays of {listed(years, 'and')} are known"] if years else []
    return f" ({'; '.join(said)})" if said else ""


def _shown(moment: int, after: Length, place: Place) -> str:
    return shown(moment, place.zone) if after.exact else str(day_of(moment, place.zone))
