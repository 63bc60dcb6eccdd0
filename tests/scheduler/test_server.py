"""The scheduler over a server that is stopped and started: it says so, and goes on by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from caseload.pathway_files import install
from pathways.spans import SECOND
from scheduler.daily import DAILY
from scheduler.lease import LEASE, Lease, Share, lease_over
from scheduler.routines import see_to
from scheduler.status import running, status
from scheduler.tick import never
from storage.connection import Database
from storage.schema import create
from tests import servers
from tests.scheduler.children import PATIENCE, child
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
        with Database(place) as database:
            while ticked(database) != {"first", "second"}:
                assert first.process.poll() is second.process.poll() is None
        first.process.terminate()
        second.process.terminate()
        assert [each.process.wait(PATIENCE) for each in (first, second)] == [0, 0]
        assert "standing_by" not in "".join((*first.drained(), *second.drained()))
    with Database(place) as database, database.reading() as store:
        assert {row.name for row in store.routines()} == set()


def ticked(database: Database) -> set[str]:
    """Say who has ticked; somebody who stands by does not."""
    with database.reading() as store:
        return {beat.worker for beat in store.heartbeats()}


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


def test_one_that_was_stopped_and_cut_off_goes_on_and_doubles_nothing(tmp_path: Path) -> None:
    place = str(site(tmp_path, patients=1))
    with child(LOOPING, "site", place, "first") as first:
        first.until_begins("raised P-001/1 call-soon")
        first.stand_still()
        with child(LOOPING, "site", place, "second") as second:
            # As the server does with whoever is silent for a minute in the middle of writing.
            cut_off("carepath", place)
            with Database(place) as database:
                admit(database, "P-002", now=at(0, "09:00"))
            second.until_begins("raised P-002/1 call-soon")
            second.process.terminate()
            assert second.process.wait(PATIENCE) == 0
        first.go_on()
        with Database(place) as database:
            admit(database, "P-003", now=at(0, "09:00"))
        told: list[str] = []
        while not (line := first.line() or "").startswith("raised P-003/1 call-soon"):
            assert line, "it does not go on"
            told.append(line)
        first.process.terminate()
        assert first.process.wait(PATIENCE) == 0

        assert not [line for line in (*told, *first.drained()) if line.startswith("raised P-002/1 ")]
    with Database(place) as database:
        deeds = "SELECT count(*), count(DISTINCT (prompt_id, kind, moment, tell)) FROM ledger"
        [(all_of_them, different)] = database.reader().execute(deeds).fetchall()
        assert all_of_them == different


def cut_off(program: str, place: str) -> None:
    servers.administering().execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s AND datname = %s",
        (program, servers.name_in(place)),
    )
