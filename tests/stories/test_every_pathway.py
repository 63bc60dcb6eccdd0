"""What holds for each pathway that ships beyond its stories; and its explanation speaks of what is there."""

import re
from functools import cache

import pytest

from pathways.follow import follow
from pathways.model import Pathway, Rule
from pathways.moments import Length
from pathways.reading import read_file
from pathways.stories import Story, read_stories
from pathways.story_entries import Recorder
from pathways.story_files import shipped
from tests.modules import ROOT

LIBRARY = ROOT / "pathways" / "library"
NAMES = tuple(file.stem for file in shipped())
# Their doses are asked about or told by region; what must hold of them stands in tests of their own.
DOSED = {"lems", "carcinoid"}
KEYS = {"needs", "needs_new", "asks", "should", "when", "every", "because"}

of_each = pytest.mark.parametrize("name", NAMES)


@cache
def pathway(name: str) -> Pathway:
    return read_file(LIBRARY / f"{name}.yaml")


def stories(name: str) -> list[Story]:
    return read_stories((LIBRARY / f"{name}.stories.md").read_text(encoding="utf-8"))


def spoken(whole: Pathway) -> list[str]:
    """Return every sentence that a person is shown."""
    steps = [step for track in whole.tracks for step in track.transitions]
    return [
        *(rule.say for rule in (*whole.rules, whole.otherwise)),
        *(banner.say for banner in whole.banners),
        *(fact.ask for fact in whole.facts),
        *(step.say for step in steps),
        *(should.otherwise for step in steps for should in step.should),
    ]


@of_each
def test_no_event_waits_for_an_antibody_result(name: str) -> None:
    results = {"antibody_test", "antibody_name", "antibody_target", "antibody_method", "antibody_sample"}
    for track in pathway(name).tracks:
        for step in track.transitions:
            wanted = {*step.needs, *step.needs_new, *step.asks}
            wanted |= {named.removeprefix("known.") for should in step.should for named in should.that.names}

            assert not wanted & results, step.event


@of_each
def test_the_word_that_oncology_uses_for_checkpoint_inhibitors_is_never_said(name: str) -> None:
    assert not [text for text in spoken(pathway(name)) if "immunotherap" in text.lower()]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in DOSED])
def test_no_dose_is_ever_said(name: str) -> None:
    assert not [text for text in spoken(pathway(name)) if re.search(r"\d ?(mg|g)\b(?! a day or more)", text)]


@of_each
def test_clocks_of_populations_are_never_called_a_breach(name: str) -> None:
    assert not [text for text in spoken(pathway(name)) if "breach" in text.lower()]


@of_each
def test_what_a_prompt_or_banner_says_is_read_at_a_glance(name: str) -> None:
    said = {rule.id: rule.say for rule in pathway(name).rules}
    said |= {banner.id: banner.say for banner in pathway(name).banners}

    assert not [what for what, text in said.items() if len(text) > 80]


@of_each
def test_every_fact_has_its_question(name: str) -> None:
    assert not [fact.name for fact in pathway(name).facts if not fact.ask.endswith("?")]


@of_each
def test_information_is_never_escalated(name: str) -> None:
    assert not [rule.id for rule in pathway(name).rules if rule.tier == "info" and rule.then]


@of_each
def test_whatever_is_due_reaches_the_lead_within_five_days(name: str) -> None:
    late = [
        rule.id
        for rule in pathway(name).rules
        if rule.tier != "info" and rule.role != "lead" and "lead" not in _told_within(rule, 5)
    ]

    assert not late


def _told_within(rule: Rule, days: int) -> set[str]:
    return {each.tell for each in rule.then if each.after.exact or _days(each.after) <= days}


def _days(length: Length) -> int:
    return length.amount * {"day": 1, "week": 7}[length.unit]


@of_each
def test_each_state_a_patient_may_linger_in_has_a_prompt_that_comes_back(name: str) -> None:
    tracks = pathway(name).tracks
    repeating = [rule for rule in pathway(name).rules if rule.every]
    ends = {state.name for track in tracks for state in track.states if state.end}
    lingering = {
        (track.name, state.name)
        for track in tracks
        for state in track.states
        if track.name == "syndrome" or state.name not in ends
    }
    covered = {(track, state) for rule in repeating for track, states in rule.during for state in states}

    assert not lingering - covered


@pytest.mark.parametrize(
    ("name", "story"),
    [pytest.param(name, story, id=f"{name}: {story.title}") for name in NAMES for story in stories(name)],
)
def test_on_every_line_of_a_story_something_dated_lies_ahead_until_the_patient_leaves(
    name: str, story: Story
) -> None:
    recorder = Recorder(pathway(name), story)
    for row in story.rows:
        for action in row.actions:
            recorder.act(action, row.when, recorder.moment(row.when, noon=True))
        standing = follow(pathway(name), recorder.entries)
        dated = [prompt for prompt in standing.prompts.values() if prompt.due_at is not None]

        assert standing.exit or [prompt for prompt in dated if prompt.tier != "info"], row.line


@of_each
def test_the_ids_that_the_explanation_names_are_in_the_file(name: str) -> None:
    whole = pathway(name)
    there = {
        "otherwise",
        "override",
        "misfit",
        *(rule.id for rule in whole.rules),
        *(banner.id for banner in whole.banners),
        *(fact.name for fact in whole.facts),
        *(choice for fact in whole.facts for choice in fact.of),
        *(milestone.name for milestone in whole.milestones),
        *(source.id for source in whole.sources),
        *(score.name for score in whole.scores),
        *(track.name for track in whole.tracks),
        *(state.name for track in whole.tracks for state in track.states),
        *(step.event for track in whole.tracks for step in track.transitions),
    }
    text = (ROOT / "docs" / "explanation" / f"{name}.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z][a-z0-9_-]+)`", text))

    assert (
        not named - there - KEYS - {"immune-pns"} - ({"expect-rare-gain"} if name != "immune-pns" else set())
    )


@of_each
def test_each_prompt_that_is_the_pathways_own_is_explained(name: str) -> None:
    text = (ROOT / "docs" / "explanation" / f"{name}.md").read_text(encoding="utf-8")
    own = {rule.id for rule in pathway(name).rules if not rule.part} - {"first-evaluation", "slow-agent"}

    assert not own - set(re.findall(r"`([a-z0-9-]+)`", text))
