"""The scores of the immune pathways: their totals, their worked examples, and what they leave out."""

from datetime import date
from functools import cache
from itertools import product

import pytest

from pathways.conditions import judge_of, timestamp
from pathways.model import Pathway
from pathways.reading import read_file
from pathways.scores import Score, every_total
from tests.modules import ROOT

LIBRARY = ROOT / "pathways" / "library"

HIGH = (
    "limbic-encephalitis",
    "cerebellar",
    "sensory-neuronopathy",
    "opsoclonus-myoclonus",
    "encephalomyelitis",
    "gut-pseudo-obstruction",
    "lems",
)
INTERMEDIATE = (
    "brainstem-encephalitis",
    "other-encephalitis",
    "anti-nmdar",
    "morvan",
    "myelopathy",
    "stiff-person",
    "polyradiculoneuropathy",
)
NO_LINK = ("autonomic-ganglionopathy", "other")
SEARCHING = {"cancer": "surveillance", "known.first_screen": True}


@cache
def pathway(name: str) -> Pathway:
    return read_file(LIBRARY / f"{name}.yaml")


def score(name: str, of: str) -> Score:
    return next(each for each in pathway(of).scores if each.name == name)


def totals(name: str, of: str, known: dict[str, object]) -> tuple[int, ...]:
    judge = judge_of(pathway(of))
    return judge.totals(name, judge.view(known))


def pns_care(**known: object) -> tuple[int, ...]:
    named = {name.replace("__", "."): value for name, value in known.items()}
    return totals("pns_care", "immune-pns", SEARCHING | named)


def band(total: int) -> str:
    return score("pns_care", "immune-pns").band(total)


def positive(risk: str) -> dict[str, object]:
    return {"antibody_test": "positive", "antibody_risk": risk}


def followed(years: int) -> dict[str, object]:
    return {"passed.two_years_of_screening": years >= 2}


# PNS-Care


def test_the_worked_example_goes_from_six_to_five_and_to_six_again() -> None:
    known = {"phenotype": "polyradiculoneuropathy", **positive("high")}

    found = [
        pns_care(**known, **followed(0)),
        pns_care(**known, **followed(2)),
        # A tumour that does not fit is found; the new first screen begins the two years again.
        pns_care(**known, **followed(0), cancer="cancer-therapy", cancer_fit="inconsistent"),
    ]

    assert found == [(6,), (5,), (6,)]
    assert [band(total) for (total,) in found] == ["probable", "possible", "probable"]


@pytest.mark.parametrize(
    ("phenotypes", "points"),
    [(HIGH, 3), (INTERMEDIATE, 2), (NO_LINK, 0)],
    ids=["high", "intermediate", "no link"],
)
def test_each_phenotype_has_the_points_of_its_group(phenotypes: tuple[str, ...], points: int) -> None:
    for phenotype in phenotypes:
        assert pns_care(phenotype=phenotype, antibody_test="negative", **followed(2)) == (points,), phenotype


def test_every_phenotype_is_in_a_group() -> None:
    of = next(fact.of for fact in pathway("immune-pns").facts if fact.name == "phenotype")

    assert sorted(of) == sorted((*HIGH, *INTERMEDIATE, *NO_LINK, "dermatomyositis"))


@pytest.mark.parametrize(("risk", "points"), [("high", 3), ("intermediate", 2), ("lower", 0)])
def test_an_antibody_has_the_points_of_its_risk(risk: str, points: int) -> None:
    assert pns_care(phenotype="other", **positive(risk), **followed(2)) == (points,)


def test_a_negative_antibody_test_gives_nothing_whatever_was_said_of_risk_before() -> None:
    assert pns_care(phenotype="other", antibody_test="negative", antibody_risk="high", **followed(2)) == (0,)


def test_a_pending_antibody_test_is_unknown_and_not_negative() -> None:
    assert pns_care(phenotype="other", antibody_test="pending", **followed(2)) == (0, 2, 3)


@pytest.mark.parametrize(("fit", "points"), [("consistent", 4), ("antigen-shown", 4), ("inconsistent", 1)])
def test_a_cancer_counts_if_it_fits_or_shows_the_antigen(fit: str, points: int) -> None:
    found = pns_care(
        phenotype="other", antibody_test="negative", cancer="confirmed", cancer_fit=fit, **followed(0)
    )

    assert found == (points,)


def test_a_cancer_that_is_not_confirmed_never_counts() -> None:
    assert pns_care(phenotype="other", antibody_test="negative", cancer_fit="consistent", **followed(0)) == (
        1,
    )


def test_a_confirmed_cancer_of_which_nobody_said_whether_it_fits_is_unknown() -> None:
    assert pns_care(phenotype="other", antibody_test="negative", cancer="confirmed", **followed(0)) == (1, 4)


