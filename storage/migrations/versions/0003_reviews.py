"""What people said of pathways and what the site decided; the views say what a pathway is here."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('submitted', 'under-review', 'approved', 'retired')", name="status_known"
        ),
        sa.ForeignKeyConstraint(["digest"], ["pathway.digest"]),
        sa.PrimaryKeyConstraint("digest", "number"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "number"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    # A file cannot say that it was approved here: what said so by itself is looked at by a person first.
    op.execute("""
INSERT INTO review (digest, number, status, because, at, actor)
SELECT digest, 1, CASE review WHEN 'approved' THEN 'under-review' ELSE review END,
    'its file says ' || review, installed_at, installed_by
FROM pathway
""")

    op.execute("""
CREATE TRIGGER review_update_refused BEFORE UPDATE ON review
BEGIN SELECT RAISE(ABORT, 'review: rows are only ever added'); END
""")
    op.execute("""
CREATE TRIGGER review_delete_refused BEFORE DELETE ON review
BEGIN SELECT RAISE(ABORT, 'review: rows are only ever added'); END
""")
    op.execute("""
CREATE TRIGGER setting_update_refused BEFORE UPDATE ON setting
BEGIN SELECT RAISE(ABORT, 'setting: rows are only ever added'); END
""")
    op.execute("""
CREATE TRIGGER setting_delete_refused BEFORE DELETE ON setting
BEGIN SELECT RAISE(ABORT, 'setting: rows are only ever added'); END
""")
    op.execute("""
CREATE TRIGGER review_numbered BEFORE INSERT ON review
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM review WHERE digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'review: rows are numbered one after another'); END
""")
    op.execute("""
CREATE TRIGGER setting_numbered BEFORE INSERT ON setting
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM setting WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'setting: rows are numbered one after another'); END
""")

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
CREATE VIEW review_log AS
SELECT
    w.name
        AS pathway,
    w.version
        AS pathway_version,
    r.digest
        AS digest,
    r.number
        AS number,
    r.status
        AS status,
    strftime('%Y-%m-%dT%H:%M:%SZ', r.at / 1000000, 'unixepoch')
        AS said_at,
    r.actor
        AS actor,
    r.because
        AS because
FROM review r JOIN pathway w ON w.digest = r.digest
""")
