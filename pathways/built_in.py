"""The prompts every pathway has: an entry that does not fit, and an override the lead should know of."""

from pathways.model import Rule, Source
from pathways.moments import Length

SOURCE = Source(id="carepath", title="carepath itself: how records are kept straight", weight="default")

MISFIT = Rule(
    id="misfit",
    say="Sort out an entry that does not fit the history: correct it, withdraw it, or say why it is right",
    tier="stop",
    role="coordinator",
    due=Length(0, "day"),
    source=(SOURCE.id,),
)

OVERRIDE = Rule(
    id="override",
    say="Take note: a rule of the pathway was overridden",
    tier="info",
    role="lead",
    source=(SOURCE.id,),
)

RULES = {rule.id: rule for rule in (MISFIT, OVERRIDE)}
