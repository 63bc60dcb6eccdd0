"""A database that another program holds for longer than anybody waits: said, and made up for later."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from caseload.actions import record
from pathways.errors import DatabaseProblem
from pathways.moments import Moment
from scheduler.daily import DAILY
from scheduler.posting import Post, post
from scheduler.routines import see_to
from scheduler.tick import LEASE, tick
from storage.connection import Database
from storage.rows import DeliveryRow
from tests.scheduler.drill import MINUTE, Listener, at, by, raised, worker
from tests.scheduler.people import joins, mail, reached
from tests.scheduler.receiving import Receiver, address

pytestmark = pytest.mark.only("sqlite")

NOW = at(0, "10:00")
IN_USE = "is in use by another program that does not let go: try again in a moment"


@pytest.fixture
def impatient(database: Database) -> Iterator[Database]:
    """The same database, opened by somebody who does not wait five seconds."""
    joins(database, "kim", "coordinator", "clinician", "lead")
    reached(database, "kim", url=address("kim", "mail"), kinds=("prompts", "digest"))
    with Database(database.place, busy=0.05) as impatient:
        yield impatient


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Hold the database as a program does that is none of ours."""
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


def posting(database: Database, receiver: Receiver, now: int = NOW) -> None:
    way = Post(receiver, receiver.printed.append)
    post(database, way, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)


def test_a_tick_that_cannot_write_says_so_and_the_next_does_it_all(impatient: Database) -> None:
    listener = Listener()
    with held(impatient), pytest.raises(DatabaseProblem, match=IN_USE):
        tick(impatient, now=NOW, worker=worker(), deliver=listener)
    assert listener.heard == []

    tick(impatient, now=NOW + MINUTE, worker=worker(), deliver=listener)
    assert listener.words() == ["raised P-001/1 call-soon", "raised P-001/2 first-look"]
    assert [rule for rule, _ in raised(impatient)] == ["call-soon", "first-look"]


def test_a_database_that_is_taken_half_way_through_a_tick_costs_one_line_again_at_most(
    impatient: Database,
) -> None:
    listener = Listener()
    with ExitStack() as meanwhile:

        def hear(message: DeliveryRow, now: Moment) -> None:
            listener(message, now)
            if len(listener.heard) == 1:
                meanwhile.enter_context(held(impatient))

        with pytest.raises(DatabaseProblem, match=IN_USE):
            tick(impatient, now=NOW, worker=worker(), deliver=hear)
    for later in (NOW + MINUTE, NOW + LEASE + 3 * MINUTE):
        tick(impatient, now=later, worker=worker(), deliver=listener)

    with impatient.reading() as store:
        assert store.waiting_deliveries() == 2, "those to kim"
    assert {each.ledger_id for each in listener.heard} == {1, 2}


def test_what_was_posted_and_could_not_be_marked_comes_again_under_the_same_key(impatient: Database) -> None:
    tick(impatient, now=NOW, worker=worker(), deliver=Listener())
    receiver = Receiver()
    with ExitStack() as meanwhile:
        receiver.meanwhile = lambda: meanwhile.enter_context(held(impatient))
        with pytest.raises(DatabaseProblem, match=IN_USE):
            posting(impatient, receiver)
    receiver.meanwhile = lambda: None
    posting(impatient, receiver, NOW + LEASE + MINUTE)

    assert len(receiver.came) == 3
    assert len(receiver.keys()) == 2
    assert {state for *_, state in mail(impatient)} == {"sent"}


def test_a_routine_that_could_not_be_claimed_or_ended_is_done_later_and_told_once(
    impatient: Database,
) -> None:
    def seeing(now: int) -> None:
        see_to(impatient, DAILY, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)

    seeing(NOW)
    with held(impatient), pytest.raises(DatabaseProblem, match=IN_USE):
        seeing(at(1, "07:30"))
    seeing(at(1, "07:31"))
    seeing(at(1, "07:32"))

    found = impatient.reader().execute("SELECT count(*) FROM message WHERE kind = 'digest'").fetchall()
    assert found == [(1,)]


def test_what_somebody_wanted_to_record_is_refused_whole_and_can_be_recorded_later(
    impatient: Database,
) -> None:
    with held(impatient), pytest.raises(DatabaseProblem, match=IN_USE):
        record(impatient, "P-001", ["seen=yes"], by(NOW))
    with impatient.reading() as store:
        assert [entry.name for entry in store.entries(1)] == ["drill"]

    record(impatient, "P-001", ["seen=yes"], by(NOW))
    with impatient.reading() as store:
        assert [entry.name for entry in store.entries(1)] == ["drill", "seen"]


def test_lists_are_read_while_somebody_else_writes(impatient: Database) -> None:
    with held(impatient), impatient.listing() as lists:
        assert [row.id for row in lists.staff()] == ["kim"]
