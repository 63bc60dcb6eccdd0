"""What was said to a prompt that is still there, in a few words. `carepath today` asks it: nothing slow."""

from collections.abc import Iterator
from typing import Protocol

from caseload.local_times import LocalTime


class Answered(Protocol):
    """What lists and pages know of the answers to a prompt."""

    @property
    def seen(self) -> LocalTime | None: ...
    @property
    def seen_by(self) -> str: ...
    @property
    def acknowledged(self) -> LocalTime | None: ...
    @property
    def acknowledged_by(self) -> str: ...
    @property
    def acting_by(self) -> str: ...
    @property
    def acting_until(self) -> LocalTime | None: ...
    @property
    def could_not(self) -> str: ...
    @property
    def snoozed_until(self) -> LocalTime | None: ...


def answered(prompt: Answered, now: LocalTime) -> str:
    """Say in brackets what was said of a prompt: who has it in hand, why it could not be done."""
    said = "; ".join(_said(prompt, now))
    return f" ({said})" if said else ""


def _said(prompt: Answered, now: LocalTime) -> Iterator[str]:
    if prompt.acting_by:
        yield _acting(prompt, now)
    elif prompt.acknowledged:
        by = f" by {prompt.acknowledged_by}" if prompt.acknowledged_by else ""
        yield f"acknowledged {prompt.acknowledged}{by}"
    elif prompt.seen:
        yield f"seen {prompt.seen} by {prompt.seen_by}"
    if prompt.could_not:
        yield f"could not be done: {prompt.could_not}"
    if prompt.snoozed_until and prompt.snoozed_until.at > now.at:
        yield f"put off until {prompt.snoozed_until}"


def _acting(prompt: Answered, now: LocalTime) -> str:
    until = prompt.acting_until
    if until is None:
        return f"{prompt.acting_by} is on it"
    if until.at <= now.at:
        return f"{prompt.acting_by} was on it until {until}; that has passed"
    return f"{prompt.acting_by} is on it, until {until}"
