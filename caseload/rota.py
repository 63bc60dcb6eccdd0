"""Who is there when, and who therefore holds a prompt. Nobody who is away holds one while somebody is there.

A value and functions of it. `carepath today` asks it, so it may import nothing slow.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from pathways.spans import SECOND
from storage.staff import LeaveRow, StaffRow

if TYPE_CHECKING:
    from typing import Protocol

    class Source(Protocol):
        """Where a rota is read from: the lists of a reading command, or the store of a transaction."""

        def staff(self) -> list[StaffRow]: ...
        def leave_from(self, since: str) -> list[LeaveRow]: ...
        def holders(self) -> dict[str, str]: ...


COORDINATOR, CLINICIAN, LEAD = "coordinator", "clinician", "lead"
AS_NAMED = "as named; no staff entered"
NO_END = "9999-12-31"  # sorts after every day: leave until further notice
# In no zone is it an earlier day than this long ago in UTC.
EARLIEST = timedelta(days=1)


class Rota(NamedTuple):
    """Everybody by name, their leave, and who holds each role of the site."""

    staff: Mapping[str, StaffRow]
    leave: Mapping[str, tuple[LeaveRow, ...]]
    held: Mapping[str, str]


class Holder(NamedTuple):
    """Who holds a prompt, why they do, and who is named for it. `person` is empty when nobody is there."""

    person: str
    why: str
    named: str

    @property
    def stands_in(self) -> bool:
        """Whether this is another person than the one named."""
        return self.person != self.named


def rota_of(source: "Source", at: int) -> Rota:
    """Read the rota as far as it matters at a moment and after it."""
    since = datetime.fromtimestamp(at // SECOND, UTC) - EARLIEST
    return rota(source.staff(), source.leave_from(since.date().isoformat()), source.holders())


def rota(staff: Iterable[StaffRow], leave: Iterable[LeaveRow], held: Mapping[str, str]) -> Rota:
    """Make a rota of rows in any order; leave that was withdrawn is none."""
    away: dict[str, list[LeaveRow]] = {}
    for row in sorted(leave):
        if not row.ended:
            away.setdefault(row.staff, []).append(row)
    return Rota(
        {row.id: row for row in sorted(staff, key=lambda row: row.id)},
        {name: tuple(rows) for name, rows in away.items()},
        held,
    )


def holder(rota: Rota, role: str, owner: str, at: int) -> Holder:
    """Say who holds a prompt for a role, of an enrolment with this owner, at a moment.

    The one named, their deputy, the deputy of that one; then the lead in the same way, another lead, a
    coordinator, a clinician: the first who is there.
    """
    named = owner if role == COORDINATOR else rota.held.get(role, "")
    if not rota.staff:
        return Holder(named, AS_NAMED, named)
    passed: dict[str, str] = {}
    for name, as_what in _asked(rota, role, named, at):
        if name in passed:
            continue
        away = absence(rota, name, at)
        if not away:
            return Holder(name, _why(role, name, named, as_what, passed), named)
        passed[name] = away
    return Holder("", f"nobody is there: {_passed_by(passed) or _unnamed(role)}", named)


class Holders:
    """Who holds what at one moment, each worked out once: a list has thousands of lines."""

    def __init__(self, rota: Rota, at: int) -> None:
        self.rota = rota
        self._at = at
        self._known: dict[tuple[str, str], Holder] = {}

    def of(self, role: str, owner: str) -> Holder:
        """Say who holds a prompt for a role, of an enrolment with this owner."""
        asked = (role, owner if role == COORDINATOR else "")
        found = self._known.get(asked)
        if found is None:
            found = self._known[asked] = holder(self.rota, role, owner, self._at)
        return found


def absence(rota: Rota, name: str, at: int) -> str:
    """Say why somebody is not there on their local day, such as `on leave until ...`; empty if they are."""
    person = rota.staff.get(name)
    if person is None:
        return "who is not on the staff"
    today = local_day(at, person.zone)
    if person.left_on is not None and person.left_on < today:
        return f"who left on {person.left_on}"
    leave = _leave_on(rota, name, today)
    return f"on leave until {_until(rota, name, leave)}" if leave else ""


def here(rota: Rota, at: int) -> list[str]:
    """Name everybody who is there, by name."""
    return [name for name in rota.staff if not absence(rota, name, at)]


def gone(rota: Rota, name: str, at: int) -> bool:
    """Whether somebody is not on the staff, or no longer: they will not be back after some days."""
    person = rota.staff.get(name)
    return person is None or (person.left_on is not None and person.left_on < local_day(at, person.zone))


def staying(rota: Rota, at: int) -> list[str]:
    """Name everybody on the staff who has not left, also those on leave."""
    return [name for name in rota.staff if not gone(rota, name, at)]


def local_day(at: int, zone: str) -> str:
    """Return the day on the calendar of a zone, as ISO text, which sorts as days do."""
    return datetime.fromtimestamp(at // SECOND, ZoneInfo(zone)).date().isoformat()


def _asked(rota: Rota, role: str, named: str, at: int) -> Iterator[tuple[str, str]]:
    """Name those who are asked in turn, each with what they would stand in as (themselves: nothing)."""
    for name in _with_deputies(rota, named, at):
        yield name, ""
    if role != LEAD:
        for name in _with_deputies(rota, rota.held.get(LEAD, ""), at):
            yield name, "as lead"
    for has, first in ((LEAD, ""), (COORDINATOR, rota.held.get(COORDINATOR, "")), (CLINICIAN, "")):
        # Whoever the site names comes before the others; those go by name, so that all ask the same one.
        people = [row.id for row in rota.staff.values() if has in row.roles]
        for name in sorted(people, key=lambda each: (each != first, each)):
            yield name, f"as {has}"


def _with_deputies(rota: Rota, name: str, at: int) -> Iterator[str]:
    """Name somebody, their deputy, the deputy of that one, and so on until it comes round again."""
    seen: set[str] = set()
    while name and name not in seen:
        seen.add(name)
        yield name
        name = _deputy(rota, name, at)


def _deputy(rota: Rota, name: str, at: int) -> str:
    """Return who stands in for somebody: for this leave, if it says so, or as usual."""
    person = rota.staff.get(name)
    if person is None:
        return ""
    leave = _leave_on(rota, name, local_day(at, person.zone))
    return (leave.deputy if leave else "") or person.deputy


def _leave_on(rota: Rota, name: str, day: str) -> LeaveRow | None:
    return next((row for row in rota.leave.get(name, ()) if row.from_on <= day <= row.to_on), None)


def _until(rota: Rota, name: str, leave: LeaveRow) -> str:
    """Return the last day of a leave, also when another begins the day after it."""
    last, rows = leave.to_on, rota.leave[name]
    while True:
        after = _next_day(last)
        longer = max((row.to_on for row in rows if row.from_on <= after and row.to_on > last), default="")
        if not longer:
            return "further notice" if last == NO_END else last
        last = longer


def _next_day(day: str) -> str:
    return day if day == NO_END else (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _why(role: str, name: str, named: str, as_what: str, passed: Mapping[str, str]) -> str:
    if name == named:
        return "owner" if role == COORDINATOR else role
    instead = f"for {_passed_by(passed)}" if passed else _unnamed(role)
    return f"{as_what}, {instead}" if as_what else instead


def _passed_by(passed: Mapping[str, str]) -> str:
    """Name those who were asked in vain, each with why."""
    return "; ".join(f"{name}, {away}" for name, away in passed.items())


def _unnamed(role: str) -> str:
    return f"as nobody holds the role of {role}"
