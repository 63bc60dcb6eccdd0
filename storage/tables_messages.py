"""The tables of what is told: messages, what is done again and again, gaps, heartbeats."""

from sqlalchemy import CheckConstraint, UniqueConstraint, and_, literal_column
from sqlalchemy.sql import column

from storage.columns import (
    CLUSTERED,
    FAILED,
    READY,
    STRICT,
    At,
    Key,
    MaybeAt,
    Name,
    OfLedger,
    Table,
    on_its_way,
    one_of,
    partial,
)
from storage.rows import GapKind, MessageKind

KEYED = column("delivery_key") != literal_column("''")
OF_SOMEBODY = column("staff") != literal_column("''")


class Delivery(Table, table=True):
    """What is told about a deed: to whom (nobody: the output), through what, why to them.

    `ready_at` is when it may be claimed, none once it is over. `delivery_key` stays the same however often
    it is tried, so that who receives it can drop a repeat. `merged_into` is the key of what carried it.
    """

    __table_args__ = (
        *on_its_way(),
        # What goes to the output and what goes to people never wait for each other.
        partial("delivery_ready", *("ready_at", "ledger_id"), where=and_(READY, ~OF_SOMEBODY)),
        partial("delivery_ready_for", *("ready_at", "ledger_id"), where=and_(READY, OF_SOMEBODY)),
        partial("delivery_failed", "ledger_id", where=FAILED),
        partial("delivery_keyed", "delivery_key", where=KEYED, unique=True),
        CLUSTERED,
    )

    ledger_id: OfLedger
    staff: Name
    channel: Name
    state: str
    ready_at: MaybeAt
    claimed_by: str | None
    tries: int
    sent_at: MaybeAt
    why: str
    error: str
    delivery_key: str
    merged_into: str


class Message(Table, table=True):
    """What is told about anything but a single deed, such as a digest or a gap; otherwise as above.

    `about` says which of its kind, so that none is queued twice; what it says is made of `body` when sent.
    """

    __table_args__ = (
        UniqueConstraint("kind", "about", "staff", "channel", name="message_once"),
        UniqueConstraint("delivery_key", name="message_key"),
        one_of("kind", MessageKind),
        *on_its_way(),
        partial("message_ready", *("ready_at", "id"), where=READY),
        partial("message_failed", "id", where=FAILED),
        STRICT,
    )

    id: Key
    kind: str
    about: str
    staff: str
    channel: str
    at: At
    body: str
    state: str
    ready_at: MaybeAt
    claimed_by: str | None
    tries: int
    sent_at: MaybeAt
    why: str
    error: str
    delivery_key: str
    merged_into: str


class Routine(Table, table=True):
    """What the scheduler does again and again at moments of its own, such as a digest: claimed alike."""

    __table_args__ = (
        CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="claimed_until_a_moment"),
        CLUSTERED,
    )

    name: Name
    next_at: At
    last_began_at: MaybeAt
    last_ended_at: MaybeAt
    claimed_by: str | None
    claimed_until: MaybeAt
    result: str


class Gap(Table, table=True):
    """A time in which the clock was not followed: nobody ticked, or it was set."""

    __table_args__ = (one_of("kind", GapKind), STRICT)

    number: Key
    since: MaybeAt
    until: At
    kind: str
    found_by: str
    at: At
    counts: str
    told_at: MaybeAt


class Heartbeat(Table, table=True):
    """When each scheduler last ticked, so that silence can be believed."""

    worker: Name
    host: str
    interval: float
    started_at: At
    tick_began_at: MaybeAt
    tick_ended_at: MaybeAt
    raised: int
