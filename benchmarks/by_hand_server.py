"""The limits on a server: the same work done by hand with psycopg alone."""

from collections.abc import Iterator
from itertools import count

import psycopg

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
