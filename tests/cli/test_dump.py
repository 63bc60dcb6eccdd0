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


LEFT_OUT = {
    "TABLE DATA public entry ": "the stored standing is that of entry 1, the last entry is 0",
    "TABLE DATA public meta ": "does not say what site this is",
    "CONSTRAINT public ledger ledger_once ": "The key ledger_once is missing",
    "DEFAULT public ledger id ": "New rows of ledger get no number",
    "SEQUENCE SET public prompt_id_seq ": "The next row of prompt would get the number 1, but 4 is taken",
    "TRIGGER public entry entry_update_refused ": "The trigger entry_update_refused is missing",
}


def test_a_restore_that_left_something_out_is_found(patient: Desk, dump: Path) -> None:
    parts = tool("pg_restore", "--list", str(dump)).splitlines()
    for part, says in LEFT_OUT.items():
        chosen = dump.with_name("chosen")
        chosen.write_text("\n".join(line for line in parts if part not in line))
        assert len(chosen.read_text().splitlines()) == len(parts) - 1
        place = restored(dump, f"--use-list={chosen}")
        answer = patient(f"check --database '{place}'")
        assert answer.code == 6
        assert says in " ".join(answer.err.split())
