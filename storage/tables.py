"""The tables, defined once. Everything else that SQL needs is rendered from them.

Moments are whole microseconds since 1970 in UTC, days are ISO text, several names are one text with spaces
between them, and what has no fixed shape is JSON text.
A table class is not validated when it is made and loads lazily when touched, so none leaves this package.
"""

from typing import Annotated, Any, ClassVar, get_args

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    Float,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    literal_column,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import column
from sqlmodel import Field, SQLModel
from sqlmodel.sql.sqltypes import AutoString

from pathways.history import Kind
from pathways.model import Review as ReviewStatus
from pathways.model import Tier
from storage.rows import Deed, DeliveryState, PromptEnding, WaitingKind

At = Annotated[int, Field(sa_type=BigInteger)]
MaybeAt = Annotated[int | None, Field(sa_type=BigInteger, nullable=True)]
Key = Annotated[int, Field(primary_key=True)]
Name = Annotated[str, Field(primary_key=True)]
OfPatient = Annotated[str, Field(primary_key=True, foreign_key="patient.id")]
OfPathway = Annotated[str, Field(primary_key=True, foreign_key="pathway.digest")]
OfEnrolment = Annotated[int, Field(primary_key=True, foreign_key="enrolment.id")]
OfPrompt = Annotated[int, Field(primary_key=True, foreign_key="prompt.id")]
OfLedger = Annotated[int, Field(primary_key=True, foreign_key="ledger.id")]
KeyAt = Annotated[int, Field(primary_key=True, sa_type=BigInteger)]

# SQLite checks the type of a value only in a strict table: a day can never stand where a moment belongs.
STRICT = {"sqlite_strict": True}
# Rows kept in the order of their key, without a second tree beside it: half the pages to write.
CLUSTERED = {"sqlite_strict": True, "sqlite_with_rowid": False}

METADATA = SQLModel.metadata

NEVER = 9_000_000_000_000_000_000  # sorts after every moment
UNSETTLED = column("settled").is_(False)
FAILED = column("state") == literal_column("'failed'")


@compiles(AutoString, "sqlite")
def _text(*_: object, **__: object) -> str:
    return "TEXT"  # strict tables know five types by these names only


@compiles(BigInteger, "sqlite")
@compiles(Boolean, "sqlite")
def _integer(*_: object, **__: object) -> str:
    return "INTEGER"


@compiles(Float, "sqlite")
def _real(*_: object, **__: object) -> str:
    return "REAL"


def _one_of(name: str, values: object) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in get_args(values))
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_known")


class Table(SQLModel):
    """What all tables share: nothing but that they are ours."""

    __table_args__: ClassVar[Any] = STRICT


class Meta(Table, table=True):
    key: Name
    value: str


class Role(Table, table=True):
    role: Name
    holder: str


class Patient(Table, table=True):
    """Somebody followed, under an opaque id."""

    id: Name
    zone: str
    created_at: At


class Identity(Table, table=True):
    """The only place with a person's details, apart from all else."""

    patient_id: OfPatient
    name: str
    contact: str


class Pathway(Table, table=True):
    """A pathway as installed: the text, and the form in which it is loaded."""

    __table_args__ = (UniqueConstraint("name", "version", name="pathway_once"), STRICT)

    digest: Name
    name: str
    version: int
    title: str
    review: str
    text: str
    packed: bytes
    installed_at: At
    installed_by: str


class Review(Table, table=True):
    """What somebody said of a pathway, counted for each digest; triggers refuse to change it.

    The first is what its file claims, as far as a file may.
    """

    __table_args__ = (_one_of("status", ReviewStatus), CLUSTERED)

    digest: OfPathway
    number: Key
    status: str
    because: str
    at: At
    actor: str


class Setting(Table, table=True):
    """What the site decided about itself, counted for each name; the last one counts. Triggers as above."""

    __table_args__ = CLUSTERED

    name: Name
    number: Key
    value: str
    because: str
    at: At
    actor: str


