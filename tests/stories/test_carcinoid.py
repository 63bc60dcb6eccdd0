"""What holds for carcinoid beyond its stories, and that its explanation speaks of what is there."""

import re
from functools import cache

import pytest

from pathways.conditions import judge_of
from pathways.model import Pathway
from pathways.reading import read_file
from pathways.stories import read_stories
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
