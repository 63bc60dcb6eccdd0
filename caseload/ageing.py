"""How long what somebody took on may rest before a list says that it does not move.

`carepath today` asks it, so it may import nothing slow.
"""

import re
from typing import Final

AGES_AFTER: Final = "ack.ages_after"
BEGINS_AS: Final = "3 days"

_LENGTH = re.compile(r"(?P<amount>[1-9][0-9]{0,3}) (?P<unit>hour|day|week)s?")
_UNITS = {"hour": 3_600_000_000, "day": 86_400_000_000, "week": 604_800_000_000}


def resting(text: str) -> int | None:
    """Return a length such as `3 days` or `36 hours` in microseconds; none for what is no such length."""
    found = _LENGTH.fullmatch(text.strip())
    return int(found["amount"]) * _UNITS[found["unit"]] if found else None
