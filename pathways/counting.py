"""When a prompt opens, is due, lapses and escalates: sums on calendar days (rules.md, 4 and 5)."""

from datetime import date

from msgspec import Struct, structs

from pathways.calendars import Place
from pathways.model import Rule
from pathways.moments import Length, Moment, add_days, add_exact, day_of, days_between, end_of, start_of
from pathways.standing import Counted, Escalates, Prompt

NO_LENGTH = Length(0, "day")


class Schedule(Struct, frozen=True, kw_only=True):
    """The moments of one prompt, as in `standing.Prompt`."""

    counted: Counted | None
    repeat: bool = False
    opens_at: Moment
    due_at: Moment | None = None
    due_on: date | None = None
    lapses_at: Moment | None = None
    escalates: tuple[Escalates, ...] = ()


def schedule_of(prompt: Prompt) -> Schedule:
    """Return the moments that a prompt has now."""
    return Schedule(**{field: getattr(prompt, field) for field in Schedule.__struct_fields__})


def first(
    rule: Rule, counted: Counted | None, began_at: Moment, place: Place, moved_at: Moment | None = None
) -> Schedule:
    """Count the first occurrence, or one counted afresh at `moved_at` (R17, R18, R20)."""
    if counted is None:
        today = day_of(began_at, place.zone)
        due_on = today if rule.due or rule.tier == "stop" else None
        return _schedule(rule, None, began_at, _Due.on(due_on, place), place)
    opens_at = began_at if rule.opens is None else max(began_at, opening(counted, rule.opens, place))
    due = _due(rule, counted, opens_at, place)
    return _schedule(rule, counted, opens_at, due, place, max(opens_at, moved_at or opens_at))


def repeat(rule: Rule, interval: Length, after: Counted, began_at: Moment, place: Place) -> Schedule:
    """Count a later occurrence from the act, the answer or the missed due before it (R24)."""
    return structs.replace(_repeat(rule, interval, after, began_at, place), repeat=True)


def lead_days(rule: Rule, counted_on: date, place: Place) -> int:
    """Count the days from opening to due of an occurrence counted from a day; 0 when it opens later."""
    due_on = add_days(counted_on, rule.due or NO_LENGTH, place.days)
    return max(0, days_between(add_days(counted_on, rule.opens or NO_LENGTH, place.days), due_on))


def opening(counted: Counted, after: Length, place: Place) -> Moment:
    """Return the moment a length after something: the start of that local day, or exactly, in hours."""
    if after.exact:
        return add_exact(counted.at, after)
    return start_of(add_days(counted.on, after, place.days), place.zone)


def closing(counted: Counted, after: Length, place: Place) -> Moment:
    """Return the moment a length after something has passed: the end of that local day, or exactly."""
    if after.exact:
        return add_exact(counted.at, after)
    return end_of(add_days(counted.on, after, place.days), place.zone)


def escalation(after: Length, late: Counted, place: Place) -> Moment:
    """Return when to tell somebody, counted from the later of due and raised (R28)."""
    return max(late.at, opening(late, after, place))


def _repeat(rule: Rule, interval: Length, after: Counted, began_at: Moment, place: Place) -> Schedule:
    if rule.due is None:
        opens_at = max(began_at, opening(after, interval, place))
        due = _Due.on(day_of(opens_at, place.zone) if rule.tier == "stop" else None, place)
        return _schedule(rule, after, opens_at, due, place)
    if interval.exact:
        lead = add_exact(0, rule.due) - add_exact(0, rule.opens) if rule.opens else add_exact(0, rule.due)
        due_at = add_exact(after.at, interval)
        return _schedule(rule, after, max(began_at, due_at - max(0, lead)), _Due(due_at, None), place)
    due_on = add_days(after.on, interval, place.days)
    opens_on = add_days(due_on, Length(lead_days(rule, after.on, place), "day", before=True))
    return _schedule(
        rule, after, max(began_at, start_of(opens_on, place.zone)), _Due.on(due_on, place), place
    )


class _Due(Struct, frozen=True):
    at: Moment | None
    day: date | None

    @classmethod
    def on(cls, day: date | None, place: Place) -> "_Due":
        return cls(None if day is None else end_of(day, place.zone), day)


def _due(rule: Rule, counted: Counted, opens_at: Moment, place: Place) -> _Due:
    if rule.due is None:
        return _Due.on(day_of(opens_at, place.zone) if rule.tier == "stop" else None, place)
    if rule.due.exact:
        return _Due(add_exact(counted.at, rule.due), None)
    return _Due.on(add_days(counted.on, rule.due, place.days), place)


def _schedule(  # noqa: PLR0917  # what a schedule is made of
    rule: Rule,
    counted: Counted | None,
    opens_at: Moment,
    due: _Due,
    place: Place,
    asked_at: Moment | None = None,
) -> Schedule:
    """Put the moments together; `asked_at` is the last moment at which somebody was asked anew."""
    if due.at is None:
        return Schedule(counted=counted, opens_at=opens_at)
    late = _later_of(due, opens_at, place)
    unanswered = _later_of(due, asked_at or opens_at, place)
    return Schedule(
        counted=counted,
        opens_at=opens_at,
        due_at=due.at,
        due_on=due.day,
        # While its date is unknown it goes on asking for it.
        lapses_at=closing(unanswered, rule.lapses, place) if rule.lapses and counted else None,
        escalates=tuple(Escalates(escalation(each.after, late, place), each.tell) for each in rule.then),
    )


def late_at(moment: Moment, place: Place) -> Counted:
    """Count from a moment at which something was late, such as when a prompt was raised after its due."""
    return Counted(moment, day_of(moment, place.zone), 0)


def _later_of(due: _Due, opens_at: Moment, place: Place) -> Counted:
    """Return the later of due and opening: from when a prompt is late, and which day that counts as."""
    if due.at is None or opens_at >= due.at:
        return late_at(opens_at, place)
    return Counted(due.at, due.day or day_of(due.at, place.zone), 0)
