"""What answers do to prompts (rules.md, 6)."""

from msgspec import structs

from pathways.history import Entry, Happening, PromptKey
from pathways.standing import Episode, Prompt
from pathways.step import Step


def apply(step: Step) -> None:
    """Take up the answers of a moment, each at the prompt that is there then (R29)."""
    for happening in step.happenings:
        if happening.entry.kind == "answer":
            _answer(step, happening)


def _answer(step: Step, happening: Happening) -> None:
    entry = happening.entry
    slot = _slot(step, entry.prompt)
    if slot is None:
        step.misfit(happening, "before-enrolment" if step.enrolled_at is None else "answer-without-prompt")
    elif entry.name == "done":
        step.end(slot, "done", by=entry.number)
    elif entry.name == "dismiss":
        _dismiss(step, slot, entry)
    elif entry.name == "ack":
        _acknowledge(step, slot, entry)
    elif entry.until is not None and step.prompts[slot].tier != "stop":
        prompt = step.prompts[slot]
        step.prompts[slot] = structs.replace(prompt, snoozed_until=entry.until, snoozes=prompt.snoozes + 1)


def _slot(step: Step, key: PromptKey | None) -> str | None:
    return next((slot for slot, prompt in step.prompts.items() if prompt.key == key), None)


def _dismiss(step: Step, slot: str, entry: Entry) -> None:
    if step.prompts[slot].tier == "stop":
        step.episodes[slot] = structs.replace(step.episodes.get(slot, Episode()), muted=True)
    step.end(slot, "dismissed", by=entry.number)


def _acknowledge(step: Step, slot: str, entry: Entry) -> None:
    prompt: Prompt = step.prompts[slot]
    step.prompts[slot] = structs.replace(prompt, acknowledged_at=prompt.acknowledged_at or step.at)
    if prompt.tier == "info":
        step.end(slot, "acknowledged", by=entry.number)
