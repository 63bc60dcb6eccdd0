"""How a rule's episodes begin and end, and what becomes of its prompts (rules.md, 3 to 5)."""

from msgspec import structs

from pathways import counting
from pathways.acts import end_if_done
from pathways.counted import at_moment, counted, same
from pathways.history import PromptKey
from pathways.model import Rule
from pathways.moments import Moment, day_of
from pathways.slots import Slot, slot_of
from pathways.standing import Counted, Ending, Episode, Prompt
from pathways.step import Step

NONE_YET = Episode()
COUNTED_BY_ENTERING = ("met", "entered", "state")
# What was dismissed for good was dismissed for what had been said then, or for that day of the booking (R31).
A_NEW_OCCASION = ("recorded", "booking")
REPEATED_AFTER: tuple[Ending, ...] = ("done", "dismissed", "acknowledged", "lapsed")


def review(step: Step, slot: Slot) -> None:
    """Look at one slot after something that it names has changed: the act first, then the episode."""
    episode = step.episodes.get(slot.name, NONE_YET)
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
    if any(stay.key not in step.stays for stay in step.lookup.stays_of(slot.rule)):
        return False
    return True if slot.rule.when is None else step.judge(slot.rule.when, slot.booking)


def want(step: Step, slot: Slot, *, wanted: bool) -> None:
    """Begin or end the episode of a rule whose being wanted is decided elsewhere."""
    active = step.episodes.get(slot.name, NONE_YET).active
    if wanted and not active:
        _begin_episode(step, slot)
    elif active and not wanted:
        _end_episode(step, slot)


def _begin_episode(step: Step, slot: Slot) -> None:
    episode = step.episodes.get(slot.name, NONE_YET)
    step.episodes[slot.name] = Episode(
        count=episode.count + 1,
        active=True,
        began_at=step.at,
        began_by=step.cause(slot.rule),
        done_at=episode.done_at,
    )
    _begin_occurrence(step, slot)


def _begin_occurrence(step: Step, slot: Slot) -> None:
    """Begin the next occurrence, counted as the rule says; it may already be done (R13)."""
    count = counted(step, slot, step.episodes[slot.name])
    schedule = counting.first(slot.rule, count, step.at, step.place)
    _begin(
        step, slot, schedule, structs.replace(step.episodes[slot.name], counted=count, later=None, repeats=0)
    )


def _begin(step: Step, slot: Slot, schedule: counting.Schedule, episode: Episode) -> None:
    episode = structs.replace(episode, occurrence=episode.occurrence + 1)
    step.episodes[slot.name] = episode
    step.prompts[slot.name] = Prompt(
        key=PromptKey(slot.rule.id, episode.count, episode.occurrence, slot.number),
        tier=slot.rule.tier,
        role=slot.rule.role,
        began_at=step.at,
        began_by=step.cause(slot.rule),
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
    unknown = step.episodes[slot.name].counted is None
    if unknown or slot.rule.counted_from.kind not in COUNTED_BY_ENTERING:
        _count_again(step, slot)
        return
    episode = step.episodes[slot.name]
    count = counted(step, slot, episode)
    if count is None or same(count, episode.seen):
        return
    schedule = counting.first(slot.rule, count, prompt.began_at, step.place)
    if not _earlier(schedule.due_at, prompt.due_at):
        schedule = counting.schedule_of(prompt)
    _reschedule(step, slot, schedule, structs.replace(episode, counted=count, later=None))


def _earlier(due_at: Moment | None, than: Moment | None) -> bool:
    return due_at is not None and (than is None or due_at < than)


def _count_again(step: Step, slot: Slot) -> None:
    """Move an open prompt, or begin another, when what it is counted from was recorded anew (R22)."""
    episode = step.episodes[slot.name]
    count = counted(step, slot, episode)
    if count is None or same(count, episode.seen):
        return
    prompt = step.prompts.get(slot.name)
    said_again = slot.rule.counted_from.kind == "recorded"
    if prompt is None:
        if not episode.muted or slot.rule.counted_from.kind in A_NEW_OCCASION:
            _begin_occurrence(step, slot)
    elif slot.rule.counted_from.kind == "state" and episode.counted is not None:
        _enter_again(step, slot)
    elif said_again and episode.counted is not None:
        # Said again while it is still open: what was due stays due.
        step.episodes[slot.name] = structs.replace(episode, later=count)
    else:
        schedule = counting.first(slot.rule, count, prompt.began_at, step.place, step.at)
        _reschedule(step, slot, schedule, structs.replace(episode, counted=count, later=None, repeats=0))


def _reschedule(step: Step, slot: Slot, schedule: counting.Schedule, episode: Episode) -> None:
    prompt = step.prompts[slot.name]
    moved = structs.replace(prompt, **structs.asdict(schedule))
    if prompt.snoozed_until is not None and moved.due_at is not None and moved.due_at != prompt.due_at:
        # Put off while it was due later: it is shown again at its new due at the latest.
        moved = structs.replace(moved, snoozed_until=min(prompt.snoozed_until, max(moved.due_at, step.at)))
    step.prompts[slot.name] = moved
    step.episodes[slot.name] = episode
    end_if_done(step, slot)


def lapse(step: Step) -> None:
    """End the prompts whose time to be answered has run out (R26)."""
    for slot, prompt in list(step.prompts.items()):
        if prompt.lapses_at is not None and prompt.lapses_at <= step.at:
            step.end(slot, "lapsed", by=0)


def repeat(step: Step, rule: Rule, ended: Prompt) -> None:
    """Begin the next occurrence of a rule that repeats, after one that ended (R24, R25)."""
    slot = slot_of(step, rule, ended.key.booking)
    episode = step.episodes[slot.name]
    goes_on = episode.active and not episode.muted and slot.name not in step.prompts
    if not goes_on or ended.ended not in REPEATED_AFTER:
        return
    interval = rule.every[min(episode.repeats, len(rule.every) - 1)]
    schedule = counting.repeat(rule, interval, _repeated_from(step, ended), step.at, step.place)
    if not _beyond(step, rule, episode, schedule):
        _begin(step, slot, schedule, structs.replace(episode, repeats=episode.repeats + 1))


def _repeated_from(step: Step, ended: Prompt) -> Counted:
    """Count from the act or the answer, after a lapse from the day that was due."""
    if ended.ended == "lapsed" and ended.due_at is not None:
        return Counted(ended.due_at, ended.due_on or day_of(ended.due_at, step.zone), 0)
    return at_moment(step, step.at, ended.ended_by)


def _beyond(step: Step, rule: Rule, episode: Episode, schedule: counting.Schedule) -> bool:
    if rule.until is None:
        return False
    start = episode.counted or at_moment(step, episode.began_at, episode.began_by)
    due_at = schedule.opens_at if schedule.due_at is None else schedule.due_at
    limit = counting.closing(start, rule.until, step.place)
    return due_at >= limit if schedule.due_at is None and not rule.until.exact else due_at > limit
