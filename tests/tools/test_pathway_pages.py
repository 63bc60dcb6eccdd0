"""The pages of the pathways say what the pathways say, and nothing of it is left out."""

from functools import cache
from pathlib import Path

import pytest

from pathways.reading import read_file
from pathways.story_files import shipped
from tools.pathway_pages import FOLDER, pathway_pages


@cache
def pages() -> dict[str, str]:
    return pathway_pages()


def test_the_index_leads_to_a_page_of_each_pathway_and_names_every_part() -> None:
    index = pages()[f"{FOLDER}/README.md"]

    for file in shipped():
        assert f"[{file.stem}]({file.stem}.md)" in index
        for part in read_file(file).parts:
            assert f"| `{part.name}` |" in index


@pytest.mark.parametrize("file", shipped(), ids=lambda file: file.stem)
def test_a_page_has_every_state_event_prompt_warning_score_and_source(file: Path) -> None:
    pathway, page = read_file(file), pages()[f"{FOLDER}/{file.stem}.md"]

    for track in pathway.tracks:
        assert all(f"### {state.name}" in page for state in track.states)
        assert all(f"`{step.event}` leads to `{step.to}`" in page for step in track.transitions)
    names = [
        *(rule.id for rule in pathway.rules),
        *(banner.id for banner in pathway.banners),
        *(score.name for score in pathway.scores),
        *(each.id for each in pathway.disputed),
    ]
    assert [name for name in names if f"  - `{name}`" not in page] == []
    assert [each.id for each in pathway.sources if f"| `{each.id}` |" not in page] == []
    assert [each.id for each in pathway.assurances if f"**name** {each.id}" not in page] == []


@pytest.mark.parametrize("file", shipped(), ids=lambda file: file.stem)
def test_a_page_has_its_picture_and_says_that_nobody_has_approved_it(file: Path) -> None:
    page = pages()[f"{FOLDER}/{file.stem}.md"]

    assert f"({file.stem}.svg)" in page
    assert pages()[f"{FOLDER}/{file.stem}.svg"].startswith("<svg ")
    assert "not approved by a clinician" in page


def test_what_nobody_has_read_is_loud_wherever_it_is_named() -> None:
    page = pages()[f"{FOLDER}/immune-pns.md"]

    assert "ivig-label (UNVERIFIED)" in page
    assert "(unverified)" not in page
    assert "**UNVERIFIED**: its text was not seen: verify it before relying on it" in page
