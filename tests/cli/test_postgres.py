"""The commands with a database on a server, named by its address."""

import pytest

from pathways.moments import from_iso
from scheduler.heartbeats import Worker
from scheduler.lease import Lease
from storage.connection import Database
from tests import servers
from tests.cli.conftest import Desk

pytestmark = pytest.mark.only("postgres")


@pytest.fixture
def ward(desk: Desk, database_kind: str) -> Desk:  # noqa: ARG001 - it gives databases back
    """The desk, with the address of an empty database in its environment."""
    address = servers.empty_address().replace("postgres@", "postgres:s3cret@")
    desk.environment["CAREPATH_DATABASE"] = address
    return desk


def test_a_whole_day_goes_by_on_a_server(ward: Desk) -> None:
    made = ward.done("init --zone Europe/Zurich --coordinator anna --clinician dr-cole --lead dr-berg")
    assert made.startswith("Made postgresql://postgres@/")
    ward.done("patient add P-1 --name 'Ada Lovelace'")
    ward.done("enrol P-1 immune-pns symptom_onset=2026-11-01 suspicion=low")
    assert "P-1" in ward.done("today --names")
    assert "P-1" in ward.done("scheduler once")
    assert "immune-pns" in ward.done("show P-1")
    assert ward.done("why P-1/1")
    assert ward.done("export")
    assert "Everything that is stored follows" in ward.done("check")
    assert "up to date" in ward.done("upgrade")
    assert "already" in ward.refused("init --zone Europe/Zurich", 6)


def test_who_settles_backups_of_a_server_is_told_that_they_have_no_effect(ward: Desk) -> None:
    ward.done("init --zone Europe/Zurich")
    for setting in ("backup.folder /mnt/copies", "backup.at 03:15", "backup.keep '14 days'"):
        answer = ward(f"site set {setting}")
        assert (answer.code, "It has no effect on a server" in answer.err) == (0, True)
    assert ward("site set quiet 22:00-07:00").err == ""


@pytest.mark.parametrize(
    "line", ["today", "patient list", "check", "scheduler status", "show P-1", "upgrade"]
)
def test_no_command_prints_the_password(ward: Desk, line: str) -> None:
    said = ward(line)
    assert said.code == 6
    assert "s3cret" not in said.out + said.err
    assert "postgresql://postgres@/" in said.err


def test_the_configuration_file_holds_an_address_but_no_password(ward: Desk) -> None:
    refused = ward.refused("init --zone Europe/Zurich --remember", 2)
    assert ".pgpass" in refused
    assert "s3cret" not in refused
    plain = ward.environment.pop("CAREPATH_DATABASE").replace(":s3cret", "")
    ward.done(f"init --zone Europe/Zurich --remember --database '{plain}'")
    assert ward.done("patient add P-1")
    assert ward.done("patient list")


@pytest.mark.only("sqlite")
def test_a_caseload_is_copied_to_a_server_checked_and_lived_on(patient: Desk) -> None:
    address = servers.empty_address().replace("postgres@", "postgres:s3cret@")
    log, today = patient.done("log P-1"), patient.done("today")
    said = patient.done(f"copy --to '{address}'")
    assert "each is as in the file" in said
    assert "Everything that is stored there follows" in said
    assert "s3cret" not in said
    assert (log, today) == tuple(
        patient(line, CAREPATH_DATABASE=address).out for line in ("log P-1", "today")
    )
    patient.done(f"note P-1 'seen on the server' --database '{address}'")
    for line in ("today", "note P-1 'seen in the file'", f"copy --to '{address}'", "backup", "upgrade"):
        refused = patient.refused(line, 6)
        assert "was moved to a server, postgresql://postgres@" in refused
        assert "s3cret" not in refused
    refused = patient.refused(f"copy --take-back --to '{address}'", 4)
    assert "since, which the file has not" in refused
    taken = patient.done(f"copy --take-back --to '{address}' --although-newer")
    assert "moved to postgresql://postgres@" in taken
    assert "record it again" in taken
    assert "s3cret" not in refused + taken
    assert patient.done("log P-1") == log


@pytest.mark.only("sqlite")
def test_a_caseload_that_is_taken_back_is_refused_at_the_server(patient: Desk) -> None:
    address = servers.empty_address()
    patient.done(f"copy --to '{address}'")
    taken = patient.done(f"copy --take-back --to '{address}'")
    assert "What was copied there is refused from now on." in taken
    assert patient("today", CAREPATH_DATABASE=address).code == 6
    patient.done("note P-1 'seen in the file'")
    assert "going on where it was interrupted" in patient.done(f"copy --to '{address}'")
    assert "seen in the file" in patient("log P-1", CAREPATH_DATABASE=address).out


@pytest.mark.only("sqlite")
def test_no_copy_is_made_while_a_scheduler_runs(patient: Desk) -> None:
    now = from_iso("2026-11-10T09:00:00Z")
    far = Worker(name="far-1", host="far", interval=60.0, started_at=now)
    with Database(patient.database) as database:
        assert Lease(far, lasts=60.0).take(database, now)
    refused = patient.refused(f"copy --to '{servers.empty_address()}'", 4)
    assert "The scheduler far-1 runs" in refused
    assert patient.done("today")


@pytest.mark.only("sqlite")
def test_a_copy_goes_from_a_file_to_a_server(patient: Desk) -> None:
    assert "from a file to a server" in patient.refused("copy --to other.db", 2)
    assert "is said with --take-back" in patient.refused(
        "copy --although-newer --to postgresql://db.ward/care", 2
    )
    away = patient.refused("copy --take-back --database postgresql://db.ward/care", 2)
    assert "It is the file that is taken back" in away
