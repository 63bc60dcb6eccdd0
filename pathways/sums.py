"""The sums behind the moments of a prompt, in words: `begun_on 2026-10-03 + 14 days = 2026-10-17`.

A prompt keeps what it was counted from, so each sum is done again here, and said only if it comes out.
"""

from collections.abc import Iterator

from pathways import counting
from pathways.model import Rule
from pathways.moments import Length, day_of, shown
from pathways.standing import Prompt


def sums(rule: Rule, prompt: Prompt, zone: str, said: str, *, again: bool) -> tuple[str, ...]:
    """Say how a prompt came to its moments.

    `said` is what it is counted from, in words; `again` that it came by an interval after another.
    """
    return tuple(_lines(rule, prompt, zone, said, again=again))


def _lines(rule: Rule, prompt: Prompt, zone: str, said: str, *, again: bool) -> Iterator[str]:
    if prompt.counted is None:
        yield from _uncounted(prompt, zone, said)
    elif not again:
        yield _opens(prompt, rule.opens, zone, said)
        yield _due(prompt, rule.due, zone, said)
    else:
        interval = _interval(rule, prompt, zone)
        yield _opens_again(rule, prompt, interval, zone, said)
        yield _due(prompt, interval if rule.due else None, zone, said)
    if prompt.lapses_at is not None:
        late = "due" if prompt.due_at is not None and prompt.opens_at < prompt.due_at else "opening"
        at = shown(prompt.lapses_at, zone)
        yield f"lapses: {late} + {rule.lapses} has passed at {at}"


def _uncounted(prompt: Prompt, zone: str, said: str) -> Iterator[str]:
    yield f"opens: {said} is not known, so at once: {shown(prompt.opens_at, zone)}"
    if prompt.due_on is not None:
        over = f"overdue from {shown(prompt.due_at or 0, zone)}"
        yield f"due: on the day it began, {prompt.due_on}, until {said} is known; {over}"


def _opens(prompt: Prompt, after: Length | None, zone: str, said: str) -> str:
    at = shown(prompt.opens_at, zone)
    if after is None or prompt.counted is None:
        return f"opens: when it began, {at}"
    planned = counting.opening(prompt.counted, after, zone)
    total = f"opens: {said}{_and(after)} = {_shown(planned, after, zone)}"
    return total if planned == prompt.opens_at else f"{total}; it began after that, so it opened then: {at}"


def _opens_again(rule: Rule, prompt: Prompt, interval: Length, zone: str, said: str) -> str:
    at = shown(prompt.opens_at, zone)
    if rule.due is None:
        return f"opens again: {said}{_and(interval)} = {at}"
    return f"opens again: as long before it is due as the first time, {at}"


def _due(prompt: Prompt, after: Length | None, zone: str, said: str) -> str:
    if prompt.due_at is None:
        return "due: never, it only informs"
    over = shown(prompt.due_at, zone)
    if after is None:
        return f"due: on the day it opens, {prompt.due_on}, being a stop; overdue from {over}"
    if prompt.due_on is None:
        return f"due: {said}{_and(after)} = {over}; overdue from then"
    return f"due: {said}{_and(after)} = {prompt.due_on}, in {zone}; overdue from {over}"


def _interval(rule: Rule, prompt: Prompt, zone: str) -> Length:
    """Find the interval by which an occurrence came after the one before it."""
    for interval in rule.every:
        if prompt.counted and _comes_out(
            counting.repeat(rule, interval, prompt.counted, prompt.began_at, zone), prompt
        ):
            return interval
    return rule.every[-1] if rule.every else counting.NO_LENGTH


def _comes_out(schedule: counting.Schedule, prompt: Prompt) -> bool:
    return (schedule.opens_at, schedule.due_at) == (prompt.opens_at, prompt.due_at)


def _and(after: Length) -> str:
    return (
        f" - {after.amount} {after.unit}{'' if after.amount == 1 else 's'}" if after.before else f" + {after}"
    )


def _shown(moment: int, after: Length, zone: str) -> str:
    return shown(moment, zone) if after.exact else str(day_of(moment, zone))
