"""Who is at work here: adding and changing people, their leave, their departure. Each change is logged."""

import re
from collections.abc import Mapping
from datetime import date
from json import dumps
from typing import NamedTuple

from msgspec import Struct, structs

from caseload.hours import hours_of
from caseload.moved_stops import PassedOn, Stops, moved
from caseload.on_staff import known
from caseload.requests import Author
from caseload.rota import NO_END, Rota, local_day
from pathways.errors import CarepathError, NotFound, Refused
from pathways.moments import Moment, add_days, day, end_of, is_zone, length, start_of
from pathways.plausible import FARTHEST
from storage.connection import Database
from storage.staff import LeaveRow, StaffRow
from storage.store import Store

ROLES = ("coordinator", "clinician", "lead", "author", "auditor")
# Who left before they were entered may be entered for the record; but not in another year by mistake.
_LONGEST_AGO = length("1 year before")
_TIME = r"([01]\d|2[0-3]):[0-5]\d"


class Changes(Struct, frozen=True, kw_only=True):
    """What is said about a person: none leaves as is.

    An empty text, and a budget below 0, mean what the site has decided.
    """

    roles: tuple[str, ...] | None = None
    zone: str | None = None
    hours: str | None = None
    deputy: str | None = None
    digest_at: str | None = None
    budget: int | None = None


class Changed(NamedTuple):
    """What is said about a person now, and the open stops that change hands by that."""

    row: StaffRow
    stops: tuple[PassedOn, ...]


class Leave(NamedTuple):
    """Leave that was entered or taken back, and the open stops that change hands when it begins to count."""

    row: LeaveRow
    begins: Moment
    stops: tuple[PassedOn, ...]


class Departure(NamedTuple):
    """Somebody who departs or stays, and the open stops that change hands when that begins to count."""

    row: StaffRow
    begins: Moment
    stops: tuple[PassedOn, ...]


def add(database: Database, name: str, said: Changes, author: Author) -> Changed:
    """Add a person. An empty zone means that of the site."""
    with database.writing() as store:
        stops = Stops.read(store, author.now)
        rota = stops.rota
        if name in rota.staff:
            msg = f"{name} is on the staff already: `carepath staff edit {name}` changes what is said there."
            raise Refused(msg)
        _refuse_twin(rota, name)
        new = StaffRow(name, ("coordinator",), store.site_zone(), joined_at=author.now)
        row = _changed(rota, new, said)
        store.put_staff(row)
        _log(store, name, "added", {field: ("", value) for field, value in _shown(row).items()}, author)
        return Changed(row, moved(stops, Stops.read(store, author.now), author.now))


def edit(database: Database, name: str, said: Changes, author: Author) -> Changed:
    """Change what is given, and write down what it was."""
    with database.writing() as store:
        stops = Stops.read(store, author.now)
        before = known(stops.rota, name)
        after = _changed(stops.rota, before, said)
        was, now = _shown(before), _shown(after)
        changed = {field: (was[field], now[field]) for field in now if was[field] != now[field]}
        if not changed:
            msg = f"Nothing would change: that is what is said of {name} already."
            raise Refused(msg)
        store.put_staff(after)
        _log(store, name, "edited", changed, author)
        return Changed(after, moved(stops, Stops.read(store, author.now), author.now))


def leave(
    database: Database, name: str, author: Author, *, from_on: str = "", to_on: str = "", deputy: str = ""
) -> Leave:
    """Enter days on which somebody is away, the last one included; `deputy` stands in on these days.

    An empty first day means today, an empty last one until further notice.
    """
    with database.writing() as store:
        before = Stops.read(store, author.now)
        rota = before.rota
        today = local_day(author.now, known(rota, name).zone)
        first, last = day(from_on or today), date.fromisoformat(NO_END) if not to_on else day(to_on)
        _refuse_odd_days(first, last, date.fromisoformat(today))
        _refuse_after_departure(rota.staff[name], first)
        _refuse_overlap(store, name, first, last)
        _refuse_odd_deputy(rota, name, deputy)
        days = (first.isoformat(), last.isoformat())
        store.add_leave(name, *days, deputy=deputy, at=author.now, by=author.by)
        row = store.leave_of(name)[-1]
        said = {"number": row.number, "from": row.from_on, "to": row.to_on, "deputy": deputy}
        _log(store, name, "leave", {field: ("", value) for field, value in said.items()}, author)
        return _leave(store, row, before, author.now)


def end_leave(database: Database, name: str, number: int, author: Author) -> Leave:
    """Take leave back: it counts for nothing from now on."""
    with database.writing() as store:
        before = Stops.read(store, author.now)
        known(before.rota, name)
        if not store.end_leave(name, number):
            left = [str(row.number) for row in store.leave_of(name) if not row.ended]
            msg = f"{name} has no leave {number} to take back: there is {', '.join(left) or 'none'}."
            raise NotFound(msg)
        _log(store, name, "leave taken back", {"number": ("", number)}, author)
        row = next(row for row in store.leave_of(name) if row.number == number)
        return _leave(store, row, before, author.now)


