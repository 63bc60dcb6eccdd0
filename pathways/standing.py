"""What follows from a history: the values that `follow` returns.

A `Standing` can be stored and resumed: everything that a later step needs is in it. `ended` holds the
prompts that ended since it was started or resumed; all else grows with the pathway, not the history.
"""

from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from pathways.history import PromptKey, Value
from pathways.model import Tier
from pathways.moments import Moment

Ending: TypeAlias = Literal["done", "dismissed", "acknowledged", "withdrawn", "lapsed", "left"]
MisfitKind: TypeAlias = Literal[
    "before-enrolment", "no-such-transition", "after-exit", "answer-without-prompt"
]


class Known(Struct, frozen=True, omit_defaults=True):
    """A fact in force. `entry` is the root number of the entry that made it so, `last` the entry itself."""

    value: Value
    since: Moment
    only_day: bool
    entry: int
    last: int


class Booking(Struct, frozen=True, omit_defaults=True):
    """One dated value of a `many` fact; `ended` is empty while it is live, else `done` or `cancelled`."""

    on: date
    since: Moment
    entry: int
    ended: str = ""


class Visit(Struct, frozen=True, omit_defaults=True):
    """The latest entry of a state: when, by which entry (root number), and the how-manieth move it was."""

    at: Moment
    entry: int
    move: int


class TrackState(Struct, frozen=True, omit_defaults=True):
    """Where a track is. `visits` has the latest entry of each state; `moves` counts all moves."""

    state: str
    entered_at: Moment
    moves: int
    visits: dict[str, Visit]


class Counted(Struct, frozen=True, omit_defaults=True):
    """What a prompt is counted from, resolved: the exact moment, its local day, and the entry (0: time)."""

    at: Moment
    on: date
    entry: int


class Escalates(Struct, frozen=True, omit_defaults=True):
    """Tell this role at this moment, if the prompt was raised by the time it was due."""

    at: Moment
    tell: str


class Prompt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something somebody should do by a moment.

    `due_at` is the moment from which it is overdue (none: never); `due_on` the local day it is due, when
    due in days. `counted` is None while the moment it is counted from is unknown; `repeat` says that it is
    counted from the answer (or missed due) before it instead. `began_by` and
    `ended_by` are entry numbers, 0 when time alone did it. `could_not` is why the last attempt came to
    nothing; `taken_at` is from when it ages if nothing more is said of one that was taken on. `done_late_at`
    and `done_late_by` say when, and by which entry, one that had lapsed was done after all.
    """

    key: PromptKey
    tier: Tier
    role: str
    began_at: Moment
    began_by: int
    counted: Counted | None
    repeat: bool = False
    opens_at: Moment
    due_at: Moment | None = None
    due_on: date | None = None
    lapses_at: Moment | None = None
    escalates: tuple[Escalates, ...] = ()
    missing: tuple[str, ...] = ()
    seen_at: Moment | None = None
    seen_by: str = ""
    acknowledged_at: Moment | None = None
    acknowledged_by: str = ""
    acting_at: Moment | None = None
    acting_by: str = ""
    acting_until: Moment | None = None
    could_not: str = ""
    taken_at: Moment | None = None
    snoozed_until: Moment | None = None
    snoozes: int = 0
    done_late_at: Moment | None = None
    done_late_by: int = 0
    ended_at: Moment | None = None
    ended: Ending | None = None
    ended_by: int = 0


class Episode(Struct, frozen=True, omit_defaults=True):
    """What is remembered of a rule (and booking) from one moment to the next.

    `count` episodes have begun so far; `active` says that the last one still goes on. `counted` is what
    the last occurrence was counted from, before any repeat, and `later` a later count that left it as it is;
    `done_at` says when a prompt last ended as done, `muted` that a `stop` was dismissed.
    """

    count: int = 0
    active: bool = False
    began_at: Moment = 0
    began_by: int = 0
    occurrence: int = 0
    repeats: int = 0
    counted: Counted | None = None
    later: Counted | None = None
    done_at: Moment | None = None
    muted: bool = False

    @property
    def seen(self) -> Counted | None:
        """What it would have been counted from by the last look: only another count is a new one."""
        return self.later or self.counted


class Banner(Struct, frozen=True, omit_defaults=True):
    """A banner that is or was shown; `until` is None while its condition holds."""

    id: str
    since: Moment
    until: Moment | None = None


class Misfit(Struct, frozen=True, omit_defaults=True):
    """An entry that does not fit the rest of the history, and why."""

    entry: int
    kind: MisfitKind
    at: Moment


class Exit(Struct, frozen=True, omit_defaults=True):
    """That the patient left the pathway."""

    reason: str
    at: Moment
    entry: int


class Standing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What follows from a history and a pathway: no clock, no database, no randomness.

    `at` is the latest moment folded, `last` the highest entry number seen, `zone` and `calendar` empty before
    the enrolment.
    Bookings are keyed by fact, then number; episodes and live prompts by slot (`rule` or `rule#booking`).
    `passes` says when each milestone passes whose fact is known; `stays` has, for the states that a `while`
    names, the move that began the present stay.
    """

    digest: str
    zone: str = ""
    calendar: str = ""
    at: Moment | None = None
    last: int = 0
    enrolled_at: Moment | None = None
    exit: Exit | None = None
    tracks: dict[str, TrackState] = {}
    facts: dict[str, Known] = {}
    bookings: dict[str, dict[int, Booking]] = {}
    passes: dict[str, Moment] = {}
    stays: dict[str, Visit] = {}
    episodes: dict[str, Episode] = {}
    prompts: dict[str, Prompt] = {}
    ended: tuple[Prompt, ...] = ()
    banners: dict[str, Banner] = {}
    past_banners: tuple[Banner, ...] = ()
    misfits: tuple[Misfit, ...] = ()
