"""What the entries of one moment say: facts, bookings, events, enrolment and exit (rules.md, 1 and 2)."""

from datetime import date

from pathways import built_in
from pathways.counting import closing, first
from pathways.history import BOOKING_ENDS, Happening, PromptKey
from pathways.model import Rule
from pathways.moments import Moment, day_of, start_of
from pathways.standing import Booking, Counted, Exit, Known, Prompt, TrackState, Visit
from pathways.step import Step


def apply(step: Step) -> None:
    """Take up facts, then the enrolment, then events, then exits: the order of R2."""
    for happening in _of_kind(step, "fact"):
        _learn(step, happening)
    for happening in _of_kind(step, "enrolled"):
        _enrol(step, happening)
    for happening in _of_kind(step, "event"):
        _move(step, happening)
    for happening in _of_kind(step, "exit"):
        _leave(step, happening)
    _set_milestones(step)


def _of_kind(step: Step, kind: str) -> list[Happening]:
    return [each for each in step.happenings if each.entry.kind == kind]


def _learn(step: Step, happening: Happening) -> None:
    entry = happening.entry
    if entry.value is None:
        return
    step.changed.add(entry.name)
    if entry.booking:
        _book(step, happening)
    else:
        step.facts[entry.name] = Known(
            entry.value, entry.happened_at, entry.only_day, happening.root, entry.number
        )


def _book(step: Step, happening: Happening) -> None:
    entry, bookings = happening.entry, dict(step.bookings.get(happening.entry.name, {}))
    before = bookings.get(entry.booking)
    if entry.value not in BOOKING_ENDS:
        day = date.fromisoformat(str(entry.value))
        bookings[entry.booking] = Booking(day, entry.happened_at, happening.root)
    elif before:
        bookings[entry.booking] = Booking(before.on, before.since, before.entry, str(entry.value))
    step.bookings[entry.name] = bookings


def _enrol(step: Step, happening: Happening) -> None:
    step.zone, step.calendar = happening.entry.zone, happening.entry.calendar
    step.enrolled_at = step.at
    start = Visit(step.at, happening.root, 1)
    for name, track in step.lookup.tracks.items():
        step.tracks[name] = TrackState(track.start, step.at, 1, {track.start: start})
        for stay in step.lookup.stays_on(name):
            if track.start in stay.states:
                step.stays[stay.key] = start
    for misfit in step.before.misfits:
        raise_built_in(step, built_in.MISFIT, misfit.entry)


def _move(step: Step, happening: Happening) -> None:
    entry = happening.entry
    if step.enrolled_at is None:
        step.misfit(happening, "before-enrolment")
        return
    track = step.tracks[entry.track]
    _check_fit(step, happening, track)
    visit = Visit(step.at, happening.root, track.moves + 1)
    step.changed.add(entry.track)
    step.tracks[entry.track] = TrackState(
        entry.to, step.at, track.moves + 1, {**track.visits, entry.to: visit}
    )
    _stay_or_go(step, entry.track, track.state, visit)
    if entry.overrode and not step.exit:
        raise_built_in(step, built_in.OVERRIDE, entry.number)


def _stay_or_go(step: Step, track: str, source: str, visit: Visit) -> None:
    """Bring up to date which stays go on (R9): a break, or a state entered from itself, restarts one."""
    to = step.tracks[track].state
    for stay in step.lookup.stays_on(track):
        if to not in stay.states:
            step.stays.pop(stay.key, None)
        elif stay.key not in step.stays or source == to:
            step.stays[stay.key] = visit
            step.restarted.add(stay.key)


def _check_fit(step: Step, happening: Happening, track: TrackState) -> None:
    """List an event that the pathway does not have here; it is followed all the same (R6)."""
    entry = happening.entry
    if step.exit:
        step.misfit(happening, "after-exit")
    elif step.lookup.machines.target(entry.track, track.state, entry.name) != entry.to:
        step.misfit(happening, "no-such-transition")
        raise_built_in(step, built_in.MISFIT, happening.entry.number)


def _leave(step: Step, happening: Happening) -> None:
    if step.enrolled_at is None:
        step.misfit(happening, "before-enrolment")
    elif step.exit:
        step.misfit(happening, "after-exit")
    else:
        step.exit = Exit(happening.entry.name, step.at, happening.root)


def raise_built_in(step: Step, rule: Rule, entry: int) -> None:
    """Open the prompt of a built-in rule about one entry."""
    counted = Counted(step.at, day_of(step.at, step.zone), entry)
    schedule = first(rule, counted, step.at, step.place)
    step.prompts[f"{rule.id}@{entry}"] = Prompt(
        key=PromptKey(rule.id, entry),
        tier=rule.tier,
        role=rule.role,
        began_at=step.at,
        began_by=entry,
        counted=counted,
        opens_at=schedule.opens_at,
        due_at=schedule.due_at,
        due_on=schedule.due_on,
    )


def _set_milestones(step: Step) -> None:
    """Work out when milestones pass whose fact changed, and note which changed their answer (R8)."""
    if step.enrolled_at is None:
        return
    fresh = step.before.enrolled_at is None
    for name, milestone in step.lookup.milestones.items():
        if fresh or milestone.fact in step.changed:
            at = _passes_at(step, milestone.fact, name)
            if at is not None:
                step.passes[name] = at
        if _has_passed(step.passes.get(name), step.at) != _passed_before(step, name):
            step.changed.add(f"passed.{name}")


def _passes_at(step: Step, fact: str, name: str) -> Moment | None:
    known = step.facts.get(fact)
    if known is None:
        return None
    day = date.fromisoformat(str(known.value))
    counted = Counted(start_of(day, step.zone), day, known.entry)
    return closing(counted, step.lookup.milestones[name].after, step.place)


def _passed_before(step: Step, name: str) -> bool | None:
    before = step.before
    return None if before.at is None else _has_passed(before.passes.get(name), before.at)


def _has_passed(passes_at: Moment | None, at: Moment) -> bool | None:
    return None if passes_at is None else passes_at <= at