def test_before_the_first_full_screen_no_two_years_have_passed() -> None:
    known: dict[str, object] = {"cancer": "staging", "known.first_screen": False}

    assert pns_care(phenotype="other", antibody_test="negative", **known) == (1,)


def test_definite_wants_an_antibody_of_high_or_intermediate_risk() -> None:
    for phenotype, fit, years in product((*HIGH, *INTERMEDIATE), ("consistent", "inconsistent"), (0, 2)):
        for antibody in ({"antibody_test": "negative"}, positive("lower")):
            known = {
                "phenotype": phenotype,
                "cancer": "confirmed",
                "cancer_fit": fit,
                **antibody,
                **followed(years),
            }

            assert band(max(pns_care(**known))) != "definite", known


def test_opsoclonus_myoclonus_with_its_tumour_is_the_exception_that_a_banner_names() -> None:
    known = {
        "phenotype": "opsoclonus-myoclonus",
        "cancer": "confirmed",
        "cancer_fit": "consistent",
        **followed(0),
    }
    banner = next(each for each in pathway("immune-pns").banners if each.id == "opsoclonus-needs-no-antibody")
    judge = judge_of(pathway("immune-pns"))

    def shown(**antibody: object) -> bool | None:
        return judge.judge(banner.when, judge.view(SEARCHING | known | antibody))

    assert pns_care(**known, antibody_test="negative") == (7,)
    assert shown(antibody_test="negative") is True
    assert shown(antibody_test="negative", cancer_fit="inconsistent") is False
    assert shown(antibody_test="negative", phenotype="cerebellar") is False


@pytest.mark.parametrize(
    ("total", "said"),
    [(10, "definite"), (8, "definite"), (7, "probable"), (6, "probable"), (5, "possible"), (4, "possible")],
)
def test_the_limits_of_the_bands(total: int, said: str) -> None:
    assert band(total) == said


def test_three_and_less_is_not_called_paraneoplastic_by_the_score() -> None:
    assert [band(total) for total in range(4)] == ["not PNS by this score"] * 4


def test_dermatomyositis_is_never_scored() -> None:
    for fit, risk, years in product(("consistent", "inconsistent"), ("high", "lower"), (0, 2)):
        known = {"cancer": "confirmed", "cancer_fit": fit, **positive(risk), **followed(years)}
        (total,) = pns_care(phenotype="dermatomyositis", **known)

        assert band(total).startswith("not scored"), known


def test_nothing_but_dermatomyositis_falls_below_nothing() -> None:
    others = [total for total in every_total(score("pns_care", "immune-pns")) if total >= 0]

    assert (min(others), max(others)) == (0, 10)
    assert not [total for total in every_total(score("pns_care", "immune-pns")) if -3 < total < 0]


# NEOS


def neos(**known: object) -> tuple[int, ...]:
    named = {name.replace("__", "."): value for name, value in known.items()}
    return totals("neos", "anti-nmdar", named)


BEST = {
    "icu_admission": False,
    "known.first_dose": False,
    "passed.four_weeks_since_onset": False,
    "improved_by_four_weeks": True,
    "mri": "normal",
    "csf_cells": 20.0,
}


def test_neos_counts_each_of_its_items_once() -> None:
    worst = {
        "icu_admission": True,
        "passed.four_weeks_since_onset": True,
        "improved_by_four_weeks": False,
        "mri": "abnormal",
        "csf_cells": 21.0,
    }

    assert neos(**BEST) == (0, 1)  # treatment may still begin too late
    for name, value in worst.items():
        assert max(neos(**{**BEST, name: value})) - (name != "passed.four_weeks_since_onset") == 1, name
    assert neos(**{**BEST, **worst}) == (5,)


@pytest.mark.parametrize(("treated_on", "points"), [(date(2026, 3, 29), 0), (date(2026, 3, 30), 1)])
def test_treatment_on_the_twenty_eighth_day_is_not_late_for_neos(treated_on: date, points: int) -> None:
    days = {"symptom_onset": timestamp(date(2026, 3, 1)), "first_dose": timestamp(treated_on)}

    assert neos(**{**BEST, **days, "known.first_dose": True}) == (points,)


def test_neos_is_unknown_where_an_item_is_and_says_its_range() -> None:
    assert neos() == (0, 1, 2, 3, 4, 5)


def test_the_bands_of_neos_are_those_that_were_published() -> None:
    said = score("neos", "anti-nmdar")

    assert said.band(0) == said.band(1) == "3% of such people did poorly at a year"
    assert said.band(4) == said.band(5) == "69% of such people did poorly at a year"
    assert said.band(2) == said.band(3)
