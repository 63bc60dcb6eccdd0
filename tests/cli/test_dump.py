"""A caseload on a server is backed up by `pg_dump`, and `carepath check` says what a restore left out."""

import subprocess
from pathlib import Path

import pytest

from tests import servers
from tests.cli.conftest import Desk

pytestmark = pytest.mark.only("postgres")


def tool(name: str, *arguments: str) -> str:
    program = servers.folder_of_tools() / name
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def dump(patient: Desk, database_kind: str) -> Path:  # noqa: ARG001 - it gives databases back
    """A backup of a site on a server, with one patient who was told of prompts."""
    patient.done("scheduler once")
    address = servers.empty_address()
    patient.done(f"copy --to '{address}'")
    file = patient.folder / "care.dump"
    tool("pg_dump", "--format=custom", f"--file={file}", address)
    return file


def restored(dump: Path, *arguments: str) -> str:
    place = servers.empty_address()
    tool("pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={place}", *arguments, str(dump))
    return place


def test_a_dump_that_is_restored_is_whole_and_goes_on(patient: Desk, dump: Path) -> None:
    place = restored(dump)

    assert "Everything that is stored follows" in patient.done(f"check --database '{place}'")
    assert patient.done("log P-1") == patient.done(f"log P-1 --database '{place}'")
    patient.done(f"note P-1 'after the restore' --database '{place}'")
    patient.done(f"check --database '{place}'")
