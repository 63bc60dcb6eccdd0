"""A coordinator's command must feel instant: what it may import, without looking at a clock."""

import subprocess
import sys

import pytest

from tests.cli.conftest import Desk
from tests.modules import ROOT

SLOW = {"sqlmodel", "sqlalchemy", "pydantic", "yaml", "alembic", "apscheduler"}
FOR_WRITING = {"msgspec", "whenever", "cel_expr_python", "transitions"}

_PROGRAM = """
import sys
from cli.main import carepath
try:
    carepath(sys.argv[1:], prog_name="carepath")
except SystemExit as left:
    assert left.code == 0, left.code
print("\\n", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def imported_by(desk: Desk, line: str) -> set[str]:
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *line.split(), "--database", str(desk.database)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ran.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("line", ["today", "today --all --days 30", "today --by anna"])
def test_the_worklist_imports_nothing_slow(patient: Desk, line: str) -> None:
    assert not imported_by(patient, line) & (SLOW | FOR_WRITING)


@pytest.mark.parametrize(
    "line", ["show P-1", "next P-1", "log P-1", "why P-1/1", "patient list", "role list"]
)
def test_reading_commands_import_nothing_that_only_files_and_tables_need(patient: Desk, line: str) -> None:
    assert not imported_by(patient, line) & SLOW


@pytest.mark.parametrize(
    "line",
    [
        "record P-1 calcium=2.3 --by anna",
        "advance P-1 start-looking --by anna",
        "done P-1/3 --by anna",
        "note P-1 hello --by anna",
        "correct P-1:1 --at 2026-11-02 --because x --yes --by anna",
        "enrol P-2 watch --by anna",
        "close P-1 --reason moved --by anna",
    ],
)
def test_writing_commands_import_nothing_that_only_files_and_tables_need(patient: Desk, line: str) -> None:
    patient.done("patient add P-2")

    assert not imported_by(patient, line) & SLOW


def test_a_command_imports_no_other_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM.replace('.partition(".")[0]', ""), "today", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    commands = {name for name in ran.stdout.splitlines()[-1].split() if name.startswith("cli.commands.")}

    assert commands == {"cli.commands.today"}
