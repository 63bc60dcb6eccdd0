"""Messages: claimed, sent and marked, by any number of workers; and heartbeats."""

from msgspec.structs import replace

from storage.connection import Database
from storage.lists import Tick
from storage.rows import DeliveryRow, HeartbeatRow
from storage.store import Store
from tests.storage.cases import enrolled, prompt, save, tick

LEASE = 100


def raised(database: Database, count: int = 1) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, *(prompt(enrolment_id, f"rule-{n}") for n in range(count)))
        tick(store, 2_000)


def claim(store: Store, now: int, worker: str = "w", limit: int = 10) -> list[DeliveryRow]:
    return store.claim_deliveries(now=now, worker=worker, lease=LEASE, limit=limit)


def test_a_message_says_what_was_done_about_which_prompt(database: Database) -> None:
    raised(database)
    with database.writing() as store:
        [message] = claim(store, 2_000)
    assert message == DeliveryRow(
        ledger_id=1,
        channel="output",
        tries=1,
        kind="raised",
        moment=2_000,
        tell="",
        at=2_000,
        patient_id="P-014",
        number=1,
        rule="rule-0",
        tier="due",
        role="clinician",
        owner="ana",
        say="Assess the response",
        due_at=3_000,
        zone="Europe/London",
        ended_at=None,
        ended=None,
        review="under-review",
        claimed_by="w",
    )


def test_two_workers_never_claim_the_same_message(database: Database) -> None:
    raised(database, 5)
    with database.writing() as store:
        first, second, third = claim(store, 2_000, "a", 3), claim(store, 2_000, "b"), claim(store, 2_000, "c")
    assert [[each.ledger_id for each in some] for some in (first, second, third)] == [[1, 2, 3], [4, 5], []]


def test_what_is_sent_is_never_claimed_again(database: Database) -> None:
    raised(database)
    with database.writing() as store:
        store.mark_sent(claim(store, 2_000), at=2_010)
        assert claim(store, 9_000) == []
        assert store.waiting_deliveries() == 0


def test_a_message_of_a_worker_that_died_is_claimed_again_after_its_lease(database: Database) -> None:
    raised(database)
    with database.writing() as store:
        claim(store, 2_000, "a")
        assert claim(store, 2_000 + LEASE - 1, "b") == []
        [again] = claim(store, 2_000 + LEASE, "b")
        assert again.tries == 2
        store.mark_sent([again], at=2_200)
        store.mark_failed([again], again_at=2_300)
        assert claim(store, 9_000) == [], "what was sent stays sent"


def test_what_another_has_claimed_since_is_not_taken_from_it(database: Database) -> None:
    raised(database)
    with database.writing() as store:
        late = claim(store, 2_000, "a")
        [again] = claim(store, 2_000 + LEASE, "b")
        assert store.give_back(late, now=2_150) == 0
        assert store.mark_failed(late, again_at=2_150) == 0
        assert claim(store, 2_150, "c") == []
        assert store.mark_sent(late, at=2_160) == 1, "that it was handed over is true all the same"
        assert store.mark_sent([again], at=2_170) == 0


def test_what_a_restore_put_in_the_place_of_others_is_not_marked(database: Database) -> None:
    raised(database, 2)
    with database.writing() as store:
        others = [replace(each, at=each.at - 1) for each in claim(store, 2_000)]
        assert store.mark_sent(others, at=2_010) == 0
        assert store.mark_failed(others, again_at=None) == 0
        assert store.give_back(others, now=2_010) == 0
        assert len(claim(store, 2_000 + LEASE)) == 1
        assert store.waiting_deliveries() == 2


def test_messages_of_a_worker_that_died_are_claimed_one_by_one(database: Database) -> None:
    raised(database, 3)
    with database.writing() as store:
        claim(store, 2_000, "a", 2)
        later = [[each.ledger_id for each in claim(store, 2_000 + LEASE, "b")] for _ in range(4)]
    assert later == [[3], [1], [2], []]


def test_a_message_that_is_given_back_is_claimed_at_once_and_was_not_tried(database: Database) -> None:
    raised(database)
    with database.writing() as store:
        store.give_back(claim(store, 2_000, "a"), now=2_000)
        [again] = claim(store, 2_000, "b")
        assert (again.tries, again.unsaid) == (1, False)


def test_a_message_that_failed_is_tried_again_later_or_given_up(database: Database) -> None:
    raised(database)
    with database.writing() as store:
        store.mark_failed(claim(store, 2_000), again_at=2_500)
        assert claim(store, 2_499) == []
        assert store.waiting_deliveries() == 1
        store.mark_failed(claim(store, 2_500), again_at=None)
        assert claim(store, 9_000) == []
        assert store.waiting_deliveries() == 0


def test_a_scheduler_leaves_a_heartbeat(database: Database) -> None:
    began = HeartbeatRow("w1", "host:123", 60.0, 1_000, tick_began_at=2_000)
    with database.writing() as store:
        store.begin_tick(began)
        assert store.heartbeats() == [began]
        store.end_tick("w1", at=2_100, raised=3)
        ended = replace(began, tick_ended_at=2_100, raised=3)
        assert store.heartbeats() == [ended]
        store.begin_tick(replace(ended, tick_began_at=3_000))
        store.begin_tick(
            HeartbeatRow("w2", "host:124", 30.0, 1_500, tick_began_at=1_600, tick_ended_at=1_700)
        )
        assert [each.worker for each in store.heartbeats()] == ["w1", "w2"]
    with database.listing() as lists:
        assert lists.last_tick() == Tick(2_100, 60.0)


def test_no_scheduler_ever_ran(database: Database) -> None:
    with database.listing() as lists:
        assert lists.last_tick() is None
