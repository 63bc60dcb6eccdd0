"""The worklist: what is overdue, what is open, what is coming, for one coordinator or for all.

A coordinator's command must feel instant, so neither this module nor what it imports may import anything
slow: no msgspec, no `pathways`, no SQLAlchemy, no dataclasses, no json.
"""

from typing import Any, NamedTuple

from caseload.local_times import LocalTime

EVERYBODY = None


class Stay(NamedTuple):
    """The state a track is in, and for how many days, counted on the calendar of the enrolment."""

    track: str
    state: str
    days: int


class Line(NamedTuple):
    """One prompt of a worklist. `prompt` is what people type, such as `P-014/3`.

    `overdue_by` counts days (0: overdue since today; none: not overdue). `missing` names the facts that
    would end it. `because` says shortly why it is there: its rule and what it is counted from.
    """

    prompt: str
    patient: str
    tier: str
    role: str
    holder: str
    owner: str
    say: str
    opens: LocalTime
    due: LocalTime | None
    overdue_by: int | None
    rule: str
    because: str
    source: str
    missing: tuple[str, ...]
    stays: tuple[Stay, ...]
    acknowledged: LocalTime | None
    snoozed_until: LocalTime | None


class Section(NamedTuple):
    """Some lines, and whether there are more of them than were asked for."""

    lines: tuple[Line, ...]
    more: bool


class Clock(NamedTuple):
    """When the scheduler last finished a tick (none: never), how many seconds ago, and if that is late."""

    ticked: LocalTime | None
    age: int | None
    late: bool


class Worklist(NamedTuple):
    """`overdue` and `open` have stops first, then go by due; `coming` goes by when each opens (or wakes)."""

    now: LocalTime
    owner: str | None
    days: int
    overdue: Section
    open: Section
    coming: Section
    clock: Clock


def worklist(
    database: Any,  # noqa: ANN401
    *,
    now: int,
    owner: str | None = EVERYBODY,
    days: int = 7,
    limit: int = 50,
) -> Worklist:
    """Read the worklist of one coordinator, or of everybody; at most `limit` lines a section."""
    raise NotImplementedError
