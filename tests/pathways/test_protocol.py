"""A pathway as a protocol: what each state wants of whom, what leads out of it, and what may stay silent."""

import pytest

from pathways.model import Pathway, Quiet
from pathways.narrowing import NoSuchState, for_role, in_state
from pathways.protocol import PromptLine, Protocol, StateLine, protocol
from pathways.reading import read

STONE = """\
pathway: stone
title: A stone
version: 1
review: submitted
sources:
  handbook: {title: The handbook, weight: read}
  ours: {title: Chosen by us, weight: default}
  brief: {title: The brief, weight: disputed}
facts:
  size: {type: number, unit: mm, ask: How large is it?}
  fever: {type: yes-no, ask: Is there fever?}
  pain: {type: yes-no, ask: Is there pain?}
  visit: {type: date, ask: When was the visit?}
milestones:
  month_over: {from: visit, after: 30 days}
scores:
  risk:
    title: The risk
    say: How likely it stays
    items:
      - {say: Large, points: 2, when: size >= 6.0}
      - say: Ill
        cases: [{when: fever && pain, points: 2}, {when: fever, points: 1}]
    bands: [{from: 0, say: low}, {from: 1, say: middle}, {from: 2, say: high}]
    source: handbook
tracks:
  stone:
    say: The stone
    start: suspected
    states:
      suspected: {say: Not measured}
      waiting: {say: Waiting}
      gone: {say: Gone, end: true}
    transitions:
      - event: wait
        from: suspected
        to: waiting
        say: The stone may pass
        needs: [size]
        asks: [pain]
        should: [{that: size <= 10.0, else: It rarely passes by itself, source: handbook}]
      - {event: pass, from: [suspected, waiting], to: gone, say: It has passed}
  talk:
    start: none
    states: {none: {say: No talk}, held: {say: Talked, end: true}}
    transitions: [{event: talk, from: none, to: held}]
exits: [died, moved]
prompts:
  - id: measure
    say: Measure it
    tier: due
    for: coordinator
    while: {stone: [suspected, waiting]}
    due: 2 days
    needs: [size]
    then: [{after: 3 days, tell: lead}]
    source: ours
  - id: ask
    say: Ask for fever, pain and the visit
    tier: due
    for: clinician
    while: {stone: [suspected, waiting], talk: none}
    due: 1 day
    needs: [fever, pain, visit]
    source: ours
  - id: risky
    say: Likely to stay
    tier: info
    for: clinician
    while: {stone: waiting}
    when: score.risk >= 2
    unknown: {size: quiet, fever: quiet, pain: quiet, because: each is asked for}
    source: handbook
  - id: fever
    say: Fever with a stone
    tier: stop
    for: clinician
    when: fever
    needs_new: [visit]
    unknown: {fever: quiet, because: it is asked for at first}
    source: handbook
otherwise: {say: What next?, for: clinician, every: 14 days, source: ours}
banners:
  - {id: infected, say: May be infected, when: fever, source: handbook}
disputed:
  - {id: magic, say: Magic helps, caution: Nobody has seen it, source: brief}
assurances:
  - {id: fever-is-loud, say: Fever is never overlooked, against: [c1], asked: fever, when: fever}
  - {id: somebody-asks, say: Somebody always has a date, dated: always}
"""


@pytest.fixture(scope="module")
def pathway() -> Pathway:
    return read(STONE)


@pytest.fixture(scope="module")
def found(pathway: Pathway) -> Protocol:
    return protocol(pathway)


def state(found: Protocol, name: str) -> StateLine:
    return next(each for track in found.tracks for each in track.states if each.name == name)


def ids(prompts: tuple[PromptLine, ...]) -> list[str]:
    return [each.id for each in prompts]


def test_a_prompt_is_written_out_in_the_first_state_that_wants_it_and_named_in_the_others(
    found: Protocol,
) -> None:
    assert (ids(state(found, "suspected").prompts), ids(state(found, "suspected").also)) == (
        ["measure", "ask"],
        [],
    )
    assert (ids(state(found, "waiting").prompts), ids(state(found, "waiting").also)) == (
        ["risky"],
        ["measure", "ask"],
    )
    assert (ids(state(found, "none").prompts), ids(state(found, "none").also)) == ([], ["ask"])
    assert not state(found, "gone").prompts


