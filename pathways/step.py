"""One moment of a history being worked out: the only mutable thing in this package, and short-lived.

A `Step` starts as a copy of the standing before it, is changed by `recorded` (facts, events, exits),
`episodes` (prompts) and `answers`, and becomes the standing after it.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time

from msgspec import structs

from pathways.calendars import Place
from pathways.conditions import View
from pathways.history import Happening, PromptKey
from pathways.lookup import Lookup
from pathways.model import Rule
from pathways.moments import Moment, day_of
from pathways.standing import (
    Banner,
    Booking,
    Ending,
    Episode,
    Exit,
    Known,
    Misfit,
    MisfitKind,
    Prompt,
    Standing,
    TrackState,
    Visit,
)
from pathways.terms import Condition


class Step:
    """The standing at one moment, while it is worked out. `changed` are the names that changed."""

    def __init__(self, lookup: Lookup, before: Standing, at: Moment, happenings: Iterable[Happening]) -> None:
        self.lookup = lookup
        self.before = before
        self.at = at
        self.happenings = list(happenings)
        self.by = max((happening.entry.number for happening in self.happenings), default=0)
        self.zone = before.zone
        self.calendar = before.calendar
        self.enrolled_at = before.enrolled_at
        self.exit: Exit | None = before.exit
        self.tracks: dict[str, TrackState] = dict(before.tracks)
        self.facts: dict[str, Known] = dict(before.facts)
        self.bookings: dict[str, dict[int, Booking]] = dict(before.bookings)
        self.passes: dict[str, Moment] = dict(before.passes)
        self.stays: dict[str, Visit] = dict(before.stays)
        self.restarted: set[str] = set()
        self.episodes: dict[str, Episode] = dict(before.episodes)
        self.prompts: dict[str, Prompt] = dict(before.prompts)
        self.banners: dict[str, Banner] = dict(before.banners)
        self.ended: list[Prompt] = []
        self.past_banners: list[Banner] = []
        self.misfits: list[Misfit] = []
        self.changed: set[str] = set()
        self._view: View | None = None

    def standing(self) -> Standing:
        """Return the standing after this moment."""
        before = self.before
        return structs.replace(
            before,
            zone=self.zone,
            calendar=self.calendar,
            at=self.at,
            enrolled_at=self.enrolled_at,
            exit=self.exit,
            tracks=self.tracks,
            facts=self.facts,
            bookings=self.bookings,
            passes=self.passes,
            stays=self.stays,
            episodes=self.episodes,
            prompts=self.prompts,
            ended=(*before.ended, *self.ended),
            banners=self.banners,
            past_banners=(*before.past_banners, *self.past_banners),
            misfits=(*before.misfits, *self.misfits),
        )

    @property
    def place(self) -> Place:
        """Where days are counted."""
        return Place(self.zone, self.calendar)

    def misfit(self, happening: Happening, kind: MisfitKind) -> None:
        """List an entry that does not fit."""
        self.misfits.append(Misfit(happening.entry.number, kind, self.at))

    def end(self, slot: str, ending: Ending, by: int | None = None) -> None:
        """End the live prompt of a slot, now."""
        prompt = self.prompts.pop(slot)
        ended_by = self.cause(self.lookup.rules[prompt.key.rule]) if by is None else by
        if ending == "done" and slot in self.episodes:
            self.episodes[slot] = structs.replace(self.episodes[slot], done_at=self.at)
        self.ended.append(structs.replace(prompt, ended=ending, ended_at=self.at, ended_by=ended_by))

    def revise_ended(self, key: PromptKey, *, done_late_at: Moment, done_late_by: int) -> bool:
        """Keep with a prompt that lapsed that it was done after all, once; say whether there is one."""
        ended = [*self.before.ended, *self.ended]
        for place, prompt in enumerate(ended):
            if prompt.key == key and prompt.ended == "lapsed" and prompt.done_late_at is None:
                ended[place] = structs.replace(prompt, done_late_at=done_late_at, done_late_by=done_late_by)
                self.before = structs.replace(self.before, ended=tuple(ended[: len(self.before.ended)]))
                self.ended = ended[len(self.before.ended) :]
                return True
        return False

    def cause(self, rule: Rule) -> int:
        """Return the last entry of this moment that a rule names, or the last of all; 0 when time did it."""
        names = self.lookup.names_of(rule)
        named = [
            happening.entry.number
            for happening in self.happenings
            if (happening.entry.track or happening.entry.name) in names
        ]
        return max(named, default=self.by)

    def judge(self, condition: Condition, booking: Booking | None = None) -> bool | None:
        """Say whether a condition is met, not met or unknown at this moment."""
        view = self._view or self.view()
        if booking is not None and "this" in condition.names:
            view = self.lookup.judge.also(view, {"this": as_cel(booking.on)})
        return self.lookup.judge.judge(condition, view)

    def view(self) -> View:
        """Return what is known at this moment, for judging; made once, when all is recorded."""
        if self._view is None:
            self._view = self.lookup.judge.view(self.values())
        return self._view

    def values(self) -> dict[str, object]:
        """Return what the conditions of the pathway may look at; what is unknown is left out."""
        return values(self.lookup, self.tracks, self.facts, self.bookings, self.passed())

    def passed(self) -> dict[str, bool]:
        """Say of each milestone whose fact is known whether it has passed."""
        return {name: at <= self.at for name, at in self.passes.items()}

    def today(self) -> date:
        """Return the local day of this moment."""
        return day_of(self.at, self.zone)


def values(  # noqa: PLR0917  # what a view is made of
    lookup: Lookup,
    tracks: dict[str, TrackState],
    facts: dict[str, Known],
    bookings: dict[str, dict[int, Booking]],
    passed: dict[str, bool],
    names: Collection[str] | None = None,
) -> dict[str, object]:
    """Return what conditions may look at, under some names, or those that any rule, guard or banner uses."""
    found: dict[str, object] = {}
    for name in lookup.judged_names if names is None else names:
        stem = name.rpartition(".")[2]
        if name.startswith("known."):
            found[name] = is_known(lookup, facts, bookings, stem)
        elif name.startswith("passed."):
            if stem in passed:
                found[name] = passed[stem]
        elif name in tracks:
            found[name] = tracks[name].state
        elif name in facts:
            found[name] = _fact_value(lookup, name, facts[name])
    return found


def is_known(
    lookup: Lookup, facts: dict[str, Known], bookings: dict[str, dict[int, Booking]], name: str
) -> bool:
    """Say whether a fact is recorded; for one with bookings, whether one of them is live."""
    if lookup.facts[name].many:
        return any(not booking.ended for booking in bookings.get(name, {}).values())
    return name in facts


def as_cel(day: date) -> datetime:
    """Return a calendar day as conditions see it: the start of that day in UTC, whatever the zone."""
    return datetime.combine(day, time(), UTC)


def _fact_value(lookup: Lookup, name: str, known: Known) -> object:
    if lookup.facts[name].type == "date":
        return as_cel(date.fromisoformat(str(known.value)))
    return known.value
