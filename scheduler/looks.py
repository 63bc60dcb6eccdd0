"""What a look at the health of a site says: well, to be mended soon, or at once."""

from typing import Literal, NamedTuple, TypeAlias

State: TypeAlias = Literal["well", "soon", "now"]
WELL: State = "well"
SOON: State = "soon"
NOW: State = "now"


class Look(NamedTuple):
    """One thing that was looked at. Unless it is `well`, `says` ends with how to mend it."""

    what: str
    state: State
    says: str
