"""How commands fail: one sentence, the right code, nothing recorded; and never a traceback."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from storage.connection import Database
from tests.cli.conftest import Desk
from tests.modules import ROOT
from tests.storage.databases import run
from tests.storage.test_opening import as_nobody


@pytest.mark.only("sqlite")
def test_without_a_database_it_says_how_to_make_one(desk: Desk) -> None:
    desk.database.unlink()

    said = desk.refused("today", 6)

    assert "see that its disk is mounted, or put a backup in its place with 'carepath restore FILE'" in said
    assert "Only for a new site: 'carepath init'" in said
    assert not desk.database.exists()


@pytest.mark.only("sqlite")
def test_a_file_that_is_no_database_is_named(desk: Desk) -> None:
    desk.database.write_text("something else")

    assert "is not a database" in desk.refused("today", 6)


@pytest.mark.only("sqlite")
def test_a_folder_is_no_database(desk: Desk) -> None:
    for line in ("today", "patient list", "check"):
        assert "is a folder: name a file in it" in desk.refused(f"{line} --database {desk.folder}", 6)


@pytest.mark.only("sqlite")
def test_a_file_or_folder_that_lets_you_not_in_is_a_matter_of_the_database_and_names_the_group(
    desk: Desk,
) -> None:
    with TemporaryDirectory() as folder:
        file, hidden = Path(folder, "care.db"), Path(folder, "hidden")
        Path(folder).chmod(0o755)
        shutil.copy(desk.database, file)
        file.chmod(0o600 if os.geteuid() == 0 else 0)
        hidden.mkdir(mode=0o700 if os.geteuid() == 0 else 0)
        with as_nobody():
            for place in (file, hidden / "care.db"):
                for line in ("today", "patient list", "check"):
                    said = desk.refused(f"{line} --database {place}", 6)
                    assert f"{place} cannot be opened" in said
                    assert "its group may: whoever runs it can add you" in said
        hidden.chmod(0o700)


@pytest.mark.parametrize(
    ("words", "environment", "named"),
    [
        ("--every 0", {}, False),
        ("", {"CAREPATH_EVERY": "0"}, True),
        ("--every 0", {"CAREPATH_EVERY": "60"}, False),
    ],
)
def test_a_variable_is_named_only_when_it_says_what_is_wrong(
    desk: Desk, words: str, environment: dict[str, str], named: bool
) -> None:
    answer = desk(f"scheduler run {words}", **environment)

    assert answer.code == 2
    assert "Invalid value for '--every'" in answer.err
    assert ("CAREPATH_EVERY" in answer.err) is named


def test_the_hazards_of_a_file_of_ones_own_are_not_looked_for_by_its_name(desk: Desk) -> None:
    file = desk.folder / "mine.yaml"
    file.write_text("pathway: mine\n")

    said = desk.refused(f"pathway hazards {file}", 3)

    assert f"`carepath pathway check {file}` says what it promises" in said
    assert "There is no hazard 'c99'; did you mean" in desk.refused("pathway hazards c99", 3)


@pytest.mark.parametrize("group", ["pathway", "patient", "role", "scheduler"])
def test_the_help_of_a_group_says_whole_sentences(desk: Desk, group: str) -> None:
    assert "..." not in desk.done(f"{group} --help").partition("\nCommands:")[2]


def test_a_newer_database_is_refused(desk: Desk) -> None:
    run(desk.database, "UPDATE alembic_version SET version_num = '9999'")

    assert "newer carepath" in desk.refused("today", 6)
    assert "newer carepath" in desk.refused("upgrade", 6)


def test_a_database_that_another_program_holds_is_said_to_be_and_nothing_is_written(patient: Desk) -> None:
    before = patient.content()
    with Database(patient.database) as other, other.writing():
        said = patient.refused("record P-1 seen=yes", 6)
        patient.done("today")  # lists are read all the same

    assert said.strip().endswith(
        "is in use by another program that does not let go: try again in a moment. Nothing was changed."
    )
    assert patient.content() == before


def test_an_error_is_one_line_on_stderr(patient: Desk) -> None:
    for line in (
        "record",
        "record P-1",
        "advance P-1 nothing",
        "show P-9",
        "why P-1 nothing",
        "today --days x",
    ):
        answer = patient(line)
        assert answer.out == ""
        assert answer.err.startswith("Error: ")
        assert answer.err.count("\n") == 1


@pytest.mark.parametrize("word", ["\udcff", "P\x00", "\x1b[2J", "\u202egnp"])
def test_what_is_no_text_is_refused(patient: Desk, word: str) -> None:
    answer = patient.words(["note", "P-1", word])

    assert answer.code == 2
    assert "Word 3 of the command" in answer.err


def test_somebody_elses_change_is_not_overwritten(patient: Desk) -> None:
    # What a person had seen is read when the command begins; here, as if it had begun before the last entry.
    from cli.commands.answers import done
    from cli.options import Numbered, Said

    patient.done("record P-1 onset=2026-10-25")
    said = Said(patient.database, "ben", seen=1)

    from pathways.errors import ChangedMeanwhile

    with pytest.raises(ChangedMeanwhile, match="look again") as refused:
        done.callback.__wrapped__(said, Numbered("P-1", 3))  # type: ignore[union-attr]
    assert refused.value.exit_code == 7


def carepath(*words: str, stdout: int | None = subprocess.PIPE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from cli.main import main; main()", *words],
        cwd=ROOT,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_reader_who_leaves_early_is_no_error(patient: Desk) -> None:
    program = carepath("log", "P-1", "--database", str(patient.database))
    assert program.stdout is not None
    program.stdout.close()

    assert program.wait(timeout=120) == 0
    assert program.stderr is not None
    assert program.stderr.read() == ""
    program.stderr.close()


def test_letters_that_the_output_cannot_show_are_spelled_out(patient: Desk, tmp_path: Path) -> None:
    patient.done("note P-1 'staging → therapy'")

    page = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", "log", "P-1"],
        cwd=ROOT,
        env={
            "CAREPATH_DATABASE": str(patient.database),
            "PYTHONIOENCODING": "latin-1",
            "HOME": str(tmp_path),
        },
        capture_output=True,
        check=True,
    )

    assert b"staging \\u2192 therapy" in page.stdout


def test_a_bug_is_not_hidden(patient: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.clock.now", lambda: "yesterday")

    with pytest.raises(TypeError):
        patient("today")
