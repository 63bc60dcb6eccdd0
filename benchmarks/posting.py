"""Posting to people: to a receiver that answers at once, as a function and as a server on this machine."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from subprocess import PIPE, Popen

from benchmarks.caseloads import large
from benchmarks.measuring import Ratio, side_by_side
from benchmarks.sites import PEOPLE, person, staffed
from pathways.moments import Moment
from scheduler.channels import hand_over
from scheduler.posting import Post, post
from scheduler.tick import LEASE
from storage.connection import Database

# A process of its own, as a server is: threads of one process would wait for each other.
SERVER = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
class Answers(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
"""
EACH = 10  # to a person; of more than twenty a digest is made
LETTERS = EACH * PEOPLE
ADD = "INSERT INTO message (person, say, state, ready, tries, key) VALUES (?, ?, 'queued', ?, 0, ?)"
TURNS = 5
NOW: Moment = 2_000_000_000_000_000

TABLE = """
CREATE TABLE message (
    id INTEGER PRIMARY KEY, person TEXT, say TEXT, state TEXT, ready INTEGER, worker TEXT, tries INTEGER,
    key TEXT);
CREATE INDEX message_ready ON message (ready, id) WHERE ready IS NOT NULL;
"""
NEXT = (
    "SELECT id, person, say, key FROM message WHERE ready <= ? AND ready IS NOT NULL ORDER BY ready LIMIT 1"
)
CLAIM = "UPDATE message SET state = 'claimed', ready = ?, worker = 'hand', tries = tries + 1 WHERE id = ?"
SENT = "UPDATE message SET state = 'sent', ready = NULL, worker = NULL WHERE id = ?"
# Prompts of coordinators, ten of each, as if each had just been raised.
QUEUED = """
INSERT INTO delivery (
    ledger_id, staff, channel, state, ready_at, claimed_by, tries, sent_at, why, error, delivery_key,
    merged_into)
SELECT id, owner, 'hook', 'queued', ?, NULL, 0, NULL, 'owner', '', 'k' || id, ''
FROM (
    SELECT l.id, p.owner, row_number() OVER (PARTITION BY p.owner ORDER BY l.id) AS place
    FROM prompt p JOIN ledger l ON l.prompt_id = p.id AND l.kind = 'raised'
    WHERE p.role = 'coordinator' AND p.tier = 'due' AND p.settled = 0 AND p.ended_at IS NULL
) WHERE place <= ?
"""


def measure(folder: Path, _: int) -> Iterator[Ratio]:
    """Measure messages for two hundred people, each claimed and marked in transactions of its own."""
    with large(folder / "site.db", 20 * PEOPLE) as database, _server() as port:
        staffed(database, url=f"json://127.0.0.1:{port}/")
        hand = HandPost(folder / "hand.db")
        at_once = Post(lambda *_: None, lambda _: None)
        yield side_by_side(
            f"a message to a person, {LETTERS:,} of them, to who answers at once",
            _posting(database, at_once),
            hand.posting(lambda *_: None),
            turns=TURNS,
            allowed=3,
            each=LETTERS,
        )
        yield side_by_side(
            f"a message to a person, {LETTERS:,} of them, to a server on this machine",
            _posting(database, Post(hand_over, lambda _: None)),
            hand.posting(_sent_to(port)),
            turns=1,
            allowed=3,
            each=LETTERS,
        )


def _posting(database: Database, way: Post) -> Callable[[], None]:
    def work() -> None:
        _queue(database)
        sent = post(database, way, clock=lambda: NOW, worker="post", lease=LEASE, enough=lambda: False)
        if sent.sent != LETTERS:
            sys.exit(f"not all was posted: {sent}")

    return work


def _queue(database: Database) -> None:
    with database.writing():
        database.writer().execute("DELETE FROM delivery WHERE staff != ''")
        database.writer().execute(QUEUED, (NOW, EACH))


class HandPost:
    """The same number of messages, claimed, handed over and marked by hand, in as many transactions."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(TABLE)

    def posting(self, hand_over: Callable[[str, str, str], None]) -> Callable[[], None]:
        """Make the work of posting once."""
        run = self._connection.execute

        def work() -> None:
            run("DELETE FROM message")
            rows = ((person(n), f"Do the thing {n}", NOW, f"k{n}") for n in range(LETTERS))
            run("BEGIN")
            self._connection.executemany(ADD, rows)
            run("COMMIT")
            sent = None
            for _ in count():
                run("BEGIN IMMEDIATE")
                if sent is not None:
                    run(SENT, (sent,))
                found = run(NEXT, (NOW,)).fetchone()
                if found:
                    run(CLAIM, (NOW + LEASE, found[0]))
                run("COMMIT")
                if not found:
                    return
                sent = found[0]
                hand_over(*found[1:])

        return work


@contextmanager
def _server() -> Iterator[int]:
    with Popen([sys.executable, "-c", SERVER], stdin=PIPE, stdout=PIPE, text=True) as server:
        if server.stdout is None:
            sys.exit("the server does not begin")
        yield int(server.stdout.readline())
        server.communicate()


def _sent_to(port: int) -> Callable[[str, str, str], None]:
    def send(name: str, text: str, key: str) -> None:
        connection = HTTPConnection("127.0.0.1", port)
        connection.request("POST", f"/{name}", json.dumps({"message": text}), {"Idempotency-Key": key})
        connection.getresponse().read()
        connection.close()

    return send
