"""The limits: the same work done by hand with the driver alone, as nobody would want to maintain it."""

import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

LISTING = """
import sys, click, sqlite3
connection = sqlite3.connect(sys.argv[1])
rows = connection.execute(
    "SELECT patient_id, number, tier, say, due_on FROM prompt "
    "WHERE owner = ? AND tier = 'due' AND settled IS 0 ORDER BY sorts_at LIMIT 20", (sys.argv[2],))
@click.command()
def main():
    for row in rows:
        click.echo(" | ".join(map(str, row)))
main([], standalone_mode=False)
"""

ADVANCING = """
import sys, click, sqlite3
from benchmarks.by_hand import Hand
@click.command()
def main():
    from pathlib import Path
    Hand(Path(sys.argv[1])).advance()
main([], standalone_mode=False)
"""

TABLES = """
CREATE TABLE IF NOT EXISTS hand_state (patient INTEGER PRIMARY KEY, state TEXT, entered INTEGER);
CREATE TABLE IF NOT EXISTS hand_log (
    id INTEGER PRIMARY KEY, patient INTEGER, event TEXT, source TEXT, target TEXT, at INTEGER, actor TEXT);
CREATE TABLE IF NOT EXISTS hand_prompt (
    id INTEGER PRIMARY KEY, patient INTEGER, rule TEXT, owner TEXT,
    opens INTEGER, due INTEGER, ended INTEGER);
CREATE INDEX IF NOT EXISTS hand_open ON hand_prompt (patient) WHERE ended IS NULL;
CREATE INDEX IF NOT EXISTS hand_list ON hand_prompt (owner, due) WHERE ended IS NULL;
"""


class Hand:
    """A database of one's own with a state, a log and prompts, and the least that one advance can be."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(TABLES)
        self._connection.execute("INSERT OR IGNORE INTO hand_state VALUES (1, 'a', 0)")
        self._moments: Iterator[int] = count(1)

    def advance(self, times: int = 1) -> None:
        """Read the state, log the move, put 3 prompts in and end 2, change the state; one durable commit."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        for _ in range(times):
            at = next(self._moments)
            (state,) = connection.execute("SELECT state FROM hand_state WHERE patient = 1").fetchone()
            connection.execute(
                "INSERT INTO hand_log (patient, event, source, target, at, actor)"
                " VALUES (1, 'e', ?, 'b', ?, 'x')",
                (state, at),
            )
            connection.execute(
                "UPDATE hand_prompt SET ended = ? WHERE id IN "
                "(SELECT id FROM hand_prompt WHERE patient = 1 AND ended IS NULL LIMIT 2)",
                (at,),
            )
            connection.executemany(
                "INSERT INTO hand_prompt (patient, rule, owner, opens, due) VALUES (1, ?, 'o', ?, ?)",
                [("r1", at, at + 1), ("r2", at, at + 2), ("r3", at, at + 3)],
            )
            connection.execute("UPDATE hand_state SET state = 'b', entered = ? WHERE patient = 1", (at,))
        connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