def depart(database: Database, name: str, on: str, author: Author) -> Departure:
    """Say which is somebody's last day here; with an empty day, that they stay after all."""
    with database.writing() as store:
        stops = Stops.read(store, author.now)
        before = known(stops.rota, name)
        last = day(on).isoformat() if on else None
        _refuse_odd_departure(before, last, author.now)
        if before.left_on == last:
            msg = f"{name}'s last day is {last} already." if last else f"{name} is not to leave."
            raise Refused(msg)
        after = before._replace(left_on=last)
        store.put_staff(after)
        _log(store, name, "departs" if last else "stays", {"last day": (before.left_on, last)}, author)
        begins = max(author.now, end_of(day(on), after.zone)) if on else author.now
        return Departure(after, begins, moved(stops, Stops.read(store, author.now), begins))


def _leave(store: Store, row: LeaveRow, before: Stops, now: Moment) -> Leave:
    begins = max(now, start_of(day(row.from_on), before.rota.staff[row.staff].zone))
    return Leave(row, begins, moved(before, Stops.read(store, now), begins))


def _changed(rota: Rota, row: StaffRow, said: Changes) -> StaffRow:
    given = {field: value for field, value in structs.asdict(said).items() if value is not None}
    if not given.get("zone", "."):  # the zone of a person is always said: that of the site may change
        del given["zone"]
    if given.get("budget", 0) < 0:
        given["budget"] = None
    row = row._replace(**given)
    _refuse_odd_roles(row.roles)
    _refuse_odd_zone(row.zone)
    _refuse_odd_times(row)
    if said.deputy is not None:
        _refuse_odd_deputy(rota, row.id, row.deputy)
    return row._replace(roles=tuple(role for role in ROLES if role in row.roles))


def _shown(row: StaffRow) -> dict[str, object]:
    fields = ("zone", "hours", "deputy", "digest_at", "budget")
    return {"roles": " ".join(row.roles), **{field: getattr(row, field) for field in fields}}


def _log(
    store: Store, name: str, what: str, change: Mapping[str, tuple[object, object]], author: Author
) -> None:
    """Write down what was changed: of each field what it was and is."""
    store.add_staff_log(name, what, dumps(change, ensure_ascii=False), at=author.now, by=author.by)


def _refuse_twin(rota: Rota, name: str) -> None:
    """Refuse a name that only capitals tell from another: half the prompts would rest with the wrong one."""
    twin = next((each for each in rota.staff if each.casefold() == name.casefold()), None)
    if twin:
        msg = f"{twin} is on the staff already, and {name} differs in capitals only: write another name."
        raise Refused(msg)


def _refuse_odd_roles(roles: tuple[str, ...]) -> None:
    odd = [role for role in roles if role not in ROLES]
    if odd or not roles:
        msg = f"There is no role {', '.join(odd)!r}: a person is one or more of {', '.join(ROLES)}."
        raise CarepathError(msg)


def _refuse_odd_zone(zone: str) -> None:
    if not is_zone(zone):
        msg = f"{zone!r} is not a time zone: write one such as Europe/London."
        raise CarepathError(msg)


def _refuse_odd_times(row: StaffRow) -> None:
    if row.digest_at and not re.fullmatch(_TIME, row.digest_at):
        msg = f"{row.digest_at!r} is not a time of day: write one such as 07:30."
        raise CarepathError(msg)
    hours_of(row.hours)


def _refuse_odd_deputy(rota: Rota, name: str, deputy: str) -> None:
    if not deputy:
        return
    if deputy == name:
        msg = f"{name} cannot stand in for {name}: name somebody else as the deputy."
        raise CarepathError(msg)
    known(rota, deputy)


def _refuse_odd_days(first: date, last: date, today: date) -> None:
    if last < first:
        msg = f"{last} lies before {first}: say the first day with --from and the last one with --to."
        raise CarepathError(msg)
    if last < today:
        msg = f"{last} is over, and with it the leave: nothing would change. Is the year right?"
        raise CarepathError(msg)
    farthest = add_days(today, FARTHEST)
    if first > farthest or farthest < last < date.max:
        msg = f"{max(first, last)} is more than {FARTHEST} ahead: is the year right?"
        raise CarepathError(msg)


def _refuse_odd_departure(row: StaffRow, last: str | None, now: Moment) -> None:
    """Refuse a last day before somebody was entered, or one in another century."""
    joined, today = local_day(row.joined_at, row.zone), date.fromisoformat(local_day(now, row.zone))
    if last is not None and last < min(joined, add_days(today, _LONGEST_AGO).isoformat()):
        msg = f"{last} lies before {row.id} was entered here, on {joined}: is the year right?"
        raise CarepathError(msg)
    if last is not None and last > add_days(today, FARTHEST).isoformat():
        msg = f"{last} is more than {FARTHEST} ahead: is the year right?"
        raise CarepathError(msg)


def _refuse_after_departure(row: StaffRow, first: date) -> None:
    if row.left_on is not None and row.left_on < first.isoformat():
        msg = (
            f"{row.id}'s last day is {row.left_on}, so there is no leave after it: "
            f"`carepath staff depart {row.id} --stays` takes that back."
        )
        raise Refused(msg)


def _refuse_overlap(store: Store, name: str, first: date, last: date) -> None:
    for row in store.leave_of(name):
        if not row.ended and row.from_on <= last.isoformat() and first.isoformat() <= row.to_on:
            until = "until further notice" if row.to_on == NO_END else f"to {row.to_on}"
            msg = (
                f"{name} is on leave from {row.from_on} {until} already: "
                f"`carepath staff leave {name} --end {row.number}` takes that back."
            )
            raise Refused(msg)
