"""What the checker proves no random walk refutes, and what it refutes is shown by what it tells."""

import hashlib
from collections.abc import Iterator
from itertools import combinations

import msgspec
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from msgspec import structs

from pathways.follow import follow, outlook
from pathways.history import Entry
from pathways.lookup import lookup_of
from pathways.model import Pathway, Rule, Transition
from pathways.promises import Asked, Assurance, Never, Shown
from pathways.proving import concerns, concerns_pairs
from pathways.proving.claims import OverCombinations, rule_on
from pathways.proving.days import THE_DAY
from pathways.proving.opening import Opening
from pathways.proving.proof import opening_of, prove
from pathways.proving.scenes import Plan
from pathways.proving.scenes import Shown as Example
from pathways.proving.ways import Ways
from pathways.stories import play, read_stories
from pathways.terms import Condition
from tests.strategies import histories, pathways

many = settings(max_examples=3 * settings().max_examples)


def moments_of(pathway: Pathway, entries: tuple[Entry, ...]) -> Iterator[Example]:
    """Yield what is shown at each moment at which something can change, as the engine has it."""
    whole = outlook(pathway, follow(pathway, entries))
    prompts = (*whole.ended, *whole.prompts.values())
    moments = {entry.happened_at for entry in entries} | set(whole.passes.values())
    moments |= {prompt.opens_at for prompt in prompts} | {prompt.lapses_at or 0 for prompt in prompts}
    for at in sorted(moments):
        there = outlook(pathway, follow(pathway, entries, at), at)
        if there.enrolled_at is not None and there.exit is None and there.enrolled_at <= at:
            plan = Plan(begins=THE_DAY, scenes=())
            yield Example(pathway=pathway, plan=plan, lines=(), standing=there, now=at)


def conditions_of(pathway: Pathway) -> list[Condition]:
    """List conditions that a promise of the pathway could name: those of its own that name no booking."""
    found = [each for rule in pathway.rules for each in (rule.when, rule.done_when)]
    banners = [banner.when for banner in pathway.banners]
    return [each for each in (*found, *banners) if each and "this" not in each.names]


@st.composite
def well_made(draw: st.DrawFn) -> Pathway:
    """Draw a pathway with some of what the checks of files see to: each event belongs to one track."""
    made = draw(pathways())
    tracks = tuple(
        structs.replace(track, transitions=tuple(map(_of_one_track, track.transitions)))
        for track in made.tracks
    )
    pathway = structs.replace(made, tracks=tracks)
    digest = hashlib.sha256(msgspec.json.encode(pathway)).hexdigest()
    return structs.replace(pathway, digest=digest)


def _of_one_track(step: Transition) -> Transition:
    return structs.replace(step, event=f"{step.event}-of-{step.track}")


def is_in_order(pathway: Pathway) -> bool:
    """Say whether each state can be reached, and no fact is under `needs` and `needs_new`, as in a file."""
    ways = Ways(lookup_of(pathway))
    reached = all(
        {state.name for state in track.states} == set(ways.reached(track.name, track.start))
        for track in pathway.tracks
    )
    return reached and not any(set(rule.needs) & set(rule.needs_new) for rule in pathway.rules)


@st.composite
def promised(draw: st.DrawFn, claim: type) -> tuple[Pathway, OverCombinations]:
    pathway = draw(well_made())
    named = [rule.id for rule in pathway.rules]
    banners = [banner.id for banner in pathway.banners]
    when = draw(st.sampled_from([None, *conditions_of(pathway)]))
    if claim is Shown:
        assume(banners)
        return pathway, Shown(shown=draw(st.sampled_from(banners)), when=when)
    if claim is Asked:
        return pathway, Asked(asked=draw(st.sampled_from(named)), when=when)
    return pathway, Never(never=(draw(st.sampled_from([*named, *banners])),), when=when)


def contradicts(claim: OverCombinations, example: Example) -> bool:
    """Say whether the engine shows what a claim says cannot be."""
    if example.judge(claim.when) is not True:
        return False
    match claim:
        case Never():
            return any(example.open(name) or example.banner(name) for name in claim.never)
        case Shown():
            return not example.banner(claim.shown)
        case Asked():
            return not _is_wanted(lookup_of(example.pathway).rules[claim.asked], example)
    return False


def _is_wanted(rule: Rule, example: Example) -> bool:
    standing = example.standing
    slots = [each for slot, each in standing.episodes.items() if slot.partition("#")[0] == rule.id]
    done = (
        rule.has_act
        and not rule.needs_new
        and all(fact in standing.facts for fact in rule.needs)
        and (rule.done_when is None or example.judge(rule.done_when) is True)
    )
    return any(each.active for each in slots) or done


@many
@given(st.data(), st.sampled_from([Never, Asked, Shown]))
def test_no_history_contradicts_what_is_proved(data: st.DataObject, kind: type) -> None:
    pathway, claim = data.draw(promised(kind))
    ruling = rule_on(opening_of(pathway), claim)
    event("refuted" if ruling.example else "not confirmed" if ruling.against else "proved")
    if ruling.against or ruling.looked.rough:
        return

    for example in moments_of(pathway, data.draw(histories(pathway))):
        assert not contradicts(claim, example), (claim, example.now)


@many
@given(st.data(), st.sampled_from([Never, Asked, Shown]))
def test_the_story_against_a_promise_plays_as_it_is_told(data: st.DataObject, kind: type) -> None:
    pathway, claim = data.draw(promised(kind))
    verdict = prove(opening_of(pathway), Assurance(id="promise", say="It is so", claim=claim))
    if verdict.outcome != "refuted":
        assert not verdict.story
        return

    [story] = read_stories(verdict.story)

    assert not play(pathway, story).mismatches


@pytest.mark.long
@many
@given(st.data(), st.sampled_from([Never, Asked, Shown]))
def test_what_is_not_proved_of_a_pathway_in_order_is_refuted(data: st.DataObject, kind: type) -> None:
    pathway, claim = data.draw(promised(kind))
    assume(is_in_order(pathway))
    ruling = rule_on(opening_of(pathway), claim)

    assert not ruling.against or ruling.example or ruling.looked.rough


@many
@given(st.data())
def test_what_is_found_never_to_open_never_opens(data: st.DataObject) -> None:
    pathway = data.draw(well_made())
    found, _ = concerns.never_opening(opening_of(pathway))
    closed = {each.about[0] for each in found if each.confirmed}
    event("some never open" if closed else "all open")

    for example in moments_of(pathway, data.draw(histories(pathway))) if closed else ():
        assert not [rule for rule in closed if example.open(rule)]


@many
@given(st.data())
def test_prompts_that_cannot_be_open_together_never_are(data: st.DataObject) -> None:
    pathway = data.draw(well_made())
    opening = opening_of(pathway)
    apart = [pair for pair in combinations(pathway.rules, 2) if _apart(opening, *pair)]
    event("some apart" if apart else "none apart")

    for example in moments_of(pathway, data.draw(histories(pathway))) if apart else ():
        open_now = {prompt.key.rule for prompt in example.prompts()}
        assert not [(one.id, other.id) for one, other in apart if {one.id, other.id} <= open_now]


def _apart(opening: Opening, one: Rule, other: Rule) -> bool:
    found = concerns_pairs.together(opening, one, other)
    return not found.possible and not found.looked.rough
