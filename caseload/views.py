"""What people see of prompts, facts and sources: plain values, ready to be printed or written as JSON."""

from typing import Literal, TypeAlias

from msgspec import Struct

from caseload.local_times import LocalTime
from pathways.history import Value
from pathways.model import Review, Tier, Weight

Status: TypeAlias = Literal["overdue", "open", "snoozed", "coming", "ended"]
Answer: TypeAlias = Literal["met", "not met", "unknown"]


class SourceView(Struct, frozen=True, kw_only=True):
    """Where a rule comes from; `means` says in words how strong that is."""

    id: str
    title: str
    weight: Weight
    means: str
    doi: str = ""
    note: str = ""


class AskedFact(Struct, frozen=True, kw_only=True):
    """A fact somebody should record: what to ask, and what may be written for it."""

    name: str
    ask: str
    expected: str


class NamedValue(Struct, frozen=True, kw_only=True):
    """What a condition looks at.

    `shown` is `unknown` while it is, of a score the totals still possible; `entry` is then empty.
    """

    name: str
    shown: str
    known: bool
    since: LocalTime | None = None
    entry: str = ""


class ScoreItemView(Struct, frozen=True, kw_only=True):
    """What an item of a score gives: `points`, null while they are unknown, and all that are possible.

    `case` is the condition that gives them, empty if none does; `values` is what it looks at, as far as that
    is known; `missing` are the facts to record for the points to be known.
    """

    say: str
    points: int | None
    possible: tuple[int, ...]
    case: str
    values: tuple[NamedValue, ...]
    missing: tuple[AskedFact, ...]


class ScoreView(Struct, frozen=True, kw_only=True):
    """A score at a moment. `total` is null while it is unknown, from `lowest` to `highest` then.

    `bands` says what the total means: one when that is known, several while it may be any of them.
    """

    name: str
    title: str
    say: str
    items: tuple[ScoreItemView, ...]
    total: int | None
    lowest: int
    highest: int
    bands: tuple[str, ...]
    sources: tuple[SourceView, ...]


class FactView(Struct, frozen=True, kw_only=True):
    """A fact in force. `shown` is as it would be typed, with its unit; `entry` is such as `P-014:7`.

    `age` counts days from when it became so. `booking` is 0 for a fact without bookings, `ended` says how
    a booking ended.
    """

    name: str
    value: Value
    shown: str
    since: LocalTime
    age: int
    entry: str
    booking: int = 0
    ended: str = ""


class PromptView(Struct, frozen=True, kw_only=True):
    """One prompt as it stands at a moment. `name` is such as `P-014/3`.

    `holder` is with whom it rests now, empty when with nobody; `holder_why` says why that is not who is
    `named` for it, the owner or who holds the role, and is empty when it is.
    `ending` is empty while it has not ended; `by` is the entry that ended it, empty when time did.
    `review` is how far its pathway is reviewed here: only `approved` is approved.
    `never_raised` says that it ended without anybody having been told: before it opened, or before what
    it follows from was recorded. `lapses` is when it ends by itself if nobody answers.
    `could_not` is why the last attempt came to nothing. `done_late` says when one that had lapsed was done
    after all, `done_late_entered` when that was written down.
    """

    name: str
    number: int
    rule: str
    tier: Tier
    role: str
    holder: str
    holder_why: str
    named: str
    say: str
    review: Review
    status: Status
    began: LocalTime
    opens: LocalTime
    due: LocalTime | None = None
    overdue_by: int | None = None
    missing: tuple[AskedFact, ...] = ()
    seen: LocalTime | None = None
    seen_by: str = ""
    acknowledged: LocalTime | None = None
    acknowledged_by: str = ""
    acting_by: str = ""
    acting_until: LocalTime | None = None
    could_not: str = ""
    snoozed_until: LocalTime | None = None
    lapses: LocalTime | None = None
    raised: LocalTime | None = None
    never_raised: bool = False
    ended: LocalTime | None = None
    ending: str = ""
    by: str = ""
    done_late: LocalTime | None = None
    done_late_entered: LocalTime | None = None
    sources: tuple[SourceView, ...] = ()
