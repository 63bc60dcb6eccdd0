"""The limit of a tick: the same moments in tables as narrow as can be, the same rows and commits by hand."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import sleep

from scheduler.delivery import TOGETHER
from scheduler.tick import BATCH, ROOM

TABLES = """
CREATE TABLE prompt (
    id INTEGER PRIMARY KEY, patient TEXT, number INTEGER, rule TEXT, tier TEXT, owner TEXT, say TEXT,
    due INTEGER, ended INTEGER);
CREATE TABLE waiting (
    at INTEGER, prompt INTEGER, kind TEXT, tell TEXT, PRIMARY KEY (at, prompt, kind, tell)) WITHOUT ROWID;
CREATE TABLE log (
    id INTEGER PRIMARY KEY, prompt INTEGER, kind TEXT, moment INTEGER, tell TEXT, at INTEGER, worker TEXT);
CREATE TABLE message (
    log INTEGER, person TEXT, channel TEXT, state TEXT, ready INTEGER, worker TEXT, tries INTEGER,
    sent INTEGER, PRIMARY KEY (log, person, channel)) WITHOUT ROWID;
CREATE INDEX message_ready ON message (ready, log) WHERE ready IS NOT NULL;
CREATE TABLE beat (worker TEXT PRIMARY KEY, began INTEGER, ended INTEGER);
"""
FILL = """
INSERT INTO prompt SELECT id, patient_id, number, rule, tier, owner, say, due_at, ended_at FROM ours.prompt;
INSERT INTO waiting SELECT at, prompt_id, kind, tell FROM ours.waiting;
"""
ENDS = "SELECT at, prompt FROM waiting WHERE at <= ? ORDER BY at, prompt LIMIT 1 OFFSET ?"
DEEDS = """
INSERT INTO log (prompt, kind, moment, tell, at, worker)
SELECT p.id, w.kind, w.at, w.tell, ?, 'hand' FROM waiting w JOIN prompt p ON p.id = w.prompt
WHERE (w.at, w.prompt) <= (?, ?) AND (p.ended IS NULL OR p.ended > ?) ORDER BY w.at, w.prompt
"""
DONE = "DELETE FROM waiting WHERE (at, prompt) <= (?, ?)"
QUEUED = "INSERT INTO message SELECT id, '', 'output', 'queued', at, NULL, 0, NULL FROM log WHERE id > ?"
FOLLOWS = """
INSERT OR IGNORE INTO waiting SELECT p.due + 86400000000, p.id, 'escalate', 'lead'
FROM log l JOIN prompt p ON p.id = l.prompt WHERE l.id > ? AND l.kind = 'open' AND p.due IS NOT NULL
"""
READY = """
SELECT m.log, l.kind, p.patient, p.number, p.rule, p.owner, p.due, p.say FROM message m
JOIN log l ON l.id = m.log JOIN prompt p ON p.id = l.prompt
WHERE m.ready <= ? AND m.ready IS NOT NULL ORDER BY m.ready, m.log LIMIT ?
"""
CLAIMED = """
UPDATE message SET state = 'claimed', ready = ?, worker = 'hand', tries = tries + 1
WHERE log = ? AND person = '' AND channel = 'output'
"""
SENT = """
UPDATE message SET state = 'sent', ready = NULL, worker = NULL, sent = ?
WHERE log = ? AND person = '' AND channel = 'output'
"""
TO_PERSON = "INSERT INTO message VALUES (?, ?, 'hook', 'merged', NULL, NULL, 0, NULL)"
BEGAN = "INSERT INTO beat VALUES ('hand', ?, NULL) ON CONFLICT DO UPDATE SET began = excluded.began"


class HandClock:
    """A clock that knows only these moments. It claims, logs and tells as ours does, and decides nothing."""

    def __init__(self, path: Path, ours: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -32000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute(f"ATTACH '{ours}' AS ours")
        self._connection.executescript(f"{TABLES} BEGIN; {FILL} COMMIT")
        self._connection.execute("DETACH ours")

    def tick(self, now: int, write: Callable[[str], object] | None = None) -> int:
        """Do what is due, with room for others in between; write a line about each, if that is wanted."""
        self._together(BEGAN, (now,))
        taken = 0
        while some := self.claim(now):
            taken += some
            sleep(ROOM)
        if write is not None:
            self._tell(now, write)
        self._together("UPDATE beat SET ended = ?", (now,))
        return taken

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def claim(self, now: int) -> int:
        """Do one batch: take the moments, log them, queue a message of each, put what follows in."""
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        ends = run(ENDS, (now, BATCH - 1)).fetchone() or (now, 2**63 - 1)
        (before,) = run("SELECT coalesce(max(id), 0) FROM log").fetchone()
        run(DEEDS, (now, *ends, now))
        taken = run(DONE, ends).rowcount
        run(QUEUED, (before,))
        run(FOLLOWS, (before,))
        run("COMMIT")
        return taken

    def _tell(self, now: int, write: Callable[[str], object]) -> None:
        run, each = self._connection.execute, self._connection.executemany
        told: list[tuple[int, int]] = []
        while True:
            run("BEGIN IMMEDIATE")
            each(SENT, told)
            ready = run(READY, (now, TOGETHER)).fetchall()
            each(CLAIMED, [(now + 600_000_000, row[0]) for row in ready])
            each(TO_PERSON, [(row[0], row[5]) for row in ready])
            run("COMMIT")
            if not ready:
                return
            for row in ready:
                write(" ".join(map(str, row)))
            told = [(now, row[0]) for row in ready]

    def _together(self, statement: str, given: tuple[int, ...]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(statement, given)
        self._connection.execute("COMMIT")
