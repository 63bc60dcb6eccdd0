"""What holds for immune-pns beyond its stories, and that its explanation speaks of what is there."""

import re
from functools import cache

import pytest

from pathways.follow import follow, outlook
from pathways.model import Pathway, Rule
from pathways.moments import Length
from pathways.reading import read_file
from pathways.stories import Story, read_stories
from pathways.story_entries import Recorder
from tests.modules import ROOT

LIBRARY = ROOT / "pathways" / "library"
EXPLAINED = (ROOT / "docs" / "explanation" / "immune-pns.md").read_text(encoding="utf-8")
STORIES = read_stories((LIBRARY / "immune-pns.stories.md").read_text(encoding="utf-8"))
BY_TITLE = {story.title: story for story in STORIES}


@cache
def immune_pns() -> Pathway:
    return read_file(LIBRARY / "immune-pns.yaml")


def rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in immune_pns().rules}


def spoken() -> list[str]:
    """Return every sentence that a person is shown."""
    pathway = immune_pns()
    steps = [step for track in pathway.tracks for step in track.transitions]
    return [
        *(rule.say for rule in (*pathway.rules, pathway.otherwise)),
        *(banner.say for banner in pathway.banners),
        *(fact.ask for fact in pathway.facts),
        *(step.say for step in steps),
        *(should.otherwise for step in steps for should in step.should),
    ]


def test_no_event_waits_for_an_antibody_result() -> None:
    results = {"antibody_test", "antibody_name", "antibody_target", "antibody_method", "antibody_sample"}
    for track in immune_pns().tracks:
        for step in track.transitions:
            wanted = {*step.needs, *step.needs_new, *step.asks}
            wanted |= {name.removeprefix("known.") for should in step.should for name in should.that.names}

            assert not wanted & results, step.event


def test_the_word_that_oncology_uses_for_checkpoint_inhibitors_is_never_said() -> None:
    assert not [text for text in spoken() if "immunotherap" in text.lower()]


def test_no_dose_is_ever_said() -> None:
    assert not [text for text in spoken() if re.search(r"\d ?(mg|g)\b(?! a day or more)", text)]


def test_clocks_of_populations_are_never_called_a_breach() -> None:
    assert not [text for text in spoken() if "breach" in text.lower()]


def test_what_a_prompt_says_fits_one_line() -> None:
    assert not [rule.id for rule in immune_pns().rules if len(rule.say) > 90]


def test_every_fact_has_its_question() -> None:
    assert not [fact.name for fact in immune_pns().facts if not fact.ask.endswith("?")]


def test_information_is_never_escalated() -> None:
    assert not [rule.id for rule in immune_pns().rules if rule.tier == "info" and rule.then]


def test_whatever_is_due_reaches_the_lead_within_five_days() -> None:
    late = [
        rule.id
        for rule in immune_pns().rules
        if rule.tier != "info" and rule.role != "lead" and "lead" not in _told_within(rule, 5)
    ]

    assert not late


def _told_within(rule: Rule, days: int) -> set[str]:
    return {each.tell for each in rule.then if each.after.exact or _days(each.after) <= days}


def _days(length: Length) -> int:
    return length.amount * {"day": 1, "week": 7}[length.unit]


def test_each_state_a_patient_may_linger_in_has_a_prompt_that_comes_back() -> None:
    repeating = [rule for rule in immune_pns().rules if rule.every]
    ends = {state.name for track in immune_pns().tracks for state in track.states if state.end}
    lingering = {
        (track.name, state.name)
        for track in immune_pns().tracks
        for state in track.states
        if track.name == "syndrome" or state.name not in ends
    }
    covered = {(track, state) for rule in repeating for track, states in rule.during for state in states}

    assert not lingering - covered


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_on_every_line_of_a_story_something_dated_lies_ahead_until_the_patient_leaves(story: Story) -> None:
    recorder = Recorder(immune_pns(), story)
    for row in story.rows:
        for action in row.actions:
            recorder.act(action, row.when, recorder.moment(row.when, noon=True))
        standing = follow(immune_pns(), recorder.entries)
        dated = [prompt for prompt in standing.prompts.values() if prompt.due_at is not None]

        assert standing.exit or [prompt for prompt in dated if prompt.tier != "info"], row.line


def test_a_correction_of_the_first_dose_moves_the_due_day_and_keeps_that_the_prompt_was_seen() -> None:
    story = BY_TITLE["A corrected first dose moves what is counted from it"]
    recorder = Recorder(immune_pns(), story)
    due_on, seen = [], []
    for row in story.rows[:3]:
        for action in row.actions:
            recorder.act(action, row.when, recorder.moment(row.when, noon=True))
        prompt = outlook(immune_pns(), recorder.standing()).prompts["reassess-at-two-weeks"]
        due_on.append(str(prompt.due_on))
        seen.append(prompt.acknowledged_at)

    assert due_on == ["2026-03-16", "2026-03-16", "2026-03-17"]
    assert seen[0] is None
    assert seen[1] is not None
    assert seen[2] == seen[1]


def test_the_ids_that_the_explanation_names_are_in_the_file() -> None:
    pathway = immune_pns()
    there = {
        *rules(),
        "otherwise",
        "override",
        "misfit",
        *(banner.id for banner in pathway.banners),
        *(fact.name for fact in pathway.facts),
        *(choice for fact in pathway.facts for choice in fact.of),
        *(milestone.name for milestone in pathway.milestones),
        *(source.id for source in pathway.sources),
        *(track.name for track in pathway.tracks),
        *(score.name for score in pathway.scores),
        *(state.name for track in pathway.tracks for state in track.states),
        *(step.event for track in pathway.tracks for step in track.transitions),
    }
    named = set(re.findall(r"`([a-z][a-z0-9_-]+)`", EXPLAINED))

    assert (
        not named - there - {"needs", "needs_new", "asks", "should", "when", "every", "because", "immune-pns"}
    )


def test_every_prompt_and_banner_is_explained() -> None:
    named = set(re.findall(r"`([a-z0-9-]+)`", EXPLAINED))
    every = {*rules(), *(banner.id for banner in immune_pns().banners)}

    assert not every - named
