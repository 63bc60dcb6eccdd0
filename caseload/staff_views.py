"""The staff as people see it: who is there, who stands in for whom, what rests with each."""

from collections.abc import Iterable, Iterator, Sequence
from json import loads

from msgspec import Struct

from caseload.describing import local_time
from caseload.local_times import LocalTime
from caseload.on_staff import known
from caseload.rota import (
    CLINICIAN,
    COORDINATOR,
    LEAD,
    Holders,
    Rota,
    absence,
    gone,
    holder,
    local_day,
    rota_of,
)
from caseload.whose import held_besides
from pathways.moments import Moment, add_days, day, end_of, length, start_of
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


class StaffLine(Struct, frozen=True, kw_only=True):
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


class RoleView(Struct, frozen=True, kw_only=True):
    """Whom the site names for a role, with whom it rests now, and why if that is another."""

    named: str
    holder: str
    holder_why: str


class StaffList(Struct, frozen=True, kw_only=True):
    """Everybody there is or was, the owners of patients who are not among them, and the roles of the site."""

    staff: tuple[StaffLine, ...]
    unknown: tuple[Unknown, ...]
    roles: dict[str, RoleView]


class Shift(Struct, frozen=True, kw_only=True):
    """From which day on somebody holds what is of another, or what is for a role (no `owner`), and why."""

    owner: str
    role: str
    on: str
    holder: str
    why: str


class Resting(Struct, frozen=True, kw_only=True):
    """With whom it rests what is somebody's from a day on: their caseload, and each role of the site.

    `deputy_of` are those for whom they stand in. `shifts` say with whom it rests after that while they are
    away, and with whom it rests what is of others for whom they would stand in. `leads` are who else is one.
    """

    owner: str
    roles: dict[str, str]
    deputy_of: tuple[str, ...]
    shifts: tuple[Shift, ...]
    leads: tuple[str, ...]


class FieldChange(Struct, frozen=True, kw_only=True):
    """What was said of a person, or of their leave, and is: empty for nothing in particular."""

    field: str
    was: str
    now: str


class ChangeView(Struct, frozen=True, kw_only=True):
    """What was changed about a person, when and by whom; `what` is such as `added`, `edited`, `leave`."""

    number: int
    at: LocalTime
    by: str
    what: str
    fields: tuple[FieldChange, ...]


class StaffView(Struct, frozen=True, kw_only=True):
    """A person as a whole. An empty `hours` or `digest_at`, and a `budget` of null, are those of the site.

    `stands_in_for` are the owners whose caseloads they see to now, `stands_in_as` the roles that rest with
    them without being theirs.
    """

    line: StaffLine
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
        roles=site_roles(holders),
    )


def site_roles(holders: Holders) -> dict[str, RoleView]:
    """Say whom the site names for each role but the coordinator, who is the owner, and who holds it now."""
    return {
        role: RoleView(named=held.named, holder=held.person, holder_why=held.why if held.stands_in else "")
        for role in (CLINICIAN, LEAD)
        for held in [holders.of(role, "")]
    }


def resting(
    database: Database, name: str, on: str, *, now: Moment, after: bool = False, to: str = ""
) -> Resting:
    """Say with whom it rests what is somebody's, from a day on, or from the day after it, until another."""
    with database.listing() as lists:
        rota, owners = rota_of(lists, now), lists.owners()
    zone = known(rota, name).zone
    at = end_of(day(on), zone) if after else start_of(day(on), zone)
    holders = Holders(rota, max(at, now))
    return Resting(
        owner=holders.of(COORDINATOR, name).person,
        roles={
            role: holders.of(role, "").person for role in (CLINICIAN, LEAD) if rota.held.get(role) == name
        },
        deputy_of=tuple(each for each, row in rota.staff.items() if row.deputy == name),
        leads=tuple(
            each
            for each, row in rota.staff.items()
            if each != name and LEAD in row.roles and not gone(rota, each, max(at, now))
        ),
        shifts=tuple(_shifts(rota, name, owners, _days(rota, max(on, local_day(now, zone)), to), now)),
    )


def _days(rota: Rota, first: str, last: str) -> list[str]:
    """Return the days of a time on which somebody comes or goes, and its first."""
    leave = [row for rows in rota.leave.values() for row in rows]
    ends = [*(row.to_on for row in leave), *(row.left_on for row in rota.staff.values() if row.left_on)]
    after = (add_days(day(end), length("1 day")).isoformat() for end in ends if end < last)
    changes = {each for each in (*(row.from_on for row in leave), *after) if first < each <= last}
    return [first, *sorted(changes)] if last else []


def _shifts(
    rota: Rota, name: str, owners: Iterable[str], days: Sequence[str], now: Moment
) -> Iterator[Shift]:
    """Say what rests with another on some days than it would if somebody were there: who, and from when.

    With whom it rests on the first day what is theirs themselves is said elsewhere.
    """
    there = rota._replace(leave={each: rows for each, rows in rota.leave.items() if each != name})
    what = [*((COORDINATOR, owner) for owner in owners), (CLINICIAN, ""), (LEAD, "")]
    for role, owner in what:
        own = name in (owner, rota.held.get(role) if not owner else "")
        before: str | None = None
        for on in days:
            at = max(start_of(day(on), rota.staff[name].zone), now)
            held = holder(rota, role, owner, at)
            if held.person not in (before, holder(there, role, owner, at).person):
                if not own or on != days[0]:
                    yield Shift(owner=owner, role=role, on=on, holder=held.person, why=held.why)
                before = held.person


def person(database: Database, name: str, *, now: Moment) -> StaffView:
    """Show one person as a whole."""
    with database.listing() as lists:
        holders = Holders(rota_of(lists, now), now)
        row = known(holders.rota, name)
        return _view(lists, holders, row, now)


def _view(lists: Lists, holders: Holders, row: StaffRow, now: Moment) -> StaffView:
    besides = held_besides(lists, holders, row.id)
    return StaffView(
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
                fields=tuple(_fields(each.change)),
            )
            for each in lists.staff_log(row.id)
        ),
    )


def _line(holders: Holders, row: StaffRow, counts: tuple[int, int], now: Moment) -> StaffLine:
    rota, today = holders.rota, local_day(now, row.zone)
    enrolments, prompts = counts
    return StaffLine(
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


def _fields(change: str) -> Iterator[FieldChange]:
    for field, (was, now) in loads(change).items():
        texts = ("" if value is None else str(value) for value in (was, now))
        yield FieldChange(field=field.replace("_", " "), was=next(texts), now=next(texts))


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
