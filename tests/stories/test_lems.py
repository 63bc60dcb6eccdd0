"""What holds for lems beyond its stories, and that its explanation speaks of what is there."""

import re
from functools import cache

import pytest

from pathways.conditions import judge_of
from pathways.model import Pathway
from pathways.reading import read_file
from pathways.stories import read_stories
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
