"""Who is at work here: people, leave, channels, and what was changed about them.

`carepath today` reads who is there, so this imports next to nothing: no msgspec, no json.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from storage import rendered as sql
from storage.queries import Queries

Moment: TypeAlias = int
Day: TypeAlias = str


class StaffRow(NamedTuple):
    """A person at work. `left_on` is their last day here; empty texts mean what the site has decided.

    `wants` is JSON: what they prefer. `budget` is how many messages a day, none for that of the site.
    """

    id: str
    roles: tuple[str, ...]
    zone: str
    hours: str = ""
    deputy: str = ""
    joined_at: Moment = 0
    left_on: Day | None = None
    digest_at: str = ""
    wants: str = "{}"
    budget: int | None = None


class LeaveRow(NamedTuple):
    """Days on which somebody is away, the last one included. `deputy` is for these days, if not the usual."""

    staff: str
    number: int
    from_on: Day
    to_on: Day
    deputy: str
    ended: bool
    at: Moment
    by: str


class ChannelRow(NamedTuple):
    """A way to reach somebody: `url` is a secret, `tiers` and `kinds` say what for."""

    staff: str
    name: str
    url: str
    tiers: tuple[str, ...]
    kinds: tuple[str, ...]
    verified_at: Moment | None = None


class StaffLogRow(NamedTuple):
    """What was changed about somebody: `change` is JSON without secrets."""

    number: int
    what: str
    change: str
    at: Moment
    by: str


class StaffLists(Queries):
    """What is read about the staff."""

    def staff(self) -> list[StaffRow]:
        """Return everybody there is or was, by name."""
        return [StaffRow(name, tuple(roles.split()), *rest) for name, roles, *rest in self._all(sql.STAFF)]

    def leave_from(self, since: Day) -> list[LeaveRow]:
        """Return the leave that ends on a day or later, without what was withdrawn."""
        return _leave(self._all(sql.LEAVE_FROM, since=since))

    def leave_of(self, staff: str) -> list[LeaveRow]:
        """Return all leave somebody ever had, also what was withdrawn, by number."""
        return _leave(self._all(sql.LEAVE_OF, staff=staff))

    def responsible_for(self, owner: str, *, now: Moment) -> tuple[int, int]:
        """Count the open enrolments of an owner, and their prompts that are not over by now."""
        return int(self._value(sql.OPEN_OF, owner=owner)), int(
            self._value(sql.PROMPTS_OF, owner=owner, now=now)
        )

    def responsible(self, *, now: Moment) -> dict[str, tuple[int, int]]:
        """Return the same of every owner who has an open enrolment."""
        prompts: dict[str, int] = dict(self._all(sql.PROMPTS_BY_OWNER, now=now))
        return {owner: (count, prompts.get(owner, 0)) for owner, count in self._all(sql.OPEN_BY_OWNER)}

    def channels(self) -> list[ChannelRow]:
        """Return the channels of everybody."""
        return _channels(self._all(sql.CHANNELS))

    def channels_of(self, staff: str) -> list[ChannelRow]:
        return _channels(self._all(sql.CHANNELS_OF, staff=staff))

    def staff_log(self, staff: str) -> list[StaffLogRow]:
        """Return what was changed about somebody, in order."""
        return [StaffLogRow(*found) for found in self._all(sql.STAFF_LOG, staff=staff)]


class Staff(StaffLists):
    """The part of the store that says who is at work."""

    def put_staff(self, row: StaffRow) -> None:
        """Add a person, or change the one of that name."""
        self._run(sql.PUT_STAFF, **(row._asdict() | {"roles": " ".join(row.roles)}))

    def add_leave(self, staff: str, from_on: Day, to_on: Day, *, deputy: str, at: Moment, by: str) -> None:
        self._run(
            sql.ADD_LEAVE,
            staff=staff,
            from_on=from_on,
            to_on=to_on,
            deputy=deputy,
            ended=False,
            at=at,
            actor=by,
        )

    def end_leave(self, staff: str, number: int) -> bool:
        """Withdraw leave; false when there is none of that number, or it was withdrawn before."""
        return self._run(sql.END_LEAVE, staff=staff, number=number) == 1

    def put_channel(self, row: ChannelRow) -> None:
        """Add a channel, or change the one of that name."""
        joined = {"tiers": " ".join(row.tiers), "kinds": " ".join(row.kinds)}
        self._run(sql.PUT_CHANNEL, **(row._asdict() | joined))

    def verify_channel(self, staff: str, name: str, *, at: Moment | None) -> bool:
        """Say that a test message arrived (none: that nobody knows); false when there is no such channel."""
        return self._run(sql.VERIFY_CHANNEL, staff=staff, name=name, verified_at=at) == 1

    def remove_channel(self, staff: str, name: str) -> bool:
        return self._run(sql.REMOVE_CHANNEL, staff=staff, name=name) == 1

    def add_staff_log(self, staff: str, what: str, change: str, *, at: Moment, by: str) -> None:
        self._run(sql.ADD_STAFF_LOG, staff=staff, what=what, change=change, at=at, actor=by)


def _leave(found: Sequence[Sequence[object]]) -> list[LeaveRow]:
    rows = (LeaveRow._make(each) for each in found)
    return [row._replace(ended=bool(row.ended)) for row in rows]


def _channels(found: Sequence[Sequence[object]]) -> list[ChannelRow]:
    rows = (ChannelRow._make(each) for each in found)
    return [row._replace(tiers=_names(row.tiers), kinds=_names(row.kinds)) for row in rows]


def _names(text: object) -> tuple[str, ...]:
    return tuple(str(text).split())
