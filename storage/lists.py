"""The lists that reading commands show.

A coordinator's command must feel instant, so this imports next to nothing: no msgspec, no json.
"""

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import islice
from typing import NamedTuple, TypeAlias

from pathways.tiers import TIERS
from storage import rendered as sql
from storage.queries import Given, Queries
from storage.staff import StaffLists

Moment: TypeAlias = int

Order: TypeAlias = Callable[["PromptLine"], tuple[int, ...]]
Keep: TypeAlias = Callable[["PromptLine"], bool]

EVERYBODY = None
EVERY = 1_000_000  # a list that is not cut
# One statement for the caseload of an owner, one for all prompts for a role.
Statements: TypeAlias = tuple[str, str]


class PromptLine(NamedTuple):
    """A prompt in a list. Moments are whole microseconds in UTC, days ISO text."""

    id: int
    enrolment_id: int
    patient_id: str
    number: int
    rule: str
    tier: str
    role: str
    owner: str
    say: str
    counted_from: str
    counted_on: str | None
    opens_at: Moment
    due_at: Moment | None
    due_on: str | None
    missing: str
    source: str
    seen_at: Moment | None
    seen_by: str | None
    acknowledged_at: Moment | None
    acknowledged_by: str | None
    acting_by: str | None
    acting_until: Moment | None
    could_not: str | None
    taken_at: Moment | None
    snoozed_until: Moment | None
    ended_at: Moment | None
    zone: str
    pathway: str
    digest: str


class Whose(NamedTuple):
    """Whose prompts to list: all of some caseloads, and those for some roles of every caseload."""

    owners: tuple[str, ...]
    roles: tuple[str, ...] = ()


Owner: TypeAlias = "str | Whose | None"


class Reviewed(NamedTuple):
    """Which version of its name a pathway is, and how far it is reviewed here."""

    version: int
    review: str


class Stay(NamedTuple):
    track: str
    state: str
    entered_at: Moment


class Tick(NamedTuple):
    """The tick that ended last, of any scheduler, and how many seconds there should be between two."""

    ended_at: Moment
    interval: float


class PatientLine(NamedTuple):
    """One enrolment of a patient; a patient on no pathway has a line with a zone and nothing else."""

    patient_id: str
    name: str
    enrolment_id: int | None
    pathway: str | None
    owner: str | None
    zone: str
    enrolled_at: Moment | None
    left_at: Moment | None
    left_reason: str | None


class PersonLine(NamedTuple):
    patient_id: str
    zone: str
    name: str | None
    contact: str | None


class Believed(Queries):
    """Why a list can be believed: the last tick, the last check by night, what is still unsent."""

    def last_tick(self) -> Tick | None:
        found = self._one(sql.LAST_TICK)
        return Tick(*found) if found else None

    def nightly(self) -> tuple[str, Moment] | None:
        """Return what the last check by night said, and when it ended; none if there was none yet."""
        found = self._one(sql.NIGHTLY)
        return (str(found[0] or ""), int(found[1])) if found else None

    def unsent_since(self) -> Moment | None:
        """Return since when the oldest message waits that is still on its way."""
        moments = (self._value(each) for each in (sql.OLDEST_TOLD, sql.OLDEST_TOLD_FOR, sql.OLDEST_UNSENT))
        return min((moment for moment in moments if moment is not None), default=None)

    def given_up(self) -> int:
        """Count the messages that were given up."""
        return int(self._value(sql.FAILED_DELIVERIES)) + int(self._value(sql.FAILED_MESSAGES))