class Enrolment(Table, table=True):
    __table_args__ = (
        CheckConstraint("(left_at IS NULL) = (left_reason IS NULL)", name="left_with_a_reason"),
        # What entries and prompts refer to, so that theirs is the patient of their enrolment.
        UniqueConstraint("patient_id", "id", name="enrolment_of_patient"),
        Index(
            "enrolment_open_once",
            "patient_id",
            "pathway",
            unique=True,
            sqlite_where=column("left_at").is_(None),
            postgresql_where=column("left_at").is_(None),
        ),
        STRICT,
    )

    id: Key
    patient_id: str = Field(foreign_key="patient.id")
    pathway: str
    digest: str = Field(foreign_key="pathway.digest")
    owner: str
    zone: str
    enrolled_at: At
    left_at: MaybeAt
    left_reason: str | None


class Entry(Table, table=True):
    """One line of history. Triggers refuse to change or remove one, or to leave a number out."""

    __table_args__ = (
        ForeignKeyConstraint(["patient_id", "enrolment_id"], ["enrolment.patient_id", "enrolment.id"]),
        _one_of("kind", Kind),
        CheckConstraint("happened_at <= recorded_at", name="happened_before_recorded"),
        CheckConstraint("replaces < number", name="replaces_an_earlier"),
        *(
            CheckConstraint(f"(prompt_rule IS NULL) = ({part} IS NULL)", name=f"{part}_too")
            for part in ("prompt_episode", "prompt_occurrence", "prompt_booking")
        ),
        CLUSTERED,
    )

    patient_id: Name
    number: Key
    enrolment_id: int
    kind: str
    name: str
    value: str | None
    booking: int
    track: str
    source: str
    target: str
    overrode: str
    prompt_rule: str | None
    prompt_episode: int | None
    prompt_occurrence: int | None
    prompt_booking: int | None
    until: MaybeAt
    zone: str
    because: str
    replaces: int
    happened_at: At
    only_day: bool
    recorded_at: At
    actor: str


class Fold(Table, table=True):
    """The standing as far as it was folded: up to which entry, under which pathway."""

    enrolment_id: OfEnrolment
    last: int
    digest: str
    body: bytes


class TrackState(Table, table=True):
    __tablename__ = "track_state"
    __table_args__ = (Index("track_state_stay", "track", "state", "entered_at"), CLUSTERED)

    enrolment_id: OfEnrolment
    track: Name
    state: str
    entered_at: At
    entry: int


class FactValue(Table, table=True):
    __tablename__ = "fact_value"
    __table_args__ = CLUSTERED

    enrolment_id: OfEnrolment
    fact: Name
    booking: Key
    value: str
    since: At
    only_day: bool
    entry: int
    ended: str


class Banner(Table, table=True):
    __table_args__ = CLUSTERED

    enrolment_id: OfEnrolment
    banner: Name
    since: KeyAt
    until: MaybeAt
    say: str


