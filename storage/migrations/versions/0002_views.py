"""The views that others may read."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
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
CREATE VIEW standing AS
SELECT
    e.patient_id
        AS patient,
    w.name
        AS pathway,
    w.version
        AS pathway_version,
    e.owner
        AS owner,
    e.zone
        AS zone,
    strftime('%Y-%m-%dT%H:%M:%SZ', e.enrolled_at / 1000000, 'unixepoch')
        AS enrolled_at,
    t.track
        AS track,
    t.state
        AS state,
    strftime('%Y-%m-%dT%H:%M:%SZ', t.entered_at / 1000000, 'unixepoch')
        AS entered_at,
    t.entry
        AS entry,
    strftime('%Y-%m-%dT%H:%M:%SZ', e.left_at / 1000000, 'unixepoch')
        AS left_at,
    e.left_reason
        AS left_reason
FROM enrolment e JOIN pathway w ON w.digest = e.digest JOIN track_state t ON t.enrolment_id = e.id
""")
    op.execute("""
CREATE VIEW transition_log AS
SELECT
    h.patient_id
        AS patient,
    w.name
        AS pathway,
    w.version
        AS pathway_version,
    h.number
        AS entry,
    h.name
        AS event,
    h.track
        AS track,
    h.source
        AS source,
    h.target
        AS target,
    strftime('%Y-%m-%dT%H:%M:%SZ', h.happened_at / 1000000, 'unixepoch')
        AS happened_at,
    h.only_day
        AS only_day,
    strftime('%Y-%m-%dT%H:%M:%SZ', h.recorded_at / 1000000, 'unixepoch')
        AS recorded_at,
    h.actor
        AS actor,
    h.overrode
        AS overrode,
    h.because
        AS because,
    h.replaces
        AS replaces,
    (SELECT min(r.number) FROM entry r WHERE r.patient_id = e.patient_id AND r.replaces = h.number)
        AS replaced_by
FROM entry h JOIN enrolment e ON e.id = h.enrolment_id JOIN pathway w ON w.digest = e.digest
WHERE h.kind = 'event'
""")
