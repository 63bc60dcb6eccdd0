"""The worklist: what is overdue, what is open, what is coming, for one person or for all.

A coordinator's command must feel instant, so neither this module nor what it imports may import anything
slow: no msgspec, no `pathways`, no SQLAlchemy, no dataclasses, no json.
"""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from caseload.ageing import AGES_AFTER, BEGINS_AS, resting
from caseload.local_times import LocalTime
from caseload.rota import CLINICIAN, COORDINATOR, LEAD, Holders, rota_of
from storage.lists import EVERYBODY, Whose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.connection import Database
    from storage.lists import Lists, PromptLine, Reviewed, Tick
    from storage.lists import Stay as StayRow

SECOND = 1_000_000
DAY = 86_400 * SECOND
MISSED_TICKS = 2  # a tick may be a little late; two missing in a row are a stopped scheduler


class Stay(NamedTuple):
    """The state a track is in, and for how many days, counted on the calendar of the enrolment."""

    track: str
    state: str
    days: int


class Line(NamedTuple):
    """One prompt of a worklist. `prompt` is what people type, such as `P-014/3`.

    `review` is how far the pathway of the enrolment is reviewed here: only `approved` is approved.
    `holder` is who must do it, empty when nobody is there; `named` is who would if they were there, and
    `holder_why` says why it is another, empty when it is not.
    `overdue_by` counts days (0: overdue since today; none: not overdue). `because` says shortly what it is
    counted from, `sources` are ids of the pathway, `missing` names the facts it still asks for. `could_not`
    says why the last attempt came to nothing, `taken` is from when one that somebody took on does not move.
    """

    prompt: str
    patient: str
    pathway: str
    version: int
    review: str
    tier: str
    role: str
    holder: str
    holder_why: str
    named: str
    owner: str
    say: str
    opens: LocalTime
    due: LocalTime | None
    overdue_by: int | None
    rule: str
    because: str
    sources: tuple[str, ...]
    missing: tuple[str, ...]
    stays: tuple[Stay, ...]
    seen: LocalTime | None
    seen_by: str
    acknowledged: LocalTime | None
    acknowledged_by: str
    acting_by: str
    acting_until: LocalTime | None
    could_not: str
    taken: LocalTime | None
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
    """`overdue` and `open` have stops first, then go by due; `coming` goes by when each opens (or wakes).

    `owner` is whose list it is, null for everybody's. `stands_in_for` are the owners whose caseloads they
    see to now, `roles` those whose prompts rest with them, of every caseload. `unmoved` are those of the
    overdue and the open that somebody took on, and of which nothing was said for as long as the site lets
    that rest: oldest first.
    """

    now: LocalTime
    owner: str | None
    stands_in_for: tuple[str, ...]
    roles: tuple[str, ...]
    days: int
    overdue: Section
    open: Section
    coming: Section
    unmoved: Section
    clock: Clock


def worklist(
    database: "Database",
    *,
    now: int,
    owner: str | None = EVERYBODY,
    days: int = 7,
    limit: int = 50,
) -> Worklist:
    """Read the worklist of one person, or of everybody; at most `limit` lines a section.

    A person's is their caseload, and what rests with them besides while others are away.
    """
    ask, until = limit + 1, now + days * DAY
    with database.listing() as lists:
        holders = Holders(rota_of(lists, now), now)
        besides = Whose(()) if owner is EVERYBODY else held_besides(lists, holders, owner)
        whose = EVERYBODY if owner is EVERYBODY else Whose((owner, *besides.owners), besides.roles)
        found = (
            lists.overdue(now=now, owner=whose, limit=ask),
            lists.open(now=now, owner=whose, limit=ask),
            lists.coming(now=now, until=until, owner=whose, limit=ask),
            lists.taken(now=now, since=now - _rest(lists), owner=whose, limit=ask),
        )
        describe = Describe.of(lists, holders, (line for lines in found for line in lines[:limit]), now)
        tick, zone = lists.last_tick(), lists.site_zone()
    overdue, still_open, coming, unmoved = (
        Section(tuple(map(describe.line, lines[:limit])), more=len(lines) > limit) for lines in found
    )
    return Worklist(
        now=describe.time(now, zone),
        owner=owner,
        stands_in_for=besides.owners,
        roles=besides.roles,
        days=days,
        overdue=overdue,
        open=still_open,
        coming=coming,
        unmoved=unmoved,
        clock=describe.clock(tick, zone),
    )


def _rest(lists: "Lists") -> int:
    """Say how long the site lets rest what somebody took on."""
    return resting(lists.setting(AGES_AFTER) or BEGINS_AS) or 0


def held_besides(lists: "Lists", holders: Holders, name: str) -> Whose:
    """Say what rests with somebody beside their own caseload: those of others, and the prompts of roles.

    Without staff nobody stands in for anybody: everybody's list is their caseload.
    """
    if not holders.rota.staff:
        return Whose(())
    owners = (each for each in lists.owners() if each != name)
    return Whose(
        tuple(each for each in owners if holders.of(COORDINATOR, each).person == name),
        tuple(role for role in (CLINICIAN, LEAD) if holders.of(role, "").person == name),
    )


