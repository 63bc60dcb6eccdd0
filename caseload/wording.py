"""What a prompt says to the person who reads it: the words of its rule, and which thing it is about."""

from pathways import built_in
from pathways.model import Rule
from pathways.standing import Prompt

BUILT_IN = {
    built_in.MISFIT.id: (
        "{entry} does not fit the history: correct it, withdraw it, or dismiss this with the reason"
    ),
    built_in.OVERRIDE.id: "{entry} went past what the pathway asks: read its reason, then acknowledge",
}


def wording(rule: Rule, prompt: Prompt, patient_id: str) -> str:
    """Return the text of a prompt, with the day of its booking or the entry it is about."""
    if rule.id in BUILT_IN:
        return BUILT_IN[rule.id].format(entry=f"{patient_id}:{prompt.key.episode}")
    return f"{rule.say} ({prompt.counted.on})" if prompt.key.booking and prompt.counted else rule.say
