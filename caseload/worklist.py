"""The worklist: what somebody holds, or everybody, a contact for each patient, read fast.

A coordinator's command must feel instant, so neither this module nor what it imports may import anything
slow: no msgspec, of `pathways` only the errors, no SQLAlchemy, no dataclasses, no json.
"""

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from caseload.ageing import AGES_AFTER, BEGINS_AS, resting
from caseload.contacts import (
    BEGINS,
    COMING,
    ESCALATED,
    NOT_MOVING,
    OPEN,
    OTHERS,
    OVERDUE,
    PARTS,
    TODAY,
    Chosen,
    Entry,
    Group,
    Key,
    contacts,
    entries,
    first,
    key,
    sure,
)
from caseload.foot import Foot, foot
from caseload.local_times import LocalTime
from caseload.prompt_lines import Describe, Line
from caseload.rota import COORDINATOR, Holders, absence, rota_of
from caseload.whose import held_besides
from pathways.spans import DAY
from storage.lists import EVERYBODY, Whose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from caseload.contacts import Placed
    from storage.connection import Database
    from storage.lists import Lists, PromptLine

DAYS = 7
# Who holds more has no use for a list: the rest is looked for when these are done.
MOST = 100_000
# A part that is short is looked for further down its list, until it is so many times as long as the limit.
DEEP = 8


class PromptGroup(NamedTuple):
    """What is asked of a person: a prompt, or several that ask for the same on several pathways.

    `part` is the one it belongs to by itself, whatever else its patient needs.
    """

    part: str
    lines: tuple[Line, ...]


class Contact(NamedTuple):
    """What one person has to do about one patient, together: one call, not five.

    It stands in the part of what is most urgent of it.
    """

    patient: str
    part: str
    stop: bool
    asked: tuple[PromptGroup, ...]


class WorklistPart(NamedTuple):
    """Contacts of one urgency; `beyond` counts those not shown, and `more` says if there are any.

    Of a long list the rest is not counted: `beyond` is 0 then, though there are more.
    """

    name: str
    contacts: tuple[Contact, ...]
    beyond: int
    more: bool


class Worklist(NamedTuple):
    """What somebody holds at a moment; `person` is null for everybody's.

    `away` says why they hold nothing, empty when they are there. `stands_in_for` are the owners whose
    caseloads they see to now, `roles` those whose prompts rest with them, of every caseload. `budget` is how
    many contacts are shown at most, null when each part has a limit of its own; `cut` counts the patients of
    whom it leaves something out. `enrolments` counts those of the caseloads they see to, or of all; it is
    null as long as there is anything to show. `stops` are all the dangers there are, each by itself, also
    those that no part shows.
    """

    now: LocalTime
    person: str | None
    away: str
    stands_in_for: tuple[str, ...]
    roles: tuple[str, ...]
    days: int
    budget: int | None
    cut: int
    enrolments: int | None
    stops: tuple[PromptGroup, ...]
    parts: tuple[WorklistPart, ...]
    foot: Foot

    def lines(self, *parts: str) -> "tuple[Line, ...]":
        """Return the prompts that are shown and belong to some parts; without any, all of them."""
        every = (asked for part in self.parts for each in part.contacts for asked in each.asked)
        return tuple(line for asked in every if not parts or asked.part in parts for line in asked.lines)


def worklist(
    database: "Database",
    *,
    now: int,
    owner: str | None = EVERYBODY,
    days: int = DAYS,
    limit: int = 50,
) -> Worklist:
    """Read the worklist of one person, or of everybody; about `limit` entries a part, contacts whole.

    A person's is what they hold, what was escalated to them, and what of their caseload rests with others.
    """
    with database.listing() as lists:
        reader = Reader(lists, owner, now, days)
        return reader.worklist(reader.read(limit), foot(lists, now))


