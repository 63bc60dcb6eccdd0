"""What was probably mistyped, though it can be read: days that cannot be, or not yet."""

from datetime import date

from pathways.fact_values import BadValue, Typed
from pathways.history import BOOKING_ENDS
from pathways.moments import Length, add_days

# A day beyond this is taken for a slip of the pen: one mistyped year would keep a prompt silent for decades.
FARTHEST = Length(5, "year")


def refuse_far_day(each: Typed, on: date) -> None:
    """Refuse a day that was probably mistyped: one ahead of the entry that cannot be, or years ahead."""
    if each.fact.type != "date" or each.value in BOOKING_ENDS:
        return
    day = date.fromisoformat(str(each.value))
    if each.fact.past and day > on:
        msg = f"{each.fact.name} is something that has happened, and {day} lies ahead of {on}."
        raise BadValue(msg)
    if day > add_days(on, FARTHEST):
        msg = f"{each.fact.name}: {day} is more than {FARTHEST} ahead: is the year right?"
        raise BadValue(msg)
