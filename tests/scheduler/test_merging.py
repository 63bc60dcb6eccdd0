"""Two who merge the same messages make one digest of them, whoever looks or writes first."""

from collections.abc import Iterable

import pytest

from pathways.moments import Moment
from scheduler.channels import Text
from scheduler.merging import MOST, Crowd, crowd_at
from scheduler.posting import Post, post
from scheduler.tick import LEASE, tick
from storage.connection import Database
from storage.rows import NewDelivery
from tests.scheduler.drill import Listener, admit, at, worker
from tests.scheduler.people import joins, reached

START = at(0, "10:00")
LATER = at(0, "10:00", 1)
FEW = 5
DIGESTS = "SELECT about, state FROM message WHERE kind = 'digest'"


@pytest.fixture
def crowded(database: Database) -> Database:
    """Let more wait for kim than are told one by one."""
    for number in range(2, MOST + FEW + 1):
        admit(database, f"P-{number:03}", now=at(0, "09:00"))
    tick(database, now=START, worker=worker(), deliver=Listener())
    joins(database, "kim", "coordinator")
    reached(database, "kim")
    queue(database, ledger(database)[: MOST + FEW])
    return database


def ledger(database: Database) -> list[int]:
    return [number for (number,) in database.reader().execute("SELECT id FROM ledger ORDER BY id").fetchall()]


def queue(database: Database, deeds: Iterable[int]) -> None:
    with database.writing() as store:
        store.add_deliveries(
            NewDelivery(
                ledger_id=each,
                staff="kim",
                channel="mail",
                ready_at=START,
                why="owner",
                delivery_key=f"key {each}",
            )
            for each in deeds
        )


def two(database: Database) -> tuple[Crowd, Crowd]:
    """Let two look before either has written anything, whose clocks are a second apart."""
    return crowd_at(database, START, untold=True), crowd_at(database, LATER, untold=True)


def posted(database: Database, now: Moment) -> list[str]:
    titles: list[str] = []

    def hand_over(_: str, text: Text, __: str) -> None:
        titles.append(text.title)

    way = Post(hand_over, lambda _: None)
    post(database, way, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)
    return titles


def states(database: Database) -> list[tuple[str, str]]:
    found = database.reader().execute("SELECT DISTINCT merged_into, state FROM delivery WHERE staff = 'kim'")
    return [(into, state) for into, state in found.fetchall()]


def test_two_who_looked_at_the_same_moment_make_one_digest(crowded: Database) -> None:
    for each in two(crowded):
        each.merge(crowded)
        each.release(crowded)
    assert len(posted(crowded, LATER)) == 1
    assert len(crowded.reader().execute(DIGESTS).fetchall()) == 1


def test_what_came_meanwhile_joins_the_digest_that_another_has_made(crowded: Database) -> None:
    first, second = two(crowded)
    first.merge(crowded)
    queue(crowded, ledger(crowded)[-FEW:])
    assert second.merge(crowded) == FEW
    first.release(crowded)
    second.release(crowded)
    [(into, state)] = states(crowded)
    assert (bool(into), state) == (True, "merged")
    assert len(posted(crowded, LATER)) == 1


def test_who_comes_when_the_digest_of_another_has_gone_sends_nothing_twice(crowded: Database) -> None:
    first, second = two(crowded)
    first.merge(crowded)
    first.release(crowded)
    assert len(posted(crowded, LATER)) == 1
    queue(crowded, ledger(crowded)[-FEW:])
    assert second.merge(crowded) == 0
    second.release(crowded)
    told = posted(crowded, LATER)
    assert len(told) == FEW
    assert not any("Digest" in title for title in told)


def test_many_that_come_when_the_digest_of_another_has_gone_are_in_one_of_their_own(
    crowded: Database,
) -> None:
    first, second = two(crowded)
    first.merge(crowded)
    first.release(crowded)
    assert len(posted(crowded, LATER)) == 1
    more = ledger(crowded)[MOST + FEW :]
    queue(crowded, more)
    assert second.merge(crowded) == len(more) > MOST
    second.release(crowded)
    assert len(posted(crowded, LATER)) == 1
