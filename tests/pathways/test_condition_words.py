"""Conditions in plain words: what a clinician reads who does not write conditions."""

import pytest

from pathways.condition_words import in_words
from pathways.conditions import Compiler
from pathways.lookup import lookup_of
from pathways.reading import read

WORDS = """\
pathway: words
title: Words
version: 1
review: submitted
sources: {ours: {title: Ours, weight: default}}
facts:
  fever: {type: yes-no}
  cough: {type: yes-no}
  crp: {type: number, unit: mg/L}
  steps: {type: number, unit: none}
  answer: {type: choice, of: [better, same, worse]}
  note: {type: text}
  first: {type: date}
  second: {type: date}
  visit: {type: date, many: true}
milestones:
  month_over: {from: first, after: 1 month}
  weeks_over: {from: first, after: 6 weeks}
  day_before: {from: second, after: 1 day before}
  week_before: {from: second, after: 2 weeks before}
tracks:
  knee:
    start: well
    states: {well: {}, ill: {}, gone: {end: true}}
    transitions: [{event: fall, from: well, to: ill}, {event: go, from: [well, ill], to: gone}]
exits: [died]
prompts:
  - {id: look, say: Look, tier: due, for: lead, while: {knee: [well, ill]}, due: 1 day, source: ours}
otherwise: {say: What next?, for: lead, every: 7 days, source: ours}
"""
PATHWAY = read(WORDS)
LOOKUP = lookup_of(PATHWAY)
TRACKS = {track.name: [state.name for state in track.states] for track in PATHWAY.tracks}


def words(text: str) -> str:
    compiler = Compiler(LOOKUP.facts, TRACKS, LOOKUP.milestones)
    return in_words(PATHWAY, compiler.compile(text, this=True, at=True))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("fever", "fever is yes"),
        ("!fever", "fever is no"),
        ("fever == false", "fever is no"),
        ("fever != true", "fever is no"),
        ("known.visit", "visit is known"),
        ("!known.fever", "fever is not known"),
        ('answer == "better"', "answer is better"),
        ('!(answer == "better")', "answer is not better"),
        ('answer in ["better", "same", "worse"]', "answer is better, same or worse"),
        ('!(answer in ["better", "same"])', "answer is neither better nor same"),
        ('knee == "ill"', "knee is ill"),
        ('"ill" == knee', "knee is ill"),
        ("crp > 2.5", "crp is more than 2.5 mg/L"),
        ("2.5 > crp", "crp is less than 2.5 mg/L"),
        ("!(crp > 2.0)", "crp is at most 2 mg/L"),
        ("steps >= 3.0", "steps is at least 3"),
        ("crp + steps < 5.0", "(crp plus steps) is less than 5"),
        ("crp > (fever ? 2.0 : 3.0)", "crp is more than 2 mg/L (if fever is yes; otherwise 3 mg/L)"),
        ("first < second", "first is before second"),
        ("first >= second", "first is on or after second"),
        ('first == date("2026-01-31")', "first is on 2026-01-31"),
        ("days(first, at) >= 14", "the time from first to the day of the event is at least 14 days"),
        ("days(first, this) == 1", "the time from first to the day of the booking is 1 day"),
        ("passed.month_over", "1 month since first is over"),
        ("!passed.weeks_over", "6 weeks since first are not over yet"),
        ("passed.day_before", "the day before second is over"),
        ("passed.week_before", "the day 2 weeks before second is over"),
        ("fever ? cough : !cough", "if fever is yes, then cough is yes, and otherwise cough is no"),
    ],
)
def test_a_comparison_reads_as_a_sentence(condition: str, said: str) -> None:
    assert words(condition) == said


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ('answer == "same" || answer == "worse"', "answer is same or worse"),
        ('!known.answer || answer == "same" || answer == "worse"', "answer is same, worse or not known"),
        ('!known.answer || answer != "same"', "answer is not same or not known"),
        ('answer != "same" && answer != "worse"', "answer is neither same nor worse"),
        ('known.answer && answer != "same"', "answer is known and not same"),
        ("crp >= 2.0 && crp <= 14.0", "crp is at least 2 mg/L and at most 14 mg/L"),
        (
            '!known.answer || (answer != "same" && answer != "worse")',
            "answer is neither same nor worse or not known",
        ),
    ],
)
def test_what_is_said_of_one_fact_is_said_in_one_breath(condition: str, said: str) -> None:
    assert words(condition) == said


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("fever && cough", "fever is yes and cough is yes"),
        ("fever || cough", "fever is yes or cough is yes"),
        ("fever && cough && known.crp", "fever is yes, and cough is yes, and crp is known"),
        ("fever && (cough || known.crp)", "fever is yes, and (cough is yes or crp is known)"),
        ("(fever && cough) || known.crp", "(fever is yes and cough is yes), or crp is known"),
        ('fever && (answer == "same" || answer == "worse")', "fever is yes, and answer is same or worse"),
        (
            'fever && (!known.answer || answer != "same")',
            "fever is yes, and (answer is not same or not known)",
        ),
        ('fever || answer == "same" || cough', "fever is yes, or answer is same, or cough is yes"),
    ],
)
def test_and_and_or_cannot_be_misread_beside_each_other(condition: str, said: str) -> None:
    assert words(condition) == said


@pytest.mark.parametrize(
    ("condition", "same"),
    [
        ("!(fever && cough)", "!fever || !cough"),
        ("!(fever || !cough)", "!fever && cough"),
        ('!(fever && (cough || answer == "same"))', '!fever || (!cough && answer != "same")'),
        ("!!fever", "fever"),
        ("fever && (cough && known.crp)", "fever && cough && known.crp"),
    ],
)
def test_what_is_denied_as_a_whole_is_denied_in_its_parts(condition: str, same: str) -> None:
    assert words(condition) == words(same)
