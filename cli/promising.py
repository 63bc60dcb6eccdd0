"""Whether a pathway keeps its promises, as far as a look that may not take long can tell, in one line."""

from collections.abc import Sequence
from time import monotonic

from pathways.condition_words import listed
from pathways.model import Pathway

LOOKING = 3.0  # seconds
_NAMED = 3


def promises_of(pathway: Pathway, file: str) -> str:
    """Look at one promise after the other until the time is up; say what is not proved."""
    check, promised = f"`carepath pathway check {file}`", len(pathway.assurances)
    if not promised:
        return f"It promises nothing, so nothing of it is proved: {check} looks for what can go wrong."
    looked_at, broken = _looked(pathway, monotonic() + LOOKING)
    if broken:
        are = "is" if len(broken) == 1 else "are"
        return f"Of its {promised} promises {_some(broken)} {are} not proved: {check} shows why."
    if looked_at < promised:
        return f"{looked_at} of its {promised} promises were looked at, and hold: {check} looks at all."
    return f"All it promises ({promised}) holds: {check} looks for what nobody promised."


def _looked(pathway: Pathway, end: float) -> tuple[int, list[str]]:
    from pathways.proving.proof import opening_of, prove

    opening, broken, looked_at = opening_of(pathway), [], 0
    for assurance in pathway.assurances:
        if monotonic() > end:
            break
        looked_at += 1
        if prove(opening, assurance).outcome != "proved":
            broken.append(assurance.id)
    return looked_at, broken


def _some(broken: Sequence[str]) -> str:
    more = [f"{len(broken) - _NAMED} more"] if len(broken) > _NAMED else []
    return listed([*broken[:_NAMED], *more], "and")
