"""What rules and promises alike are written in: conditions, and what lengths are counted from."""

from typing import Literal, TypeAlias

from msgspec import Struct

CountedFrom: TypeAlias = Literal["met", "entered", "state", "fact", "recorded", "milestone", "booking"]


class Condition(Struct, frozen=True):
    """A CEL expression, checked and compiled when the file was read.

    `names` are what it can depend on: fact names, `known.<fact>`, track names, `passed.<milestone>`,
    `this` (the day of the booking) and `at` (the day of the event a guard is judged for).
    """

    text: str
    compiled: bytes
    names: tuple[str, ...]


class Count(Struct, frozen=True):
    """What a prompt is counted from. `name` is a track, fact or milestone; `state` goes with a track.

    A `fact` counts from the day that is its value, `recorded` from when it was last recorded.
    """

    kind: CountedFrom = "met"
    name: str = ""
    state: str = ""

    def __str__(self) -> str:
        if self.kind == "recorded":
            return f"recorded.{self.name}"
        return f"{self.name}.{self.state}" if self.kind == "state" else self.name or self.kind
