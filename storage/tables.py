"""The tables, defined once. Everything else that SQL needs is rendered from them.

A table class is not validated when it is made and loads lazily when touched, so none leaves this package.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    literal_column,
)
from sqlalchemy.sql import column
from sqlmodel import Field, SQLModel

from pathways.history import Kind
from pathways.model import Review as ReviewStatus
from pathways.model import Tier
from storage import tables_messages, tables_staff
from storage.columns import (
    CLUSTERED,
    STRICT,
    At,
    Key,
    KeyAt,
    MaybeAt,
    Name,
    OfEnrolment,
    OfPathway,
    OfPatient,
    OfPrompt,
    Table,
    one_of,
    partial,
)
from storage.rows import Deed, PromptEnding, WaitingKind

# Whoever asks for the tables here has those that are defined beside them.
METADATA = SQLModel.metadata
BESIDE = (tables_messages, tables_staff)

NEVER = 9_000_000_000_000_000_000  # sorts after every moment
UNSETTLED = column("settled").is_(False)
SNOOZED = column("snoozed_until").is_not(None)
TAKEN = column("taken_at").is_not(None)
# A stop that nobody has said anything of yet.
STOPS = and_(UNSETTLED, column("tier") == literal_column("'stop'"), column("taken_at").is_(None))
ESCALATED = column("kind") == literal_column("'escalated'")
# One coordinator's list goes by owner; who holds another role holds its prompts whoever the owner is.
FOR_A_ROLE = and_(UNSETTLED, column("role") != literal_column("'coordinator'"))


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

    __table_args__ = (one_of("status", ReviewStatus), CLUSTERED)

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


class Calendar(Table, table=True):
    """Which days are working days, as many enrolments have it; never changed, as histories rest on it."""

    digest: Name
    text: str


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
    calendar: str | None


class Entry(Table, table=True):
    """One line of history. Triggers refuse to change or remove one, or to leave a number out."""

    __table_args__ = (
        ForeignKeyConstraint(["patient_id", "enrolment_id"], ["enrolment.patient_id", "enrolment.id"]),
        one_of("kind", Kind),
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
    calendar: str | None
    because: str
    second: str | None
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
        one_of("tier", Tier),
        CheckConstraint("(counted_at IS NULL) = (counted_on IS NULL)", name="counted_whole"),
        CheckConstraint("due_on IS NULL OR due_at IS NOT NULL", name="due_day_has_its_end"),
        CheckConstraint("tier <> 'stop' OR lapses_at IS NULL", name="stop_never_lapses"),
        CheckConstraint("tier <> 'stop' OR snoozed_until IS NULL", name="stop_never_snoozes"),
        CheckConstraint("(ended_at IS NULL) = (ended IS NULL)", name="ended_somehow"),
        one_of("ended", PromptEnding),
        CheckConstraint("settled = false OR ended_at IS NOT NULL", name="settled_has_ended"),
        *(
            Index(name, *columns, sqlite_where=UNSETTLED, postgresql_where=UNSETTLED)
            for name, columns in {
                "prompt_worklist": ("owner", "tier", "sorts_at"),
                "prompt_coming": ("owner", "opens_at"),
                "prompt_of_enrolment": ("enrolment_id",),
            }.items()
        ),
        partial(
            "prompt_snoozed",
            *("owner", "snoozed_until"),
            where=and_(UNSETTLED, SNOOZED),
        ),
        partial("prompt_taken", *("owner", "taken_at"), where=and_(UNSETTLED, TAKEN)),
        partial("prompt_taken_of_role", *("role", "taken_at"), where=and_(FOR_A_ROLE, TAKEN)),
        partial("prompt_worklist_of_role", *("role", "tier", "sorts_at"), where=FOR_A_ROLE),
        partial("prompt_coming_of_role", *("role", "opens_at"), where=FOR_A_ROLE),
        partial("prompt_stop", *("tier", "opens_at"), where=STOPS),
        partial("prompt_snoozed_of_role", *("role", "snoozed_until"), where=and_(FOR_A_ROLE, SNOOZED)),
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
    seen_at: MaybeAt
    seen_by: str | None
    acknowledged_at: MaybeAt
    acknowledged_by: str | None
    acting_at: MaybeAt
    acting_by: str | None
    acting_until: MaybeAt
    could_not: str | None
    # From when one that somebody took on ages: what a list of those that do not move asks.
    taken_at: MaybeAt
    snoozed_until: MaybeAt
    snoozes: int
    ended_at: MaybeAt
    ended: str | None
    ended_by: int
    done_late_at: MaybeAt
    done_late_by: int | None
    settled: bool
    sorts_at: int = Field(sa_column_args=[Computed(f"coalesce(due_at, {NEVER})")], sa_type=BigInteger)


class Waiting(Table, table=True):
    """What has its next moment when: all that a tick asks."""

    __table_args__ = (
        one_of("kind", WaitingKind),
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
        partial("ledger_escalated", *("tell", "at", "prompt_id"), where=ESCALATED),
        one_of("kind", Deed),
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
