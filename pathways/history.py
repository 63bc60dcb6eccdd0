"""Entries, and which of them are in force: the history of one enrolment (docs/reference/rules.md, 1)."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Literal, TypeAlias

from msgspec import Struct

from pathways.moments import Moment

Kind: TypeAlias = Literal["enrolled", "fact", "event", "answer", "exit", "note", "withdrawn"]
AnswerName: TypeAlias = Literal["seen", "ack", "acting", "done", "could-not", "snooze", "dismiss"]
Value: TypeAlias = str | float | bool

BOOKING_ENDS = ("done", "cancelled")
# Why something could not be done, as one word that can be counted, and what it means. `other` wants words.
COULD_NOT: Mapping[str, str] = {
    "patient-unreachable": "the patient could not be reached",
    "patient-declined": "the patient does not want it, now or for good",
    "no-capacity": "nobody, no room or no slot was free",
    "waiting-for-result": "something that it depends on is not back yet",
    "not-appropriate-now": "it would be wrong as things are now",
    "other": "something else, which --because says",
}


class PromptKey(Struct, frozen=True, order=True):
    """Which prompt: its rule, the how-manieth episode of the rule (and booking), and occurrence.

    For the built-in rules `misfit` and `override` the episode is the number of the entry.
    """

    rule: str
    episode: int
    occurrence: int = 1
    booking: int = 0


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of history: who recorded what, when it happened and when it was written.

    `number` counts per patient from 1. `name` is the fact, the event, the exit reason, the pathway
    (`enrolled`), the answer, and empty for notes and withdrawals. `only_day` says that no time was given.
    Of an answer, `value` is why it could not be done, `until` when it is to be shown or expected again, and
    `second` who allowed to put it off beyond the cap.
    `overrode` names what an override went past. `replaces` makes it a correction or withdrawal. `zone` and
    `calendar` (the text of one, see `calendars`) say how the days of an enrolment are counted.
    """

    number: int
    kind: Kind
    happened_at: Moment
    recorded_at: Moment
    by: str
    name: str = ""
    only_day: bool = False
    value: Value | None = None
    booking: int = 0
    track: str = ""
    source: str = ""
    to: str = ""
    overrode: tuple[str, ...] = ()
    prompt: PromptKey | None = None
    until: Moment | None = None
    zone: str = ""
    calendar: str = ""
    because: str = ""
    second: str = ""
    replaces: int = 0


class Happening(Struct, frozen=True):
    """An entry in force, under the number of the first entry of its chain of corrections."""

    root: int
    entry: Entry


def in_force(entries: Iterable[Entry]) -> list[Happening]:
    """Return what neither a correction nor a withdrawal has replaced (R1), in the order of R2."""
    written = sorted(entries, key=lambda entry: entry.number)
    withdrawn = {entry.replaces for entry in written if entry.kind == "withdrawn"}
    # A correction that was itself withdrawn no longer replaces anything.
    replaced = {entry.replaces for entry in written if entry.number not in withdrawn}
    roots: dict[int, int] = {}
    for entry in written:
        roots[entry.number] = roots.get(entry.replaces, entry.number)
    happenings = [
        Happening(roots[entry.number], entry)
        for entry in written
        if entry.number not in replaced and entry.kind not in ("withdrawn", "note")
    ]
    return sorted(happenings, key=lambda happening: (happening.entry.happened_at, happening.root))


def moments(happenings: Iterable[Happening]) -> list[tuple[Moment, list[Happening]]]:
    """Group what is in force into moments, earliest first."""
    return [(at, list(group)) for at, group in groupby(happenings, key=lambda each: each.entry.happened_at)]
