"""What holds for dermatomyositis beyond its stories: the stratum, the drugs, and what it leaves out."""

from collections.abc import Mapping
from functools import cache

import pytest

from pathways.conditions import judge_of
from pathways.model import Fact, Pathway
from pathways.reading import read_file
from pathways.scores import Score
from tests.modules import ROOT

NO_FACTOR = {
    "subtype": "other",
    "myositis_antibody": "none",
    "age_at_onset": 40.0,
    "dysphagia": "mild",
    "skin_necrosis": False,
    "persistent_activity": False,
    "sex": "female",
}
HIGH = (
    {"subtype": "dermatomyositis"},
    {"myositis_antibody": "tif1-gamma"},
    {"myositis_antibody": "nxp2"},
    {"age_at_onset": 40.5},
    {"persistent_activity": True},
    {"dysphagia": "moderate"},
    {"dysphagia": "severe"},
    {"skin_necrosis": True},
)
MODERATE = (
    {"subtype": "amyopathic"},
    {"subtype": "polymyositis"},
    {"subtype": "necrotising"},
    {"myositis_antibody": "sae"},
    {"myositis_antibody": "hmgcr"},
    {"myositis_antibody": "mi2"},
    {"myositis_antibody": "mda5"},
    {"sex": "male"},
)


@cache
def dermatomyositis() -> Pathway:
    return read_file(ROOT / "pathways" / "library" / "dermatomyositis.yaml")


def strata(*known: Mapping[str, object]) -> set[str]:
    """Name the strata still possible."""
    judge = judge_of(dermatomyositis())
    facts = {name: value for each in known for name, value in each.items()}
    told = {f"known.{name}": True for name in facts}
    unknown = {f"known.{name}": False for name in (*NO_FACTOR, "response") if name not in facts}
    return {
        score("stratum").band(total) for total in judge.totals("stratum", judge.view(unknown | told | facts))
    }


def score(name: str) -> Score:
    return next(each for each in dermatomyositis().scores if each.name == name)


def fact(name: str) -> Fact:
    return next(each for each in dermatomyositis().facts if each.name == name)


def test_without_any_factor_the_stratum_is_standard() -> None:
    assert strata(NO_FACTOR) == {"standard"}


@pytest.mark.parametrize("factor", HIGH, ids=str)
def test_one_high_risk_factor_makes_the_stratum_moderate(factor: dict[str, object]) -> None:
    assert strata(NO_FACTOR, factor) == {"moderate"}


@pytest.mark.parametrize("factor", HIGH[1:], ids=str)
def test_two_high_risk_factors_make_it_high(factor: dict[str, object]) -> None:
    assert strata(NO_FACTOR, HIGH[0], factor) == {"high"}


@pytest.mark.parametrize("factor", MODERATE, ids=str)
def test_one_moderate_factor_alone_changes_nothing(factor: dict[str, object]) -> None:
    assert strata(NO_FACTOR, factor) == {"standard"}


@pytest.mark.parametrize("factor", MODERATE[:-1], ids=str)
def test_two_moderate_factors_make_it_moderate(factor: dict[str, object]) -> None:
    assert strata(NO_FACTOR, factor, {"sex": "male"}) == {"moderate"}


def test_moderate_factors_never_make_it_high() -> None:
    assert strata(NO_FACTOR, {"subtype": "amyopathic", "myositis_antibody": "sae", "sex": "male"}) == {
        "moderate"
    }


def test_a_stratum_that_no_missing_result_can_change_is_told_without_it() -> None:
    assert strata({"subtype": "dermatomyositis", "age_at_onset": 52.0}) == {"high"}


def test_a_missing_result_that_can_change_it_leaves_both_strata_open() -> None:
    known = {name: value for name, value in NO_FACTOR.items() if name != "myositis_antibody"}

    assert strata(known, {"subtype": "dermatomyositis"}) == {"moderate", "high"}


def test_activity_despite_treatment_counts_as_no_before_an_assessment_and_is_unknown_after_it() -> None:
    known = {name: value for name, value in NO_FACTOR.items() if name != "persistent_activity"}

    assert strata(known) == {"standard"}
    assert strata(known, {"response": "improved"}) == {"standard"}
    assert strata(known, {"response": "stable"}) == {"standard", "moderate"}


def test_what_is_added_when_refractory_is_the_list_of_the_article() -> None:
    named = {"methotrexate", "cyclophosphamide", "azathioprine", "mycophenolate", "rituximab", "ivig"}

    assert set(fact("second_line_treatment").of) == named | {"other"}


def test_neither_ivig_nor_exchange_can_be_chosen_first() -> None:
    assert fact("first_line_treatment").of == ("prednisolone", "methylprednisolone", "other")


def test_exchange_is_a_choice_nowhere() -> None:
    assert not [each.name for each in dermatomyositis().facts if {"exchange", "plasma-exchange"} & {*each.of}]


def test_what_is_disputed_is_kept_and_asks_for_nothing() -> None:
    pathway = dermatomyositis()
    disputed = {source.id for source in pathway.sources if source.weight == "disputed"}

    assert {claim.id for claim in pathway.disputed} >= {"the-same-search-for-everybody", "ivig-first"}
    assert not [rule.id for rule in pathway.rules if {*rule.source} <= disputed]
