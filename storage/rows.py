"""The plain values that go in and out of the store. They hold moments as whole microseconds."""

from collections.abc import Callable
from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct, structs

from pathways.calendars import Place
from pathways.history import PromptKey, Value
from pathways.model import Review
from pathways.moments import Moment
from pathways.spans import HOUR

WaitingKind: TypeAlias = Literal["open", "escalate", "lapse", "wake"]
Deed: TypeAlias = Literal["raised", "escalated", "lapsed", "woke", "superseded"]
DeliveryState: TypeAlias = Literal["queued", "claimed", "sent", "failed", "merged", "withdrawn"]
MessageKind: TypeAlias = Literal["contact", "digest", "failure", "gap", "nightly"]
GapKind: TypeAlias = Literal["silent", "set-back", "leapt"]
PromptEnding: TypeAlias = Literal[
    "done", "dismissed", "acknowledged", "withdrawn", "lapsed", "left", "superseded"
]

# When to escalate a prompt that was raised late: how long after, when raised, where days are counted.
EscalationMoment: TypeAlias = Callable[[str, Moment, Place], Moment]


class PatientRow(Struct, frozen=True):
    id: str
    zone: str
    created_at: Moment


class PathwayRow(Struct, frozen=True):
    """A pathway as installed. `claims` is the status its file gives itself, `review` the one that counts."""

    digest: str
    name: str
    version: int
    title: str
    claims: Review
    installed_at: Moment
    installed_by: str
    review: Review
    because: str
    reviewed_at: Moment
    reviewed_by: str


class ReviewRow(Struct, frozen=True):
    """What somebody said of a pathway: which status it has from then on, and why."""

    number: int
    status: Review
    because: str
    at: Moment
    by: str


class SettingRow(Struct, frozen=True):
    """What the site decided about itself."""

    number: int
    value: str
    because: str
    at: Moment
    by: str


class EnrolmentRow(Struct, frozen=True, kw_only=True):
    """`id` is 0 until it is stored. An enrolment is open while `left_at` is none; `calendar` is its text."""

    id: int = 0
    patient_id: str
    pathway: str
    digest: str
    owner: str
    zone: str
    enrolled_at: Moment
    left_at: Moment | None = None
    left_reason: str | None = None
    calendar: str = ""

    @property
    def place(self) -> Place:
        """Where its days are counted."""
        return Place(self.zone, self.calendar)


class Fold(Struct, frozen=True):
    """A stored standing: its bytes, the last entry folded, the digest of the pathway."""

    body: bytes
    last: int
    digest: str


class TrackRow(Struct, frozen=True):
    enrolment_id: int
    track: str
    state: str
    entered_at: Moment
    entry: int


class FactRow(Struct, frozen=True):
    enrolment_id: int
    fact: str
    booking: int
    value: Value
    since: Moment
    only_day: bool
    entry: int
    ended: str = ""


class BannerRow(Struct, frozen=True):
    enrolment_id: int
    banner: str
    since: Moment
    until: Moment | None
    say: str


class Escalation(Struct, frozen=True):
    """Tell this role; `at` is counted from due, `after` counts anew when it is raised late."""

    after: str
    tell: str
    at: Moment


class PromptRow(Struct, frozen=True, kw_only=True):
    """A prompt as the tables hold it. `id` and `number` are 0, `written_at` none until it is stored.

    `source` (ids) and `counted_from` are what the rule says, kept here so that a list need not load it.
    """

    id: int = 0
    enrolment_id: int
    patient_id: str
    number: int = 0
    key: PromptKey
    tier: str
    role: str
    owner: str
    say: str
    written_at: Moment | None = None
    began_at: Moment
    began_by: int
    counted_on: date | None = None
    counted_at: Moment | None = None
    counted_by: int = 0
    opens_at: Moment
    due_at: Moment | None = None
    due_on: date | None = None
    lapses_at: Moment | None = None
    escalates: tuple[Escalation, ...] = ()
    missing: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    counted_from: str = ""
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
    ended_at: Moment | None = None
    ended: PromptEnding | None = None
    ended_by: int = 0
    done_late_at: Moment | None = None
    done_late_by: int = 0
    settled: bool = False


class WaitingRow(Struct, frozen=True, order=True):
    at: Moment
    prompt_id: int
    kind: WaitingKind
    tell: str = ""


