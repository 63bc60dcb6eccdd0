"""The shape of a pathway file: which keys there are and how each is written. A home of pydantic.

Every value arrives as a text, a list or a map. Shapes are flat: what has keys of its own has a shape of
its own and is shaped in its turn, so that one wrong value never hides the rest of the file.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from pathways import model, written
from pathways.moments import Length

T = TypeVar("T")

ROLES = ("coordinator", "clinician", "lead")

Line: TypeAlias = Annotated[str, BeforeValidator(written.line)]
Text: TypeAlias = Annotated[str, BeforeValidator(written.text)]
Condition: TypeAlias = Annotated[str, BeforeValidator(written.condition)]
Name: TypeAlias = Annotated[str, BeforeValidator(written.name)]
Id: TypeAlias = Annotated[str, BeforeValidator(written.identifier)]
Doi: TypeAlias = Annotated[str, BeforeValidator(written.doi)]
Role: TypeAlias = Annotated[str, BeforeValidator(written.Among(ROLES, "a role"))]
After: TypeAlias = Annotated[Length, BeforeValidator(written.length)]
Whole: TypeAlias = Annotated[int, BeforeValidator(written.whole)]
Positive: TypeAlias = Annotated[int, BeforeValidator(written.positive)]
Points: TypeAlias = Annotated[int, BeforeValidator(written.points)]
Number: TypeAlias = Annotated[float, BeforeValidator(written.number)]
YesNo: TypeAlias = Annotated[bool, BeforeValidator(written.yes_no)]
Many: TypeAlias = Annotated[list[T], BeforeValidator(written.one_or_list), AfterValidator(written.distinct)]
Several: TypeAlias = Annotated[list[T], BeforeValidator(written.one_or_list)]
Keyed: TypeAlias = Annotated[dict[str, Any], BeforeValidator(written.keyed)]
Listed: TypeAlias = Annotated[list[Any], BeforeValidator(written.listed)]
FactType: TypeAlias = Annotated[
    model.FactType, BeforeValidator(written.Among(get_args(model.FactType), "a type of fact"))
]
Dated: TypeAlias = Annotated[
    Literal["always"], BeforeValidator(written.Among(("always",), "how far a pathway can be dated"))
]
FindingKind: TypeAlias = Annotated[
    model.FindingKind, BeforeValidator(written.Among(get_args(model.FindingKind), "a kind of finding"))
]
Tier: TypeAlias = Annotated[model.Tier, BeforeValidator(written.Among(get_args(model.Tier), "a tier"))]
Review: TypeAlias = Annotated[
    model.Review, BeforeValidator(written.Among(get_args(model.Review), "a state of review"))
]
Weight: TypeAlias = Annotated[
    model.Weight, BeforeValidator(written.Among(get_args(model.Weight), "a weight of evidence"))
]

Severity: TypeAlias = Annotated[
    model.Severity, BeforeValidator(written.Among(get_args(model.Severity), "a severity"))
]


MOST: Mapping[str, int] = {
    "use": 30,
    "sources": 300,
    "facts": 300,
    "milestones": 100,
    "scores": 30,
    "tracks": 20,
    "states": 60,
    "transitions": 200,
    "exits": 60,
    "prompts": 400,
    "banners": 100,
    "disputed": 100,
    "assurances": 300,
    "accepted": 100,
    "items": 40,
    "cases": 40,
}
"""How many of each a pathway may have with its parts, and a track or a score within it.

No pathway that people can follow comes near, and to check so much takes seconds, not minutes.
"""
MOST_ELSEWHERE = 100


class Shape(BaseModel):
    """What one kind of map in the file looks like. `fallback` stands in for what is missing or wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    called: ClassVar[str]
    fallback: ClassVar[dict[str, Any]] = {}


class Top(Shape):
    called = "a pathway"
    fallback = {
        "pathway": "unnamed",
        "title": "?",
        "version": "1",
        "review": "submitted",
        "sources": {},
        "tracks": {},
        "exits": ["closed"],
        "prompts": [],
        "otherwise": {},
    }
    pathway: Id
    title: Line
    version: Positive
    review: Review
    say: Text = ""
    use: Several[Any] = []
    sources: Keyed
    facts: Keyed = {}
    milestones: Keyed = {}
    scores: Keyed = {}
    tracks: Keyed
    exits: Many[Id]
    prompts: Listed
    otherwise: Keyed
    banners: Listed = []
    disputed: Listed = []
    assurances: Listed = []
    accepted: Listed = []


class Part(Shape):
    called = "a part"
    fallback = {"part": "unnamed", "say": "?"}
    part: Id
    say: Line
    sources: Keyed = {}
    facts: Keyed = {}
    milestones: Keyed = {}
    scores: Keyed = {}
    tracks: Keyed = {}
    exits: Many[Id] = []
    prompts: Listed = []
    otherwise: Keyed = {}
    banners: Listed = []
    disputed: Listed = []
    assurances: Listed = []
    accepted: Listed = []


class Use(Shape):
    called = "a part in use"
    fallback = {"part": "unnamed"}
    part: Id
    leave_out: Many[Line] = []


