"""The entries of one enrolment as a file gives them, checked one by one in the order they are written.

What `carepath record` and `carepath advance` would refuse is refused here, but for an event that says which
state it left and entered: it was judged when it was recorded, and is not judged again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from caseload.history_lines import EntryLine, moment_in
from caseload.incoming_checks import (
    WrongLine,
    check_answer,
    check_exit,
    check_note,
    check_states,
    read_in,
    refuse_hidden,
    refuse_odd_zone,
)
from caseload.incoming_events import Events
from caseload.mending import NEVER_CORRECTED
from caseload.requests import Author
from pathways import guards
from pathways.calendars import calendar_of
from pathways.fact_values import NoSuchFact, Typed
from pathways.history import BOOKING_ENDS, Entry
from pathways.lookup import Lookup, lookup_of
from pathways.model import Fact, Pathway
from pathways.moments import Moment, day_of, shown
from pathways.plausible import refuse_far_day


class When(Struct, frozen=True):
    """When an entry happened and was written, and whether only the day of it is known."""

    at: Moment
    only_day: bool
    recorded_at: Moment


class IncomingEntries:
    """The entries of an enrolment so far. `zone` is that in which its days are read."""

    def __init__(self, pathway: Pathway, zone: str, author: Author) -> None:
        self.pathway = pathway
        self.zone = zone
        self.entries: list[Entry] = []
        self._author = author
        self._lookup: Lookup = lookup_of(pathway)
        self._events = Events(pathway)
        self._by_number: dict[int, Entry] = {}
        self._replaced: set[int] = set()
        self._bookings: dict[str, int] = {}

    def add(self, line: EntryLine, number: int, *, judging: bool) -> None:
        """Check a line and keep its entry, or raise a `CarepathError` that says what would be right.

        Without `judging` an event that has to be judged is passed by: something before it is wrong.
        """
        refuse_hidden(*_texts(line))
        self._refuse_out_of_order(line)
        if line.kind == "enrolled":
            refuse_odd_zone(line.zone)
            calendar_of(line.calendar)
            self.zone = self.zone if self.entries else line.zone or self.zone
        when = self._when(line)
        self._refuse_odd_correction(line)
        if line.kind == "event" and not (judging or line.to):
            return
        entry = self._entry(line, number, when)
        self.entries.append(entry)
        self._by_number[number] = entry
        self._replaced.add(entry.replaces)
        if entry.kind == "withdrawn":  # of a correction: what it had replaced is in force again
            self._replaced.discard(self._by_number[entry.replaces].replaces)

    def _refuse_out_of_order(self, line: EntryLine) -> None:
        if not self.entries and (line.kind != "enrolled" or line.replaces):
            msg = "an enrolment begins with its `enrolled` entry: put that first, with the day as `at`"
            raise WrongLine(msg)
        if self.entries and line.kind == "enrolled" and not line.replaces:
            msg = "the enrolment has begun already: give a second one another number as `enrolment`"
            raise WrongLine(msg)

    def _when(self, line: EntryLine) -> When:
        now, zone = self._author.now, self.zone
        recorded_at = moment_in(line.recorded_at, zone)[0] if line.recorded_at else now
        if not line.at and line.kind not in {"withdrawn", "note"}:
            msg = "it does not say when it happened: add `at`, such as 2026-11-03 or 2026-11-03 14:30"
            raise WrongLine(msg)
        at, only_day = moment_in(line.at, zone) if line.at else (recorded_at, False)
        if recorded_at > now:
            msg = f"it was recorded at {shown(recorded_at, zone)}, which lies ahead: it is {shown(now, zone)}"
            raise WrongLine(msg)
        if at > recorded_at:
            late = shown(recorded_at, zone)
            msg = f"it happened at {shown(at, zone)}, after it was recorded ({late}): one of them is wrong"
            raise WrongLine(msg)
        return When(at, only_day or line.only_day, recorded_at)

    def _refuse_odd_correction(self, line: EntryLine) -> None:
        """Refuse to replace what is not there or was replaced already, and to say something else with it."""
        if not line.replaces and line.kind != "withdrawn":
            return
        old = self._by_number.get(line.replaces)
        never = ("enrolled", "withdrawn") if line.kind == "withdrawn" else NEVER_CORRECTED
        if old is None or line.replaces in self._replaced or old.kind in never:
            msg = f"`replaces` is {line.replaces}, which is no earlier entry in force that can be replaced"
            raise WrongLine(msg)
        if line.kind == "withdrawn":
            if not line.because:
                msg = "a withdrawal needs its reason: add `because`"
                raise WrongLine(msg)
        elif (old.kind, old.name) != (line.kind, line.name or old.name) or line.booking not in {
            0,
            old.booking,
        }:
            msg = f"entry {line.replaces} is {old.kind} {old.name}: what replaces it is of that kind and name"
            raise WrongLine(msg)

    def _entry(self, line: EntryLine, number: int, when: When) -> Entry:
        return Entry(
            number=number,
            kind=line.kind,
            happened_at=when.at,
            only_day=when.only_day,
            recorded_at=when.recorded_at,
            by=line.by or self._author.by,
            because=line.because,
            replaces=line.replaces,
            **self._fields(line, when),
        )

    def _fields(self, line: EntryLine, when: When) -> Mapping[str, Any]:
        """Return what an entry of this kind says, checked."""
        match line.kind:
            case "enrolled":
                return self._enrolled(line)
            case "fact":
                return self._fact(line, when)
            case "event":
                return self._event(line, when)
            case "answer":
                check_answer(self._lookup, line)
                until = moment_in(line.until, self.zone)[0] if line.until else None
                return {
                    "name": line.name,
                    "value": line.value,
                    "until": until,
                    "second": line.second,
                    "prompt": line.prompt and line.prompt.key(),
                }
            case "exit":
                check_exit(self._lookup, line)
                return {"name": line.name}
            case "note":
                check_note(line)
        return {}

    def _enrolled(self, line: EntryLine) -> Mapping[str, Any]:
        if line.name not in {"", self.pathway.name}:
            msg = f"`name` is {line.name!r}, but the enrolment is on {self.pathway.name}: leave it out"
            raise WrongLine(msg)
        return {"name": self.pathway.name, "zone": line.zone or self.zone, "calendar": line.calendar}

    def _fact(self, line: EntryLine, when: When) -> Mapping[str, Any]:
        fact = self._lookup.facts.get(line.name)
        if fact is None:
            raise NoSuchFact(line.name, self.pathway.name, self._lookup.facts)
        booking = self._booking(fact, line)
        value = read_in(fact, line.value, booking)
        refuse_far_day(Typed(fact, value, booking), day_of(when.at, self.zone))
        return {"name": fact.name, "value": value, "booking": booking}

    def _booking(self, fact: Fact, line: EntryLine) -> int:
        if not fact.many:
            if line.booking:
                msg = f"{fact.name} has one value, no numbered bookings: leave `booking` out"
                raise WrongLine(msg)
            return 0
        if line.replaces:
            return self._by_number[line.replaces].booking
        if not line.booking and line.value in BOOKING_ENDS:
            msg = f"it does not say which {fact.name} is {line.value}: add `booking`, such as 1"
            raise WrongLine(msg)
        last = self._bookings.get(fact.name, 0)
        booking = line.booking or last + 1
        self._bookings[fact.name] = max(last, booking)
        return booking

    def _event(self, line: EntryLine, when: When) -> Mapping[str, Any]:
        found = self._lookup.events.get(line.name)
        if not found:
            raise guards.NoSuchEvent(self.pathway, line.name)
        if line.to:
            track = line.track or found[0].track
            check_states(self._lookup, track, line)
            return {
                "name": line.name,
                "track": track,
                "source": line.source,
                "to": line.to,
                "overrode": line.overrode,
            }
        if line.replaces:
            old = self._by_number[line.replaces]
            return {field: getattr(old, field) for field in ("name", "track", "source", "to", "overrode")}
        judged = self._events.judged(line, when.at, self.entries)
        return {"name": line.name} | {field: getattr(judged, field) for field in judged.__struct_fields__}


def _texts(line: EntryLine) -> Sequence[str]:
    values = (getattr(line, field) for field in line.__struct_fields__)
    return [value for value in (*values, *line.overrode) if isinstance(value, str)]
