"""Whether the act a prompt asks for is on record, and what is still missing (rules.md, R12 to R14)."""

from msgspec import structs

from pathways.counted import counted, counting_fact, same
from pathways.moments import day_of, end_of
from pathways.slots import Slot
from pathways.standing import Prompt
from pathways.step import Step, is_known


def end_if_done(step: Step, slot: Slot) -> None:
    """End a live prompt as done when its act is on record, else name what is missing."""
    prompt = step.prompts.get(slot.name)
    if prompt is None:
        return
    asked = _asked(step, slot, prompt)
    step.prompts[slot.name] = structs.replace(
        prompt, missing=tuple(dict.fromkeys((*asked, *_uncounted(step, slot))))
    )
    if slot.rule.has_act and not asked and _met(step, slot):
        step.end(slot.name, "done")


def _met(step: Step, slot: Slot) -> bool:
    return slot.rule.done_when is None or step.judge(slot.rule.done_when, slot.booking) is True


def _asked(step: Step, slot: Slot, prompt: Prompt) -> list[str]:
    known = [name for name in slot.rule.needs if not is_known(step.lookup, step.facts, step.bookings, name)]
    return known + [name for name in slot.rule.needs_new if not _recorded_anew(step, slot, prompt, name)]


def _uncounted(step: Step, slot: Slot) -> tuple[str, ...]:
    fact = counting_fact(step, slot.rule)
    return (fact,) if fact and step.episodes[slot.name].counted is None else ()


def _recorded_anew(step: Step, slot: Slot, prompt: Prompt, fact: str) -> bool:
    """Say whether a fact was recorded since the prompt began, other than to count it from (R14)."""
    known = step.facts.get(fact)
    if known is None:
        return False
    episode = step.episodes[slot.name]
    tomorrow = end_of(day_of(prompt.began_at, step.zone), step.zone)
    if prompt.opens_at >= tomorrow > known.since:
        # It asks for a later look: what was said on the day it began says nothing about that.
        return False
    if fact == counting_fact(step, slot.rule):
        return episode.counted is not None and not same(counted(step, slot, episode), episode.counted)
    if prompt.key.occurrence > 1 or episode.done_at == prompt.began_at:
        return known.since > prompt.began_at
    return known.since >= prompt.began_at
