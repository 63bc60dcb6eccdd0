"""People at work, and messages to them: channels, other messages than a prompt's, routines, gaps."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

STATES = "state IN ('queued', 'claimed', 'sent', 'failed', 'merged', 'withdrawn')"


def upgrade() -> None:
    _staff()
    _deliveries()
    _others()
    _prompts_of_roles()
    _answers()
    _calendars()
    _triggers()
    _views()
    # What messages of this database are known by elsewhere, whatever else has one of the same number.
    op.execute("INSERT INTO meta (key, value) VALUES ('site', lower(hex(randomblob(16))))")


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("deputy", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("left_on", sa.Text(), nullable=True),
        sa.Column("digest_at", sa.Text(), nullable=False),
        sa.Column("wants", sa.Text(), nullable=False),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_table(
        "staff_leave",
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Text(), nullable=False),
        sa.Column("to_on", sa.Text(), nullable=False),
        sa.Column("deputy", sa.Text(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint("from_on <= to_on", name="leave_has_a_day"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff", "number"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("staff_leave_until", "staff_leave", ["to_on"])
    op.create_table(
        "staff_channel",
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("tiers", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff", "name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff_log",
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff", "number"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _deliveries() -> None:
    """Make the table anew, as its key grows; each message stays where it was on its way."""
    op.drop_index("delivery_failed", "delivery")
    op.drop_index("delivery_ready", "delivery")
    op.rename_table("delivery", "delivery_before")
    op.create_table(
        "delivery",
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        *_on_its_way(),
        sa.CheckConstraint(STATES, name="state_known"),
        *_held(),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"]),
        sa.PrimaryKeyConstraint("ledger_id", "staff", "channel"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute("""
INSERT INTO delivery (ledger_id, staff, channel, state, ready_at, claimed_by, tries, sent_at,
    why, error, delivery_key, merged_into)
SELECT ledger_id, '', channel, state, ready_at, claimed_by, tries, sent_at, '', '', '', ''
FROM delivery_before
""")
    op.drop_table("delivery_before")
    _partial("delivery_failed", "delivery", ["ledger_id"], "state = 'failed'")
    for name, whose in (("delivery_ready", "="), ("delivery_ready_for", "!=")):
        _partial(name, "delivery", ["ready_at", "ledger_id"], f"ready_at IS NOT NULL AND staff {whose} ''")
    _partial("delivery_keyed", "delivery", ["delivery_key"], "delivery_key != ''", unique=True)


def _others() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        *_on_its_way(),
        sa.CheckConstraint("kind IN ('contact', 'digest', 'failure', 'gap', 'nightly')", name="kind_known"),
        sa.CheckConstraint(STATES, name="state_known"),
        *_held(),
        sa.UniqueConstraint("kind", "about", "staff", "channel", name="message_once"),
        sa.UniqueConstraint("delivery_key", name="message_key"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    _partial("message_failed", "message", ["id"], "state = 'failed'")
    _partial("message_ready", "message", ["ready_at", "id"], "ready_at IS NOT NULL")
    op.create_table(
        "routine",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("last_began_at", sa.BigInteger(), nullable=True),
        sa.Column("last_ended_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="claimed_until_a_moment"),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "gap",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('silent', 'set-back', 'leapt')", name="kind_known"),
        sa.PrimaryKeyConstraint("number"),
        sqlite_strict=True,
    )


def _on_its_way() -> list[sa.Column[object]]:
    return [
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("delivery_key", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=False),
    ]


def _held() -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint("(state = 'claimed') = (claimed_by IS NOT NULL)", name="claimed_by_somebody"),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_a_moment"),
        sa.CheckConstraint(
            "(state IN ('queued', 'claimed')) = (ready_at IS NOT NULL)", name="ready_until_over"
        ),
        sa.CheckConstraint("(state = 'merged') = (merged_into <> '')", name="merged_into_another"),
    ]


def _prompts_of_roles() -> None:
    where = "settled IS 0 AND role != 'coordinator'"
    _partial("prompt_worklist_of_role", "prompt", ["role", "tier", "sorts_at"], where)
    _partial("prompt_coming_of_role", "prompt", ["role", "opens_at"], where)
    asleep = f"{where} AND snoozed_until IS NOT NULL"
    _partial("prompt_snoozed_of_role", "prompt", ["role", "snoozed_until"], asleep)


def _answers() -> None:
    """Let answers say more, and prompts tell it."""
    op.add_column("entry", sa.Column("second", sa.Text(), nullable=True))
    for name in ("seen", "acting"):
        op.add_column("prompt", sa.Column(f"{name}_at", sa.BigInteger(), nullable=True))
    for name in ("seen_by", "acknowledged_by", "acting_by", "could_not"):
        op.add_column("prompt", sa.Column(name, sa.Text(), nullable=True))
    for name in ("acting_until", "taken_at", "done_late_at"):
        op.add_column("prompt", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("prompt", sa.Column("done_late_by", sa.Integer(), nullable=True))
    _partial("prompt_taken", "prompt", ["owner", "taken_at"], "settled IS 0 AND taken_at IS NOT NULL")
    _partial(
        "prompt_stop", "prompt", ["tier", "opens_at"], "settled IS 0 AND tier = 'stop' AND taken_at IS NULL"
    )
    of_role = "settled IS 0 AND role != 'coordinator' AND taken_at IS NOT NULL"
    _partial("prompt_taken_of_role", "prompt", ["role", "taken_at"], of_role)
    _partial("ledger_escalated", "ledger", ["tell", "at", "prompt_id"], "kind = 'escalated'")


def _calendars() -> None:
    """Let enrolments carry the calendar of their working days; those there are have none."""
    op.create_table(
        "calendar",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        sqlite_strict=True,
    )
    for table in ("enrolment", "entry"):
        op.add_column(table, sa.Column("calendar", sa.Text(), nullable=True))


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    only = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only)


def _triggers() -> None:
    for event in ("UPDATE", "DELETE"):
        op.execute(f"""