class Prompt(Table, table=True):
    """Something somebody should do by a moment. Rows stay: one that no longer follows is superseded.

    Moments may lie ahead, also `ended_at`. `settled` says that history has ended it, not time alone.
    """

    __table_args__ = (
        ForeignKeyConstraint(["patient_id", "enrolment_id"], ["enrolment.patient_id", "enrolment.id"]),
        UniqueConstraint("enrolment_id", "rule", "episode", "occurrence", "booking", name="prompt_once"),
        UniqueConstraint("patient_id", "number", name="prompt_number"),
        _one_of("tier", Tier),
        CheckConstraint("(counted_at IS NULL) = (counted_on IS NULL)", name="counted_whole"),
        CheckConstraint("due_on IS NULL OR due_at IS NOT NULL", name="due_day_has_its_end"),
        CheckConstraint("tier <> 'stop' OR lapses_at IS NULL", name="stop_never_lapses"),
        CheckConstraint("tier <> 'stop' OR snoozed_until IS NULL", name="stop_never_snoozes"),
        CheckConstraint("(ended_at IS NULL) = (ended IS NULL)", name="ended_somehow"),
        _one_of("ended", PromptEnding),
        CheckConstraint("settled = false OR ended_at IS NOT NULL", name="settled_has_ended"),
        *(
            Index(name, *columns, sqlite_where=UNSETTLED, postgresql_where=UNSETTLED)
            for name, columns in {
                "prompt_worklist": ("owner", "tier", "sorts_at"),
                "prompt_coming": ("owner", "opens_at"),
                "prompt_of_enrolment": ("enrolment_id",),
            }.items()
        ),
        Index(
            "prompt_snoozed",
            "owner",
            "snoozed_until",
            sqlite_where=and_(UNSETTLED, column("snoozed_until").is_not(None)),
            postgresql_where=and_(UNSETTLED, column("snoozed_until").is_not(None)),
        ),
        STRICT,
    )

    id: Key
    enrolment_id: int
    patient_id: str
    number: int
    rule: str
    episode: int
    occurrence: int
    booking: int
    tier: str
    role: str
    # The owner of the enrolment, repeated here so that one index serves one coordinator's list.
    owner: str
    say: str
    written_at: At
    began_at: At
    began_by: int
    counted_on: str | None
    counted_at: MaybeAt
    counted_by: int
    opens_at: At
    due_at: MaybeAt
    due_on: str | None
    lapses_at: MaybeAt
    escalates: str
    missing: str
    source: str
    counted_from: str
    acknowledged_at: MaybeAt
    snoozed_until: MaybeAt
    snoozes: int
    ended_at: MaybeAt
    ended: str | None
    ended_by: int
    settled: bool
    sorts_at: int = Field(sa_column_args=[Computed(f"coalesce(due_at, {NEVER})")], sa_type=BigInteger)


class Waiting(Table, table=True):
    """What has its next moment when: all that a tick asks."""

    __table_args__ = (
        _one_of("kind", WaitingKind),
        CLUSTERED,
    )

    at: KeyAt
    prompt_id: OfPrompt
    kind: Name
    tell: Name


class Ledger(Table, table=True):
    """What the machine did about a prompt, once for each moment. Triggers refuse to change it."""

    __table_args__ = (
        UniqueConstraint("prompt_id", "kind", "moment", "tell", name="ledger_once"),
        _one_of("kind", Deed),
        STRICT,
    )

    id: Key
    prompt_id: int = Field(foreign_key="prompt.id")
    kind: str
    moment: At
    tell: str
    at: At
    by_entry: int
    worker: str


class Delivery(Table, table=True):
    """A message on its way. `ready_at` is when it may be claimed, none once sent or given up."""

    __table_args__ = (
        _one_of("state", DeliveryState),
        CheckConstraint("(state = 'claimed') = (claimed_by IS NOT NULL)", name="claimed_by_somebody"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_a_moment"),
        CheckConstraint("(state IN ('queued', 'claimed')) = (ready_at IS NOT NULL)", name="ready_until_over"),
        Index(
            "delivery_ready",
            "ready_at",
            "ledger_id",
            sqlite_where=column("ready_at").is_not(None),
            postgresql_where=column("ready_at").is_not(None),
        ),
        Index("delivery_failed", "ledger_id", sqlite_where=FAILED, postgresql_where=FAILED),
        CLUSTERED,
    )

    ledger_id: OfLedger
    channel: Name
    state: str
    ready_at: MaybeAt
    claimed_by: str | None
    tries: int
    sent_at: MaybeAt


class Heartbeat(Table, table=True):
    """When each scheduler last ticked, so that silence can be believed."""

    worker: Name
    host: str
    interval: float
    started_at: At
    tick_began_at: MaybeAt
    tick_ended_at: MaybeAt
    raised: int
