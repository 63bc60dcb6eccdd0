"""The list of hazards: read with its places, and matched with what stands against each of them."""

from pathlib import Path

import pytest

from pathways.controls import controls, strays
from pathways.errors import NotFound
from pathways.hazards import hazards_in, read_hazards
from pathways.problems import PathwayFileRejected
from pathways.reading import read
from pathways.stories import read_stories

TEST = "tests/cli/test_late.py::test_a_late_note_disturbs_nothing"
HAZARDS = f"""\
hazards:
  - id: forgotten
    severity: A
    say: Nobody looks
    control: Somebody is asked
    tests: {TEST}
  - {{id: mistaken, severity: B, say: The word is read twice, control: One word}}
  - {{id: alone, severity: C, say: Nothing stands against it, control: Nothing yet}}
"""
PATHWAY = """\
pathway: knee
title: A knee
version: 1
review: submitted
sources: {us: {title: Made up, weight: default}}
facts: {swollen: {type: yes-no, ask: Is it swollen?}}
tracks:
  knee: {start: new, states: {new: {}, seen: {end: true}}, transitions: [{event: see, from: new, to: seen}]}
exits: [moved]
prompts:
  - {id: look, say: Look, tier: due, for: clinician, while: {knee: new}, due: 1 day, source: us}
banners: [{id: mind, say: Mind the knee, when: swollen, source: us}]
otherwise: {say: Decide, for: clinician, every: 7 days, source: us}
assurances:
  - {id: looked-at, say: A new knee is looked at, against: forgotten, asked: look, when: knee == "new"}
  - {id: quiet, say: Then quiet, against: [mistaken, nothing], never: [look, mind], when: knee == "seen"}
"""
STORIES = """\
## A knee

Begins 2026-03-02 in Europe/London.
Against: forgotten, elsewhere.

| day | what happens | new | gone | overdue | banners |
| --- | --- | --- | --- | --- | --- |
| 0 | enrol | look | | | |
"""


def said(text: str) -> str:
    with pytest.raises(PathwayFileRejected) as rejected:
        hazards_in(text, "hazards.yaml")
    return str(rejected.value)


def test_a_hazard_has_its_severity_its_control_and_its_tests() -> None:
    forgotten, mistaken, _ = hazards_in(HAZARDS)

    assert (forgotten.id, forgotten.severity, forgotten.control) == ("forgotten", "A", "Somebody is asked")
    assert forgotten.tests == (TEST,)
    assert mistaken.tests == ()


def test_everything_wrong_with_the_hazards_is_told_at_once_each_at_its_place() -> None:
    wrong = HAZARDS.replace("severity: B", "severity: D").replace("id: alone", "id: forgotten")
    wrong = wrong.replace(TEST, "late").replace("control: Nothing", "contrl: Nothing")

    assert said(wrong).splitlines() == [
        f"hazards.yaml:6:12: `late` is not the name of a test; name one such as `{TEST}`",
        "hazards.yaml:7:30: `D` is not a severity; write one of `A`, `B`, `C`",
        "hazards.yaml:8:10: `forgotten` is the id of another hazard; choose another id",
        "hazards.yaml:8:66: `contrl` is not a key of a hazard; did you mean `control`?",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        ("hazards: [", "this is not YAML"),
        ("hazards: {}", "a list"),
        ("perils: []", "`perils` is not a key of a file of hazards"),
        (HAZARDS + "---\n" + HAZARDS, "a second document begins here"),
        ("hazards:\n  - &one {id: x}\n  - *one\n", "cannot be used in a pathway"),
        ("hazards:\n  - just a word\n", "a hazard is written as keys with values"),
    ],
)
def test_a_file_that_holds_no_list_of_hazards_is_refused(text: str, says: str) -> None:
    assert says in said(text)


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="Cannot read"):
        read_hazards(tmp_path / "none.yaml")


def test_assurances_and_stories_stand_against_the_hazards_they_name() -> None:
    forgotten, mistaken, alone = controls(
        hazards_in(HAZARDS), [read(PATHWAY)], {"knee": read_stories(STORIES)}
    )

    (of,) = forgotten.pathways
    assert (of.pathway, of.stories) == ("knee", ("A knee",))
    assert [(each.id, each.prompts) for each in of.assurances] == [("looked-at", ("look",))]
    assert [each.prompts for of in mistaken.pathways for each in of.assurances] == [("look", "mind")]
    assert (forgotten.shown, mistaken.shown, alone.shown) == (True, True, False)


def test_what_stands_against_no_hazard_is_named() -> None:
    found = strays(hazards_in(HAZARDS), [read(PATHWAY)], {"knee": read_stories(STORIES)})

    assert [(each.where, each.against) for each in found] == [
        ("assurance quiet", "nothing"),
        ("story on line 1", "elsewhere"),
    ]
