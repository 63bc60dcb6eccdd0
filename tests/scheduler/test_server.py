"""The scheduler over a server that is stopped and started: it says so, and goes on by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from caseload.pathway_files import install
from scheduler.daily import DAILY
from scheduler.heartbeats import SECOND
from scheduler.lease import LEASE, Lease, Share, lease_over
from scheduler.routines import see_to
from scheduler.status import running, status
from scheduler.tick import never
from storage.connection import Database
from storage.schema import create
from tests.scheduler.children import child
from tests.scheduler.drill import PATHWAY, ZONE, admit, at, site, worker
from tests.servers import Machine

pytestmark = pytest.mark.only("postgres")

LOOPING = "tests.scheduler.looping"


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A server of its own, with a site in which the first patient was enrolled on the first morning."""
    made = Machine()
    create(made.address, ZONE)
    with Database(made.address) as database:
        install(database, PATHWAY.encode(), file="drill.yaml", by="kim", now=at(0))
        admit(database, "P-001", now=at(0, "09:00"))
    yield made
    made.gone()


def test_a_scheduler_whose_server_is_away_says_so_and_does_all_when_it_is_back(machine: Machine) -> None:
    with child(LOOPING, "site", machine.address) as running:
        running.until_begins("raised P-001/1 call-soon")
        machine.stop()
        running.until_begins("tick_failed: The server of postgresql://postgres@/postgres")
        machine.start()
        with Database(machine.address) as database:
            admit(database, "P-002", now=at(0, "09:00"))
        running.until_begins("raised P-002/1 call-soon")
    with Database(machine.address) as database:
        deeds = "SELECT count(*), count(DISTINCT (prompt_id, kind, moment, tell)) FROM ledger"
        told = "SELECT count(*), count(DISTINCT (ledger_id, channel)) FROM delivery"
        for asked in (deeds, told):
            [(all_of_them, different)] = database.reader().execute(asked).fetchall()
            assert all_of_them == different > 0


def test_over_a_server_there_is_no_lease_and_all_work(tmp_path: Path) -> None:
    place = str(site(tmp_path, patients=1))
    with child(LOOPING, "site", place, "first") as first, child(LOOPING, "site", place, "second") as second:
        for each in (first, second):
            each.until_begins("ticked: ")
        first.process.terminate()
        second.process.terminate()
        assert [each.process.wait(5.0) for each in (first, second)] == [0, 0]
        assert "standing_by" not in "".join((*first.drained(), *second.drained()))
    with Database(place) as database, database.reading() as store:
        assert {row.name for row in store.routines()} == set()
        assert {beat.worker for beat in store.heartbeats()} == {"first", "second"}


def test_a_lease_that_was_copied_from_a_file_says_nothing_on_a_server(tmp_path: Path) -> None:
    with Database(site(tmp_path)) as database:
        assert Lease(worker("file"), lasts=60.0).take(database, at(1))

        assert isinstance(lease_over(database, worker("other"), lasts=60.0), Share)
        assert running(database, at(1) + SECOND) == ""
        seen = status(database, now=at(1) + SECOND)
        assert (seen.holder, seen.all_work) == (None, True)
        with database.reading() as store:
            assert [row.name for row in store.routines()] == [LEASE]


def test_no_backup_of_a_database_on_a_server_is_planned(machine: Machine) -> None:
    with Database(machine.address) as database:
        see_to(database, DAILY, clock=lambda: at(1), worker="one", lease=1, enough=never)
        with database.reading() as store:
            assert "backup" not in {row.name for row in store.routines()}
