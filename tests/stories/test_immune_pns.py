"""What holds for immune-pns beyond its stories, and that its explanation speaks of what is there."""

import re
from functools import cache

from pathways.follow import outlook
from pathways.model import Pathway, Rule
from pathways.reading import read_file
from pathways.stories import read_stories
from pathways.story_entries import Recorder
from tests.modules import ROOT

LIBRARY = ROOT / "pathways" / "library"
EXPLAINED = (ROOT / "docs" / "explanation" / "immune-pns.md").read_text(encoding="utf-8")
STORIES = read_stories((LIBRARY / "immune-pns.stories.md").read_text(encoding="utf-8"))
BY_TITLE = {story.title: story for story in STORIES}


@cache
def immune_pns() -> Pathway:
    return read_file(LIBRARY / "immune-pns.yaml")


def rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in immune_pns().rules}


def test_a_correction_of_the_first_dose_moves_the_due_day_and_keeps_that_the_prompt_was_seen() -> None:
    story = BY_TITLE["A corrected first dose moves what is counted from it"]
    recorder = Recorder(immune_pns(), story)
    due_on, seen = [], []
    for row in story.rows[:3]:
        for action in row.actions:
            recorder.act(action, row.when, recorder.moment(row.when, noon=True))
        prompt = outlook(immune_pns(), recorder.standing()).prompts["reassess-at-two-weeks"]
        due_on.append(str(prompt.due_on))
        seen.append(prompt.acknowledged_at)

    assert due_on == ["2026-03-16", "2026-03-16", "2026-03-17"]
    assert seen[0] is None
    assert seen[1] is not None
    assert seen[2] == seen[1]


def test_every_prompt_and_banner_is_explained() -> None:
    named = set(re.findall(r"`([a-z0-9-]+)`", EXPLAINED))
    every = {*rules(), *(banner.id for banner in immune_pns().banners)}

    assert not every - named
