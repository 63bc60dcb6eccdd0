"""Two who write beside each other on a server: each row is one's, and nothing is done twice or forgotten."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

import pytest

from pathways.errors import DatabaseProblem
from storage.check import check_file
from storage.connection import Database
from storage.postgres_problems import Clashed
from storage.store import Store
from tests.storage.cases import enrolled, entry, late_by_three_hundred, prompt, save, tick

pytestmark = pytest.mark.only("postgres")
MANY = 4_000


def many_due(database: Database, patients: int, each: int) -> None:
    """Let that many prompts wait for the same moment."""
    for number in range(patients):
        patient_id = f"P-{number:03}"
        of = enrolled(database, patient_id)
        rows = [
            prompt(of, f"rule-{n}", patient_id=patient_id, opens_at=2_000, escalates=()) for n in range(each)
        ]
        with database.writing() as store:
            save(store, *rows)


def test_two_who_claim_thousands_of_prompts_share_them_and_double_none(database: Database) -> None:
    many_due(database, patients=100, each=MANY // 100)
    both, taken = Barrier(2, timeout=120), Counter[str]()

    def claim(worker: str) -> None:
        with Database(database.place) as own:
            while True:
                with own.writing(beside=True) as store:
                    claimed = store.claim_due(
                        now=2_500, limit=200, worker=worker, escalation_moment=late_by_three_hundred
                    )
                    if worker not in taken:
                        both.wait()  # neither has ended its transaction yet, and each holds a batch
                if not claimed.taken:
                    return
                taken[worker] += claimed.raised

    workers = [Thread(target=claim, args=(name,)) for name in ("one", "other")]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    with database.writing() as store:
        taken["last"] = tick(store, 2_500, limit=MANY).raised
        assert store.all_waiting() == []
    assert taken.total() == MANY
    assert min(taken["one"], taken["other"]) > 0
    reader = database.reader()
    deeds = reader.execute("SELECT count(*), count(DISTINCT prompt_id) FROM ledger WHERE kind = 'raised'")
    told = reader.execute("SELECT count(*), count(DISTINCT ledger_id) FROM delivery")
    assert (deeds.fetchone(), told.fetchone()) == ((MANY, MANY), (MANY, MANY))
    assert check_file(database) == []


def test_who_is_at_another_patient_does_not_wait(database: Database) -> None:
    first, second = enrolled(database, "P-1"), enrolled(database, "P-2")
    with Database(database.place, busy=0.2) as other, database.writing(beside=True) as store:
        store.hold("P-1")
        store.append(first, [entry(1)])
        with other.writing(beside=True) as beside:
            beside.hold("P-2")
            beside.append(second, [entry(1)])
    with database.reading() as store:
        assert [len(store.entries(each)) for each in (first, second)] == [1, 1]


def test_who_is_at_the_same_patient_waits_and_then_sees_what_was_written(database: Database) -> None:
    of = enrolled(database)
    holds, seen = Event(), list[int]()

    def write() -> None:
        with Database(database.place) as own, own.writing(beside=True) as store:
            holds.wait()
            store.hold("P-014")
            seen.append(store.last_entry_number("P-014"))
            store.append(of, [entry(seen[-1] + 1)])

    other = Thread(target=write)
    other.start()
    with database.writing(beside=True) as store:
        store.hold("P-014")
        holds.set()
        store.append(of, [entry(1)])
    other.join()
    assert seen == [1]
    with database.reading() as store:
        assert [each.number for each in store.entries(of)] == [1, 2]


def test_a_tick_passes_by_whom_somebody_is_at_and_comes_back_to_them(database: Database) -> None:
    for patient_id in ("P-1", "P-2"):
        of = enrolled(database, patient_id)
        with database.writing() as store:
            save(store, prompt(of, patient_id=patient_id, opens_at=2_000))
    with Database(database.place) as other:
        with other.writing(beside=True) as at_work:
            at_work.hold("P-1")
            with database.writing(beside=True) as store:
                assert tick(store, 2_500).raised == 1
        with database.writing(beside=True) as store:
            assert tick(store, 2_500).raised == 1
            assert tick(store, 2_500).taken == 0


def test_who_writes_alone_waits_for_all_others(database: Database) -> None:
    with (
        Database(database.place, busy=0.1) as other,
        database.writing(beside=True),
        pytest.raises(DatabaseProblem, match="in use by another program"),
        other.writing(),
    ):
        pytest.fail("it did not wait")


def test_many_who_write_to_one_patient_number_their_entries_one_after_another(database: Database) -> None:
    of = enrolled(database)

    def write() -> None:
        with Database(database.place) as own:
            for _ in range(10):
                with own.writing(beside=True) as store:
                    store.hold("P-014")
                    store.append(of, [entry(store.last_entry_number("P-014") + 1)])
                    save(store, prompt(of, f"rule-{store.last_entry_number('P-014')}"))

    writers = [Thread(target=write) for _ in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    with database.reading() as store:
        assert [each.number for each in store.entries(of)] == list(range(1, 41))
        assert [each.number for each in store.prompts(of)] == list(range(1, 41))


def in_each_others_way(both: Barrier, order: list[str]) -> Callable[[Store], int]:
    """Hold two patients one after the other, the second once somebody else has it: the first time."""
    tries = 0

    def work(store: Store) -> int:
        nonlocal tries
        tries += 1
        store._connection.execute("SET LOCAL deadlock_timeout = '20ms'")
        for patient_id in order:
            store.hold(patient_id)
            if tries == 1 and patient_id == order[0]:
                both.wait(120)
        [enrolment] = store.enrolments(order[0])
        store.append(enrolment.id, [entry(store.last_entry_number(order[0]) + 1)])
        return tries

    return work


def test_of_two_in_each_others_way_one_is_taken_back_and_done_again(database: Database) -> None:
    for patient_id in ("P-1", "P-2"):
        enrolled(database, patient_id)
    both = Barrier(2)

    def write(order: list[str]) -> int:
        with Database(database.place) as own:
            return own.transact(in_each_others_way(both, order), beside=True)

    with ThreadPoolExecutor(2) as writers:
        tries = sorted(writers.map(write, (["P-1", "P-2"], ["P-2", "P-1"])))

    assert tries[0] == 1
    assert tries[1] > 1
    with database.reading() as store:
        assert [store.last_entry_number(each) for each in ("P-1", "P-2")] == [1, 1]


def test_what_cannot_be_done_again_says_that_nothing_was_changed(database: Database) -> None:
    for patient_id in ("P-1", "P-2"):
        enrolled(database, patient_id)
    both = Barrier(2)

    def write(order: list[str]) -> str:
        with Database(database.place) as own:
            try:
                with own.writing(beside=True) as store:
                    in_each_others_way(both, order)(store)
            except Clashed as clashed:
                return f"{clashed.exit_code} {clashed}"
        return ""

    with ThreadPoolExecutor(2) as writers:
        said = sorted(writers.map(write, (["P-1", "P-2"], ["P-2", "P-1"])))

    assert said[0] == ""
    assert said[1].startswith("7 Somebody changed the same in ")
    assert said[1].endswith("Nothing was changed. Try again.")
    with database.reading() as store:
        assert sorted(store.last_entry_number(each) for each in ("P-1", "P-2")) == [0, 1]