def test_every_prompt_of_the_pathway_is_written_out_once(pathway: Pathway, found: Protocol) -> None:
    written = [each for track in found.tracks for state in track.states for each in ids(state.prompts)]

    assert sorted([*written, *ids(found.anytime)]) == sorted(rule.id for rule in pathway.rules)


def test_a_prompt_says_who_by_when_under_which_condition_and_what_ends_it(found: Protocol) -> None:
    measure, ask = state(found, "suspected").prompts
    [risky] = state(found, "waiting").prompts
    [fever] = found.anytime

    assert (measure.role, measure.timing, measure.done.words, measure.then) == (
        "coordinator",
        "within 2 days, then the lead after 3 days",
        "size is on record",
        ("lead",),
    )
    assert ask.while_ == "talk is none"
    assert (risky.when.words, risky.when.expression) == ("the score risk is at least 2", "score.risk >= 2")
    assert risky.quiet == (Quiet("size, fever or pain", "each is asked for"),)
    assert (fever.tier, fever.done.words) == ("stop", "visit is recorded anew")


def test_an_event_says_what_it_needs_asks_and_warns_of(found: Protocol) -> None:
    wait, gone = state(found, "suspected").events

    assert (wait.event, wait.to, wait.needs, wait.asks) == ("wait", "waiting", ("size",), ("pain",))
    [warning] = wait.warnings
    assert (warning.say, warning.unless.words) == ("It rarely passes by itself", "size is at most 10 mm")
    assert (wait.as_from, gone.as_from) == ("", "")
    assert [each.as_from for each in state(found, "waiting").events] == ["suspected"]


def test_a_score_says_its_points_in_words_and_what_each_total_means(found: Protocol) -> None:
    [score] = found.scores

    assert [(item.say, [(points, when.words) for points, when in item.cases]) for item in score.items] == [
        ("Large", [(2, "size is at least 6 mm")]),
        ("Ill", [(2, "fever is yes and pain is yes"), (1, "fever is yes")]),
    ]
    assert score.bands == (("2 or more", "high"), ("1", "middle"), ("0", "low"))


def test_banners_milestones_and_promises_are_in_words(found: Protocol) -> None:
    assert [(each.id, each.when.words) for each in found.banners] == [("infected", "fever is yes")]
    assert found.milestones == (("month_over", "30 days since visit are over"),)
    assert [(each.say, each.claim, each.against) for each in found.assurances] == [
        ("Fever is never overlooked", "fever is wanted wherever fever is yes", ("c1",)),
        (
            "Somebody always has a date",
            "as long as a patient is on the pathway, somebody has a prompt with a date",
            (),
        ),
    ]


def test_one_state_is_shown_with_all_that_was_written_out_before_it(found: Protocol) -> None:
    only = in_state(found, "waiting")

    assert [track.name for track in only.tracks] == ["stone"]
    assert [each.name for each in only.tracks[0].states] == ["waiting"]
    assert ids(state(only, "waiting").prompts) == ["risky", "measure", "ask"]
    assert state(only, "waiting").events[0].as_from == ""
    assert not only.anytime


def test_a_state_that_is_not_there_is_refused_with_the_one_that_may_be_meant(found: Protocol) -> None:
    with pytest.raises(NoSuchState, match="stone has no state 'wating': did you mean `waiting`"):
        in_state(found, "wating")


def test_one_role_is_shown_what_it_does_and_what_it_is_told(found: Protocol) -> None:
    lead, coordinator = for_role(found, "lead"), for_role(found, "coordinator")

    assert ids(state(lead, "suspected").prompts) == ["measure"]
    assert not lead.anytime
    assert ids(state(coordinator, "suspected").prompts) == ["measure"]
    assert [each.name for each in coordinator.tracks] == ["stone"]
    assert not state(coordinator, "suspected").events
