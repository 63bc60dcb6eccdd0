"""The tables, and the triggers that let history only be added to."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("interval", sa.Float(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("tick_began_at", sa.BigInteger(), nullable=True),
        sa.Column("tick_ended_at", sa.BigInteger(), nullable=True),
        sa.Column("raised", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("worker"),
        sqlite_strict=True,
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_strict=True,
    )
    op.create_table(
        "pathway",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("installed_at", sa.BigInteger(), nullable=False),
        sa.Column("installed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        sa.UniqueConstraint("name", "version", name="pathway_once"),
        sqlite_strict=True,
    )
    op.create_table(
        "patient",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_table(
        "role",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("role"),
        sqlite_strict=True,
    )
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("pathway", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(left_at IS NULL) = (left_reason IS NULL)", name="left_with_a_reason"),
        sa.ForeignKeyConstraint(["digest"], ["pathway.digest"]),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("patient_id", "id", name="enrolment_of_patient"),
        sqlite_strict=True,
    )
    op.create_index(
        "enrolment_open_once",
        "enrolment",
        ["patient_id", "pathway"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )

    op.create_table(
        "identity",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"]),
        sa.PrimaryKeyConstraint("patient_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "banner",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("banner", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("say", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"]),
        sa.PrimaryKeyConstraint("enrolment_id", "banner", "since"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entry",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("booking", sa.Integer(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("overrode", sa.Text(), nullable=False),
        sa.Column("prompt_rule", sa.Text(), nullable=True),
        sa.Column("prompt_episode", sa.Integer(), nullable=True),
        sa.Column("prompt_occurrence", sa.Integer(), nullable=True),
        sa.Column("prompt_booking", sa.Integer(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("only_day", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('enrolled', 'fact', 'event', 'answer', 'exit', 'note', 'withdrawn')", name="kind_known"
        ),
        sa.CheckConstraint("(prompt_rule IS NULL) = (prompt_booking IS NULL)", name="prompt_booking_too"),
        sa.CheckConstraint("(prompt_rule IS NULL) = (prompt_episode IS NULL)", name="prompt_episode_too"),
        sa.CheckConstraint(
            "(prompt_rule IS NULL) = (prompt_occurrence IS NULL)", name="prompt_occurrence_too"
        ),
        sa.CheckConstraint("happened_at <= recorded_at", name="happened_before_recorded"),
        sa.CheckConstraint("replaces < number", name="replaces_an_earlier"),
        sa.ForeignKeyConstraint(["patient_id", "enrolment_id"], ["enrolment.patient_id", "enrolment.id"]),
        sa.PrimaryKeyConstraint("patient_id", "number"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fact_value",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("booking", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("only_day", sa.Boolean(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"]),
        sa.PrimaryKeyConstraint("enrolment_id", "fact", "booking"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fold",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"]),
        sa.PrimaryKeyConstraint("enrolment_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "prompt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("booking", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("say", sa.Text(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("began_by", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Text(), nullable=True),
        sa.Column("counted_at", sa.BigInteger(), nullable=True),
        sa.Column("counted_by", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Text(), nullable=True),
        sa.Column("lapses_at", sa.BigInteger(), nullable=True),
        sa.Column("escalates", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("counted_from", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column(
            "sorts_at", sa.BigInteger(), sa.Computed("coalesce(due_at, 9000000000000000000)"), nullable=False
        ),
        sa.CheckConstraint(
            "ended IN ('done', 'dismissed', 'acknowledged', 'withdrawn', 'lapsed', 'left', 'superseded')",
            name="ended_known",
        ),
        sa.CheckConstraint("tier <> 'stop' OR lapses_at IS NULL", name="stop_never_lapses"),
        sa.CheckConstraint("tier <> 'stop' OR snoozed_until IS NULL", name="stop_never_snoozes"),
        sa.CheckConstraint("tier IN ('stop', 'due', 'info')", name="tier_known"),
        sa.CheckConstraint("(counted_at IS NULL) = (counted_on IS NULL)", name="counted_whole"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended IS NULL)", name="ended_somehow"),
        sa.CheckConstraint("due_on IS NULL OR due_at IS NOT NULL", name="due_day_has_its_end"),
        sa.CheckConstraint("settled = false OR ended_at IS NOT NULL", name="settled_has_ended"),
        sa.ForeignKeyConstraint(["patient_id", "enrolment_id"], ["enrolment.patient_id", "enrolment.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("enrolment_id", "rule", "episode", "occurrence", "booking", name="prompt_once"),
        sa.UniqueConstraint("patient_id", "number", name="prompt_number"),
        sqlite_strict=True,
    )
    op.create_index(
        "prompt_coming",
        "prompt",
        ["owner", "opens_at"],
        sqlite_where=sa.text("settled IS 0"),
        postgresql_where=sa.text("settled IS 0"),
    )
    op.create_index(
        "prompt_of_enrolment",
        "prompt",
        ["enrolment_id"],
        sqlite_where=sa.text("settled IS 0"),
        postgresql_where=sa.text("settled IS 0"),
    )
    op.create_index(
        "prompt_snoozed",
        "prompt",
        ["owner", "snoozed_until"],
        sqlite_where=sa.text("settled IS 0 AND snoozed_until IS NOT NULL"),
        postgresql_where=sa.text("settled IS 0 AND snoozed_until IS NOT NULL"),
    )
    op.create_index(
        "prompt_worklist",
        "prompt",
        ["owner", "tier", "sorts_at"],
        sqlite_where=sa.text("settled IS 0"),
        postgresql_where=sa.text("settled IS 0"),
    )

    op.create_table(
        "track_state",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"]),
        sa.PrimaryKeyConstraint("enrolment_id", "track"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("track_state_stay", "track_state", ["track", "state", "entered_at"])

    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("moment", sa.BigInteger(), nullable=False),
        sa.Column("tell", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_entry", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('raised', 'escalated', 'lapsed', 'woke', 'superseded')", name="kind_known"
        ),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompt.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("prompt_id", "kind", "moment", "tell", name="ledger_once"),
        sqlite_strict=True,
    )
    op.create_table(
        "waiting",
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tell", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('open', 'escalate', 'lapse', 'wake')", name="kind_known"),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompt.id"]),
        sa.PrimaryKeyConstraint("at", "prompt_id", "kind", "tell"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery",
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'claimed') = (claimed_by IS NOT NULL)", name="claimed_by_somebody"),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_a_moment"),
        sa.CheckConstraint(
            "(state IN ('queued', 'claimed')) = (ready_at IS NOT NULL)", name="ready_until_over"
        ),
        sa.CheckConstraint("state IN ('queued', 'claimed', 'sent', 'failed')", name="state_known"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"]),
        sa.PrimaryKeyConstraint("ledger_id", "channel"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "delivery_failed",
        "delivery",
        ["ledger_id"],
        sqlite_where=sa.text("state = 'failed'"),
        postgresql_where=sa.text("state = 'failed'"),
    )
    op.create_index(
        "delivery_ready",
        "delivery",
        ["ready_at", "ledger_id"],
        sqlite_where=sa.text("ready_at IS NOT NULL"),
        postgresql_where=sa.text("ready_at IS NOT NULL"),
    )

    op.execute("""
CREATE TRIGGER entry_update_refused BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entry: rows are only ever added'); END
""")
    op.execute("""
CREATE TRIGGER entry_delete_refused BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entry: rows are only ever added'); END
""")
    op.execute("""
CREATE TRIGGER ledger_update_refused BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'ledger: rows are only ever added'); END
""")
    op.execute("""
CREATE TRIGGER ledger_delete_refused BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'ledger: rows are only ever added'); END
""")
    op.execute("""
CREATE TRIGGER entry_numbered BEFORE INSERT ON entry
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM entry WHERE patient_id = NEW.patient_id)
BEGIN SELECT RAISE(ABORT, 'entry: rows are numbered one after another'); END
""")
    op.execute("""
CREATE TRIGGER ledger_replace_refused BEFORE INSERT ON ledger
WHEN EXISTS (
    SELECT 1 FROM ledger
    WHERE prompt_id = NEW.prompt_id AND kind = NEW.kind AND moment = NEW.moment AND tell = NEW.tell
) OR EXISTS (SELECT 1 FROM ledger WHERE id = NEW.id)
BEGIN SELECT RAISE(IGNORE); END
""")
