"""What answers do to prompts (rules.md, 6)."""

from msgspec import structs

from pathways.history import Entry, Happening, PromptKey
from pathways.moments import Moment
from pathways.standing import Episode, Prompt
from pathways.step import Step


def apply(step: Step) -> None:
    """Take up the answers of a moment, each at the prompt that is there then (R29)."""
    for happening in step.happenings:
        if happening.entry.kind == "answer":
            _answer(step, happening)


def wake_by(snoozed_until: Moment, due_at: Moment | None, at: Moment) -> Moment:
    """Say until when a prompt is put off: no longer than to its due, unless that is over already."""
    return snoozed_until if due_at is None or due_at <= at else min(snoozed_until, due_at)


def _answer(step: Step, happening: Happening) -> None:
    entry = happening.entry
    slot = _slot(step, entry.prompt)
    if slot is None:
        if not _done_late(step, entry):
            step.misfit(
                happening, "before-enrolment" if step.enrolled_at is None else "answer-without-prompt"
            )
    elif entry.name == "done":
        step.end(slot, "done", by=entry.number)
    elif entry.name == "dismiss":
        _dismiss(step, slot, entry)
    elif entry.name == "ack":
        _acknowledge(step, slot, entry)
    else:
        step.prompts[slot] = _said(step.prompts[slot], entry, step.at)


def _slot(step: Step, key: PromptKey | None) -> str | None:
    return next((slot for slot, prompt in step.prompts.items() if prompt.key == key), None)


def _done_late(step: Step, entry: Entry) -> bool:
    """Keep with a prompt that has lapsed that it was done after all (R31a); say whether there is one."""
    if entry.name != "done" or entry.prompt is None:
        return False
    return step.revise_ended(entry.prompt, done_late_at=step.at, done_late_by=entry.number)


def _said(prompt: Prompt, entry: Entry, at: Moment) -> Prompt:
    """Return a prompt after an answer that leaves it open."""
    if entry.name == "seen":
        if prompt.seen_at is not None:
            return prompt
        return structs.replace(prompt, seen_at=at, seen_by=entry.by)
    if entry.name == "acting":
        said = structs.replace(prompt, acting_at=at, acting_by=entry.by, acting_until=entry.until)
        return _aging(said, at, taken=True)
    if entry.name == "could-not":
        prompt = structs.replace(
            prompt, could_not=str(entry.value or ""), acting_at=None, acting_by="", acting_until=None
        )
    return _aging(_put_off(prompt, entry.until, at), at, taken=prompt.acknowledged_at is not None)


def _put_off(prompt: Prompt, until: Moment | None, at: Moment) -> Prompt:
    if until is None or prompt.tier == "stop":
        return prompt
    return structs.replace(
        prompt, snoozed_until=wake_by(until, prompt.due_at, at), snoozes=prompt.snoozes + 1
    )


def _aging(prompt: Prompt, at: Moment, *, taken: bool) -> Prompt:
    """Count from now, or from when it is expected or shown again, how long one taken on does not move."""
    if not taken and prompt.acting_at is None:
        return structs.replace(prompt, taken_at=None)
    return structs.replace(prompt, taken_at=max(at, prompt.acting_until or at, prompt.snoozed_until or at))


def _dismiss(step: Step, slot: str, entry: Entry) -> None:
    if step.prompts[slot].tier == "stop":
        step.episodes[slot] = structs.replace(step.episodes.get(slot, Episode()), muted=True)
    step.end(slot, "dismissed", by=entry.number)


def _acknowledge(step: Step, slot: str, entry: Entry) -> None:
    prompt: Prompt = step.prompts[slot]
    if prompt.acknowledged_at is None:
        prompt = structs.replace(prompt, acknowledged_at=step.at, acknowledged_by=entry.by)
    step.prompts[slot] = _aging(prompt, step.at, taken=True)
    if prompt.tier == "info":
        step.end(slot, "acknowledged", by=entry.number)
