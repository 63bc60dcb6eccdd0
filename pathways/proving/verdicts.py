"""What the checker says: of each promise whether it holds, and what it found by itself."""

from typing import Literal, TypeAlias

from msgspec import Struct

from pathways.model import FindingKind
from pathways.proving.search import Looked

Outcome: TypeAlias = Literal["proved", "refuted", "not-confirmed"]
Kind: TypeAlias = FindingKind


class Verdict(Struct, frozen=True, kw_only=True):
    """What came of one assurance.

    `looked_at` of so many `combinations` were looked at; `sampled` says that these are not all there are.
    `story` is an example against it, which the engine has played.
    """

    assurance: str
    say: str
    claim: str
    against: tuple[str, ...] = ()
    part: str = ""
    outcome: Outcome
    why: str
    combinations: int = 0
    looked_at: int = 0
    sampled: bool = False
    story: str = ""


class Found(Struct, frozen=True, kw_only=True):
    """Something that an author should know of. `about` names the prompts, events or states.

    `because` is why the author lives with it, empty when the file does not say so.
    """

    kind: Kind
    about: tuple[str, ...]
    what: str
    story: str = ""
    confirmed: bool = True
    because: str = ""


class Examined(Struct, frozen=True, kw_only=True):
    """How far one kind of finding was looked for: in how many things, over how many combinations."""

    kind: Kind
    things: int
    combinations: int
    looked_at: int
    sampled: bool


class Report(Struct, frozen=True, kw_only=True):
    """Everything that the checker says of one pathway."""

    pathway: str
    version: int
    verdicts: tuple[Verdict, ...]
    findings: tuple[Found, ...]
    examined: tuple[Examined, ...]

    @property
    def holds(self) -> bool:
        """Whether everything promised is proved, and nothing was found that the author does not live with."""
        open_findings = [each for each in self.findings if each.confirmed and not each.because]
        return not open_findings and all(each.outcome == "proved" for each in self.verdicts)


def examined(kind: Kind, things: int, looked: Looked) -> Examined:
    """Say how far a kind of finding was looked for."""
    return Examined(
        kind=kind, things=things, combinations=looked.of, looked_at=looked.at, sampled=not looked.all
    )
