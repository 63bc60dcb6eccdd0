"""The limit of a claim on a server: the same moments in tables beside ours, by hand with psycopg alone."""

import psycopg

from scheduler.tick import BATCH

CLOCK = """
CREATE TABLE hand_row AS SELECT id, patient_id, number, rule, tier, owner, say, due_at, ended_at FROM prompt;
ALTER TABLE hand_row ADD PRIMARY KEY (id);
CREATE TABLE hand_waiting AS SELECT at, prompt_id AS prompt, kind, tell FROM waiting;
ALTER TABLE hand_waiting ADD PRIMARY KEY (at, prompt, kind, tell);
CREATE TABLE hand_deed (
    id bigserial PRIMARY KEY, prompt bigint, kind text, moment bigint, tell text, at bigint, worker text);
CREATE TABLE hand_message (
    log bigint, person text, channel text, state text, ready bigint, worker text, tries bigint,
    sent bigint, PRIMARY KEY (log, person, channel));
CREATE INDEX hand_ready ON hand_message (ready, log) WHERE ready IS NOT NULL;
ANALYZE;
"""
LOOK = "SELECT at, prompt FROM hand_waiting WHERE at <= %s ORDER BY at, prompt LIMIT 1"
CLAIM = """
WITH taken AS (
    SELECT at, prompt, kind, tell FROM hand_waiting WHERE at <= %(now)s
    ORDER BY at, prompt LIMIT %(batch)s FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM hand_waiting w USING taken s
    WHERE (w.at, w.prompt, w.kind, w.tell) = (s.at, s.prompt, s.kind, s.tell)),
logged AS (
    INSERT INTO hand_deed (prompt, kind, moment, tell, at, worker)
    SELECT r.id, s.kind, s.at, s.tell, %(now)s, 'hand' FROM taken s JOIN hand_row r ON r.id = s.prompt
    WHERE r.ended_at IS NULL OR r.ended_at > %(now)s ORDER BY s.at, s.prompt
    RETURNING id, prompt, kind, tell),
queued AS (
    INSERT INTO hand_message SELECT id, '', 'output', 'queued', %(now)s, NULL, 0, NULL FROM logged),
follows AS (
    INSERT INTO hand_waiting SELECT r.due_at + 86400000000, r.id, 'escalate', 'lead'
    FROM logged l JOIN hand_row r ON r.id = l.prompt WHERE l.kind = 'open' AND r.due_at IS NOT NULL
    ON CONFLICT DO NOTHING)
SELECT count(*) FROM taken
"""


class HandClockOnServer:
    """A clock that knows only the same moments, in tables beside ours; it decides nothing."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)
        self._connection.execute(CLOCK)

    def claim(self, now: int) -> int:
        """Do one batch: take the moments, log them, queue a message of each, put what follows in."""
        run = self._connection.execute
        run("BEGIN")
        found = run(LOOK, (now,)).fetchone()
        taken = run(CLAIM, {"now": now, "batch": BATCH}).fetchone() if found else (0,)
        run("COMMIT")
        return int(taken[0]) if taken else 0

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()
