"""Every story of every shipped pathway is played, and between them they touch nearly all a pathway says."""

from functools import cache
from pathlib import Path

import pytest

from pathways.built_in import RULES
from pathways.model import Pathway
from pathways.reading import read_file
from pathways.stories import Played, Story
from pathways.story_coverage import KINDS, coverage
from pathways.story_files import shipped, stories_of
from pathways.story_results import StoryResult, played

LEAST = 90  # percent of each kind of thing
FILES = shipped()
STORIES = [(file, story) for file in FILES for story in stories_of(file)]


@cache
def pathway(file: Path) -> Pathway:
    return read_file(file)


@cache
def outcome(file: Path, title: str) -> tuple[StoryResult, Played | None]:
    story = next(story for there, story in STORIES if (there, story.title) == (file, title))
    return played(pathway(file), story)


def outcomes(file: Path) -> list[Played]:
    found = (outcome(file, story.title)[1] for there, story in STORIES if there == file)
    return [each for each in found if each]


@pytest.mark.parametrize(
    ("file", "story"), [pytest.param(*each, id=f"{each[0].stem}: {each[1].title}") for each in STORIES]
)
def test_a_story_goes_as_it_is_told(file: Path, story: Story) -> None:
    found, _ = outcome(file, story.title)

    assert found.as_told, "\n".join([found.problem, *map(str, found.differences)])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_two_stories_of_a_pathway_have_one_name(file: Path) -> None:
    titles = [story.title for there, story in STORIES if there == file]

    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_stories_touch_nearly_all_of_a_pathway(file: Path, kind: str) -> None:
    found = next(each for each in coverage(pathway(file), outcomes(file)) if each.kind == kind)

    assert found.percent >= LEAST, f"of {found.kind} no story touches {', '.join(found.untouched)}"


def test_what_every_pathway_has_is_prompted_in_some_story() -> None:
    touched = {rule for file in FILES for each in outcomes(file) for rule in each.rules}

    assert RULES.keys() <= touched
