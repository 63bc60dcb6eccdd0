"""What a prompt is counted from, resolved to a moment and its local day (rules.md, 4)."""

from datetime import date

from pathways.model import Rule
from pathways.moments import Moment, add_days, day_of, start_of
from pathways.slots import Slot
from pathways.standing import Counted, Episode
from pathways.step import Step


def counted(step: Step, slot: Slot, episode: Episode) -> Counted | None:
    """Resolve what a rule is counted from (R19); None while it is unknown."""
    kind = slot.rule.counted_from.kind
    if kind == "met":
        return at_moment(step, episode.began_at, episode.began_by)
    if kind == "entered":
        return _stay(step, slot.rule)
    if kind == "state":
        return _visit(step, slot.rule)
    if kind == "booking":
        return on_day(step, slot.booking.on, slot.booking.entry) if slot.booking else None
    if kind == "recorded":
        return _recording(step, slot.rule)
    return _milestone(step, slot.rule) if kind == "milestone" else _fact(step, slot.rule)


def same(one: Counted | None, other: Counted | None) -> bool:
    """Say whether two counts are of the same moment, whichever entries they come from."""
    return one is not None and other is not None and (one.at, one.on) == (other.at, other.on)


def counting_fact(step: Step, rule: Rule) -> str | None:
    """Name the fact that a rule is counted from, itself or through a milestone."""
    count = rule.counted_from
    if count.kind == "milestone":
        return step.lookup.milestones[count.name].fact
    return count.name if count.kind in ("fact", "recorded") else None


def at_moment(step: Step, at: Moment, entry: int) -> Counted:
    """Count from a moment and the local day on which it falls."""
    return Counted(at, day_of(at, step.zone), entry)


def on_day(step: Step, day: date, entry: int) -> Counted:
    """Count from a local day and its first moment."""
    return Counted(start_of(day, step.zone), day, entry)


def _stay(step: Step, rule: Rule) -> Counted | None:
    stays = [step.stays.get(stay.key) for stay in step.lookup.stays_of(rule)]
    latest = max((stay for stay in stays if stay), key=lambda stay: stay.at, default=None)
    return at_moment(step, latest.at, latest.entry) if latest else None


def _visit(step: Step, rule: Rule) -> Counted | None:
    visit = step.tracks[rule.counted_from.name].visits.get(rule.counted_from.state)
    return at_moment(step, visit.at, visit.entry) if visit else None


def _fact(step: Step, rule: Rule) -> Counted | None:
    known = step.facts.get(rule.counted_from.name)
    return on_day(step, date.fromisoformat(str(known.value)), known.entry) if known else None


def _recording(step: Step, rule: Rule) -> Counted | None:
    known = step.facts.get(rule.counted_from.name)
    return at_moment(step, known.since, known.entry) if known else None


def _milestone(step: Step, rule: Rule) -> Counted | None:
    milestone = step.lookup.milestones[rule.counted_from.name]
    known = step.facts.get(milestone.fact)
    if known is None:
        return None
    if milestone.after.exact:
        return at_moment(step, step.passes[milestone.name], known.entry)
    day = add_days(date.fromisoformat(str(known.value)), milestone.after, step.place.days)
    return on_day(step, day, known.entry)
