"""Entries are only ever added, and come back as they went in."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pathways.calendars import Place
from pathways.history import Entry, PromptKey
from storage.connection import Database
from storage.rows import EnrolmentRow, Fold
from storage.setup import add_patient, install_pathway
from tests.storage.cases import DIGEST, deeds, enrolled, entry, pathway_text, prompt, save, tick
from tests.storage.databases import REFUSED, everything, fresh

MOMENTS = st.integers(-2_208_988_800_000_000, 7_258_118_400_000_000)
COUNTS = st.integers(0, 2**31)
TEXTS = st.text(max_size=20)
KEYS = st.builds(PromptKey, rule=TEXTS, episode=COUNTS, occurrence=COUNTS, booking=COUNTS)
ENTRIES = st.builds(
    Entry,
    number=st.just(1),
    kind=st.sampled_from(["enrolled", "fact", "event", "answer", "exit", "note", "withdrawn"]),
    happened_at=MOMENTS,
    recorded_at=st.just(7_258_118_400_000_000),
    by=TEXTS,
    name=TEXTS,
    only_day=st.booleans(),
    value=st.none() | st.booleans() | TEXTS | st.floats(allow_nan=False, allow_infinity=False),
    booking=COUNTS,
    track=TEXTS,
    source=TEXTS,
    to=TEXTS,
    overrode=st.lists(TEXTS, max_size=3).map(tuple),
    prompt=st.none() | KEYS,
    until=st.none() | MOMENTS,
    zone=TEXTS,
    because=TEXTS,
    replaces=st.just(0),
)


@given(st.lists(ENTRIES, min_size=1, max_size=10))
def test_an_entry_comes_back_as_it_was_written(entries: list[Entry]) -> None:
    numbered = [replace(each, number=number) for number, each in enumerate(entries, start=1)]
    with TemporaryDirectory() as folder, fresh(Path(folder)) as database:
        enrolment_id = enrolled(database)
        with database.writing() as store:
            store.append(enrolment_id, numbered)
        with database.reading() as store:
            read = store.entries(enrolment_id)
            assert read == numbered
            assert [type(each.value) for each in read] == [type(each.value) for each in numbered]
            assert store.last_entry_number("P-014") == len(numbered)
            assert store.entry("P-014", len(numbered)) == (enrolment_id, numbered[-1])
            assert store.entries_of_patient("P-014") == [(enrolment_id, each) for each in numbered]


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE entry SET because = 'other' WHERE number = 1",
        "UPDATE entry SET number = 3 WHERE number = 2",
        "DELETE FROM entry WHERE number = 2",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE number = 1",
        "REPLACE INTO entry SELECT * FROM entry WHERE number = 2",
        "UPDATE OR REPLACE entry SET number = 1 WHERE number = 2",
        "UPDATE ledger SET at = 0",
        "DELETE FROM ledger",
    ],
)
@pytest.mark.only("sqlite")
def test_what_was_recorded_or_done_cannot_be_changed_by_anybody(database: Database, forbidden: str) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        store.append(enrolment_id, [entry(1), entry(2)])
        save(store, prompt(enrolment_id))
        tick(store, 2_000)
    before = everything(database)
    with (
        closing(sqlite3.connect(database.path)) as other,
        pytest.raises(REFUSED, match=r"only|numbered"),
    ):
        other.execute(forbidden)
    assert everything(database) == before


@pytest.mark.only("postgres")
@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE entry SET because = 'other' WHERE number = 1",
        "DELETE FROM entry WHERE number = 2",
        "TRUNCATE entry",
        "INSERT INTO entry SELECT * FROM entry WHERE number = 2 ON CONFLICT DO NOTHING; DELETE FROM entry",
        "UPDATE ledger SET at = 0",
        "DELETE FROM ledger",
        "TRUNCATE ledger CASCADE",
    ],
)
def test_what_was_recorded_or_done_cannot_be_changed_on_a_server(database: Database, forbidden: str) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        store.append(enrolment_id, [entry(1), entry(2)])
        save(store, prompt(enrolment_id))
        tick(store, 2_000)
    before = everything(database)
    with pytest.raises(REFUSED, match=r"only|numbered"):
        database.writer().execute(forbidden)
    assert everything(database) == before


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    "columns", ["1, prompt_id, kind, moment + 1, tell", "NULL, prompt_id, kind, moment, tell"]
)
def test_what_the_machine_did_cannot_be_replaced(database: Database, columns: str) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id))
        tick(store, 2_000)
    before = everything(database)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        sql = "INSERT OR REPLACE INTO ledger SELECT COLUMNS, 99, 99, 'me' FROM ledger"
        other.execute(sql.replace("COLUMNS", columns))
    assert everything(database) == before


@pytest.mark.parametrize("number", [1, 2, 4, 0, -1])
def test_entries_are_numbered_one_after_another(database: Database, number: int) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        store.append(enrolment_id, [entry(1), entry(2)])
    with pytest.raises(REFUSED), database.writing() as store:
        store.append(enrolment_id, [entry(number)])
    with database.writing() as store:
        store.append(enrolment_id, [entry(3), entry(4)])


@pytest.mark.parametrize(
    "wrong",
    [
        entry(1, kind="event?"),
        entry(1, happened_at=21, recorded_at=20),
        entry(1, replaces=1),
        entry(1, by=None),
        entry(1, happened_at="2026-11-03"),
    ],
)
def test_the_table_refuses_an_entry_that_makes_no_sense(database: Database, wrong: Entry) -> None:
    enrolment_id = enrolled(database)
    with pytest.raises(REFUSED), database.writing() as store:
        store.append(enrolment_id, [wrong])


def test_an_entry_belongs_to_an_enrolment(database: Database) -> None:
    enrolled(database)
    with pytest.raises(REFUSED), database.writing() as store:
        store.append(99, [entry(1)])


def test_two_enrolments_of_a_patient_share_the_numbers_but_not_the_history(database: Database) -> None:
    first = enrolled(database)
    install_pathway(database, pathway_text(digest="e" * 64, name="endocrine"), by="ana", now=1)
    with database.writing() as store:
        row = store.enrolment(first)
        assert row
        second = store.add_enrolment(replace(row, pathway="endocrine", digest="e" * 64))
        store.append(first, [entry(1)])
        store.append(second, [entry(2)])
        store.append(first, [entry(3)])
    with database.reading() as store:
        assert [each.number for each in store.entries(first)] == [1, 3]
        assert [each.number for each in store.entries(second)] == [2]
        assert [each.id for each in store.enrolments("P-014")] == [first, second]


def test_a_patient_is_on_a_pathway_once_at_a_time(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.reading() as store:
        row = store.enrolment(enrolment_id)
    assert row
    with pytest.raises(REFUSED), database.writing() as store:
        store.add_enrolment(row)
    with database.writing() as store:
        store.set_left(enrolment_id, at=50, reason="discharged")
        again = store.add_enrolment(row)
        assert store.enrolment(enrolment_id) == replace(row, left_at=50, left_reason="discharged")
    with pytest.raises(REFUSED), database.writing() as store:
        store.set_left(enrolment_id, at=None, reason=None)
    with database.writing() as store:
        store.set_left(again, at=60, reason="died")
        store.set_left(enrolment_id, at=None, reason=None)


def test_leaving_wants_a_reason(database: Database) -> None:
    enrolment_id = enrolled(database)
    with pytest.raises(REFUSED), database.writing() as store:
        store.set_left(enrolment_id, at=50, reason=None)


def test_enrolment_follows_a_correction(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        store.set_enrolled(enrolment_id, at=5, place=Place("Europe/Paris", "sun"))
        row = store.enrolment(enrolment_id)
    assert row
    assert (row.enrolled_at, row.place) == (5, Place("Europe/Paris", "sun"))


def test_the_stored_standing_is_replaced_as_a_whole(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        assert store.fold(enrolment_id) is None
        store.save_fold(enrolment_id, Fold(b"\x00one", 1, DIGEST))
        store.save_fold(enrolment_id, Fold(b"two", 2, DIGEST))
        assert store.fold(enrolment_id) == Fold(b"two", 2, DIGEST)


def test_what_is_not_there_is_none(database: Database) -> None:
    with database.reading() as store:
        assert store.patient("P-999") is None
        assert store.enrolment(9) is None
        assert store.enrolments("P-999") == []
        assert store.entry("P-999", 1) is None
        assert store.last_entry_number("P-999") == 0
        assert store.pathway_packed("none") is None
        assert store.prompt("P-999", 1) is None
        assert deeds(store, 9) == []


def test_an_enrolment_is_of_a_patient_and_a_pathway_that_are_there(database: Database) -> None:
    add_patient(database, "P-1", zone="Europe/London", now=1)
    with pytest.raises(REFUSED), database.writing() as store:
        store.add_enrolment(
            EnrolmentRow(
                patient_id="P-1", pathway="none", digest="none", owner="ana", zone="UTC", enrolled_at=1
            )
        )
