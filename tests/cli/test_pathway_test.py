"""Playing the stories of pathways from the command line."""

import json
import shutil

import pytest

from tests.cli.conftest import WATCH, Desk

STORIES = WATCH.with_suffix(".stories.md").read_text(encoding="utf-8")


@pytest.fixture
def own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A folder with a pathway of one's own and its stories."""
    monkeypatch.chdir(desk.folder)
    shutil.copy(WATCH, desk.folder / "own.yaml")
    (desk.folder / "own.stories.md").write_text(STORIES)
    return desk


def test_stories_that_go_as_told_and_touch_enough_are_fine(own: Desk) -> None:
    said = own.done("pathway test own.yaml").splitlines()

    assert said[0] == "watch, version 1: 2 stories, all as told"
    assert "  prompts      8 of 8  100%" in said


def test_a_story_that_differs_says_the_day_the_column_and_what_was_open_instead(own: Desk) -> None:
    (own.folder / "own.stories.md").write_text(
        STORIES.replace("| 13 | find | assess |", "| 13 | find | call |")
    )

    answer = own("pathway test own.yaml")

    assert answer.code == 5
    assert answer.err == "Error: The stories do not yet show that these are right: watch.\n"
    lines = [line.strip() for line in answer.out.splitlines()]
    assert lines[0] == "watch, version 1: 2 stories, 1 not as told"
    at = lines.index("Story: Somebody waits, is treated, and the calcium is too high")
    assert lines[at + 1] == "own.stories.md:13: day 13 (2026-11-14)"
    assert lines[at + 2 : at + 5] == [
        "new: `call` should have opened, and did not",
        "new: `assess` opened, and nobody expected it",
        "open then: assess, good-to-know, high-calcium",
    ]


def test_stories_that_touch_too_little_are_refused_unless_less_is_asked_for(own: Desk) -> None:
    (own.folder / "own.stories.md").write_text(STORIES.partition("## Somebody dies")[0])

    answer = own("pathway test own.yaml")

    assert answer.code == 5
    assert "too little, 90% wanted" in answer.out
    assert "no story touches: died" in answer.out
    assert own("pathway test own.yaml --least 50").code == 0


@pytest.mark.parametrize(
    ("stories", "says"),
    [
        (None, "Cannot read the stories in"),
        ("nothing", "own.stories.md:1: no story begins here"),
        ("## One\n", "own.stories.md:1: the story does not say when it begins"),
    ],
)
def test_without_stories_that_can_be_read_nothing_is_shown_to_be_right(
    own: Desk, stories: str | None, says: str
) -> None:
    file = own.folder / "own.stories.md"
    file.write_text(stories) if stories else file.unlink()

    answer = own("pathway test own.yaml")

    assert answer.code == 5
    assert "no story was played" in answer.out
    assert says in answer.out


def test_a_pathway_that_is_wrong_does_not_keep_the_others_from_being_played(own: Desk) -> None:
    (own.folder / "wrong.yaml").write_text("pathway: x\n")

    answer = own("pathway test wrong.yaml own.yaml --json")

    wrong, right = json.loads(answer.out)
    assert "a pathway needs `title`" in wrong["problem"]
    assert (wrong["passed"], right["passed"], right["pathway"]) == (False, True, "watch")


def test_what_is_not_there_is_named(desk: Desk) -> None:
    said = desk.refused("pathway test imune-pns", 3)

    assert said == (
        "Error: There is no file imune-pns and no pathway of that name ships; did you mean `immune-pns`?\n"
    )


def test_many_pathways_are_played_by_several_processes_and_come_back_in_order(own: Desk) -> None:
    names = [f"own-{number}" for number in range(5)]
    for name in names:
        shutil.copy(WATCH, f"{name}.yaml")
        shutil.copy("own.stories.md", f"{name}.stories.md")

    answer = own(f"pathway test {' '.join(f'{name}.yaml' for name in names)} --json")

    assert answer.code == 0
    assert [each["file"] for each in json.loads(answer.out)] == [f"{name}.yaml" for name in names]
