"""How a rule's episodes begin and end, and what becomes of its prompts (rules.md, 3 to 5).

A *slot* is a rule, or a rule and one booking: `confirm-plan` or `confirm-plan#2`. It has at most one live
prompt.
"""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct, structs

from pathways import counting
from pathways.history import PromptKey
from pathways.model import Rule
from pathways.moments import Moment, add_days, day_of, start_of
from pathways.standing import Booking, Counted, Ending, Episode, Prompt
from pathways.step import Step, is_known

COUNTED_BY_ENTERING = ("met", "entered", "state")
REPEATED_AFTER: tuple[Ending, ...] = ("done", "dismissed", "acknowledged", "lapsed")


class Slot(Struct, frozen=True):
    """One rule, and for a rule counted from bookings one of them."""

    rule: Rule
    number: int = 0
    booking: Booking | None = None

    @property
    def name(self) -> str:
        return f"{self.rule.id}#{self.number}" if self.number else self.rule.id


def slots(step: Step, rule: Rule) -> Iterator[Slot]:
    """Yield the slots of a rule: one, or one for each booking there has been."""
    if rule.counted_from.kind != "booking":
        yield Slot(rule)
        return
    for number, booking in sorted(step.bookings.get(rule.counted_from.name, {}).items()):
        yield Slot(rule, number, booking)


def review(step: Step, slot: Slot) -> None:
    """Look at one slot after something that it names has changed: the act first, then the episode."""
    episode = step.episodes.setdefault(slot.name, Episode())
    end_if_done(step, slot)
    wanted = _wanted(step, slot)
    if not episode.active:
        if wanted:
            _begin_episode(step, slot)
    elif wanted is False:
        _end_episode(step, slot)
    elif any(stay.key in step.restarted for stay in step.lookup.stays_of(slot.rule)):
        _enter_again(step, slot)
    else:
        _count_again(step, slot)


def _wanted(step: Step, slot: Slot) -> bool | None:
    """Say whether the rule is wanted: `while` holds, `when` is met, and its booking is live."""
    if slot.booking is not None and slot.booking.ended:
        return False
    if any(step.stays[stay.key] is None for stay in step.lookup.stays_of(slot.rule)):
        return False
    return True if slot.rule.when is None else step.judge(slot.rule.when, slot.booking)


def want(step: Step, slot: Slot, *, wanted: bool) -> None:
    """Begin or end the episode of a rule whose being wanted is decided elsewhere."""
    active = step.episodes.setdefault(slot.name, Episode()).active
    if wanted and not active:
        _begin_episode(step, slot)
    elif active and not wanted:
        _end_episode(step, slot)


def end_if_done(step: Step, slot: Slot) -> None:
    """End a prompt whose act is on record, and name what is missing of the others (R12)."""
    prompt = step.prompts.get(slot.name)
    if prompt is None:
        return
    prompt = step.prompts[slot.name] = structs.replace(prompt, missing=_missing(step, slot, prompt))
    if slot.rule.has_act and _done(step, slot, prompt):
        step.end(slot.name, "done")


def _done(step: Step, slot: Slot, prompt: Prompt) -> bool:
    rule = slot.rule
    if any(name in prompt.missing for name in (*rule.needs, *rule.needs_new)):
        return False
    return rule.done_when is None or step.judge(rule.done_when, slot.booking) is True


def _missing(step: Step, slot: Slot, prompt: Prompt) -> tuple[str, ...]:
    """Name the facts that are still to be recorded, and the one it would be counted from."""
    needs = [each for each in slot.rule.needs if not is_known(step.lookup, step.facts, step.bookings, each)]
    anew = [each for each in slot.rule.needs_new if not _recorded_anew(step, slot, prompt, each)]
    return tuple(dict.fromkeys((*needs, *anew, *_uncounted(step, slot.rule, prompt))))


def _uncounted(step: Step, rule: Rule, prompt: Prompt) -> tuple[str, ...]:
    fact = _counting_fact(step, rule)
    return (fact,) if fact and prompt.counted is None else ()


def _recorded_anew(step: Step, slot: Slot, prompt: Prompt, fact: str) -> bool:
    """Say whether a fact was recorded since the prompt began, other than to count it from (R14)."""
    known = step.facts.get(fact)
    episode = step.episodes[slot.name]
    if known is None:
        return False
    if fact == _counting_fact(step, slot.rule):
        counted = _counted(step, slot, episode)
        return bool(counted and episode.counted) and not _same(counted, episode.counted)
    if prompt.key.occurrence > 1 or episode.done_at == prompt.began_at:
        return known.since > prompt.began_at
    return known.since >= prompt.began_at


def _counting_fact(step: Step, rule: Rule) -> str | None:
    """Name the fact that a rule is counted from, itself or through a milestone."""
    count = rule.counted_from
    if count.kind == "milestone":
        return step.lookup.milestones[count.name].fact
    return count.name if count.kind == "fact" else None


def _begin_episode(step: Step, slot: Slot) -> None:
    episode = step.episodes[slot.name]
    step.episodes[slot.name] = Episode(
        count=episode.count + 1, active=True, began_at=step.at, began_by=step.by, done_at=episode.done_at
    )
    _begin_occurrence(step, slot)


def _begin_occurrence(step: Step, slot: Slot) -> None:
    """Begin the next occurrence, counted as the rule says; it may already be done (R13)."""
    counted = _counted(step, slot, step.episodes[slot.name])
    schedule = counting.first(slot.rule, counted, step.at, step.zone)
    _begin(step, slot, schedule, structs.replace(step.episodes[slot.name], counted=counted, repeats=0))


