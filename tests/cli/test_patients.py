"""Patients, roles, pathways, histories: what is set up."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import WATCH, Desk
from tests.storage.databases import run


def test_an_id_says_nothing_about_the_person_and_is_taken_once(desk: Desk) -> None:
    assert "A patient id has letters" in desk.refused("patient add 'Ada Lovelace'", 2)
    desk.done("patient add P-1")
    assert "already" in desk.refused("patient add P-1", 4)


def test_details_are_changed_and_removed(patient: Desk) -> None:
    assert patient.done("patient edit P-1 --name 'Ada King' --zone Europe/London").startswith(
        "P-1: name and zone"
    )
    assert "Ada King" in patient.done("patient list --names")
    patient.done("patient edit P-1 --name ''")
    assert "Ada" not in patient.done("patient list --names")
    assert "--name, --contact or --zone" in patient.refused("patient edit P-1", 2)
    assert "time zone" in patient.refused("patient edit P-1 --zone Mars", 2)


def test_a_patient_is_handed_over_with_all_the_prompts(patient: Desk) -> None:
    patient.done("patient hand-over P-1 ben")

    assert "P-1/" in patient.done("today --owner ben")
    assert "Handed over from anna to ben" in patient.done("log P-1")


def test_a_role_is_one_of_three(desk: Desk) -> None:
    assert "coordinator" in desk.refused("role set boss anna", 2)
    desk.done("role set lead dr-vogt")
    assert "lead         dr-vogt" in desk.done("role list")


def test_all_problems_of_a_file_are_told_with_their_places(desk: Desk) -> None:
    file = desk.folder / "wrong.yaml"
    file.write_text(
        WATCH.read_text().replace("to: treated", "to: treatd").replace("due: 30 days", "due: soon")
    )

    said = desk.refused(f"pathway check {file}", 5)

    assert sum(line.startswith(f"{file}:") for line in said.splitlines()) == 2
    assert said.splitlines()[-1] == "Error: the pathway has 2 problems."
    assert desk.refused(f"pathway install {file}", 5) == said


def test_a_pathway_is_installed_once(desk: Desk) -> None:
    assert "was installed already, nothing changed" in desk.done(f"pathway install {WATCH}")
    changed = desk.folder / "changed.yaml"
    changed.write_text(WATCH.read_text().replace("Call the patient", "Ring the patient"))
    assert "new version number" in desk.refused(f"pathway install {changed}", 4)
    changed.write_text(changed.read_text().replace("version: 1", "version: 2"))
    assert "version 2, is installed" in desk.done(f"pathway install {changed}")


def test_a_pathway_is_shown_as_the_file_that_was_installed(desk: Desk) -> None:
    assert desk.done("pathway show watch --file") == WATCH.read_text()
    assert "Installed: watch 1" in desk.refused("pathway show wtch", 3)


def test_histories_travel_from_one_database_to_another(patient: Desk) -> None:
    patient.done("record P-1 onset=2026-10-25")
    page, file = patient.done("log P-1"), patient.folder / "histories.jsonl"
    patient.done(f"export --output {file}")

    patient.done(f"init --zone Europe/Zurich --database {patient.folder}/other.db")
    patient.done(f"pathway install {WATCH} --database {patient.folder}/other.db")
    said = patient.done(f"import {file} --database {patient.folder}/other.db")

    assert said == "Imported 1 patient with 2 entries.\n"
    assert patient.done(f"log P-1 --database {patient.folder}/other.db") == page


def test_one_wrong_line_keeps_all_out_unless_the_others_are_wanted(patient: Desk) -> None:
    patient.done("patient add P-2")
    patient.done("enrol P-2 watch")
    lines = patient.done("export").splitlines()
    broken = [line.replace('"name":"watch"', '"name":"wotch"') if '"P-2"' in line else line for line in lines]
    file = patient.folder / "histories.jsonl"
    file.write_text("\n".join(broken))
    other = f"--database {patient.folder}/other.db"
    patient.done(f"init --zone Europe/Zurich {other}")
    patient.done(f"pathway install {WATCH} {other}")

    said = patient.refused(f"import {file} {other}", 4)
    assert f"{file}: line " in said
    assert "P-2 cannot be" in said
    assert json.loads(patient.done(f"patient list --json {other}")) == []

    answer = patient(f"import {file} --leave-out {other}")
    assert answer.code == 0
    assert answer.out == "Imported 1 patient with 1 entry.\nLeft out: P-2.\n"


@pytest.mark.parametrize("line", ["export P-9", "export P-9 --output there.jsonl"])
def test_nothing_is_written_for_a_patient_who_does_not_exist(patient: Desk, line: str) -> None:
    patient.refused(line.replace("there", f"{patient.folder}/there"), 3)

    assert list(patient.folder.glob("*.jsonl")) == []


def test_a_check_that_finds_something_says_what_and_mends_it(patient: Desk) -> None:
    run(patient.database, "UPDATE track_state SET state = 'treated' WHERE track = 'care'")

    answer = patient("check")
    assert answer.code == 6
    assert "P-1: track care" in answer.err
    assert "--rebuild" in answer.err

    assert "1 enrolment differed" in patient.done("check --rebuild")
    assert patient("check").code == 0


@pytest.mark.only("sqlite")
def test_of_a_damaged_file_nothing_is_looked_at_or_rebuilt_and_a_backup_is_to_be_restored(
    patient: Desk,
) -> None:
    damage(patient.database)
    spoilt = patient.database.read_bytes()

    for line in ("check", "check --rebuild"):
        said = patient.refused(line, 6)
        assert "The file is damaged: " in said
        assert "***" not in said
        assert "stop carepath, keep the file as it is and restore the latest backup" in said
        assert "--rebuild" not in said
    assert "no enrolment was looked at" in patient.refused("check", 6)
    assert json.loads(patient("check --json").out)["broken"] is True
    assert patient.database.read_bytes() == spoilt


def damage(path: Path) -> None:
    """Let a page say wrongly how much of it is free, which nothing asks when a database is opened."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(page,)] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'track_state'")
        [(size,)] = connection.execute("PRAGMA page_size")
    with path.open("r+b") as file:
        file.seek((page - 1) * size + 7)
        file.write(b"\x3c")


def test_a_check_that_finds_loose_ends_says_what_to_do_and_has_a_code_of_its_own(patient: Desk) -> None:
    assert "Nobody is forgotten" in patient.done("check")
    patient.done("patient add P-2")
    patient.at("2026-11-11 09:01:00")

    answer = patient("check --jobs 2")

    assert answer.code == 8
    assert "Everything that is stored follows from the histories." in answer.out
    assert "P-2 is on no pathway and never was, so nobody is asked for anything: `carepath enrol P-2" in (
        answer.err
    )
    assert answer.err.splitlines()[-1].startswith("Error: ")
    ends = json.loads(patient("check --json").out)["loose_ends"]
    assert ("never-enrolled", "P-2") in {(each["kind"], each["about"]) for each in ends}
