"""By when, who else is told, and what ends it: a prompt in the words of a protocol."""

import pytest

from pathways import rule_words
from pathways.model import Pathway, Rule
from pathways.reading import read

FILE = """\
pathway: words
title: Words
version: 1
review: submitted
sources: {{ours: {{title: Ours, weight: read}}}}
facts:
  size: {{type: number, unit: mm}}
  side: {{type: choice, of: [left, right]}}
  first: {{type: date}}
  visit: {{type: date, many: true}}
milestones: {{month_over: {{from: first, after: 1 month}}}}
tracks:
  knee:
    start: well
    states: {{well: {{}}, ill: {{}}, gone: {{end: true}}}}
    transitions: [{{event: fall, from: well, to: ill}}, {{event: go, from: [well, ill], to: gone}}]
exits: [died]
prompts:
  - {{id: look, say: Look, for: lead, while: {{knee: [well, ill]}}, source: ours, {keys}}}
  - {{id: ask, say: Ask, tier: due, due: 1 day, for: lead, while: {{knee: [well, ill]}}, needs: [first, side],
     source: ours}}
otherwise: {{say: What next?, for: lead, every: 7 days, source: ours}}
"""


def pathway_of(keys: str) -> Pathway:
    return read(FILE.format(keys=keys))


def rule(keys: str) -> Rule:
    return pathway_of(keys).rules[0]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("tier: due, due: 14 days", "within 14 days"),
        ("tier: due, due: 0 days", "the same day"),
        ("tier: due, due: 14 days, opens: 11 days", "within 14 days, opens 3 days earlier"),
        ("tier: due, due: 2 weeks, opens: 11 days", "within 2 weeks, opens 3 days earlier"),
        ("tier: due, due: 1 year, opens: 10 months", "within 1 year, opens 2 months earlier"),
        ("tier: due, due: 6 hours, opens: 30 minutes", "within 6 hours, opens 330 minutes earlier"),
        ("tier: due, due: 1 month, opens: 14 days", "within 1 month, opens after 14 days"),
        ("tier: due, due: 3 days, opens: 3 days", "within 3 days, opens that day"),
        (
            "tier: due, due: 5 working days, opens: 3 working days",
            "within 5 working days, opens 2 working days earlier",
        ),
        ("tier: due, due: 5 working days, opens: 0 days", "within 5 working days, opens the same day"),
        ("tier: due, due: 7 days, opens: 2 working days", "within 7 days, opens after 2 working days"),
        (
            "tier: due, due: 1 working day before, opens: 3 working days before, counted_from: visit",
            "1 working day before each visit, opens 2 working days earlier",
        ),
        (
            "tier: due, due: 3 working days, opens: 2 working days before, counted_from: first",
            "3 working days after first, opens 2 working days before first",
        ),
        (
            "tier: due, due: 1 working day, every: 3 working days",
            "within 1 working day, repeats every 3 working days",
        ),
        ("tier: due, due: 0 days, opens: 14 days before", "the same day, opens 14 days earlier"),
        ("tier: due, due: 3 days, counted_from: entered", "within 3 days of entering"),
        ("tier: due, due: 0 days, counted_from: entered", "on the day of entering"),
        ("tier: due, due: 3 days, counted_from: knee.ill", "3 days after entering ill"),
        ("tier: due, due: 14 days, counted_from: first", "14 days after first"),
        ("tier: due, due: 7 days before, counted_from: first", "7 days before first"),
        ("tier: due, due: 0 days, counted_from: first", "on the day of first"),
        ("tier: due, due: 0 days, counted_from: recorded.side", "on the day side is recorded"),
        ("tier: due, due: 2 days, counted_from: recorded.side", "2 days after side was last recorded"),
        ("tier: due, due: 2 days, counted_from: month_over", "2 days after month_over"),
        ("tier: due, due: 2 days before, counted_from: visit", "2 days before each visit"),
        ("tier: stop", "the same day"),
        (
            "tier: stop, counted_from: visit, opens: 7 days before",
            "from 7 days before each visit on, due the day it opens",
        ),
        ("tier: info", "no date"),
        ("tier: info, counted_from: first, opens: 3 months", "from 3 months after first on"),
        ("tier: info, opens: 3 months", "after 3 months"),
        ("tier: info, opens: 3 months, counted_from: entered", "after 3 months since entering"),
        ("tier: info, counted_from: first, opens: 0 days", "from the day of first on"),
    ],
)
def test_a_date_is_said_by_what_it_is_counted_from(keys: str, said: str) -> None:
    assert rule_words.timing(rule(keys)) == said


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            "then: [{after: 2 days, tell: coordinator}, {after: 5 days, tell: lead}]",
            "then the coordinator after 2 days, the lead after 5 days",
        ),
        ("every: 6 months", "repeats every 6 months"),
        ("every: 1 month, until: 4 years", "repeats every month until 4 years have passed"),
        ("every: [2 weeks, 1 month]", "repeats after 2 weeks, then every month"),
        ("lapses: 7 days", "lapses unanswered 7 days later"),
        ("snooze: {times: 0}", "cannot be put off"),
        (
            "snooze: {never_past: 2 days}",
            "may be put off twice, 7 days at most, to 2 days after its due at the latest",
        ),
        (
            "snooze: {never_past: 1 day before}",
            "may be put off twice, 7 days at most, to 1 day before its due at the latest",
        ),
        ("snooze: {times: 1, most: 2 days}", "may be put off once, 2 days at most"),
        ("snooze: {times: 2, most: 7 days}", ""),
    ],
)
def test_what_else_becomes_of_it_follows_the_date(keys: str, said: str) -> None:
    assert rule_words.timing(rule(f"tier: due, due: 1 day, {keys}")).removeprefix("within 1 day") == (
        f", {said}" if said else ""
    )


def test_a_limit_is_counted_as_the_prompt_is() -> None:
    keys = "tier: due, due: 6 months, every: 6 months, until: 4 years, counted_from: first"

    assert rule_words.timing(rule(keys)).endswith("repeats every 6 months until 4 years after first")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("needs: [size]", "size is on record"),
        ("needs: [size, side]", "size and side are on record"),
        ("needs_new: [size]", "size is recorded anew"),
        ("needs_new: [size], done_when: 'knee == \"ill\"'", "size is recorded anew, and knee is ill"),
        ('done_when: \'knee in ["ill", "gone"]\'', "knee is ill or gone"),
        ("snooze: {times: 2}", "somebody says that it is done"),
    ],
)
def test_its_end_is_the_act_or_the_word_of_a_person(keys: str, said: str) -> None:
    pathway = pathway_of(f"tier: due, due: 1 day, {keys}")

    assert rule_words.act(pathway, pathway.rules[0]) == said


def test_what_is_only_to_be_known_ends_when_it_was_seen() -> None:
    pathway = pathway_of("tier: info")

    assert rule_words.act(pathway, pathway.rules[0]) == "somebody has seen it"


def test_the_states_of_a_track_that_is_spoken_of_already_are_not_said_again() -> None:
    found = rule("tier: info")

    assert rule_words.during(found) == "knee is well or ill"
    assert not rule_words.during(found, "knee")
