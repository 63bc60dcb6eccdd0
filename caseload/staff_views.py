"""The staff as people see it: who is there, who stands in for whom, what rests with each."""

from collections.abc import Iterable
from json import loads
from typing import Any

from msgspec import Struct

from caseload.describing import local_time
from caseload.local_times import LocalTime
from caseload.rota import CLINICIAN, COORDINATOR, LEAD, Holders, absence, local_day, rota_of
from caseload.staffing import known
from caseload.worklist import held_besides
from pathways.moments import Moment
from storage.connection import Database
from storage.lists import Lists
from storage.staff import LeaveRow, StaffRow

HELD = (COORDINATOR, CLINICIAN, LEAD)


class LeaveView(Struct, frozen=True, kw_only=True):
    """Days on which somebody is away, the last one included; 9999-12-31 is until further notice."""

    number: int
    from_on: str
    to_on: str
    deputy: str
    withdrawn: bool


class PersonLine(Struct, frozen=True, kw_only=True):
    """A person of the staff. `away` says why they are not there, empty if they are; `left_on` is a last day.

    `holds` are the roles of the site they are named for. `enrolments` and `prompts` count what is theirs, and
    `holder` is with whom that rests now. `leave` is what is and what comes.
    """

    person: str
    roles: tuple[str, ...]
    holds: tuple[str, ...]
    zone: str
    deputy: str
    away: str
    left_on: str | None
    leave: tuple[LeaveView, ...]
    enrolments: int
    prompts: int
    holder: str


class Unknown(Struct, frozen=True, kw_only=True):
    """Somebody who is responsible for patients and is not on the staff: with whom that rests now."""

    person: str
    enrolments: int
    prompts: int
    holder: str


class StaffList(Struct, frozen=True, kw_only=True):
    """Everybody there is or was, and the owners of patients who are not among them."""

    staff: tuple[PersonLine, ...]
    unknown: tuple[Unknown, ...]


class ChangeView(Struct, frozen=True, kw_only=True):
    """What was changed about a person: `change` holds what was said, or of each field what it was and is."""

    number: int
    at: LocalTime
    by: str
    what: str
    change: dict[str, Any]


class PersonView(Struct, frozen=True, kw_only=True):
    """A person as a whole. An empty `hours` or `digest_at`, and a `budget` of null, are those of the site.

    `stands_in_for` are the owners whose caseloads they see to now, `stands_in_as` the roles that rest with
    them without being theirs.
    """

    line: PersonLine
    hours: str
    digest_at: str
    budget: int | None
    joined: LocalTime
    stands_in_for: tuple[str, ...]
    stands_in_as: tuple[str, ...]
    leave: tuple[LeaveView, ...]
    log: tuple[ChangeView, ...]


def staff_list(database: Database, *, now: Moment) -> StaffList:
    """List everybody, by name."""
    with database.listing() as lists:
        holders = Holders(rota_of(lists, now), now)
        counts = lists.responsible(now=now)
    staff = holders.rota.staff
    return StaffList(
        staff=tuple(_line(holders, row, counts.get(name, (0, 0)), now) for name, row in staff.items()),
        unknown=tuple(
            Unknown(
                person=owner,
                enrolments=enrolments,
                prompts=prompts,
                holder=holders.of(COORDINATOR, owner).person,
            )
            for owner, (enrolments, prompts) in sorted(counts.items())
            if owner not in staff
        ),
    )


def person(database: Database, name: str, *, now: Moment) -> PersonView:
    """Show one person as a whole."""
    with database.listing() as lists:
        holders = Holders(rota_of(lists, now), now)
        row = known(holders.rota, name)
        return _view(lists, holders, row, now)


def _view(lists: Lists, holders: Holders, row: StaffRow, now: Moment) -> PersonView:
    besides = held_besides(lists, holders, row.id)
    return PersonView(
        line=_line(holders, row, lists.responsible_for(row.id, now=now), now),
        hours=row.hours,
        digest_at=row.digest_at,
        budget=row.budget,
        joined=local_time(row.joined_at, row.zone),
        stands_in_for=besides.owners,
        stands_in_as=tuple(role for role in besides.roles if holders.rota.held.get(role) != row.id),
        leave=_leave(lists.leave_of(row.id)),
        log=tuple(
            ChangeView(
                number=each.number,
                at=local_time(each.at, row.zone),
                by=each.by,
                what=each.what,
                change=loads(each.change),
            )
            for each in lists.staff_log(row.id)
        ),
    )


def _line(holders: Holders, row: StaffRow, counts: tuple[int, int], now: Moment) -> PersonLine:
    rota, today = holders.rota, local_day(now, row.zone)
    enrolments, prompts = counts
    return PersonLine(
        person=row.id,
        roles=row.roles,
        holds=tuple(role for role in HELD if rota.held.get(role) == row.id),
        zone=row.zone,
        deputy=row.deputy,
        away=absence(rota, row.id, now),
        left_on=row.left_on,
        leave=_leave(each for each in rota.leave.get(row.id, ()) if each.to_on >= today),
        enrolments=enrolments,
        prompts=prompts,
        holder=holders.of(COORDINATOR, row.id).person,
    )


def _leave(rows: Iterable[LeaveRow]) -> tuple[LeaveView, ...]:
    return tuple(
        LeaveView(
            number=row.number,
            from_on=row.from_on,
            to_on=row.to_on,
            deputy=row.deputy,
            withdrawn=row.ended,
        )
        for row in rows
    )
