"""What a prompt says to the person who reads it: the words of its rule, and which thing it is about."""

from pathways import built_in
from pathways.model import Rule
from pathways.standing import Prompt, Standing

BUILT_IN = {
    built_in.MISFIT.id: (
        "{entry} does not fit the history: correct it, withdraw it, or dismiss this with the reason"
    ),
    built_in.OVERRIDE.id: "{entry} went past what the pathway asks: read its reason, then acknowledge",
}


def wording(rule: Rule, standing: Standing, prompt: Prompt, patient_id: str) -> str:
    """Return the text of a prompt, with the day of its booking or the entry it is about."""
    if rule.id in BUILT_IN:
        return BUILT_IN[rule.id].format(entry=f"{patient_id}:{prompt.key.episode}")
    booking = standing.bookings.get(rule.counted_from.name, {}).get(prompt.key.booking)
    return f"{rule.say} ({booking.on})" if booking else rule.say
