"""`carepath pathway diagram`: the tracks side by side, prompts on their states, the way of a patient."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cli.diagram import mermaid
from cli.diagram_svg import svg
from pathways.reading import read, read_file
from pathways.story_files import shipped
from tests.cli.conftest import WATCH, Desk

SVG = "{http://www.w3.org/2000/svg}"


def drawn(desk: Desk, words: str) -> list[str]:
    return [line.strip() for line in desk.done(f"pathway diagram {words}").splitlines()]


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314  # drawn by ourselves


def texts(picture: str) -> str:
    """Give every word of a picture."""
    return " ".join(" ".join(parsed(picture).itertext()).split())


def boxes(picture: str) -> dict[str, str]:
    """Give the classes of each state of a picture, by its id."""
    nodes = (node for node in parsed(picture).iter(f"{SVG}g") if "node" in node.get("class", "").split())
    return {re.sub(r"^.*flowchart-|-\d+$", "", node.get("id", "")): node.get("class", "") for node in nodes}


def test_each_track_has_a_box_with_its_states_and_every_step(desk: Desk) -> None:
    lines = drawn(desk, "watch")

    assert "flowchart LR" in lines
    assert 'subgraph care_["What is done"]' in lines
    assert "care__waiting_ -->|start-treatment| care__treated_" in lines
    assert "care_begin@{shape: start} --> care__waiting_" in lines
    assert lines == drawn(desk, str(WATCH))


def test_prompts_stand_on_the_state_that_wants_them_first_with_when_they_are_due(desk: Desk) -> None:
    page = desk.done("pathway diagram watch")

    assert 'care__waiting_["`**waiting**\ncall, 3 d`"]' in page
    assert "**treated**\nassess, 14 d\nand 1 to know`" in page
    assert (
        "**in any state**\nSTOP high-calcium\nask-onset, 1 d\nask-calcium, 30 d\nvisit-soon, 1 d before"
        in page
    )


def test_a_box_for_each_track_stands_to_the_right_of_the_one_before(desk: Desk) -> None:
    assert "care_ ~~~ search_ ~~~ anytime_" in drawn(desk, "watch")


def test_a_picture_is_drawn_without_a_browser_in_its_own_size(desk: Desk) -> None:
    desk.done(f"pathway diagram watch --out {desk.folder}/watch.svg")
    picture = (desk.folder / "watch.svg").read_text()

    root = parsed(picture)
    assert float(root.get("width", "0")) > float(root.get("height", "0")) > 100
    assert "What is done" in texts(picture)
    assert "start-treatment" in texts(picture)
    assert picture == desk.done("pathway diagram watch --format svg")
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", picture)


def test_the_way_of_a_patient_is_drawn_by_the_id_alone(patient: Desk) -> None:
    patient.done("advance P-1 start-treatment first_dose=2026-11-05 sampled=yes --at 2026-11-05")
    way = patient.done("pathway diagram watch --patient P-1")
    picture = patient.done("pathway diagram watch --patient P-1 --format svg")

    assert "P-1 on 2026-11-10" in way
    assert "**treated**\nhere since 2026-11-05\n" in way
    assert "linkStyle 1 stroke" in way
    assert "Lovelace" not in way + picture
    found = boxes(picture)
    assert "here" in found["care__treated_"].split()
    assert "been" in found["care__waiting_"].split()
    assert "here" in found["search__idle_"].split()
    assert not {"here", "been"} & set(found["care__over_"].split())


def test_a_step_that_was_withdrawn_is_no_part_of_the_way(patient: Desk) -> None:
    patient.done("advance P-1 start-looking --at 2026-11-05")
    assert "linkStyle" in patient.done("pathway diagram watch --patient P-1")
    patient.done("withdraw P-1:2 --because 'of another patient' --yes")

    way = patient.done("pathway diagram watch --patient P-1")
    assert "linkStyle" not in way
    assert "**idle**\nhere since 2026-11-01" in way


def test_a_patient_is_drawn_on_the_version_they_are_on(patient: Desk) -> None:
    said = patient.refused(f"pathway diagram {WATCH} --patient P-1", 2)

    assert "drawn on the version that P-1 is on" in said
    assert "P-1 is not on knee, but on watch: " in patient.refused("pathway diagram knee --patient P-1", 3)


def test_a_picture_that_cannot_be_written_is_a_sentence(desk: Desk) -> None:
    assert "Cannot write" in desk.refused(f"pathway diagram watch --out {desk.folder}/nowhere/watch.svg", 2)


@pytest.mark.parametrize("name", ["watch.png", "watch.PDF"])
def test_no_text_is_written_under_the_name_of_another_kind_of_picture(desk: Desk, name: str) -> None:
    file = desk.folder / name

    said = desk.refused(f"pathway diagram watch --out {file}", 2)

    assert f"A picture is drawn as SVG: call it {file.with_suffix('.svg')}" in said
    assert not file.exists()
    desk.done(f"pathway diagram watch --out {file} --format svg")
    assert file.read_text().startswith("<svg")


@pytest.mark.parametrize("file", shipped(), ids=lambda file: file.stem)
def test_every_pathway_that_ships_can_be_drawn(file: Path) -> None:
    pathway = read_file(file)
    picture = svg("\n".join(mermaid(pathway)))

    assert pathway.name in texts(picture)
    for track in pathway.tracks:
        for state in track.states:
            assert state.name in texts(picture)


@pytest.mark.parametrize(
    "text",
    ['A "stone"', "A `stone` & more", "end; %% of <b>it</b>", "#quot; #", "[stone](x) **b** _i_", "50% -->"],
)
def test_no_text_of_a_pathway_can_break_the_picture(text: str) -> None:
    content = WATCH.read_text().replace("say: What is done", f"say: {text!r}")
    content = content.replace("title: A pathway of the tests", f"title: {text!r}")

    picture = svg("\n".join(mermaid(read(content))))

    assert "start-treatment" in texts(picture)
    assert "<b>" not in picture