def asked_now(database: "Database", person: str, *, now: int) -> int:
    """Count what is asked of somebody now: all they hold that is open, and what was escalated to them."""
    with database.listing() as lists:
        reader = Reader(lists, person, now, 0)
        chosen = reader.read(None).chosen
        return sum(len(reader.entries(group, (COMING, OTHERS))) for group in chosen)


def _cut(
    name: str, found: "list[PromptLine]", most: int, cut: "dict[str, PromptLine]"
) -> "dict[int, PromptLine]":
    """Return the first lines of a list by id; say in `cut` after which it was cut, if there are more."""
    if len(found) > most:
        cut[name] = found[most - 1]
    return {line.id: line for line in found[:most]}


class Reader:
    """Reads what one person holds, or everybody, and lays it out in parts."""

    def __init__(self, lists: "Lists", person: str | None, now: int, days: int) -> None:
        self._lists, self._person, self._now, self._days = lists, person, now, days
        self._until = now + days * DAY
        self._aged = now - (resting(lists.setting(AGES_AFTER) or BEGINS_AS) or 0)
        self._holders = Holders(rota_of(lists, now), now)
        self._besides = Whose(()) if person is EVERYBODY else held_besides(lists, self._holders, person)
        self._whose = (
            EVERYBODY if person is EVERYBODY else Whose((person, *self._besides.owners), self._besides.roles)
        )
        self._told: frozenset[int] = frozenset()
        self._stops: list[Placed] = []
        self._stops_cut = False
        self._describe = Describe(now, self._holders, {}, {})

    def read(self, limit: int | None) -> Chosen:
        """Read the lists as far as a limit wants it; without one, all of them."""
        most = MOST if limit is None else 2 * limit
        found, full = self._read(limit or MOST, most)
        while not full and most < DEEP * (limit or MOST):
            most *= 4
            found, full = self._read(limit or MOST, most)
        return found

    def _read(self, limit: int, most: int) -> tuple[Chosen, bool]:
        """Read so many lines of each list; say too whether the first part that goes on is full."""
        cut: dict[str, PromptLine] = {}
        rows = self._escalated() | self._rows(most, cut)
        self._stops = self._dangers(rows)
        groups = contacts(self._placed(rows.values()))
        if not cut:
            return self._choose(groups, {}, limit), True
        bounds, likely = self._likely(groups, self._sure(cut), limit)
        known = {name for name in bounds if len(first(groups, name, None)) > len(first(likely, name, None))}
        of = {group[2][0][1].patient_id for group in likely}
        rest = self._lists.of_patients(sorted(of), now=self._now, until=self._until)
        rows |= {line.id: line for line in rest}
        groups = contacts(self._placed(line for line in rows.values() if line.patient_id in of))
        found = self._choose(groups, bounds, limit)
        shown = {name: first(found.chosen, name, None) for name in bounds}
        known |= {name for name in bounds if len(first(groups, name, None)) > len(shown[name])}
        more = {name for name in bounds if name in known or self._goes_on(name, found.chosen, cut)}
        begun = next((shown[name] for name in PARTS if name in more and name != OTHERS), None)
        full = begun is None or sum(len(self.entries(group)) for group in begun) >= limit
        return found._replace(more=found.more.difference(bounds) | more), full

    def _goes_on(self, name: str, shown: "list[Group]", cut: "Iterable[str]") -> bool:
        """Look whether what was not read of the lists has any more for a part than the contacts shown."""
        with_others = name == OTHERS
        there = {
            group[2][0][1].patient_id
            for group in shown
            if group[1] != ESCALATED and (group[1] == OTHERS) == with_others
        }

        def other(line: "PromptLine") -> bool:
            return self._place(line) == name and line.patient_id not in there

        sources = [source for source in cut if name in BEGINS[source]]
        return any(
            read(now=self._now, owner=self._whose, limit=1, keep=other)
            for each, read in self._reads().items()
            if any(source.endswith(each) for source in sources)
        )

    def entries(self, group: "Group", leave_out: tuple[str, ...] = ()) -> "list[Entry]":
        """Put together what asks for the same in a contact."""
        return entries((each for each in group[2] if each[0] not in leave_out), self._alike)

    def worklist(self, found: Chosen, foot: Foot) -> Worklist:
        """Describe what was chosen."""
        rows = [line for group in found.chosen for _, line in group[2]]
        rows += [line for _, line in self._stops]
        self._describe = Describe.of(self._lists, self._holders, rows, self._now)
        person = self._person
        return Worklist(
            now=self._describe.time(self._now, self._lists.site_zone()),
            person=person,
            away=self._away(),
            stands_in_for=self._besides.owners,
            roles=self._besides.roles,
            days=self._days,
            budget=found.budget,
            cut=found.cut,
            enrolments=None if found.chosen else self._enrolments(),
            stops=tuple(PromptGroup(part, (self._describe.line(line),)) for part, line in self._stops),
            parts=tuple(
                self._part(name, found)
                for name in PARTS
                if person is not EVERYBODY or name not in (ESCALATED, OTHERS)
            ),
            foot=foot,
        )

    def _enrolments(self) -> int:
        """Count the enrolments of which nothing is asked: an empty list is good news only of some."""
        open_of = self._lists.responsible(now=self._now)
        owners = open_of if self._whose is EVERYBODY else self._whose.owners
        return sum(open_of[owner][0] for owner in owners if owner in open_of)

    def _rows(self, most: int, cut: "dict[str, PromptLine]") -> "dict[int, PromptLine]":
        """Read the lists, and say in `cut` which of them were cut after which line."""
        now, owner, ask = self._now, self._whose, most + 1
        rows: dict[int, PromptLine] = {}
        for name, read in self._reads().items():
            found = read(now=now, owner=owner, limit=ask)
            self._stops_cut |= len(found) > most and found[-1].tier == "stop"
            rows |= _cut(name, found, most, cut)
            if name in cut and self._hides(name, found):
                # All that was read is for others to do: nothing of one's own may hide behind it.
                cut[f"others' {name}"] = cut.pop(name)
                own = read(now=now, owner=owner, limit=ask, keep=partial(self._begins, name))
                rows |= _cut(f"own {name}", own, most, cut)
        return rows

    def _reads(self) -> "dict[str, Callable[..., list[PromptLine]]]":
        lists = self._lists
        return {
            OVERDUE: lists.overdue,
            OPEN: lists.open,
            COMING: partial(lists.coming, until=self._until),
            NOT_MOVING: partial(lists.taken, since=self._aged),
        }

    def _dangers(self, rows: "dict[int, PromptLine]") -> "list[Placed]":
        """Return every stop there is: also of a list that has more of them than were read."""
        found = {line.id: line for line in rows.values() if line.tier == "stop"}
        if self._stops_cut:
            found |= {line.id: line for line in self._lists.stops(now=self._now, owner=self._whose)}
        placed = [each for each in self._placed(found.values()) if each[0] != COMING]
        return sorted(placed, key=lambda each: key(*each))

    def _hides(self, name: str, found: "list[PromptLine]") -> bool:
        """Whether what was read of a list is all for others to do, though some may be one's own."""
        return name != NOT_MOVING and not self._away() and not any(self._begins(name, line) for line in found)

    def _begins(self, name: str, line: "PromptLine") -> bool:
        """Whether a line of a list can begin a contact of one's own there."""
        part = self._place(line)
        return part != OTHERS and part in BEGINS[name]

    def _escalated(self) -> "dict[int, PromptLine]":
        """Read what was escalated to this person and rests with another."""
        if self._person is EVERYBODY:
            return {}
        told = {
            line.id: line
            for role in (COORDINATOR, *self._besides.roles)
            for line in self._lists.escalated(now=self._now, tell=role, limit=MOST)
            if self._holders.of(role, line.owner).person == self._person and not self._mine(line)
        }
        self._told = frozenset(told)
        return told

    def _mine(self, line: "PromptLine") -> bool:
        return self._person is EVERYBODY or self._holders.of(line.role, line.owner).person == self._person

    def _placed(self, rows: "Iterable[PromptLine]") -> "Iterator[tuple[str, PromptLine]]":
        for line in rows:
            part = self._place(line)
            if part:
                yield part, line

    def _place(self, line: "PromptLine") -> str:
        """Say to which part a prompt belongs; empty if to none of this person's."""
        if line.id in self._told:
            return ESCALATED
        part = self._own_part(line)
        if self._mine(line):
            return part
        return OTHERS if part != COMING and self._whose and line.owner in self._whose.owners else ""

    def _own_part(self, line: "PromptLine") -> str:
        now, stop = self._now, line.tier == "stop"
        overdue = line.due_at is not None and line.due_at <= now
        if line.opens_at > now or (
            not overdue and line.snoozed_until is not None and line.snoozed_until > now
        ):
            return COMING
        # A danger stays where it is most in sight, whoever took it on.
        if not stop and line.taken_at is not None and line.taken_at <= self._aged:
            return NOT_MOVING
        return OVERDUE if overdue else TODAY if stop or self._due_today(line) else OPEN

    def _due_today(self, line: "PromptLine") -> bool:
        if line.due_at is None:
            return False
        due_on = line.due_on or self._describe.day(line.due_at, line.zone).isoformat()
        return due_on <= self._describe.day(self._now, line.zone).isoformat()

    def _alike(self, line: "PromptLine") -> tuple[object, ...]:
        held = self._holders.of(line.role, line.owner)
        return (line.rule, line.say, line.tier, line.role, held.person, held.named, line.missing)

    def _sure(self, cut: "dict[str, PromptLine]") -> "dict[str, Key]":
        """Say for each part up to where nothing is missing; who is away misses nothing of their own."""
        return {name: bound for name, bound in sure(cut).items() if name == OTHERS or not self._away()}

    def _away(self) -> str:
        rota = self._holders.rota
        return absence(rota, self._person, self._now) if self._person is not EVERYBODY and rota.staff else ""

    def _likely(
        self, groups: "list[Group]", bounds: "dict[str, Key]", limit: int
    ) -> "tuple[dict[str, Key], list[Group]]":
        """Give the first contacts of each part, as far as was read of them, and where they end.

        Only of their patients the rest is read.
        """
        likely: list[Group] = []
        for name in PARTS:
            known = first(groups, name, None)
            some = list(self._filling(known, limit))
            if len(some) < len(known):
                bounds[name] = min(some[-1][0], bounds.get(name, some[-1][0]))
            likely += some
        return bounds, likely

    def _filling(self, groups: "Iterable[Group]", limit: int) -> "Iterator[Group]":
        """Give contacts until there are enough entries; the last one whole."""
        count = 0
        for group in groups:
            if count >= limit:
                return
            yield group
            count += len(self.entries(group))

    def _choose(self, groups: "list[Group]", bounds: "dict[str, Key]", limit: int) -> Chosen:
        chosen: list[Group] = []
        beyond: dict[str, int] = {}
        for name in PARTS:
            shown = list(self._filling(first(groups, name, bounds.get(name)), limit))
            chosen += shown
            beyond[name] = 0 if name in bounds else len(first(groups, name, None)) - len(shown)
        return Chosen(chosen, beyond, frozenset(bounds) | {name for name, count in beyond.items() if count})

    def _part(self, name: str, found: Chosen) -> WorklistPart:
        groups = first(found.chosen, name, None)
        return WorklistPart(name, tuple(map(self._contact, groups)), found.beyond[name], name in found.more)

    def _contact(self, group: "Group") -> Contact:
        asked = (
            PromptGroup(entry[0][0], tuple(self._describe.line(line) for _, line in entry))
            for entry in self.entries(group)
        )
        return Contact(group[2][0][1].patient_id, group[1], not group[0][0], tuple(asked))
