"""What else a server does: it is slow, full, crowded, lets nobody in, stands still; a sentence for each."""

import os
import signal
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from pathways.errors import DatabaseProblem
from storage import postgres, schema
from storage.check import check_file
from storage.connection import Database
from tests.disks import small_disk
from tests.servers import Machine
from tests.storage.cases import enrolled, entry
from tests.storage.databases import ZONE, run

pytestmark = pytest.mark.only("postgres")

CONNECTIONS = 6


def add_to(database: Database, of: int) -> None:
    with database.writing(beside=True) as store:
        store.append(of, [entry(store.last_entry_number("P-014") + 1)])


def entries(database: Database, of: int) -> int:
    with database.reading() as store:
        return len(store.entries(of))


def refused(database: Database, of: int, says: str) -> None:
    with pytest.raises(DatabaseProblem, match=says):
        add_to(database, of)


def with_setting(place: str, setting: str) -> str:
    return f"{place}{'&' if '?' in place else '?'}{setting}"


def test_a_server_that_takes_longer_than_it_may_is_called_slow(database: Database) -> None:
    of = enrolled(database)
    slow = with_setting(database.place, "options=-c%20statement_timeout%3D1000")
    with Database(slow) as other:
        with psycopg.connect(database.place) as holding:
            holding.execute("LOCK TABLE entry")
            refused(
                other, of, r"took longer than it may \(statement_timeout\): try again.*Nothing was changed"
            )
        add_to(other, of)
        assert entries(other, of) == 1


def test_a_log_holds_our_sentence_and_not_what_the_driver_said(database: Database) -> None:
    nowhere = with_setting(database.place, "dbname=no-such-ward")
    with pytest.raises(DatabaseProblem) as caught:
        Database(nowhere).reader()

    written = "".join(traceback.format_exception(caught.value))

    assert "There is no such database at" in written
    assert "no-such-ward" not in written
    assert "FATAL" not in written


def test_who_is_kept_waiting_for_a_lock_is_told_that_somebody_does_not_let_go(database: Database) -> None:
    of = enrolled(database)
    with Database(database.place, busy=0.1) as other:
        with psycopg.connect(database.place) as holding:
            holding.execute("LOCK TABLE entry")
            refused(other, of, "is in use by another program that does not let go.*Nothing was changed")
        add_to(other, of)
        assert entries(other, of) == 1


def test_a_writer_whose_end_of_the_line_stands_still_holds_up_the_others_and_then_goes_on(
    database: Database,
) -> None:
    of = enrolled(database)
    with Database(database.place, busy=0.2) as other:
        with database.writing() as store:
            [(process,)] = database.writer().execute("SELECT pg_backend_pid()").fetchall()
            store.append(of, [entry(1)])
            os.kill(process, signal.SIGSTOP)
            try:
                refused(other, of, "is in use by another program that does not let go")
            finally:
                os.kill(process, signal.SIGCONT)
        add_to(other, of)
        assert entries(other, of) == 2


def test_a_writer_that_stood_still_for_too_long_is_told_so_and_the_others_went_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = enrolled(database)
    monkeypatch.setattr(postgres, "STOPPED_MS", 100)
    says = "stood still in the middle of a change for longer than the server of .*Nothing was changed"
    with Database(database.place) as still, Database(database.place) as other:
        with pytest.raises(DatabaseProblem, match=says), still.writing() as store:  # noqa: PT012 - it is open
            store.append(of, [entry(1, because="by who stood still")])
            # Waits until the server has cut off whoever stands still.
            add_to(other, of)
            store.last_entry_number("P-014")
        add_to(still, of)
    with database.reading() as store:
        assert [each.because for each in store.entries(of)] == ["", ""]


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    """A server of its own, with few connections."""
    made = Machine()
    made.settled(max_connections=CONNECTIONS, superuser_reserved_connections=0, max_wal_senders=0)
    yield made
    made.gone()


@pytest.fixture
def place(machine: Machine) -> Iterator[str]:
    """A caseload on it, of which somebody with few rights is the owner."""
    with psycopg.connect(machine.address, autocommit=True) as there:
        there.execute("CREATE ROLE care LOGIN")
        there.execute("CREATE DATABASE care OWNER care")
    address = f"postgresql://care@/care?{machine.address.partition('?')[2]}"
    schema.create(address, ZONE)
    yield address
    with psycopg.connect(machine.address, autocommit=True) as there:
        there.execute("DROP DATABASE care WITH (FORCE)")
        there.execute("DROP ROLE care")


@pytest.mark.long
def test_a_server_that_is_out_of_connections_says_so_until_one_is_free(place: str) -> None:
    with Database(place) as database:
        of = enrolled(database)
    with ExitStack() as others:
        for _ in range(CONNECTIONS):
            others.enter_context(psycopg.connect(place))
        with Database(place) as database:
            refused(database, of, r"out of connections\): close some, or raise max_connections")
            others.close()
            add_to(database, of)
            assert entries(database, of) == 1


@pytest.mark.long
def test_a_server_that_lets_nobody_in_is_told_from_one_that_is_gone(machine: Machine, place: str) -> None:
    rules = machine.folder / "pg_hba.conf"
    said = rules.read_text(encoding="utf-8")
    with Database(place) as database:
        of = enrolled(database)
    try:
        rules.write_text(f"local care care reject\n{said}", encoding="utf-8")
        run_on(machine, "SELECT pg_reload_conf()")
        with Database(place) as database:
            refused(database, of, "does not let you in: check the user and the password")
    finally:
        rules.write_text(said, encoding="utf-8")
        run_on(machine, "SELECT pg_reload_conf()")
    with Database(place) as database:
        add_to(database, of)
        assert entries(database, of) == 1


@pytest.mark.long
def test_a_server_that_stands_still_does_not_answer_and_when_it_is_woken_work_goes_on(
    machine: Machine, place: str
) -> None:
    impatient = with_setting(place, "connect_timeout=2")
    with Database(impatient) as database:
        of = enrolled(database)
        machine.told(signal.SIGSTOP)
        try:
            with Database(impatient) as other:
                refused(other, of, "does not answer: check that it runs")
        finally:
            machine.told(signal.SIGCONT)
        add_to(database, of)
        assert entries(database, of) == 1


def run_on(machine: Machine, statement: str) -> None:
    run(machine.address, statement)


@pytest.mark.long
def test_a_server_whose_disk_is_full_loses_nothing_that_was_acknowledged() -> None:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with small_disk(Path(folder, "disk"), 120) as disk:
            machine = Machine(disk.folder / "data")
            try:
                schema.create(machine.address, ZONE)
                with Database(machine.address) as database:
                    of, acknowledged = enrolled(database), 0
                    disk.fill()
                    with pytest.raises(DatabaseProblem, match=r"full|does not answer|stopping|went away"):  # noqa: PT012
                        for number in range(1, 10_000):
                            with database.writing() as store:
                                store.append(of, [entry(number, because="x" * 5_000)])
                            acknowledged = number
                    disk.make_room()
                    machine.start()
                    found = entries(database, of)
                    assert acknowledged <= found <= acknowledged + 1, "at most one of which nobody knows"
                    add_to(database, of)
                    assert check_file(database) == []
            finally:
                machine.gone()