CREATE TRIGGER staff_log_{event.lower()}_refused BEFORE {event} ON staff_log
BEGIN SELECT RAISE(ABORT, 'staff_log: rows are only ever added'); END
""")
        op.execute(f"""
CREATE TRIGGER calendar_{event.lower()}_refused BEFORE {event} ON calendar
BEGIN SELECT RAISE(ABORT, 'calendar: rows are only ever added'); END
""")
    op.execute("""
CREATE TRIGGER staff_log_numbered BEFORE INSERT ON staff_log
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM staff_log WHERE staff = NEW.staff)
BEGIN SELECT RAISE(ABORT, 'staff_log: rows are numbered one after another'); END
""")


def _views() -> None:
    op.execute("DROP VIEW worklist")
    op.execute("""
CREATE VIEW worklist AS
SELECT
    p.patient_id || '/' || p.number
        AS prompt,
    p.patient_id
        AS patient,
    w.name
        AS pathway,
    w.version
        AS pathway_version,
    (SELECT r.status FROM review r WHERE r.digest = w.digest ORDER BY r.number DESC LIMIT 1)
        AS review,
    p.owner
        AS owner,
    p.tier
        AS tier,
    p.role
        AS role,
    CASE p.role WHEN 'coordinator' THEN p.owner
    ELSE coalesce((SELECT r.holder FROM role r WHERE r.role = p.role), '') END
        AS named,
    p.say
        AS say,
    p.rule
        AS rule,
    p.missing
        AS missing,
    p.source
        AS source,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.began_at / 1000000, 'unixepoch')
        AS began_at,
    p.counted_from
        AS counted_from,
    p.counted_on
        AS counted_on,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.opens_at / 1000000, 'unixepoch')
        AS opens_at,
    p.due_on
        AS due_on,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.due_at / 1000000, 'unixepoch')
        AS overdue_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.acknowledged_at / 1000000, 'unixepoch')
        AS acknowledged_at,
    p.acknowledged_by
        AS acknowledged_by,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.seen_at / 1000000, 'unixepoch')
        AS seen_at,
    p.seen_by
        AS seen_by,
    p.acting_by
        AS acting_by,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.acting_until / 1000000, 'unixepoch')
        AS acting_until,
    p.could_not
        AS could_not,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.taken_at / 1000000, 'unixepoch')
        AS taken_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.snoozed_until / 1000000, 'unixepoch')
        AS snoozed_until,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.lapses_at / 1000000, 'unixepoch')
        AS lapses_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.ended_at / 1000000, 'unixepoch')
        AS ends_at,
    p.ended
        AS ends_as,
    strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT max(l.at) FROM ledger l
    WHERE l.prompt_id = p.id AND l.kind = 'raised') / 1000000, 'unixepoch')
        AS raised_at
FROM prompt p JOIN enrolment e ON e.id = p.enrolment_id JOIN pathway w ON w.digest = e.digest
WHERE p.settled IS 0
""")
    op.execute("""
CREATE VIEW rota AS
SELECT
    s.id
        AS person,
    s.roles
        AS roles,
    coalesce((SELECT group_concat(r.role, ' ') FROM role r WHERE r.holder = s.id), '')
        AS holds,
    s.zone
        AS zone,
    s.deputy
        AS deputy,
    s.left_on
        AS left_on
FROM staff s
""")
    op.execute("""
CREATE VIEW leave AS
SELECT
    l.staff
        AS person,
    l.number
        AS number,
    l.from_on
        AS from_on,
    l.to_on
        AS to_on,
    l.deputy
        AS deputy,
    l.ended
        AS withdrawn
FROM staff_leave l
""")
