"""Messages about more than a deed, what is done again and again, and gaps."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from storage import schema, upgrades
from storage.connection import Database, open_to_write
from storage.keys import delivery_key
from storage.rows import GapRow, MessageRow, NewDelivery, RoutineRow
from storage.sessions import changing
from storage.store import Store
from tests.storage.cases import enrolled, prompt, save, tick
from tests.storage.databases import REFUSED

LEASE = 100
DIGEST = MessageRow(
    kind="digest",
    about="2026-10-05",
    staff="anna",
    channel="mail",
    at=1_000,
    body='{"on": "2026-10-05"}',
    ready_at=1_000,
    why="owner",
    delivery_key="k1",
)


def claim(store: Store, now: int, worker: str = "w") -> list[MessageRow]:
    found = store.ready_messages(now=now, limit=10)
    store.lease_messages(found, until=now + LEASE, worker=worker)
    return found


def test_a_digest_of_a_day_is_queued_once(database: Database) -> None:
    with database.writing() as store:
        assert store.queue_message(DIGEST)
        assert not store.queue_message(replace(DIGEST, at=2_000, delivery_key="k2"))
        assert store.queue_message(replace(DIGEST, channel="sms", delivery_key="k3"))
        assert store.waiting_messages() == 2
        assert store.oldest_unsent() == 1_000


def test_a_message_is_claimed_by_one_and_again_when_its_lease_ends(database: Database) -> None:
    with database.writing() as store:
        store.queue_message(DIGEST)
        [first] = claim(store, 1_000, "a")
        assert first == replace(DIGEST, id=1, tries=1)
        assert claim(store, 1_099, "b") == []
        [again] = claim(store, 1_100, "b")
        assert again.tries == 2
        store.mark_message_sent(again, at=1_150)
        store.mark_message_failed(again, again_at=1_200, error="refused")
        assert claim(store, 9_000) == [], "what was sent stays sent"


def test_a_message_that_failed_is_tried_again_or_given_up(database: Database) -> None:
    with database.writing() as store:
        store.queue_message(DIGEST)
        store.mark_message_failed(claim(store, 1_000)[0], again_at=2_000, error="refused")
        [again] = claim(store, 2_000)
        assert again.error == "refused"
        store.mark_message_failed(again, again_at=None, error="refused again")
        assert (store.failed_messages(), store.waiting_messages()) == (1, 0)


def test_a_message_that_was_withdrawn_and_is_queued_again_counts_as_never_tried(database: Database) -> None:
    with database.writing() as store:
        store.queue_message(DIGEST)
        store.mark_message_failed(claim(store, 1_000)[0], again_at=2_000, error="refused")
        store.mark_messages_over(claim(store, 2_000))
        assert not store.has_message("digest", DIGEST.about)

        assert store.queue_message(replace(DIGEST, at=5_000, ready_at=5_000))

        assert store.has_message("digest", DIGEST.about)
        assert store.oldest_unsent() == 5_000
        [again] = claim(store, 5_000)
        assert (again.tries, again.error, again.at) == (1, "", 5_000)


def test_a_message_that_another_carries_is_not_sent(database: Database) -> None:
    with database.writing() as store:
        store.queue_message(DIGEST)
        store.queue_message(replace(DIGEST, about="2026-10-06", delivery_key="k2"))
        first, second = claim(store, 1_000)
        store.mark_messages_over([first], merged_into="k9")
        store.mark_messages_over([second])
        assert claim(store, 9_000) == []
    states = database.reader().execute("SELECT state, merged_into FROM message ORDER BY id").fetchall()
    assert states == [("merged", "k9"), ("withdrawn", "")]


def test_what_was_withdrawn_and_is_wanted_again_begins_anew(database: Database) -> None:
    with database.writing() as store:
        store.queue_message(DIGEST)
        store.mark_message_failed(claim(store, 1_000)[0], again_at=2_000, error="refused")
        store.mark_messages_over(claim(store, 2_000))
        assert store.queue_message(replace(DIGEST, at=9_000, ready_at=9_000, delivery_key="k2"))
        [again] = claim(store, 9_000)
    # The tries of before would count against it, and its age would be an alarm.
    assert again == replace(DIGEST, id=1, at=9_000, ready_at=9_000, tries=1)


def test_what_a_clock_far_ahead_put_off_is_ready_now(database: Database) -> None:
    with database.writing() as store:
        store.queue_message(replace(DIGEST, ready_at=90_000))
        assert store.hurry_messages(now=1_000, beyond=5_000) == 1
        assert len(claim(store, 1_000)) == 1


def test_a_deed_is_told_to_several_people_each_once(database: Database) -> None:
    enrolment_id = enrolled(database)
    to_anna = NewDelivery(
        ledger_id=1, staff="anna", channel="mail", ready_at=2_000, why="owner", delivery_key="k1"
    )
    with database.writing() as store:
        save(store, prompt(enrolment_id))
        tick(store, 2_000)
        store.add_deliveries([to_anna, replace(to_anna, staff="ben", delivery_key="k2")])
        store.add_deliveries([to_anna])
        output = store.claim_deliveries(now=2_000, worker="w", lease=LEASE, limit=10)
        people = store.ready_for_people(now=2_000, limit=10)
        claimed = output + people
        assert [(each.staff, each.channel, each.why, each.delivery_key) for each in claimed] == [
            ("", "output", "", ""),
            ("anna", "mail", "owner", "k1"),
            ("ben", "mail", "owner", "k2"),
        ]
        store.mark_sent(claimed[:1], at=2_000)
        store.mark_over(claimed[1:2], merged_into="k9")
        store.mark_failed(claimed[2:], again_at=None, error="refused")
    states = database.reader().execute("SELECT staff, state, error, merged_into FROM delivery").fetchall()
    assert states == [("", "sent", "", ""), ("anna", "merged", "", "k9"), ("ben", "failed", "refused", "")]


def test_a_message_to_a_person_is_leased_put_off_and_taken_back(database: Database) -> None:
    enrolment_id = enrolled(database)
    to_anna = NewDelivery(
        ledger_id=1, staff="anna", channel="mail", ready_at=2_000, why="owner", delivery_key="k1"
    )
    with database.writing() as store:
        save(store, prompt(enrolment_id))
        tick(store, 2_000)
        store.add_deliveries([to_anna])
        ready = store.ready_for_people(now=2_000, limit=10)
        store.put_off_deliveries(ready, until=3_000)
        assert store.ready_for_people(now=2_999, limit=10) == []
        store.lease_deliveries(ready, until=4_000, worker="w")
        assert store.ready_for_people(now=3_999, limit=10) == []
        [again] = store.ready_for_people(now=4_000, limit=10)
        assert again.tries == 2, "being put off was no try"
        store.mark_failed(ready, again_at=5_000, error="refused")
        store.mark_over(ready)
        assert store.ready_for_people(now=9_000, limit=10) == []
        store.add_deliveries([to_anna])
        [back] = store.ready_for_people(now=2_000, limit=10)
        assert back.tries == 1, "back to whom it was taken from, as if it was never tried"
        assert store.failing_deliveries() == []


def test_two_messages_never_share_a_key(database: Database) -> None:
    with database.writing() as store:
        assert store.queue_message(DIGEST)
    with pytest.raises(REFUSED), database.writing() as store:
        store.queue_message(replace(DIGEST, about="2026-10-06"))


def test_a_key_says_what_a_message_is_and_where_it_comes_from(database: Database) -> None:
    with database.reading() as store:
        site = store.site()
    parts = ("P-014", 3, "raised", 2_000, "anna", "mail")
    assert delivery_key(site, *parts) == delivery_key(site, *parts)
    assert delivery_key(site, *parts) != delivery_key("another", *parts)
    assert delivery_key(site, "a", "bc") != delivery_key(site, "ab", "c")


def test_a_routine_is_claimed_by_one_when_its_moment_has_come(database: Database) -> None:
    with database.writing() as store:
        assert store.add_routine("nightly", next_at=1_000)
        assert not store.add_routine("nightly", next_at=5_000), "it stays as it is"
        assert store.claim_routines(now=999, worker="a", lease=LEASE, limit=5) == []
        [mine] = store.claim_routines(now=1_500, worker="a", lease=LEASE, limit=5)
        assert mine == RoutineRow(
            name="nightly", next_at=1_000, last_began_at=1_500, claimed_by="a", claimed_until=1_600
        )
        assert store.routines() == [mine]
        assert store.claim_routines(now=1_599, worker="b", lease=LEASE, limit=5) == []


def test_a_routine_of_a_worker_that_died_is_done_by_another_and_ended_once(database: Database) -> None:
    with database.writing() as store:
        store.add_routine("digest:anna", next_at=1_000)
        store.claim_routines(now=1_000, worker="a", lease=LEASE, limit=5)
        [theirs] = store.claim_routines(now=1_100, worker="b", lease=LEASE, limit=5)
        assert theirs.claimed_by == "b"
        assert not store.end_routine("digest:anna", worker="a", at=1_150, next_at=9_000, result="{}")
        assert store.end_routine("digest:anna", worker="b", at=1_160, next_at=2_000, result='{"lines": 3}')
        assert store.routines() == [
            RoutineRow(
                name="digest:anna",
                next_at=2_000,
                last_began_at=1_100,
                last_ended_at=1_160,
                result='{"lines": 3}',
            )
        ]


def test_a_routine_is_moved_freed_and_removed(database: Database) -> None:
    with database.writing() as store:
        store.add_routine("nightly", next_at=1_000)
        store.claim_routines(now=90_000, worker="a", lease=LEASE, limit=5)
        assert store.free_routines(beyond=5_000) == 1
        assert store.move_routine("nightly", next_at=3_000)
        [row] = store.routines()
        assert (row.next_at, row.claimed_by) == (3_000, None)
        assert store.remove_routine("nightly")
        assert not store.remove_routine("nightly")


def test_gaps_are_numbered_and_told_of(database: Database) -> None:
    gap = GapRow(since=1_000, until=2_000, kind="silent", found_by="w", at=2_000, told_at=2_100)
    with database.writing() as store:
        assert store.add_gap(gap) == 1
        assert store.add_gap(replace(gap, since=None, kind="set-back")) == 2
        store.count_gap(1, '{"late": 3}')
        assert store.gaps(5) == [
            replace(gap, number=2, since=None, kind="set-back"),
            replace(gap, number=1, counts='{"late": 3}'),
        ]
        assert [each.number for each in store.gaps(1)] == [2]


@pytest.mark.only("sqlite")
def test_an_upgrade_keeps_each_message_where_it_was_on_its_way(tmp_path: Path) -> None:
    path = tmp_path / "care.db"
    path.touch()
    with closing(open_to_write(path)) as connection, changing(connection) as through:
        schema.migrate(through, "0003")
        connection.execute("INSERT INTO meta VALUES ('zone', 'Europe/Berlin')")
        _four_messages(connection)
    with closing(sqlite3.connect(path)) as connection:
        before = connection.execute("SELECT * FROM delivery ORDER BY ledger_id").fetchall()

    upgrades.upgrade(path)

    with Database(path) as database:
        columns = "ledger_id, channel, state, ready_at, claimed_by, tries, sent_at"
        kept = database.reader().execute(f"SELECT {columns} FROM delivery ORDER BY ledger_id")  # noqa: S608
        assert kept.fetchall() == before
        with database.writing() as store:
            claimed = [
                each
                for _ in range(2)  # whoever tried the second one said nothing any more: it goes alone
                for each in store.claim_deliveries(now=2_000, worker="b", lease=LEASE, limit=10)
            ]
            assert [(each.ledger_id, each.tries) for each in claimed] == [(1, 1), (2, 3)]
            assert store.failed_deliveries() == 1
            assert store.claim_deliveries(now=2_000, worker="c", lease=LEASE, limit=10) == []


@pytest.mark.parametrize("state", ["queued", "sent"])
def test_only_what_is_merged_says_into_what(database: Database, state: str) -> None:
    with database.writing() as store:
        store.queue_message(DIGEST)
    sent_at = "5" if state == "sent" else "NULL"
    merged = f"UPDATE message SET merged_into = 'k9', state = '{state}', sent_at = {sent_at}"  # noqa: S608
    with pytest.raises(REFUSED):
        database.writer().execute(merged)


def _four_messages(connection: sqlite3.Connection) -> None:
    """Raise four prompts of one patient: queued, claimed by who died, sent, given up."""
    for statement in (
        "INSERT INTO patient VALUES ('P-014', 'Europe/Berlin', 1)",
        "INSERT INTO pathway VALUES ('d', 'knee', 1, 'A knee', 'submitted', 'text', x'00', 7, 'ana')",
        "INSERT INTO enrolment VALUES (1, 'P-014', 'knee', 'd', 'ana', 'Europe/Berlin', 1, NULL, NULL)",
    ):
        connection.execute(statement)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(prompt)")]
    given = ", ".join(f":{name}" for name in columns)
    for number in range(1, 5):
        row = dict.fromkeys(columns) | _prompt_columns(number)
        connection.execute(f"INSERT INTO prompt ({', '.join(columns)}) VALUES ({given})", row)  # noqa: S608
        connection.execute(
            "INSERT INTO ledger VALUES (?, ?, 'raised', 100, '', 100, 0, 'a')", (number, number)
        )
    messages = (
        (1, "output", "queued", 100, None, 0, None),
        (2, "output", "claimed", 1_500, "a", 2, None),
        (3, "output", "sent", None, None, 1, 150),
        (4, "output", "failed", None, None, 20, None),
    )
    connection.executemany("INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?)", messages)


def _prompt_columns(number: int) -> dict[str, object]:
    whole = dict.fromkeys(("occurrence", "began_by", "counted_by", "snoozes", "ended_by", "settled"), 0)
    texts = dict.fromkeys(("missing", "source", "counted_from"), "")
    return {
        **whole,
        **texts,
        "id": number,
        "enrolment_id": 1,
        "patient_id": "P-014",
        "number": number,
        "rule": f"rule-{number}",
        "episode": 1,
        "booking": 0,
        "tier": "due",
        "role": "clinician",
        "owner": "ana",
        "say": "Look again",
        "written_at": 1,
        "began_at": 1,
        "opens_at": 100,
        "escalates": "[]",
    }
