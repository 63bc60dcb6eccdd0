"""`carepath pathway new`: a file to begin with that is in order, and stories that come true."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from pathways.reading import read_file
from tests.cli.conftest import Desk


def test_a_new_pathway_is_in_order_and_its_stories_come_true(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.folder)
    said = desk.done("pathway new sore-throat")

    assert said.startswith("Wrote sore-throat.yaml and sore-throat.stories.md.\n")
    assert "sore-throat.yaml is in order: sore-throat, version 1" in desk.done(
        "pathway check sore-throat.yaml"
    )
    played = desk.done("pathway test sore-throat.yaml --least 100")
    assert "all as told" in played
    assert (
        "my-pathway" not in Path("sore-throat.yaml").read_text() + Path("sore-throat.stories.md").read_text()
    )
    assert read_file(Path("sore-throat.yaml")).title == "Sore throat"


def test_what_breaks_a_promise_is_not_called_in_order(desk: Desk) -> None:
    desk.done(f"pathway new sore-throat --folder {desk.folder}")
    file = desk.folder / "sore-throat.yaml"
    file.write_text(file.read_text().replace('severity == "severe" && care', 'severity == "mild" && care'))

    answer = desk(f"pathway check {file}")

    assert answer.code == 5
    assert f"{file} can be read, but see below: sore-throat, version 1" in answer.out
    assert "REFUTED" in answer.out


def test_a_patient_can_be_put_on_it_at_once(desk: Desk) -> None:
    desk.done(f"pathway new sore-throat --folder {desk.folder}")
    desk.done(f"pathway install {desk.folder}/sore-throat.yaml")
    desk.done("patient add P-1")

    assert "See the patient" in desk.done("enrol P-1 sore-throat")


@pytest.mark.parametrize("there", ["sore-throat.yaml", "sore-throat.stories.md"])
def test_nothing_is_overwritten(desk: Desk, there: str) -> None:
    (desk.folder / there).write_text("mine")

    said = desk.refused(f"pathway new sore-throat --folder {desk.folder}", 2)

    assert f"{there} is there already" in said
    assert [file.name for file in desk.folder.glob("sore-throat*")] == [there]
    assert (desk.folder / there).read_text() == "mine"


def test_both_files_there_are_told_as_two(desk: Desk) -> None:
    desk.done(f"pathway new sore-throat --folder {desk.folder}")

    said = desk.refused(f"pathway new sore-throat --folder {desk.folder}", 2)

    assert "sore-throat.stories.md are there already: choose another name, or move them away." in said


@pytest.mark.parametrize("name", ["Sore", "../sore", "sore throat", "sore_throat", "-sore", "x" * 61])
def test_a_name_that_no_pathway_can_have_is_refused(desk: Desk, name: str) -> None:
    answer = desk.words(["pathway", "new", "--folder", str(desk.folder), "--", name])

    assert answer.code == 2
    assert "write small letters, digits and `-`" in answer.err
    assert not [*desk.folder.glob("*.yaml")]


def test_the_schema_for_editors_is_handed_out_and_takes_a_new_pathway(desk: Desk) -> None:
    desk.done(f"pathway new sore-throat --folder {desk.folder}")
    validate = Draft7Validator(json.loads(desk.done("pathway schema")))

    begun = yaml.load((desk.folder / "sore-throat.yaml").read_text(), Loader=yaml.CSafeLoader)

    assert validate.is_valid(begun)
    assert not validate.is_valid({**begun, "promts": []})
