"""A pathway as a frozen value: what `reading` makes of a file and everything else works with.

Nothing here knows a disease, a drug or a test. A value of these types that came from `reading.read`
has passed every check; one built by hand has not.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from pathways.moments import Length
from pathways.promises import Assurance
from pathways.scores import Score
from pathways.terms import Condition, Count

FactType: TypeAlias = Literal["date", "choice", "number", "yes-no", "text"]
Tier: TypeAlias = Literal["stop", "due", "info"]
Review: TypeAlias = Literal["submitted", "under-review", "approved", "retired"]
FindingKind: TypeAlias = Literal[
    "event-always-warned",
    "tracks-block",
    "forgotten-state",
    "never-opens",
    "act-impossible",
    "silent-unknown",
    "contradiction",
    "never-with",
    "nobody-in-role",
]
"""What the checker can find in a pathway besides assurances that do not hold."""
Weight: TypeAlias = Literal["requirement", "read", "second-hand", "unverified", "default", "disputed"]
Severity: TypeAlias = Literal["A", "B", "C"]

BUILT_IN = ("otherwise", "misfit", "override")


class Source(Struct, frozen=True, kw_only=True):
    """Where a rule comes from and how strong that is."""

    id: str
    title: str
    weight: Weight
    doi: str = ""
    note: str = ""


class Fact(Struct, frozen=True, kw_only=True):
    """Something that can be known about a patient. Numbers carry their `unit`; bounds are inclusive.

    `past` says of a date that it cannot lie ahead of the day on which it is recorded.
    """

    name: str
    type: FactType
    ask: str = ""
    of: tuple[str, ...] = ()
    unit: str = ""
    lowest: float | None = None
    highest: float | None = None
    many: bool = False
    past: bool = False
    code: dict[str, str] = {}


class Milestone(Struct, frozen=True, kw_only=True):
    """A moment a length after a date fact; a condition asks `passed.<name>`."""

    name: str
    fact: str
    after: Length


class State(Struct, frozen=True, kw_only=True):
    """A condition a track can be in. A track may stay in an `end` state; any other must lead on."""

    name: str
    say: str = ""
    end: bool = False


class Should(Struct, frozen=True, kw_only=True):
    """A warning of a transition: unless the condition is met, going on wants a reason."""

    that: Condition
    otherwise: str
    source: tuple[str, ...]


class Transition(Struct, frozen=True, kw_only=True):
    """How an event moves a track, and what must (`needs`), must newly, and may be recorded with it."""

    event: str
    track: str
    sources: tuple[str, ...]
    to: str
    say: str = ""
    needs: tuple[str, ...] = ()
    needs_new: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    should: tuple[Should, ...] = ()


class Track(Struct, frozen=True, kw_only=True):
    """One state machine of a pathway."""

    name: str
    start: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    say: str = ""


class Escalation(Struct, frozen=True):
    """Whom to tell, and how long after the later of due and raised."""

    after: Length
    tell: str


class Snooze(Struct, frozen=True):
    """How long one snooze may be at most, how often a prompt may be snoozed, and how long after its due."""

    most: Length = Length(7, "day")
    times: int = 2
    never_past: Length | None = None


class Quiet(Struct, frozen=True):
    """A fact whose being unknown may keep a rule silent, and why that is safe."""

    fact: str
    because: str


class Rule(Struct, frozen=True, kw_only=True):
    """What should happen, when, and who must do it: the prompt as the pathway writes it.

    `during` is `while` in the file: for each track named, the states in which the rule is wanted.
    `weak` says why it may stand although its sources are weak; `never_with` names the prompts that must
    never be open beside it; `part` is the part it was written in, empty for the pathway's own file.
    """

    id: str
    say: str
    tier: Tier
    role: str
    source: tuple[str, ...]
    during: tuple[tuple[str, tuple[str, ...]], ...] = ()
    when: Condition | None = None
    counted_from: Count = Count()
    opens: Length | None = None
    due: Length | None = None
    done_when: Condition | None = None
    needs: tuple[str, ...] = ()
    needs_new: tuple[str, ...] = ()
    then: tuple[Escalation, ...] = ()
    every: tuple[Length, ...] = ()
    until: Length | None = None
    lapses: Length | None = None
    snooze: Snooze = Snooze()
    unknown: tuple[Quiet, ...] = ()
    weak: str = ""
    never_with: tuple[str, ...] = ()
    part: str = ""

    @property
    def has_act(self) -> bool:
        """Whether an act on record ends it, so that `done` by hand is refused."""
        return bool(self.done_when or self.needs or self.needs_new)


class Banner(Struct, frozen=True, kw_only=True):
    """A standing warning, shown wherever the patient is shown while its condition holds."""

    id: str
    say: str
    when: Condition
    source: tuple[str, ...]
    part: str = ""


class Disputed(Struct, frozen=True, kw_only=True):
    """What some source states and the evidence disputes: shown with its caution, and raises nothing."""

    id: str
    say: str
    caution: str
    source: tuple[str, ...]
    part: str = ""


class Accepted(Struct, frozen=True, kw_only=True):
    """A finding of the checker that is meant to be so: of which kind, about which names, and why."""

    finding: FindingKind
    about: tuple[str, ...]
    because: str
    part: str = ""


class Part(Struct, frozen=True):
    """A part that a pathway uses, and what it is for."""

    name: str
    say: str


class Pathway(Struct, frozen=True, kw_only=True):
    """A whole pathway with the parts it uses. `digest` is the SHA-256 (hex) of the text it was read from."""

    name: str
    title: str
    version: int
    digest: str
    review: Review
    sources: tuple[Source, ...]
    facts: tuple[Fact, ...]
    milestones: tuple[Milestone, ...]
    tracks: tuple[Track, ...]
    exits: tuple[str, ...]
    rules: tuple[Rule, ...]
    otherwise: Rule
    banners: tuple[Banner, ...]
    say: str = ""
    parts: tuple[Part, ...] = ()
    disputed: tuple[Disputed, ...] = ()
    scores: tuple[Score, ...] = ()
    assurances: tuple[Assurance, ...] = ()
    accepted: tuple[Accepted, ...] = ()