class Source(Shape):
    called = "a source"
    fallback = {"title": "?", "weight": "unverified"}
    title: Line
    weight: Weight
    doi: Doi = ""
    note: Text = ""


class Fact(Shape):
    called = "a fact"
    fallback = {"type": "text"}
    type: FactType
    ask: Line = ""
    of: Many[Id] = []
    unit: Line = ""
    between: Several[Number] = []
    many: YesNo = False
    past: YesNo = False
    code: Keyed = {}


class Milestone(Shape):
    called = "a milestone"
    fallback = {"from": "?", "after": "0 days"}
    fact: Line = Field(alias="from")
    after: After


class Score(Shape):
    called = "a score"
    fallback = {"title": "?", "items": [], "source": "?"}
    title: Line
    say: Line = ""
    items: Listed
    bands: Listed = []
    source: Many[Line]


class ScoreItem(Shape):
    called = "an item of a score"
    fallback = {"say": "?"}
    say: Line
    points: Points | None = None
    when: Condition = ""
    cases: Listed = []


class ScoreCase(Shape):
    called = "a case"
    fallback = {"when": "?", "points": "0"}
    when: Condition
    points: Points


class Band(Shape):
    called = "a band"
    fallback = {"from": "0", "say": "?"}
    least: Points = Field(alias="from")
    say: Line


class Track(Shape):
    called = "a track"
    fallback = {"start": "?", "states": {}}
    start: Line
    say: Line = ""
    states: Keyed
    transitions: Listed = []


class State(Shape):
    called = "a state"
    say: Line = ""
    end: YesNo = False


class Transition(Shape):
    called = "a transition"
    fallback = {"event": "unnamed", "from": "?", "to": "?"}
    event: Id
    sources: Many[Line] = Field(alias="from")
    to: Line
    say: Line = ""
    needs: Many[Line] = []
    needs_new: Many[Line] = []
    asks: Many[Line] = []
    should: Listed = []


class Should(Shape):
    called = "a warning"
    fallback = {"that": "?", "else": "?", "source": "?"}
    that: Condition
    otherwise: Line = Field(alias="else")
    source: Many[Line]


class Otherwise(Shape):
    called = "what is prompted otherwise"
    fallback = {"every": "14 days", "say": "?", "for": "coordinator", "source": "?"}
    say: Line
    role: Role = Field(alias="for")
    due: After | None = None
    every: Several[After]
    source: Many[Line]
    then: Listed = []
    snooze: Keyed | None = None


class Prompt(Otherwise):
    called = "a prompt"
    fallback = {"id": "unnamed", "tier": "info", "say": "?", "for": "coordinator", "source": "?"}
    id: Id
    tier: Tier
    during: Keyed = Field(default={}, alias="while")
    when: Condition = ""
    counted_from: Line = "met"
    opens: After | None = None
    every: Several[After] = []
    done_when: Condition = ""
    needs: Many[Line] = []
    needs_new: Many[Line] = []
    until: After | None = None
    lapses: After | None = None
    unknown: Several[Any] = []
    weak: Line = ""
    never_with: Many[Line] = []


class Escalation(Shape):
    called = "an escalation"
    fallback = {"after": "0 days", "tell": "lead"}
    after: After
    tell: Role


class Snooze(Shape):
    called = "a snooze"
    most: After = Length(7, "day")
    times: Whole = 2
    never_past: After | None = None


class Banner(Shape):
    called = "a banner"
    fallback = {"id": "unnamed", "say": "?", "when": "?", "source": "?"}
    id: Id
    say: Line
    when: Condition
    source: Many[Line]


class Disputed(Shape):
    called = "a disputed claim"
    fallback = {"id": "unnamed", "say": "?", "caution": "?", "source": "?"}
    id: Id
    say: Line
    caution: Line
    source: Many[Line]


class Accepted(Shape):
    called = "an accepted finding"
    fallback = {"finding": "never-opens", "about": ["?"], "because": "?"}
    finding: FindingKind
    about: Many[Line]
    because: Line


class Assurance(Shape):
    called = "an assurance"
    fallback = {"id": "unnamed", "say": "?"}
    id: Id
    say: Line
    against: Many[Id] = []
    when: Condition = ""
    never: Many[Line] = []
    asked: Line = ""
    open: Line = ""
    shown: Line = ""
    warned: Line = ""
    free_of: Many[Line] = []
    to: Line = ""
    leaves: Many[Line] = []
    dated: Dated = "always"
    due: Line = ""
    of: Line = ""
    not_before: After | None = None
    repeats: Line = ""
    within: After | None = None
    until: After | None = None
    unused: Many[Line] = []


class Hazards(Shape):
    called = "a file of hazards"
    fallback = {"hazards": []}
    hazards: Listed


class Hazard(Shape):
    called = "a hazard"
    fallback = {"id": "unnamed", "severity": "A", "say": "?", "control": "?"}
    id: Id
    severity: Severity
    say: Line
    control: Line
    tests: Many[Line] = []