class Lists(Believed, StaffLists):
    """All that is listed. `owner` is whose caseload, or more (`Whose`), or `EVERYBODY`."""

    def overdue(self, *, now: Moment, owner: Owner, limit: int, keep: Keep | None = None) -> list[PromptLine]:
        """List the open prompts past their due: stops first, then by due; with `keep` only those it wants."""
        return self._by_tier((sql.OVERDUE_LINES, sql.ROLE_OVERDUE_LINES), owner, limit, now, keep)

    def open(self, *, now: Moment, owner: Owner, limit: int, keep: Keep | None = None) -> list[PromptLine]:
        """List the open prompts that are not overdue, in the same way."""
        return self._by_tier((sql.OPEN_LINES, sql.ROLE_OPEN_LINES), owner, limit, now, keep)

    def stops(self, *, now: Moment, owner: Owner) -> list[PromptLine]:
        """List every open stop, however many there are."""
        whose = self._whose(owner)
        return [
            line
            for statements in (
                (sql.OVERDUE_LINES, sql.ROLE_OVERDUE_LINES),
                (sql.OPEN_LINES, sql.ROLE_OPEN_LINES),
            )
            for line in self._merged(statements, whose, EVERY, _by_due, tier="stop", now=now)
        ]

    def coming(
        self, *, now: Moment, until: Moment, owner: Owner, limit: int, keep: Keep | None = None
    ) -> list[PromptLine]:
        """List what opens, or wakes from a snooze, after now and not after `until`, in that order."""
        whose = self._whose(owner)
        found = [
            line
            for statements in (
                (sql.OPENING_LINES, sql.ROLE_OPENING_LINES),
                (sql.WAKING_LINES, sql.ROLE_WAKING_LINES),
            )
            for line in self._merged(statements, whose, limit, by_coming, keep, now=now, until=until)
        ]
        return sorted(found, key=by_coming)[:limit]

    def taken(
        self, *, now: Moment, since: Moment, owner: Owner, limit: int, keep: Keep | None = None
    ) -> list[PromptLine]:
        """List what somebody took on and nobody has said anything of after `since`, oldest first."""
        statements = (sql.TAKEN_LINES, sql.ROLE_TAKEN_LINES)
        return list(self._merged(statements, self._whose(owner), limit, by_taken, keep, now=now, since=since))

    def escalated(self, *, now: Moment, tell: str, limit: int) -> list[PromptLine]:
        """List the open prompts that were escalated to a role by now, of everybody: stops first."""
        return sorted(self._lines(sql.ESCALATED_LINES, EVERY, now=now, tell=tell), key=by_tier)[:limit]

    def of_patients(self, patients: Iterable[str], *, now: Moment, until: Moment) -> list[PromptLine]:
        """List everything of some patients that is there, opens or wakes until a moment."""
        ids = ", ".join(f'"{patient}"' for patient in patients)
        return list(self._lines(sql.LINES_OF_PATIENTS, EVERY, now=now, until=until, patient_ids=f"[{ids}]"))

    def owners(self) -> list[str]:
        """Name everybody whose caseload has a prompt that history has not ended."""
        return [owner for (owner,) in self._all(sql.OWNERS)]

    def stays(self, enrolment_ids: Iterable[int]) -> dict[int, list[Stay]]:
        """Return where the tracks of some enrolments are, by track."""
        stays: dict[int, list[Stay]] = {}
        ids = f"[{','.join(map(str, set(enrolment_ids)))}]"
        for enrolment_id, *stay in self._all(sql.TRACKS_OF, enrolment_ids=ids):
            stays.setdefault(enrolment_id, []).append(Stay(*stay))
        return stays

    def reviewed(self) -> dict[str, Reviewed]:
        """Return how far everything that is installed is reviewed, by digest."""
        return {digest: Reviewed(*said) for digest, *said in self._all(sql.REVIEWED)}

    def setting(self, name: str) -> str:
        """Return what the site decided last; empty if it never did."""
        found = self._all(sql.SETTINGS, name=name)
        return str(found[-1][1]) if found else ""

    def site_zone(self) -> str:
        return str(self._value(sql.SITE_ZONE))

    def holders(self) -> dict[str, str]:
        """Return who holds each role."""
        return dict(self._all(sql.HOLDERS))

    def patients(
        self,
        *,
        track: str = "",
        state: str = "",
        entered_by: Moment | None = None,
        owner: str = "",
        pathway: str = "",
        left: bool = False,
    ) -> list[PatientLine]:
        """List enrolments by patient; `left` adds those that ended, `entered_by` wants a stay that old."""
        found = self._all(
            sql.PATIENT_LINES,
            track=track,
            state=state,
            entered_by=entered_by,
            owner=owner,
            pathway=pathway,
            left=left,
        )
        return [PatientLine(*line) for line in found]

    def people(self) -> list[PersonLine]:
        return [PersonLine(*line) for line in self._all(sql.PEOPLE)]

    def person(self, patient_id: str) -> PersonLine | None:
        found = self._one(sql.PERSON, patient_id=patient_id)
        return PersonLine(*found) if found else None

    def _by_tier(
        self, statements: Statements, owner: Owner, limit: int, now: Moment, keep: Keep | None = None
    ) -> list[PromptLine]:
        whose = self._whose(owner)
        lines: list[PromptLine] = []
        for tier in TIERS:
            left = limit - len(lines)
            if left > 0:
                lines += self._merged(statements, whose, left, _by_due, keep, tier=tier, now=now)
        return lines

    def _whose(self, owner: Owner) -> Whose:
        if isinstance(owner, Whose):
            return owner
        return Whose(tuple(self.owners()) if owner is EVERYBODY else (owner,))

    def _merged(
        self,
        statements: Statements,
        whose: Whose,
        limit: int,
        order: Order,
        keep: Keep | None = None,
        **given: Given,
    ) -> Iterable[PromptLine]:
        """Take the first lines of all together, reading of each owner and role no more than it takes."""
        of_owner, of_role = statements
        most = limit if keep is None else EVERY  # of what is not wanted there may be any number before it
        found: list[Iterator[PromptLine]]
        found = [self._lines(of_owner, most, owner=each, **given) for each in whose.owners]
        for role in whose.roles:
            # Those on the caseloads are there already; that many of them fill the list by themselves.
            of_all = self._lines(of_role, most, role=role, **given)
            found.append(line for line in of_all if line.owner not in whose.owners)
        # One statement gives its lines in order already.
        lines = found[0] if len(found) == 1 else merge(*found, key=order)
        return islice(filter(keep, lines), limit)

    def _lines(self, statement: str, limit: int, **given: Given) -> Iterator[PromptLine]:
        return map(PromptLine._make, self._connection.execute(statement, {"limit": limit, **given}))


def by_tier(line: PromptLine) -> tuple[int, ...]:
    """Sort stops first, then by due: the order of all lists but the coming."""
    return TIERS.index(line.tier), *_by_due(line)


def _by_due(line: PromptLine) -> tuple[int, ...]:
    return line.due_at is None, line.due_at or 0, line.id


def by_taken(line: PromptLine) -> tuple[int, ...]:
    """Sort by how long nothing was said of it."""
    return line.taken_at or 0, line.id


def by_coming(line: PromptLine) -> tuple[int, ...]:
    """Sort by when it opens, or wakes."""
    return max(line.opens_at, line.snoozed_until or 0), line.id
