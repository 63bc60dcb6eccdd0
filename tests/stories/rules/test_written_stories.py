"""The stories of the rules that are written as tables: `<name>.stories.md` is played on `<name>.yaml`."""

import re
from pathlib import Path

import pytest

from pathways.follow import follow
from pathways.model import Pathway
from pathways.reading import read_file
from pathways.stories import Story, play, read_stories
from pathways.story_entries import Recorder
from tests.stories.rules.resuming import Resumed

HERE = Path(__file__).parent
RULES = HERE.parents[2] / "docs" / "reference" / "rules.md"


STORIES = pytest.mark.parametrize(
    ("pathway", "story"),
    [
        pytest.param(
            read_file(path.with_name(path.name.replace(".stories.md", ".yaml"))), story, id=story.title
        )
        for path in sorted(HERE.glob("*.stories.md"))
        for story in read_stories(path.read_text(encoding="utf-8"))
    ],
)


@STORIES
def test_on_each_day_of_a_story_there_is_what_the_rule_says(pathway: Pathway, story: Story) -> None:
    played = play(pathway, story)

    assert not played.mismatches, "\n".join(map(str, played.mismatches))


@STORIES
def test_at_each_row_of_a_story_a_resumed_standing_equals_one_folded_from_the_start(
    pathway: Pathway, story: Story
) -> None:
    recorder = Recorder(pathway, story)
    resumed = Resumed(pathway)
    for row in story.rows:
        now = recorder.moment(row.when, noon=True)
        for action in row.actions:
            recorder.act(action, row.when, now)
        resumed.goes_on(recorder.entries)

        assert resumed.standing == follow(pathway, recorder.entries), row.line


def test_every_rule_has_a_story_of_its_own() -> None:
    rules = re.findall(r"^\*\*(R\d+[a-z]?)\.", RULES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    headings = [
        story.title.split()[0]
        for path in HERE.glob("*.stories.md")
        for story in read_stories(path.read_text(encoding="utf-8"))
    ]

    assert len(rules) > 30
    assert sorted(set(rules)) == sorted(set(headings))
