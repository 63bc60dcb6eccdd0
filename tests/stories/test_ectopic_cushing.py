"""What holds for ectopic-cushing beyond its stories: what counts as abnormal, and what never reaches it."""

from functools import cache

import pytest

from pathways import guards
from pathways.conditions import judge_of
from pathways.follow import follow
from pathways.model import Pathway
from pathways.reading import read_file
from pathways.stories import read_stories
from pathways.story_entries import Recorder
from tests.modules import ROOT

TESTS = ("urinary_cortisol", "salivary_cortisol", "dexamethasone_cortisol")
ONE_ENROLMENT = """
## A patient is enrolled

Begins 2026-03-02 in Europe/London.

| day | what happens | new | gone | overdue | banners |
| --- | --- | --- | --- | --- | --- |
| 0 | enrol responsible_clinician=dr-a {facts} | | | | |
"""


@cache
def ectopic_cushing() -> Pathway:
    return read_file(ROOT / "pathways" / "library" / "ectopic-cushing.yaml")


def occasions(**known: object) -> tuple[int, ...]:
    judge = judge_of(ectopic_cushing())
    told = {f"known.{name}": name in known for name in TESTS}
    return judge.totals("abnormal_occasions", judge.view(told | known))


def warned(facts: str) -> list[str]:
    """Say what stands against starting the workup with these facts on record."""
    story = read_stories(ONE_ENROLMENT.format(facts=facts))[0]
    recorder = Recorder(ectopic_cushing(), story)
    row = story.rows[0]
    at = recorder.moment(row.when, noon=True)
    for action in row.actions:
        recorder.act(action, row.when, at)
    standing = follow(ectopic_cushing(), recorder.entries, until=at)
    verdict = guards.judge(ectopic_cushing(), standing, "start-workup", at, [])
    return [each.otherwise for each in verdict.warnings]


def test_a_test_that_was_not_done_is_no_occasion() -> None:
    assert occasions() == (0,)


@pytest.mark.parametrize("name", TESTS[:2])
def test_two_samples_of_one_test_are_two_occasions(name: str) -> None:
    assert occasions(**{name: "abnormal-in-one"}) == (1,)
    assert occasions(**{name: "abnormal-in-two"}) == (2,)


@pytest.mark.parametrize("name", TESTS[:2])
@pytest.mark.parametrize("result", ["ordered", "normal"])
def test_no_result_and_a_normal_one_are_none(name: str, result: str) -> None:
    assert occasions(**{name: result}) == (0,)


def test_dexamethasone_counts_from_fifty_on() -> None:
    assert occasions(dexamethasone_cortisol=49.9) == (0,)
    assert occasions(dexamethasone_cortisol=50.0) == (1,)


def test_two_different_tests_are_two_occasions() -> None:
    assert occasions(dexamethasone_cortisol=60.0, salivary_cortisol="abnormal-in-one") == (2,)


@pytest.mark.parametrize(
    "facts", ["urinary_cortisol=ordered", "salivary_cortisol=ordered", "dexamethasone_ordered=yes"]
)
def test_any_one_of_the_three_tests_starts_the_workup(facts: str) -> None:
    assert not warned(facts)


def test_none_of_them_wants_a_reason() -> None:
    assert warned("dexamethasone_ordered=no")
    assert warned("sclc=no")


def test_no_word_of_immune_treatment_is_said() -> None:
    pathway = ectopic_cushing()
    said = [
        *(rule.say for rule in pathway.rules),
        *(fact.ask for fact in pathway.facts),
        *(banner.say for banner in pathway.banners),
    ]

    assert not [text for text in said if "immun" in text.lower() or "ivig" in text.lower()]


def test_no_part_of_the_immune_pathways_is_used() -> None:
    assert not [part.name for part in ectopic_cushing().parts if "immune" in part.name or "ivig" in part.name]