def has_list(database: "Database", name: str, *, now: int) -> bool:
    """Say whether somebody has a list of their own: a caseload, a role, or somebody to stand in for."""
    with database.listing() as lists:
        if name in lists.owners():
            return True
        return held_besides(lists, Holders(rota_of(lists, now), now), name) != Whose(())


class Describe:
    """Turns what the tables hold into what people read, each in the zone of its enrolment."""

    @classmethod
    def of(cls, lists: "Lists", holders: Holders, found: "Iterable[PromptLine]", now: int) -> "Describe":
        """Read what there is to say about some lines beside the lines themselves."""
        return cls(now, holders, lists.stays(line.enrolment_id for line in found), lists.reviewed())

    def __init__(
        self,
        now: int,
        holders: Holders,
        stays: dict[int, list["StayRow"]],
        reviewed: dict[str, "Reviewed"],
    ) -> None:
        self._now = now
        self._holders = holders
        self._stays = stays
        self._reviewed = reviewed
        # Patients enrolled or treated on one day share their moments: each is written once.
        self._times: dict[tuple[int, str], LocalTime] = {}
        self._days: dict[tuple[int, str], date] = {}

    def line(self, found: "PromptLine") -> Line:
        zone, of = found.zone, self._reviewed[found.digest]
        held = self._holders.of(found.role, found.owner)
        return Line(
            prompt=f"{found.patient_id}/{found.number}",
            patient=found.patient_id,
            pathway=found.pathway,
            version=of.version,
            review=of.review,
            tier=found.tier,
            role=found.role,
            holder=held.person,
            holder_why=held.why if held.stands_in else "",
            named=held.named,
            owner=found.owner,
            say=found.say,
            opens=self.time(found.opens_at, zone),
            due=self._due(found),
            overdue_by=self._overdue_by(found),
            rule=found.rule,
            because=_because(found),
            sources=tuple(found.source.split()),
            missing=tuple(found.missing.split()),
            stays=tuple(self._stay(stay, zone) for stay in self._stays.get(found.enrolment_id, ())),
            seen=self._maybe(found.seen_at, zone),
            seen_by=found.seen_by or "",
            acknowledged=self._maybe(found.acknowledged_at, zone),
            acknowledged_by=found.acknowledged_by or "",
            acting_by=found.acting_by or "",
            acting_until=self._maybe(found.acting_until, zone),
            could_not=found.could_not or "",
            taken=self._maybe(found.taken_at, zone),
            snoozed_until=self._maybe(found.snoozed_until, zone),
        )

    def clock(self, tick: "Tick | None", zone: str) -> Clock:
        if tick is None:
            return Clock(None, None, late=True)
        age = max(0, self._now - tick.ended_at) // SECOND
        return Clock(self.time(tick.ended_at, zone), age, late=age > MISSED_TICKS * tick.interval)

    def time(self, moment: int, zone: str) -> LocalTime:
        """Write a moment; one at the start of a local day as that day."""
        found = self._times.get((moment, zone))
        if found is None:
            local = _local(moment, zone)
            text = str(local.date()) if local.hour == local.minute == 0 else _minutes(local)
            found = self._times[moment, zone] = LocalTime(text, _iso(moment))
        return found

    def _maybe(self, moment: int | None, zone: str) -> LocalTime | None:
        return None if moment is None else self.time(moment, zone)

    def _due(self, found: "PromptLine") -> LocalTime | None:
        if found.due_at is None:
            return None
        return LocalTime(found.due_on or _minutes(_local(found.due_at, found.zone)), _iso(found.due_at))

    def _overdue_by(self, found: "PromptLine") -> int | None:
        if found.due_at is None or found.due_at > self._now:
            return None
        due_on = date.fromisoformat(found.due_on) if found.due_on else self._day(found.due_at, found.zone)
        return (self._day(self._now, found.zone) - due_on).days

    def _stay(self, stay: "StayRow", zone: str) -> Stay:
        days = self._day(self._now, zone) - self._day(stay.entered_at, zone)
        return Stay(stay.track, stay.state, days.days)

    def _day(self, moment: int, zone: str) -> date:
        found = self._days.get((moment, zone))
        if found is None:
            found = self._days[moment, zone] = _local(moment, zone).date()
        return found


def _because(found: "PromptLine") -> str:
    """Say in a few words what a prompt is counted from."""
    if found.counted_on is None:
        return f"{found.counted_from} is not known"
    words = {"met": "since", "entered": "entered"}
    return f"{words.get(found.counted_from, found.counted_from)} {found.counted_on}"


def _local(moment: int, zone: str) -> datetime:
    return datetime.fromtimestamp(moment // SECOND, ZoneInfo(zone))


def _minutes(local: datetime) -> str:
    return local.replace(tzinfo=None).isoformat(" ", "minutes")


def _iso(moment: int) -> str:
    """Write a moment in UTC the way `pathways.moments.iso` does."""
    exact = datetime.fromtimestamp(moment // SECOND, UTC).replace(microsecond=moment % SECOND, tzinfo=None)
    return f"{exact.isoformat()}Z"
