"""What stories touch of a pathway, and what is said of what none of them does."""

from pathlib import Path

import pytest

from pathways.errors import NotFound
from pathways.reading import read
from pathways.stories import read_stories
from pathways.story_coverage import KINDS, Coverage
from pathways.story_files import LARGEST, StoryFileRejected, beside, pathway_file, shipped, stories_of
from pathways.story_results import FileResult, file_result, missing, played, unexpected

PATHWAY = """\
pathway: knee
title: A knee
version: 3
review: submitted
sources: {us: {title: Made up, weight: default}}
facts:
  swollen: {type: yes-no, ask: Is it swollen?}
  scan: {type: date, many: true, ask: When is the scan?}
tracks:
  knee:
    start: new
    states: {new: {}, seen: {}, healed: {end: true}}
    transitions:
      - {event: see, from: new, to: seen, needs: [swollen]}
      - {event: heal, from: [new, seen], to: healed}
exits: [moved, died]
prompts:
  - id: look
    say: Look
    tier: due
    for: clinician
    while: {knee: new}
    due: 1 day
    source: us
    then: [{after: 1 day, tell: coordinator}, {after: 3 days, tell: lead}]
  - id: call
    say: Call
    tier: due
    for: coordinator
    while: {knee: seen}
    due: 7 days
    every: 7 days
    source: us
banners: [{id: mind, say: Mind the knee, when: swollen, source: us}]
otherwise: {say: Decide, for: clinician, every: 7 days, source: us}
"""
HEAD = """\
| day | what happens | new | gone | overdue | banners | told |
| --- | --- | --- | --- | --- | --- | --- |
"""
BEGINS = "Begins 2026-03-02 in Europe/London."


def result(*stories: str, least: int = 90) -> FileResult:
    text = "".join(
        f"## {number}\n\nBegins 2026-03-02 in Europe/London.\n\n{HEAD}{rows}\n"
        for number, rows in enumerate(stories)
    )
    pathway = read(PATHWAY)
    found = [played(pathway, story) for story in read_stories(text)]
    return file_result(Path("knee.yaml"), pathway, found, least=least)


def touched(found: FileResult, kind: str) -> Coverage:
    return next(each for each in found.coverage if each.kind == kind)


def test_of_each_kind_it_is_said_what_no_story_touches() -> None:
    found = result("| 0 | enrol | look | | | | |\n| 3 | | | | | | |")

    assert [each.kind for each in found.coverage] == list(KINDS)
    assert {each.kind: each.untouched for each in found.coverage} == {
        "states": ("knee.seen", "knee.healed"),
        "transitions": ("see from new", "heal from new", "heal from seen"),
        "refusals": ("see",),
        "prompts": ("call",),
        "escalations": ("look tells lead after 3 days",),
        "repeats": ("call",),
        "banners": ("mind",),
        "exits": ("moved", "died"),
    }
    assert (touched(found, "escalations").touched, touched(found, "escalations").percent) == (1, 50)


def test_stories_touch_together_and_nothing_less_is_enough() -> None:
    first = """\
| 0 | enrol | look | | | | |
| 6 | | | | | | |
| 7 | refused see; see swollen=yes | call | look withdrawn | | | |
| 8 | done call | call (2) | call done | | | |
| 9 | heal | otherwise | call withdrawn | | | |
| 10 | close moved | | otherwise left | | | |"""
    second = "| 0 | enrol | look | | | | |\n| 1 | heal | otherwise | look withdrawn | | | |"

    almost = result(first, second)

    assert [each.kind for each in almost.coverage if each.untouched] == ["exits"]
    assert (almost.passed, almost.too_little) == (False, ("exits",))
    assert result(first, second, least=50).passed
    assert result(first, f"{second}\n| 2 | close died | | otherwise left | | | |", least=100).passed


def test_of_nothing_all_is_touched_and_a_percentage_is_rounded_down() -> None:
    found = result(
        "| 0 | enrol swollen=yes; see | call | | | mind | |\n| 9 | close died | | call left | | | |"
    )

    assert touched(found, "states").percent == 66
    nothing = result("| 0 | enrol | look | | | | |").coverage
    assert all(each.percent == 100 for each in nothing if not each.there)


def test_a_step_that_tells_nobody_in_time_is_not_touched() -> None:
    in_time = result(
        "| 0 | enrol | look | | | | |\n| 1 | done look | otherwise | look done | | | |\n| 9 | | | | | | |"
    )

    assert touched(in_time, "escalations").touched == 0


def test_a_story_that_differs_says_what_was_missing_and_what_nobody_expected() -> None:
    found = result("| 0 | enrol | call, look | | none | | |\n| 3 | | | look done | | mind | lead look |")

    (story,) = found.stories
    assert not story.as_told
    assert [(each.column, missing(each), unexpected(each)) for each in story.differences] == [
        ("new", ("call",), ()),
        ("gone", ("look done",), ()),
        ("banners", ("mind",), ()),
        ("told", ("lead look",), ("coordinator look",)),
    ]


def test_a_story_that_cannot_be_played_says_why_and_touches_nothing() -> None:
    found = result("| 0 | enrol | look | | | | |\n| 1 | sea | | | | | |")

    (story,) = found.stories
    assert story.line == 8
    assert "Did you mean 'see'" in story.problem
    assert touched(found, "prompts").touched == 0


def test_stories_lie_beside_their_pathway(tmp_path: Path) -> None:
    file = tmp_path / "knee.yaml"
    file.write_text(PATHWAY)
    beside(file).write_text(
        f"## One\n\nBegins 2026-03-02 in Europe/London.\n\n{HEAD}| 0 | enrol | | | | | |\n"
    )

    assert pathway_file(str(file)) == file
    assert [story.title for story in stories_of(file)] == ["One"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", ":1: no story begins here"),
        (b"## One\n\nBegins today in Europe/London.\n", ":3: 'today' is not a day"),
        (b"## One\n\xff", ":2: the file is not UTF-8"),
        (b" " * (LARGEST + 1), ":1: the file is larger than 1 MiB"),
        (
            b"## One\nBegins 2026-03-02 in Europe/London.\nAgainst: the flood.\n|",
            ":3: 'the flood' is not the id",
        ),
    ],
)
def test_a_file_of_stories_that_cannot_be_read_says_the_line(
    tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "knee.yaml"
    beside(file).write_bytes(content)

    with pytest.raises(StoryFileRejected) as rejected:
        stories_of(file)

    assert f"{beside(file)}{says}" in str(rejected.value)


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="Cannot read the stories in"):
        stories_of(tmp_path / "knee.yaml")
    with pytest.raises(NotFound, match="did you mean `immune-pns`"):
        pathway_file("imune-pns")
    with pytest.raises(NotFound, match="is a folder; name the file of a pathway in it"):
        pathway_file(str(tmp_path))


def test_what_is_no_pathway_does_not_ship_as_one() -> None:
    assert "immune-pns" in {file.stem for file in shipped()}
    assert "hazards" not in {file.stem for file in shipped()}


def test_a_story_names_the_hazards_it_stands_against() -> None:
    (story,) = read_stories(
        f"## One\n\n{BEGINS}\nAgainst: c2, c9.\nAgainst: wrong-clock\n\n{HEAD}| 0 | enrol | | | | | |\n"
    )

    assert story.against == ("c2", "c9", "wrong-clock")
