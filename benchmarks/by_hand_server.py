"""The limits on a server: the same work done by hand with psycopg alone."""

from collections.abc import Iterator
from itertools import count

import psycopg

from scheduler.tick import BATCH

LISTING = """
import sys, click, psycopg
connection = psycopg.connect(sys.argv[1], autocommit=True)
rows = connection.execute(
    "SELECT patient_id, number, tier, say, due_on FROM prompt "
    "WHERE owner = %s AND tier = 'due' AND settled IS FALSE ORDER BY sorts_at LIMIT 20", (sys.argv[2],))
@click.command()
def main():
    for row in rows:
        click.echo(" | ".join(map(str, row)))
main([], standalone_mode=False)
"""

ADVANCING = """
import sys, click, psycopg
from benchmarks.by_hand_server import HandOnServer
@click.command()
def main():
    HandOnServer(sys.argv[1]).advance()
main([], standalone_mode=False)
"""

TABLES = """
CREATE TABLE IF NOT EXISTS hand_state (patient bigint PRIMARY KEY, state text, entered bigint);
CREATE TABLE IF NOT EXISTS hand_log (
    id bigserial PRIMARY KEY, patient bigint, event text, source text, target text, at bigint, actor text);
CREATE TABLE IF NOT EXISTS hand_prompt (
    id bigserial PRIMARY KEY, patient bigint, rule text, owner text,
    opens bigint, due bigint, ended bigint);
CREATE INDEX IF NOT EXISTS hand_open ON hand_prompt (patient) WHERE ended IS NULL;
CREATE INDEX IF NOT EXISTS hand_list ON hand_prompt (owner, due) WHERE ended IS NULL;
INSERT INTO hand_state VALUES (1, 'a', 0) ON CONFLICT DO NOTHING;
"""
THERE = "SELECT to_regclass('hand_state') IS NOT NULL"

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


class HandOnServer:
    """A state, a log and prompts on a server, and the least that one advance can be."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)
        if self._connection.execute(THERE).fetchone() == (False,):
            self._connection.execute(TABLES)
        self._moments: Iterator[int] = count(1)

    def advance(self, times: int = 1) -> None:
        """Read and hold the state, log the move, 3 prompts in, 2 ended, the state; one durable commit."""
        run = self._connection.execute
        run("BEGIN")
        for _ in range(times):
            at = next(self._moments)
            (state,) = run("SELECT state FROM hand_state WHERE patient = 1 FOR UPDATE").fetchone() or ("",)
            run(
                "INSERT INTO hand_log (patient, event, source, target, at, actor)"
                " VALUES (1, 'e', %s, 'b', %s, 'x')",
                (state, at),
            )
            run(
                "UPDATE hand_prompt SET ended = %s WHERE id IN "
                "(SELECT id FROM hand_prompt WHERE patient = 1 AND ended IS NULL LIMIT 2)",
                (at,),
            )
            self._connection.cursor().executemany(
                "INSERT INTO hand_prompt (patient, rule, owner, opens, due) VALUES (1, %s, 'o', %s, %s)",
                [("r1", at, at + 1), ("r2", at, at + 2), ("r3", at, at + 3)],
            )
            run("UPDATE hand_state SET state = 'b', entered = %s WHERE patient = 1", (at,))
        run("COMMIT")

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()


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
