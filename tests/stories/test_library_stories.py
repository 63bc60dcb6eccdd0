"""Every story of every shipped pathway is run, and between them they touch everything a pathway says."""

from functools import cache
from pathlib import Path

import pytest

from pathways.built_in import RULES
from pathways.model import Pathway
from pathways.reading import read_file
from pathways.stories import Played, Story, play, read_stories
from tests.modules import ROOT

LIBRARY = ROOT / "pathways" / "library"
FILES = sorted(LIBRARY.glob("*.yaml"))
STORIES = [
    (file, story)
    for file in FILES
    for story in read_stories(file.with_suffix(".stories.md").read_text(encoding="utf-8"))
]


@cache
def pathway(file: Path) -> Pathway:
    return read_file(file)


@cache
def played(file: Path) -> list[Played]:
    return [play(pathway(file), story) for there, story in STORIES if there == file]


@pytest.mark.parametrize(
    ("file", "story"), [pytest.param(*each, id=f"{each[0].stem}: {each[1].title}") for each in STORIES]
)
def test_a_story_goes_as_it_is_told(file: Path, story: Story) -> None:
    found = play(pathway(file), story)

    assert not found.mismatches, "\n".join(map(str, found.mismatches))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_prompt_is_raised_in_some_story(file: Path) -> None:
    # Not `otherwise`, the net below all others: a file that covers every state never needs it.
    every = {rule.id for rule in pathway(file).rules} | RULES.keys()
    touched = {rule for each in played(file) for rule in each.rules}

    assert not every - touched, f"no story raises {sorted(every - touched)}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_banner_is_shown_in_some_story(file: Path) -> None:
    every = {banner.id for banner in pathway(file).banners}
    touched = {banner for each in played(file) for banner in each.banners}

    assert not every - touched, f"no story shows {sorted(every - touched)}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_transition_is_taken_in_some_story_from_each_state_it_leaves(file: Path) -> None:
    every = {
        (step.event, source)
        for track in pathway(file).tracks
        for step in track.transitions
        for source in step.sources
    }
    touched = {step for each in played(file) for step in each.transitions}

    assert not every - touched, f"no story takes {sorted(every - touched)}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_event_that_needs_something_is_refused_in_some_story(file: Path) -> None:
    guarded = {
        step.event
        for track in pathway(file).tracks
        for step in track.transitions
        if step.needs or step.needs_new or step.should
    }
    refused = {event for each in played(file) for event in each.refused}

    assert not guarded - refused, f"no story sees these refused: {sorted(guarded - refused)}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_exit_is_taken_in_some_story(file: Path) -> None:
    text = file.with_suffix(".stories.md").read_text(encoding="utf-8")
    missing = [reason for reason in pathway(file).exits if f"close {reason}" not in text]

    assert not missing, f"no story closes with {missing}"
