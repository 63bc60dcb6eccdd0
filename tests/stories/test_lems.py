"""What holds for lems beyond its stories, and that its explanation speaks of what is there."""

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
EXPLAINED = (ROOT / "docs" / "explanation" / "lems.md").read_text(encoding="utf-8")
STORIES = read_stories((LIBRARY / "lems.stories.md").read_text(encoding="utf-8"))
WOMAN_AT_FIVE: dict[str, object] = {
    "age_at_onset": 50.0,
    "smoking": "current",
    "weight_loss": 5.0,
    "bulbar": True,
    "sex": "female",
    "erectile_dysfunction": True,
    "karnofsky": 69.0,
}


@cache
def lems() -> Pathway:
    return read_file(LIBRARY / "lems.yaml")


def spoken() -> list[str]:
    """Return every sentence that a person is shown."""
    steps = [step for track in lems().tracks for step in track.transitions]
    return [
        *(rule.say for rule in (*lems().rules, lems().otherwise)),
        *(banner.say for banner in lems().banners),
        *(fact.ask for fact in lems().facts),
        *(step.say for step in steps),
        *(should.otherwise for step in steps for should in step.should),
    ]


def totals(score: str, known: dict[str, object]) -> tuple[int, ...]:
    judge = judge_of(lems())
    recorded = {f"known.{fact.name}": fact.name in known for fact in lems().facts}
    return judge.totals(score, judge.view(known | recorded))


def band(total: int) -> str:
    return next(score for score in lems().scores if score.name == "delta_p").band(total)


def test_a_woman_scores_five_at_most_and_a_man_six() -> None:
    assert totals("delta_p", WOMAN_AT_FIVE) == (5,)
    assert totals("delta_p", WOMAN_AT_FIVE | {"sex": "male"}) == (6,)


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("age_at_onset", 49.0),
        ("smoking", "former"),
        ("smoking", "never"),
        ("weight_loss", 4.9),
        ("bulbar", False),
        ("erectile_dysfunction", False),
        ("karnofsky", 70.0),
    ],
)
def test_each_item_gives_one_point_and_just_below_its_limit_none(item: str, value: object) -> None:
    man = WOMAN_AT_FIVE | {"sex": "male"}

    assert totals("delta_p", man | {item: value}) == (5,)


@pytest.mark.parametrize("item", [name for name in WOMAN_AT_FIVE if name != "sex"])
def test_an_item_that_is_not_known_leaves_two_totals_and_is_called_missing(item: str) -> None:
    known = {name: value for name, value in (WOMAN_AT_FIVE | {"sex": "male"}).items() if name != item}

    assert totals("delta_p", known) == (5, 6)
    assert totals("delta_p_missing", known) == (1,)


def test_in_a_woman_the_erectile_item_is_not_missing() -> None:
    known = {name: value for name, value in WOMAN_AT_FIVE.items() if name != "erectile_dysfunction"}

    assert totals("delta_p", known) == (5,)
    assert totals("delta_p_missing", known) == (0,)


@pytest.mark.parametrize(
    ("total", "first", "ahead"),
    [
        (0, "0%", "0%"),
        (1, "2.6%", "18.8%"),
        (2, "about 45% (2011, unverified)", "45%"),
        (3, "about 84% (2011, unverified)", "55.5%"),
        (4, "93.5%", "85.7%"),
        (5, "96.6%", "87.5%"),
        (6, "100%", "100%"),
    ],
)
def test_each_total_tells_the_numbers_of_both_series(total: int, first: str, ahead: str) -> None:
    assert first in band(total)
    assert f"{ahead} (2020)" in band(total)


def test_the_direction_of_the_sensitivity_is_said_and_that_it_holds_for_both_classes() -> None:
    warnings = [text for text in spoken() if "sensitivity" in text]

    assert len(warnings) >= 3
    assert not [text for text in warnings if "ncreased" not in text or "both classes" not in text]
    assert not [text for text in spoken() if "altered" in text.lower()]


def test_every_dose_stands_in_a_prompt_that_knows_the_region() -> None:
    doses = [rule for rule in lems().rules if re.search(r"\d ?mg\b", rule.say)]

    assert {rule.id for rule in doses} == {"dose-eu", "dose-eu-impaired", "dose-us"}
    assert not [rule.id for rule in doses if rule.when is None or "region" not in rule.when.names]


def test_nothing_asks_about_the_csf() -> None:
    assert not [text for text in spoken() if re.search(r"\bcsf\b|cerebrospinal", text, re.IGNORECASE)]
    assert "csf-prognosis" in {each.id for each in lems().disputed}


def test_the_word_that_oncology_uses_for_checkpoint_inhibitors_is_never_said() -> None:
    assert not [text for text in spoken() if "immunotherap" in text.lower()]


def test_what_a_prompt_or_banner_says_is_read_at_a_glance() -> None:
    said = [rule.say for rule in lems().rules if not rule.part]
    said += [banner.say for banner in lems().banners if not banner.part]

    assert not [text for text in said if len(text) >= 80]


def test_every_fact_has_its_question() -> None:
    assert not [fact.name for fact in lems().facts if not fact.ask.endswith("?")]


def test_information_is_never_escalated_and_all_else_reaches_the_lead() -> None:
    for rule in lems().rules:
        told = {each.tell for each in rule.then}

        assert (rule.tier == "info") == (not told and rule.role != "lead"), rule.id
        assert rule.tier == "info" or rule.role == "lead" or "lead" in told, rule.id


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_on_every_line_of_a_story_something_dated_lies_ahead_until_the_patient_leaves(story: Story) -> None:
    recorder = Recorder(lems(), story)
    for row in story.rows:
        for action in row.actions:
            recorder.act(action, row.when, recorder.moment(row.when, noon=True))
        standing = follow(lems(), recorder.entries)
        dated = [prompt for prompt in standing.prompts.values() if prompt.due_at is not None]

        assert standing.exit or [prompt for prompt in dated if prompt.tier != "info"], row.line


def test_the_ids_that_the_explanation_names_are_in_the_file() -> None:
    there = {
        *(rule.id for rule in lems().rules),
        *(banner.id for banner in lems().banners),
        *(score.name for score in lems().scores),
        *(step.event for track in lems().tracks for step in track.transitions),
    }

    assert not set(re.findall(r"`([a-z0-9_-]+)`", EXPLAINED)) - there


def test_every_prompt_and_banner_of_its_own_is_explained() -> None:
    named = set(re.findall(r"`([a-z0-9_-]+)`", EXPLAINED))
    own = {rule.id for rule in lems().rules if not rule.part}
    own |= {banner.id for banner in lems().banners if not banner.part}

    assert not own - named