def _begin(step: Step, slot: Slot, schedule: counting.Schedule, episode: Episode) -> None:
    episode = structs.replace(episode, occurrence=episode.occurrence + 1)
    step.episodes[slot.name] = episode
    step.prompts[slot.name] = Prompt(
        key=PromptKey(slot.rule.id, episode.count, episode.occurrence, slot.number),
        tier=slot.rule.tier,
        role=slot.rule.role,
        began_at=step.at,
        began_by=step.by,
        **structs.asdict(schedule),
    )
    end_if_done(step, slot)


def _end_episode(step: Step, slot: Slot) -> None:
    if slot.name in step.prompts:
        step.end(slot.name, "withdrawn")
    step.episodes[slot.name] = structs.replace(step.episodes[slot.name], active=False)


def _enter_again(step: Step, slot: Slot) -> None:
    """Fold a restarted stay into an open prompt, or begin a new episode (R16)."""
    prompt = step.prompts.get(slot.name)
    if prompt is None:
        _begin_episode(step, slot)
        return
    if slot.rule.counted_from.kind not in COUNTED_BY_ENTERING:
        _count_again(step, slot)
        return
    counted = _counted(step, slot, step.episodes[slot.name])
    schedule = counting.first(slot.rule, counted, prompt.began_at, step.zone)
    if _earlier(schedule.due_at, prompt.due_at):
        _reschedule(step, slot, schedule, counted)


def _earlier(due_at: Moment | None, than: Moment | None) -> bool:
    return due_at is not None and (than is None or due_at < than)


def _count_again(step: Step, slot: Slot) -> None:
    """Move an open prompt, or begin another, when what it is counted from was recorded anew (R22)."""
    episode = step.episodes[slot.name]
    counted = _counted(step, slot, episode)
    if counted is None or _same(counted, episode.counted):
        return
    prompt = step.prompts.get(slot.name)
    if prompt is not None:
        _reschedule(step, slot, counting.first(slot.rule, counted, prompt.began_at, step.zone), counted)
    elif not episode.muted:
        _begin_occurrence(step, slot)


def _same(counted: Counted, before: Counted | None) -> bool:
    return before is not None and (counted.at, counted.on) == (before.at, before.on)


def _reschedule(step: Step, slot: Slot, schedule: counting.Schedule, counted: Counted | None) -> None:
    prompt = structs.replace(step.prompts[slot.name], **structs.asdict(schedule))
    step.prompts[slot.name] = prompt
    step.episodes[slot.name] = structs.replace(step.episodes[slot.name], counted=counted, repeats=0)
    end_if_done(step, slot)


def _counted(step: Step, slot: Slot, episode: Episode) -> Counted | None:
    """Resolve what a rule is counted from (R19); None while it is unknown."""
    count = slot.rule.counted_from
    if count.kind == "met":
        return _moment(step, episode.began_at, episode.began_by)
    if count.kind == "entered":
        stays = [step.stays[stay.key] for stay in step.lookup.stays_of(slot.rule)]
        latest = max((stay for stay in stays if stay), key=lambda stay: stay.at)
        return _moment(step, latest.at, latest.entry)
    if count.kind == "state":
        visit = step.tracks[count.name].visits.get(count.state)
        return visit and _moment(step, visit.at, visit.entry)
    if count.kind == "booking":
        return slot.booking and _day(step, slot.booking.on, slot.booking.entry)
    milestone = step.lookup.milestones.get(count.name) if count.kind == "milestone" else None
    known = step.facts.get(milestone.fact if milestone else count.name)
    if known is None:
        return None
    counted = _day(step, date.fromisoformat(str(known.value)), known.entry)
    if milestone is None:
        return counted
    if milestone.after.exact:
        return _moment(step, step.passes[count.name], known.entry)
    return _day(step, add_days(counted.on, milestone.after), known.entry)


def _moment(step: Step, at: Moment, entry: int) -> Counted:
    return Counted(at, day_of(at, step.zone), entry)


def _day(step: Step, day: date, entry: int) -> Counted:
    return Counted(start_of(day, step.zone), day, entry)


def lapse(step: Step) -> None:
    """End the prompts whose time to be answered has run out (R26)."""
    for slot, prompt in list(step.prompts.items()):
        if prompt.lapses_at is not None and prompt.lapses_at <= step.at:
            step.end(slot, "lapsed", by=0)


def repeat(step: Step, rule: Rule, ended: Prompt) -> None:
    """Begin the next occurrence of a rule that repeats, after one that ended (R24, R25)."""
    booking = step.bookings.get(rule.counted_from.name, {}).get(ended.key.booking) if ended.key.booking else None
    slot = Slot(rule, ended.key.booking, booking)
    episode = step.episodes[slot.name]
    if slot.name in step.prompts or not episode.active or episode.muted or ended.ended not in REPEATED_AFTER:
        return
    interval = rule.every[min(episode.repeats, len(rule.every) - 1)]
    schedule = counting.repeat(rule, interval, _repeated_from(step, ended), step.at, step.zone)
    if not _beyond(step, rule, episode, schedule):
        _begin(step, slot, schedule, structs.replace(episode, repeats=episode.repeats + 1))


def _repeated_from(step: Step, ended: Prompt) -> Counted:
    """A repeat counts from the act or the answer, after a lapse from the day that was due."""
    if ended.ended == "lapsed" and ended.due_at is not None:
        return Counted(ended.due_at, ended.due_on or day_of(ended.due_at, step.zone), 0)
    return _moment(step, step.at, ended.ended_by)


def _beyond(step: Step, rule: Rule, episode: Episode, schedule: counting.Schedule) -> bool:
    if rule.until is None:
        return False
    start = episode.counted or _moment(step, episode.began_at, episode.began_by)
    due_at = schedule.opens_at if schedule.due_at is None else schedule.due_at
    return due_at > counting.closing(start, rule.until, step.zone)
