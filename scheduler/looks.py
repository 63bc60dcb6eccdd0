"""What a look at the health of a site says: well, to be mended soon, or at once."""

from typing import Literal, NamedTuple, TypeAlias

State: TypeAlias = Literal["well", "soon", "now"]
WELL: State = "well"
SOON: State = "soon"
NOW: State = "now"
MEGABYTE, GIGABYTE = 10**6, 10**9


class Look(NamedTuple):
    """One thing that was looked at. Unless it is `well`, `says` ends with how to mend it."""

    what: str
    state: State
    says: str


def size(of: int) -> str:
    """Write a number of bytes."""
    return f"{of / GIGABYTE:.1f} GB" if of >= GIGABYTE else f"{of / MEGABYTE:.1f} MB"
