"""What holds for carcinoid beyond its stories, and that its explanation speaks of what is there."""

import re
from functools import cache

import pytest

from pathways.conditions import judge_of
from pathways.follow import follow
from pathways.model import Pathway
from pathways.reading import read_file
from pathways.stories import Story, read_stories
from pathways.story_entries import Recorder
from tests.modules import ROOT

LIBRARY = ROOT / "pathways" / "library"
EXPLAINED = (ROOT / "docs" / "explanation" / "carcinoid.md").read_text(encoding="utf-8")
STORIES = read_stories((LIBRARY / "carcinoid.stories.md").read_text(encoding="utf-8"))
IMMUNE = r"immun|antibod|ivig|rituximab|methylprednisolone|plasma exchange|checkpoint"


@cache
def carcinoid() -> Pathway:
    return read_file(LIBRARY / "carcinoid.yaml")


def spoken() -> list[str]:
    """Return every sentence that a person is shown."""
    steps = [step for track in carcinoid().tracks for step in track.transitions]
    return [
        *(rule.say for rule in (*carcinoid().rules, carcinoid().otherwise)),
        *(banner.say for banner in carcinoid().banners),
        *(fact.ask for fact in carcinoid().facts),
        *(step.say for step in steps),
        *(should.otherwise for step in steps for should in step.should),
    ]


@pytest.mark.parametrize(
    ("known", "enough"),
    [(("hiaa", "cga"), True), (("hiaa",), False), (("cga",), False), ((), False)],
    ids=["both", "5-HIAA alone", "chromogranin A alone", "neither"],
)
def test_the_first_dose_wants_both_tests(known: tuple[str, ...], enough: bool) -> None:
    steps = [step for track in carcinoid().tracks for step in track.transitions]
    first = next(step for step in steps if step.event == "start-first-line")
    both = next(should.that for should in first.should if "both" in should.otherwise)
    judge = judge_of(carcinoid())

    assert (
        judge.judge(both, judge.view({f"known.{each}": each in known for each in ("hiaa", "cga")})) is enough
    )


@pytest.mark.parametrize(("rule", "wanted"), [("urine-5hiaa", "hiaa"), ("chromogranin-a", "cga")])
def test_each_test_is_asked_for_whatever_the_other_says(rule: str, wanted: str) -> None:
    asking = next(each for each in carcinoid().rules if each.id == rule)

    assert wanted in asking.needs
    assert asking.when is None


def test_no_sentence_promises_that_a_crisis_is_prevented() -> None:
    promises = re.compile(r"prevent|protect|avoid(s|ed)? (a |the )?cris", re.IGNORECASE)

    assert not [text for text in spoken() if promises.search(text)]


def test_that_octreotide_prevents_a_crisis_is_kept_as_disputed_with_its_caution() -> None:
    claim = next(each for each in carcinoid().disputed if each.id == "octreotide-prevents-crisis")

    assert "30%" in claim.caution
    assert "24%" in claim.caution


def test_nothing_of_immune_syndromes_is_said() -> None:
    assert not [text for text in spoken() if re.search(IMMUNE, text, re.IGNORECASE)]


def test_what_a_prompt_or_banner_says_is_read_at_a_glance() -> None:
    said = [rule.say for rule in carcinoid().rules if not rule.part]
    said += [banner.say for banner in carcinoid().banners if not banner.part]

    assert not [text for text in said if len(text) >= 80]


def test_every_fact_has_its_question() -> None:
    assert not [fact.name for fact in carcinoid().facts if not fact.ask.endswith("?")]


def test_information_is_never_escalated_and_all_else_reaches_the_lead() -> None:
    for rule in carcinoid().rules:
        told = {each.tell for each in rule.then}

        assert (rule.tier == "info") == (not told and rule.role != "lead"), rule.id
        assert rule.tier == "info" or rule.role == "lead" or "lead" in told, rule.id


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_on_every_line_of_a_story_something_dated_lies_ahead_until_the_patient_leaves(story: Story) -> None:
    recorder = Recorder(carcinoid(), story)
    for row in story.rows:
        for action in row.actions:
            recorder.act(action, row.when, recorder.moment(row.when, noon=True))
        standing = follow(carcinoid(), recorder.entries)
        dated = [prompt for prompt in standing.prompts.values() if prompt.due_at is not None]

        assert standing.exit or [prompt for prompt in dated if prompt.tier != "info"], row.line


def test_the_ids_that_the_explanation_names_are_in_the_file() -> None:
    there = {
        *(rule.id for rule in carcinoid().rules),
        *(banner.id for banner in carcinoid().banners),
        *(step.event for track in carcinoid().tracks for step in track.transitions),
    }

    assert not set(re.findall(r"`([a-z0-9_-]+)`", EXPLAINED)) - there


def test_every_prompt_and_banner_of_its_own_is_explained() -> None:
    named = set(re.findall(r"`([a-z0-9_-]+)`", EXPLAINED))
    own = {rule.id for rule in carcinoid().rules if not rule.part}
    own |= {banner.id for banner in carcinoid().banners if not banner.part}

    assert not own - named
