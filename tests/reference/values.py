"""What the second reading finds, and the same things picked out of a `Standing`, for `==` to compare."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from pathways.history import Entry, PromptKey
from pathways.standing import Prompt, Standing


@dataclass(frozen=True)
class ReferencePrompt:
    """A prompt as the rules have it; `missing` is told for those that have not ended."""

    key: PromptKey
    tier: str
    role: str
    began_at: int
    opens_at: int
    due_at: int | None = None
    due_on: date | None = None
    lapses_at: int | None = None
    escalates: tuple[tuple[int, str], ...] = ()
    missing: tuple[str, ...] = ()
    seen: tuple[int, str] | None = None
    acknowledged_at: int | None = None
    acting: tuple[int, str, int | None] | None = None
    could_not: str = ""
    taken_at: int | None = None
    snoozed_until: int | None = None
    snoozes: int = 0
    done_late_at: int | None = None
    ended_at: int | None = None
    ended: str | None = None


@dataclass(frozen=True)
class ReferenceStanding:
    """What follows from a history. Facts and the exit name the first entry of a chain of corrections."""

    enrolled_at: int | None = None
    exit: tuple[str, int, int] | None = None
    tracks: dict[str, tuple[str, int]] = field(default_factory=dict)
    facts: dict[str, tuple[object, int, bool, int]] = field(default_factory=dict)
    bookings: dict[str, dict[int, tuple[date, str]]] = field(default_factory=dict)
    passes: dict[str, int] = field(default_factory=dict)
    banners: tuple[tuple[str, int, int | None], ...] = ()
    misfits: tuple[tuple[int, str, int], ...] = ()
    prompts: dict[PromptKey, ReferencePrompt] = field(default_factory=dict)


def seen(standing: Standing, entries: Iterable[Entry], *, ended: Iterable[Prompt] = ()) -> ReferenceStanding:
    """Say a standing in the words of the second reading; `ended` are prompts of before it was resumed."""
    roots = roots_of(entries)
    left = standing.exit
    prompts = [*standing.prompts.values(), *standing.ended, *ended]
    banners = [*standing.banners.values(), *standing.past_banners]
    return ReferenceStanding(
        enrolled_at=standing.enrolled_at,
        exit=(left.reason, left.at, roots[left.entry]) if left else None,
        tracks={name: (track.state, track.entered_at) for name, track in standing.tracks.items()},
        facts={
            name: (known.value, known.since, known.only_day, known.entry)
            for name, known in standing.facts.items()
        },
        bookings={
            name: {number: (booking.on, booking.ended) for number, booking in numbered.items()}
            for name, numbered in standing.bookings.items()
            if numbered
        },
        passes=dict(standing.passes),
        banners=tuple(sorted((banner.id, banner.since, banner.until) for banner in banners)),
        misfits=tuple(sorted((each.entry, each.kind, each.at) for each in standing.misfits)),
        prompts={prompt.key: _prompt(prompt) for prompt in prompts},
    )


def roots_of(entries: Iterable[Entry]) -> dict[int, int]:
    """Return, for each entry, the first of the chain of corrections it belongs to (R1)."""
    roots: dict[int, int] = {}
    for entry in sorted(entries, key=lambda entry: entry.number):
        roots[entry.number] = roots.get(entry.replaces, entry.number)
    return roots


def _prompt(prompt: Prompt) -> ReferencePrompt:
    return ReferencePrompt(
        key=prompt.key,
        tier=prompt.tier,
        role=prompt.role,
        began_at=prompt.began_at,
        opens_at=prompt.opens_at,
        due_at=prompt.due_at,
        due_on=prompt.due_on,
        lapses_at=prompt.lapses_at,
        escalates=tuple((each.at, each.tell) for each in prompt.escalates),
        missing=() if prompt.ended else prompt.missing,
        seen=None if prompt.seen_at is None else (prompt.seen_at, prompt.seen_by),
        acknowledged_at=prompt.acknowledged_at,
        acting=None
        if prompt.acting_at is None
        else (prompt.acting_at, prompt.acting_by, prompt.acting_until),
        could_not=prompt.could_not,
        taken_at=prompt.taken_at,
        snoozed_until=prompt.snoozed_until,
        snoozes=prompt.snoozes,
        done_late_at=prompt.done_late_at,
        ended_at=prompt.ended_at,
        ended=prompt.ended,
    )