class LedgerRow(Struct, frozen=True, kw_only=True):
    """What the machine did. `moment` is the one it had waited for, `at` when it was done."""

    id: int
    prompt_id: int
    kind: Deed
    moment: Moment
    tell: str
    at: Moment
    by_entry: int
    worker: str


class Claimed(Struct, frozen=True):
    """What one batch of a tick did. `taken` counts the moments looked at, also those nothing came of."""

    taken: int = 0
    raised: int = 0
    escalated: int = 0
    lapsed: int = 0
    woke: int = 0


class DeliveryRow(Struct, frozen=True):
    """A message to send: what was done about which prompt, and whom to tell. `tries` counts this one too.

    `unsaid` says that whoever tried it last did not live to say how that went. `claimed_by` is who has it.
    """

    ledger_id: int
    channel: str
    tries: int
    kind: Deed
    moment: Moment
    tell: str
    at: Moment
    patient_id: str
    number: int
    rule: str
    tier: str
    role: str
    owner: str
    say: str
    due_at: Moment | None
    zone: str
    ended_at: Moment | None
    ended: PromptEnding | None
    review: Review
    staff: str = ""
    why: str = ""
    delivery_key: str = ""
    unsaid: bool = False
    claimed_by: str = ""

    @property
    def address(self) -> dict[str, int | str]:
        """What its row is found by."""
        return {"ledger_id": self.ledger_id, "staff": self.staff, "channel": self.channel}

    @property
    def told(self) -> dict[str, int | str]:
        """What its row is found by after it was handed over, as long as that is of the same deed."""
        return self.address | {"at": self.at}

    @property
    def claim(self) -> dict[str, int | str]:
        """What its row is found by as long as nobody else has claimed it."""
        return self.told | {"claimed_by": self.claimed_by, "tries": self.tries}

    def because(self, why: str) -> "DeliveryRow":
        """Return the same with another reason why it goes to whom it goes."""
        return structs.replace(self, why=why)

    def to(self, staff: str, channel: str) -> "DeliveryRow":
        """Return the same for another person, or through another channel."""
        return structs.replace(self, staff=staff, channel=channel)


class NewDelivery(Struct, frozen=True, kw_only=True):
    """A message about a deed that is to go to somebody, through a channel of theirs.

    One that another carries (`merged_into`) never goes by itself, and stands there to say so.
    """

    ledger_id: int
    staff: str
    channel: str
    ready_at: Moment
    why: str
    delivery_key: str
    merged_into: str = ""


class MessageRow(Struct, frozen=True, kw_only=True):
    """A message about anything but a single deed. `body` is JSON, of which the text is made when sent.

    `about` says which of its kind it is, so that none is queued twice; `tries` counts this one too.
    """

    id: int = 0
    kind: MessageKind
    about: str
    staff: str
    channel: str
    at: Moment
    body: str
    state: DeliveryState = "queued"
    ready_at: Moment | None
    claimed_by: str | None = None
    tries: int = 0
    sent_at: Moment | None = None
    why: str = ""
    error: str = ""
    delivery_key: str
    merged_into: str = ""

    def to(self, staff: str, channel: str, *, key: str, at: Moment) -> "MessageRow":
        """Return the same, not tried yet, for somebody else or another channel."""
        return structs.replace(
            self, id=0, staff=staff, channel=channel, ready_at=at, tries=0, error="", delivery_key=key
        )


class RoutineRow(Struct, frozen=True, kw_only=True):
    """What is done again and again. `result` is JSON: what came of it last."""

    name: str
    next_at: Moment
    last_began_at: Moment | None = None
    last_ended_at: Moment | None = None
    claimed_by: str | None = None
    claimed_until: Moment | None = None
    result: str = "{}"


class GapRow(Struct, frozen=True, kw_only=True):
    """A time in which the clock was not followed. `counts` is JSON: what fell in it, what became of it."""

    number: int = 0
    since: Moment | None
    until: Moment
    kind: GapKind
    found_by: str
    at: Moment
    counts: str = "{}"
    told_at: Moment | None = None


# However seldom somebody ticks, twice its interval counts as no longer than this for how long a tick takes.
LONGEST_TWICE = 2 * HOUR


class HeartbeatRow(Struct, frozen=True):
    worker: str
    host: str
    interval: float
    started_at: Moment
    tick_began_at: Moment | None = None
    tick_ended_at: Moment | None = None
    raised: int = 0
