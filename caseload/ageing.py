"""How long what somebody took on may rest before a list says that it does not move.

`carepath today` asks it, so it may import nothing slow.
"""

from typing import Final

from pathways.spans import DAY, HOUR

AGES_AFTER: Final = "ack.ages_after"
BEGINS_AS: Final = "3 days"

_MOST = 9_999
_UNITS = {"hour": HOUR, "day": DAY, "week": 7 * DAY}


def resting(text: str) -> int | None:
    """Return a length such as `3 days` or `36 hours` in microseconds; none for what is no such length."""
    # Without a pattern, which would take longer to compile than a short list to read.
    amount, _, unit = text.strip().partition(" ")
    length = _UNITS.get(unit.removesuffix("s"))
    if length is None or not (amount.isascii() and amount.isdecimal()) or amount.startswith("0"):
        return None
    return int(amount) * length if len(amount) <= len(str(_MOST)) else None
