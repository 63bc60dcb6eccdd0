"""A *slot* is a rule, or a rule and one booking (`confirm-plan#2`): it has at most one live prompt."""

from collections.abc import Iterator

from msgspec import Struct

from pathways.model import Rule
from pathways.standing import Booking
from pathways.step import Step


class Slot(Struct, frozen=True):
    """One rule, and for a rule counted from bookings one of them."""

    rule: Rule
    number: int = 0
    booking: Booking | None = None

    @property
    def name(self) -> str:
        """The key of its episode and its live prompt in a standing."""
        return f"{self.rule.id}#{self.number}" if self.number else self.rule.id


def slots(step: Step, rule: Rule) -> Iterator[Slot]:
    """Yield the slots of a rule: one, or one for each booking there has been."""
    if rule.counted_from.kind != "booking":
        yield Slot(rule)
        return
    for number, booking in sorted(step.bookings.get(rule.counted_from.name, {}).items()):
        yield Slot(rule, number, booking)


def slot_of(step: Step, rule: Rule, number: int) -> Slot:
    """Return the slot of a rule, or of its booking with that number."""
    booking = step.bookings[rule.counted_from.name][number] if number else None
    return Slot(rule, number, booking)
