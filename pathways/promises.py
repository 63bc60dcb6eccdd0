"""What a pathway promises: one type for each kind of claim, its main field called like the key in the file.

That the names in a claim exist was checked when the file was read. Whether the claim holds is for the
checker to prove or refute.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from pathways.moments import Length
from pathways.terms import Condition, Count


class Never(Struct, frozen=True, kw_only=True, tag_field="claim"):
    """In no standing that can come about with `when` met is one of the prompts open or banners shown."""

    never: tuple[str, ...]
    when: Condition | None = None


class Asked(Struct, frozen=True, kw_only=True, tag_field="claim"):
    """Wherever `when` is met the prompt is wanted: open, answered, or its act on record."""

    asked: str
    when: Condition | None = None


class Open(Struct, frozen=True, kw_only=True, tag_field="claim"):
    """As `Asked`, and no act on record can end the prompt."""

    open: str
    when: Condition | None = None


class Shown(Struct, frozen=True, kw_only=True, tag_field="claim"):
    """Wherever `when` is met the banner is shown."""

    shown: str
    when: Condition | None = None


class Warned(Struct, frozen=True, kw_only=True, tag_field="claim"):
    """Wherever `when` is met and the event is possible, it is refused or warned about."""

    warned: str
    when: Condition | None = None


class FreeOf(Struct, frozen=True, kw_only=True, tag_field="claim"):
    """No guard of a transition into the state, or on any way to it, names these facts."""

    free_of: tuple[str, ...]
    track: str
    state: str


class Leaves(Struct, frozen=True, kw_only=True, tag_field="claim"):
    """Each of these is an exit, accepted from every state that can be reached."""

    leaves: tuple[str, ...]


class Dated(Struct, frozen=True, kw_only=True, tag_field="claim"):
    """Every open standing has a dated prompt with an owner."""

    dated: Literal["always"] = "always"


class DueWithin(Struct, frozen=True, kw_only=True, tag_field="claim"):
    """Counted from `of`, the prompt is due at most `within` later, and opens no earlier than `not_before`."""

    due: str
    within: Length
    of: Count
    not_before: Length | None = None


class Repeats(Struct, frozen=True, kw_only=True, tag_field="claim"):
    """The prompt repeats at most `within` apart, for `until` at least; without `until` for good."""

    repeats: str
    within: Length
    until: Length | None = None


class Unused(Struct, frozen=True, kw_only=True, tag_field="claim"):
    """No part, fact, prompt, banner or event of the pathway has one of these names."""

    unused: tuple[str, ...]


Claim: TypeAlias = (
    Never | Asked | Open | Shown | Warned | FreeOf | Leaves | Dated | DueWithin | Repeats | Unused
)


class Assurance(Struct, frozen=True, kw_only=True):
    """A promise of the pathway, with the hazards it stands against.

    `part` is the part it was written in, empty for the pathway's own file.
    """

    id: str
    say: str
    claim: Claim
    against: tuple[str, ...] = ()
    part: str = ""
