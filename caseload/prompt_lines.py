"""Prompts of a list as people read them, each in the zone of its enrolment.

`carepath today` asks it, so it may import nothing slow.
"""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from caseload.local_times import LocalTime, iso, local, minutes
from caseload.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from caseload.rota import Holders
    from storage.lists import Lists, PromptLine, Reviewed
    from storage.lists import Stay as StayRow


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


class Describe:
    """Turns what the tables hold into what people read, each in the zone of its enrolment."""

    @classmethod
    def of(cls, lists: "Lists", holders: "Holders", found: "Iterable[PromptLine]", now: int) -> "Describe":
        """Read what there is to say about some lines beside the lines themselves."""
        return cls(now, holders, lists.stays(line.enrolment_id for line in found), lists.reviewed())

    def __init__(
        self,
        now: int,
        holders: "Holders",
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

    def time(self, moment: int, zone: str) -> LocalTime:
        """Write a moment; one at the start of a local day as that day."""
        found = self._times.get((moment, zone))
        if found is None:
            clock = local(moment, zone)
            text = str(clock.date()) if clock.hour == clock.minute == 0 else minutes(clock)
            found = self._times[moment, zone] = LocalTime(text, iso(moment))
        return found

    def _maybe(self, moment: int | None, zone: str) -> LocalTime | None:
        return None if moment is None else self.time(moment, zone)

    def _due(self, found: "PromptLine") -> LocalTime | None:
        if found.due_at is None:
            return None
        return LocalTime(found.due_on or minutes(local(found.due_at, found.zone)), iso(found.due_at))

    def _overdue_by(self, found: "PromptLine") -> int | None:
        if found.due_at is None or found.due_at > self._now:
            return None
        due_on = date.fromisoformat(found.due_on) if found.due_on else self.day(found.due_at, found.zone)
        return (self.day(self._now, found.zone) - due_on).days

    def _stay(self, stay: "StayRow", zone: str) -> Stay:
        days = self.day(self._now, zone) - self.day(stay.entered_at, zone)
        return Stay(stay.track, stay.state, days.days)

    def day(self, moment: int, zone: str) -> date:
        """Return the day on the calendar of a zone."""
        found = self._days.get((moment, zone))
        if found is None:
            found = self._days[moment, zone] = local(moment, zone).date()
        return found


def _because(found: "PromptLine") -> str:
    """Say in a few words what a prompt is counted from."""
    if found.counted_on is None:
        return f"{found.counted_from} is not known"
    words = {"met": "since", "entered": "entered"}
    return f"{words.get(found.counted_from, found.counted_from)} {found.counted_on}"


def when(line: Line, now: LocalTime) -> str:
    """Say by when a prompt is due, or how late it is, or when it opens or wakes."""
    if line.overdue_by is not None:
        days = f"{counted(line.overdue_by, 'day')} " if line.overdue_by else ""
        return f"{days}late, due {line.due}"
    due = f"due {_today(str(line.due), now)}" if line.due else "to know" if line.tier == "info" else "no date"
    if line.snoozed_until and line.snoozed_until.at > now.at:
        return f"asleep until {line.snoozed_until}, {due}"
    return f"opens {line.opens}, {due}" if line.opens.at > now.at else due


def _today(day: str, now: LocalTime) -> str:
    return f"today ({day})" if day[:10] == now.local[:10] else day
