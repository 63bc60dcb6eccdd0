"""What servers do: they stop, restart, are killed; a sentence for each, nothing half done, none doubled."""

from collections.abc import Iterator

import pytest

from pathways.errors import DatabaseProblem
from storage import postgres, schema
from storage.check import check_file
from storage.connection import Database
from storage.setup import add_patient
from tests.servers import Machine
from tests.storage.cases import deeds, enrolled, entry, prompt, save, tick
from tests.storage.databases import ZONE

pytestmark = pytest.mark.only("postgres")


@pytest.fixture
def machine() -> Iterator[Machine]:
    made = Machine()
    schema.create(made.address, ZONE)
    yield made
    made.gone()


def test_a_server_that_is_stopped_is_named_and_when_it_is_back_work_goes_on(machine: Machine) -> None:
    with Database(machine.address) as database:
        of = enrolled(database)
        with database.writing() as store:
            save(store, *(prompt(of, f"rule-{n}", opens_at=2_000 + n, escalates=()) for n in range(10)))
            tick(store, 2_004)
        machine.stop()
        for _ in range(2):
            with pytest.raises(DatabaseProblem, match="does not answer"), database.writing(beside=True):
                pytest.fail("there is no server")
            with pytest.raises(DatabaseProblem, match="does not answer"), database.reading():
                pytest.fail("there is no server")
        with pytest.raises(DatabaseProblem, match="does not answer"):
            add_patient(database, "P-2", zone=ZONE, now=1)
        machine.start()
        with database.writing(beside=True) as store:
            tick(store, 2_100)
        with database.reading() as store:
            assert [deed[1] for deed in deeds(store, of)] == list(range(2_000, 2_010))
        assert check_file(database) == []


def test_a_server_that_is_restarted_between_two_actions_is_not_noticed(machine: Machine) -> None:
    with Database(machine.address) as database:
        of = enrolled(database)
        for number in range(1, 4):
            machine.stop()
            machine.start()
            with database.writing() as store:
                store.append(of, [entry(number)])
        with database.reading() as store:
            assert len(store.entries(of)) == 3


def test_a_server_that_is_killed_keeps_what_was_acknowledged_and_nothing_else(machine: Machine) -> None:
    with Database(machine.address) as database:
        of = enrolled(database)
        with database.writing() as store:
            store.append(of, [entry(1)])
        with (  # noqa: PT012 - it is killed while it is open
            pytest.raises(DatabaseProblem, match="Nothing was changed"),
            database.writing() as store,
        ):
            store.append(of, [entry(2), entry(3)])
            machine.kill()
            store.append(of, [entry(4)])
        machine.start()
        with database.writing() as store:
            assert store.last_entry_number("P-014") == 1
            store.append(of, [entry(2)])
        assert check_file(database) == []


def test_a_server_that_goes_just_as_something_begins_is_one_sentence_and_no_traceback_in_the_log(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    def stopping(when: str, statement: str) -> None:
        if when == "before" and statement.startswith(postgres.ALONE):
            machine.stop()

    with Database(machine.address, on_statement=stopping) as database:
        with pytest.raises(DatabaseProblem, match="does not answer"):
            add_patient(database, "P-1", zone=ZONE, now=1)
        assert caplog.messages == []
    machine.start()
    with Database(machine.address) as database:
        add_patient(database, "P-1", zone=ZONE, now=1)
