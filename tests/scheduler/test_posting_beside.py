"""Several who post beside each other on a server: each message goes once, and nobody waits for another."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident

import pytest

from caseload.actions import record
from scheduler.channels import Text
from scheduler.posting import Post, post
from scheduler.tick import LEASE, tick
from storage.connection import Database
from tests.scheduler.children import PATIENCE
from tests.scheduler.drill import Listener, admit, at, by, worker
from tests.scheduler.people import joins, reached

pytestmark = pytest.mark.only("postgres")
START = at(0, "10:00")
PATIENTS = 9
WORKERS = 4


@pytest.fixture
def waiting(database: Database) -> Database:
    """Let two messages wait for each of some patients."""
    for number in range(2, PATIENTS + 1):
        admit(database, f"P-{number:03}", now=at(0, "09:00"))
    joins(database, "kim", "coordinator")
    joins(database, "dr-cole", "clinician")
    for person in ("kim", "dr-cole"):
        reached(database, person)
    tick(database, now=START, worker=worker(), deliver=Listener())
    return database


def test_four_who_post_while_somebody_records_send_each_message_once(waiting: Database) -> None:
    begin, first = Barrier(WORKERS + 1), Barrier(WORKERS)
    sent = Counter[str]()
    by_whom = Counter[int]()

    def hand_over(_: str, __: Text, key: str) -> None:
        if not by_whom[get_ident()]:
            first.wait(PATIENCE)  # all have one in their hands at the same time
        by_whom[get_ident()] += 1
        sent[key] += 1

    def posts(name: str) -> int:
        with Database(waiting.place) as own:
            begin.wait(PATIENCE)
            way = Post(hand_over, lambda _: None)
            return post(own, way, clock=lambda: START, worker=name, lease=LEASE, enough=lambda: False).sent

    def records() -> None:
        with Database(waiting.place) as own:
            begin.wait(PATIENCE)
            for number in range(1, PATIENTS + 1):
                record(own, f"P-{number:03}", ["seen=yes"], by(START))

    with ThreadPoolExecutor(WORKERS + 1) as everybody:
        recording = everybody.submit(records)
        total = sum(everybody.map(posts, "abcd"))
        recording.result()

    assert total == sent.total() == len(sent)
    assert len(by_whom) == WORKERS
    states = "SELECT state, count(*) FROM delivery WHERE staff <> '' GROUP BY state"
    found = dict(waiting.reader().execute(states).fetchall())
    assert set(found) <= {"sent", "withdrawn"}
    assert found["sent"] == total
    assert sum(found.values()) == 2 * PATIENTS
