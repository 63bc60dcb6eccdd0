"""Each kind of promise holds where it does, and is refuted by an example where it does not."""

import pytest

from pathways.proving.proof import opening_of, prove
from pathways.proving.verdicts import Verdict
from pathways.stories import play, read_stories
from tests.proving.plain import plain


def verdict(promise: str, *changes: tuple[str, str]) -> Verdict:
    """Judge one promise about the fence; the story against it must play as it is told."""
    text = f"assurances:\n  - {{id: promise, say: It is so, {promise}}}\nexits:"
    pathway = plain(("exits:", text), *changes)
    found = prove(opening_of(pathway), pathway.assurances[0])
    for story in read_stories(found.story) if found.story else ():
        assert not play(pathway, story).mismatches
    return found


HOLDS = [
    "never: [rot], when: '!rotten'",
    'never: [rot, look], when: fence == "mended"',
    "never: [old-lean], when: '!known.leans_since'",
    "never: [before-visit], when: height < 2.0",
    "never: [before-visit], when: '!known.visit'",
    'asked: rot, when: rotten && fence == "seen"',
    "asked: rot, when: rotten",  # in the other state it is mended, which is the act
    "asked: before-visit, when: known.visit && height > 3.0 && !known.leans_since",
    'open: coat, when: paint == "old"',
    "shown: old-lean, when: passed.long_ago",
    'warned: prop, when: wood == "unsure"',
    "warned: prop, when: '!known.wood'",
    "free_of: [rotten, leans_since], to: fence.propped",
    "leaves: [sold, burnt]",
    "dated: always",
    "due: look, within: 1 week, of: met, not_before: 5 days",
    "repeats: look, within: 7 days",
    "repeats: coat, within: 30 days, until: 1 year",
    "unused: [nail, paint_pot]",
]
FAILS = [
    ("never: [rot], when: rotten", "`rot` can be open while `rotten`"),
    ("never: [look]", "`look` can be open"),
    ("never: [before-visit], when: height > 3.0", "`before-visit` can be open"),
    ('never: [old-lean], when: fence == "mended"', "the banner `old-lean` can be shown"),
    ('asked: rot, when: fence == "seen"', "`rot` is not wanted"),
    ("asked: look, when: rotten", "`look` is not wanted"),
    ("asked: before-visit, when: height > 3.0", "`before-visit` is not wanted"),
    ("asked: before-visit, when: known.visit && height > 3.0", "`before-visit` is not wanted"),
    ("open: rot, when: rotten", "its act can be on record"),
    ("shown: old-lean, when: known.leans_since", "the banner `old-lean` is not shown"),
    ('warned: prop, when: wood == "oak"', "`prop` goes through without a warning"),
    ("warned: mend, when: rotten", "`mend` goes through without a warning"),
]
PLAIN_FAILS = [
    ("open: look, when: rotten", "opens only later"),
    ("open: ask, when: rotten", "`ask`"),
    ("free_of: [wood], to: fence.propped", "`prop` from `seen` asks for `wood`"),
    ("due: look, within: 6 days, of: met", "is due 7 days after `met`"),
    ("due: look, within: 1 week, of: entered", "is counted from `met`"),
    ("due: look, within: 1 week, of: met, not_before: 6 days", "opens 5 days after it"),
    ("due: rot, within: 12 hours, of: met", "is due 0 days after"),
    ("repeats: rot, within: 1 week", "`rot` does not repeat"),
    ("repeats: coat, within: 28 days", "repeats after 30 days"),
    ("unused: [nail, wood]", "`wood` is a fact"),
]


@pytest.mark.parametrize("promise", HOLDS)
def test_a_promise_that_holds_is_proved(promise: str) -> None:
    found = verdict(promise)

    assert (found.outcome, found.why, found.story) == ("proved", "", "")
    assert not found.sampled


@pytest.mark.parametrize(("promise", "why"), FAILS)
def test_a_promise_that_does_not_hold_is_refuted_by_a_story(promise: str, why: str) -> None:
    found = verdict(promise)

    assert (found.outcome, bool(found.story)) == ("refuted", True)
    assert why in found.why


@pytest.mark.parametrize(("promise", "why"), PLAIN_FAILS)
def test_a_promise_that_the_file_itself_breaks_is_refuted(promise: str, why: str) -> None:
    found = verdict(promise)

    assert found.outcome == "refuted"
    assert why in found.why


def test_a_prompt_that_goes_on_while_unsure_breaks_a_promise_by_a_story_of_two_days() -> None:
    unsure = ("when: rotten\n", 'when: rotten || wood == "pine"\n')
    found = verdict('never: [rot], when: wood == "oak"', unsure)

    assert found.outcome == "refuted"
    [story] = read_stories(found.story)
    assert len(story.rows) == 1

    found = verdict("never: [rot], when: 'wood == \"oak\" && !known.rotten'", unsure)

    assert found.outcome == "refuted"
    [story] = read_stories(found.story)
    assert [row.when.day for row in story.rows] == [0, 1]
    assert "rot" in story.rows[0].expected["new"]
    assert "rot" not in story.rows[1].expected["gone"]


IN_WORKING_DAYS = ("after: 10 days", "after: 1 working day")
AFTER_THE_LEAN = """\
  - id: after-the-lean
    say: Look whether it leans further
    tier: due
    for: clinician
    when: known.leans_since
    counted_from: leans_since
    opens: OPENS
    due: 30 working days
    unknown: {leans_since: quiet, because: it is asked for}
    source: chosen-here
"""


def in_working_days(promise: str, opens: str, *changes: tuple[str, str]) -> Verdict:
    """Judge a promise about the fence with a milestone and an opening that are working days after a day."""
    coat, rule = "  - id: coat\n", AFTER_THE_LEAN.replace("OPENS", opens)
    return verdict(promise, IN_WORKING_DAYS, (coat, f"{rule}{coat}"), *changes)


def test_working_days_alone_are_proved_as_they_come_one_after_the_other_in_any_calendar() -> None:
    promise = "never: [after-the-lean], when: '!passed.long_ago'"
    found = in_working_days(promise, "2 working days")
    assert (found.outcome, found.sampled) == ("proved", False)
    # It opens as the day begins, and the milestone passes as it ends.
    assert in_working_days(promise, "1 working day").outcome == "refuted"


@pytest.mark.parametrize(
    ("opens", "changes"),
    [
        ("9 days", ()),  # 1 working day is never more than 9 days at weekends; over a long rest it can be
        ("2 working days", (("when: known.leans_since\n", 'when: leans_since >= date("2026-05-01")\n'),)),
    ],
)
def test_what_hangs_on_how_many_days_some_working_days_are_is_no_proof(
    opens: str, changes: tuple[tuple[str, str], ...]
) -> None:
    found = in_working_days("never: [after-the-lean], when: '!passed.long_ago'", opens, *changes)

    assert (found.outcome, found.sampled) == ("proved", True)


def test_counting_on_and_then_back_is_no_proof_either() -> None:
    counted = ("counted_from: leans_since\n", "counted_from: long_ago\n")
    found = in_working_days(
        "never: [after-the-lean], when: '!known.leans_since'", "2 working days before", counted
    )

    assert (found.outcome, found.sampled) == ("proved", True)


def test_every_combination_of_states_is_visited_before_and_after_all_is_dismissed() -> None:
    found = verdict("dated: always")

    assert found.looked_at == 2 * 6


def test_how_far_was_looked_is_said() -> None:
    found = verdict("never: [rot], when: '!rotten && height > 2.0'")

    assert found.looked_at == found.combinations > 1
