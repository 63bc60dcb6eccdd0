"""Scores add up what is known, and answer only what every total still possible agrees on."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.conditions import Compiler, View, judge_of, timestamp
from pathways.lookup import lookup_of
from pathways.model import Pathway
from pathways.packed import pack, unpack
from pathways.reading import read
from pathways.scores import MOST_TOTALS, every_total
from tests.pathways.example import place_of, problems_in, told
from tests.strategies import pathways, value_of

TEXT = """\
pathway: stones
title: Stones
version: 1
review: submitted
sources: {here: {title: The hand book, weight: read}}
facts:
  age: {type: number, unit: years}
  pain: {type: choice, of: [none, some, strong]}
  fever: {type: yes-no}
  seen_on: {type: date}
milestones:
  late: {from: seen_on, after: 3 days}
scores:
  danger:
    title: Danger
    say: How bad it is
    items:
      - {say: Older, points: 1, when: age >= 50.0}
      - say: Pain
        cases: [{when: pain == "strong", points: 3}, {when: 'pain == "some"', points: 2}]
    bands: [{from: 0, say: low}, {from: 3, say: high}]
    source: [here]
  hurry:
    title: Hurry
    items:
      - {say: Much danger, points: 2, when: score.danger >= 3}
      - {say: Late, points: 1, when: passed.late}
      - {say: Fever known to be none, points: -1, when: known.fever && !fever}
    source: here
tracks:
  stone:
    start: found
    states: {found: , gone: {end: true}}
    transitions: [{event: pass, from: found, to: gone}]
exits: [died]
otherwise: {say: Decide, for: clinician, every: 14 days, source: here}
prompts:
  - {id: ask, say: Ask, tier: info, for: lead, source: here, while: {stone: found}, needs: [age, pain]}
  - id: call
    say: Call
    tier: stop
    for: clinician
    source: here
    unknown: {age: quiet, pain: quiet, fever: quiet, seen_on: quiet, because: this is about scores}
    when: 'WHEN'
banners: [{id: warn, say: Beware, when: score.danger >= 3, source: here}]
"""


def text(when: str = "score.danger >= 3") -> str:
    return TEXT.replace("WHEN", when)


def with_changed(old: str, new: str, when: str = "score.danger >= 3") -> str:
    assert TEXT.count(old) == 1, old
    return text(when).replace(old, new)


PATHWAY = read(text())


def totals(score: str, pathway: Pathway = PATHWAY, **known: object) -> tuple[int, ...]:
    judge = judge_of(pathway)
    return judge.totals(score, judge.view(_named(known)))


def answer(when: str, **known: object) -> bool | None:
    pathway = read(text(when))
    judge, condition = judge_of(pathway), pathway.rules[1].when
    assert condition is not None
    return judge.judge(condition, judge.view(_named(known)))


def _named(known: dict[str, object]) -> dict[str, object]:
    return {name.replace("__", "."): value for name, value in known.items()}


# Adding up


def test_a_score_is_the_sum_of_the_points_of_its_items() -> None:
    assert totals("danger", age=50.0, pain="strong") == (4,)
    assert totals("danger", age=49.5, pain="some") == (2,)
    assert totals("danger", age=49.5, pain="none") == (0,)


def test_an_item_gives_the_points_of_its_first_case_that_is_met() -> None:
    both = read(with_changed("'pain == \"some\"', points: 2", "age > 10.0, points: 2"))

    assert totals("danger", both, age=20.0, pain="strong") == (3,)
    assert totals("danger", both, age=20.0, pain="none") == (2,)
    assert totals("danger", both, age=20.0) == (2, 3)


def test_what_is_unknown_leaves_every_total_possible_that_it_may_make() -> None:
    assert totals("danger") == (0, 1, 2, 3, 4)
    assert totals("danger", age=60.0) == (1, 3, 4)
    assert totals("danger", pain="some") == (2, 3)


def test_a_score_of_scores_counts_with_every_total_of_the_one_within() -> None:
    assert totals("hurry", known__fever=False) == (0, 1, 2, 3)
    assert totals("hurry", known__fever=False, pain="strong") == (2, 3)
    assert totals("hurry", known__fever=False, pain="none", passed__late=True) == (1,)
    assert totals("hurry", known__fever=True, fever=False, pain="none", passed__late=True) == (0,)


def test_a_total_falls_into_the_highest_band_that_it_reaches() -> None:
    [danger, hurry] = PATHWAY.scores

    assert [danger.band(total) for total in (0, 2, 3, 4)] == ["low", "low", "high", "high"]
    assert hurry.band(2) == ""


# Judging


def test_a_condition_over_a_score_is_met_once_every_total_left_agrees() -> None:
    assert answer("score.danger >= 3") is None
    assert answer("score.danger >= 3", pain="strong") is True
    assert answer("score.danger >= 3", age=60.0) is None
    assert answer("score.danger >= 3", age=40.0, pain="some") is False
    assert answer("score.danger >= 4", pain="some") is False
    assert answer("score.danger != 2", age=60.0) is True
    assert answer("score.danger in [1, 3, 4]", age=60.0) is True


def test_a_condition_over_two_scores_is_judged_for_each_pair_of_totals() -> None:
    assert answer("score.danger + score.hurry >= 4", pain="strong", known__fever=False) is True
    assert answer("score.danger > score.hurry", pain="none", known__fever=False) is None


def test_what_else_a_condition_names_decides_as_ever() -> None:
    assert answer("score.danger >= 3 || fever", fever=True) is True
    assert answer("score.danger >= 3 && fever", fever=False) is False
    assert answer("score.danger >= 3 && fever", pain="strong") is None


def test_a_stored_pathway_keeps_its_scores() -> None:
    again = unpack(pack(PATHWAY))

    assert again == PATHWAY
    assert totals("danger", again, age=60.0) == (1, 3, 4)


# What is refused


def only(text: str) -> str:
    [sentence] = told(text)
    return sentence


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("score.dagner >= 3", "`dagner` is not a score of this pathway; did you mean `danger`?"),
        ("score >= 3", "`score` stands before a name; write it as in `score.score_name`"),
        ("danger >= 3", "`danger` is a score; write `score.danger`"),
        ("score.danger >= 3.0", "the score `danger` does not go with a number; write 3"),
        ("score.danger", "a condition must be met or not met, and this is the score `danger`; "),
        ("score.danger >= 5", "the score `danger` goes from 0 to 4, so this is never met; "),
        ("score.danger >= 0", "the score `danger` goes from 0 to 4, so this is always met; "),
        ("5 > score.danger", "the score `danger` goes from 0 to 4, so this is always met; "),
        ("score.danger in [3, 7]", "the score `danger` is never 7; "),
        ("score.danger * 2 > 3", "`*` multiplies numbers with a point, not counted days or scores"),
    ],
)
def test_a_condition_that_misuses_a_score_is_refused(when: str, sentence: str) -> None:
    assert only(text(when)).startswith(sentence)


def test_a_score_may_name_only_those_above_it() -> None:
    sentence = "a score may name only those above it: change their order, or leave it out"

    itself = with_changed("score.danger >= 3}\n      - {say: Late", "score.hurry >= 2}\n      - {say: Late")
    assert only(itself) == f"the score `hurry` is not above this one; {sentence}"
    below = with_changed("when: age >= 50.0", "when: score.hurry >= 1")
    assert only(below) == f"the score `hurry` is not above this one; {sentence}"
    [problem] = problems_in(below)
    assert (problem.line, problem.column) == place_of("score.hurry", below)


def test_the_conditions_of_a_score_name_no_day_of_an_event_or_booking() -> None:
    assert "under `should`" in only(with_changed("age >= 50.0", "seen_on < at"))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("points: 1, when: age >= 50.0", "when: age >= 50.0", "an item with `when` needs `points`; write"),
        ("points: 1, when: age >= 50.0", "points: 1", "an item with `points` needs `when`; write"),
        ("{say: Older, points: 1, when: age >= 50.0}", "{say: Older}", "an item needs points; write"),
        ("        cases:", "        points: 2\n        cases:", "an item has `cases` already; write"),
        ("        cases:", "        casse:", "`casse` is not a key of an item of a score; did you mean"),
        ("points: 1, when: age", "points: some, when: age", "`some` is not a whole number of points; write"),
        ("points: 1, when: age", "points: 0, when: age", "this item never gives points; "),
        ('pain == "some"', 'pain == "strong"', "the condition of a case above it is the same; "),
        ('pain == "some"', 'pain in ["strong"]', "nobody comes to this case: it is never met unless"),
        ('pain == "strong"', 'pain != "none"', "nobody comes to this case: it is never met unless"),
        ("age >= 50.0", "age >= 50.0 && age < -1.0", "nobody gets these points: the condition is never"),
        ("score.danger >= 3}\n", "score.danger >= 3 && pain == 'none' && !known.pain}\n", "nobody gets"),
        ("{from: 0, say: low}", "{from: 1, say: low}", "a total of 0 falls into no band; "),
        ("{from: 3, say: high}", "{from: 5, say: high}", "no total falls into this band: "),
        ("{from: 3, say: high}", "{from: 0, say: high}", "a band begins at 0 already; "),
        ("    source: [here]", "    source: [there]", "`there` is not a source of this pathway; "),
        ("  hurry:\n", "  fever:\n", "`fever` is a fact already; choose another name"),
        ("  hurry:\n", "  in:\n", "`in` is a reserved word; choose another name"),
        ("  hurry:\n", "  Hurry-up:\n", "`Hurry-up` is not a name for conditions to use; "),
    ],
)
def test_a_score_that_makes_no_sense_is_refused(old: str, new: str, sentence: str) -> None:
    assert only(with_changed(old, new)).startswith(sentence)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('pain == "some"', "age < 10.0"),
        ('pain == "some"', "age in [3.0, -7.5]"),
        ('pain == "some"', "!known.pain"),
        ('pain == "some"', "-age > 3.0 && -age < 2.0"),
        ('pain == "some"', "days(seen_on, seen_on) > 3"),
    ],
)
def test_a_case_that_somebody_may_come_to_or_that_nobody_can_tell_is_kept(old: str, new: str) -> None:
    assert told(with_changed(old, new)) == []


def test_numbers_that_no_bound_allows_reach_no_case() -> None:
    bound = "age: {type: number, unit: years, between: [0, 120]}"
    old = with_changed("age >= 50.0", "age > 120.0").replace("age: {type: number, unit: years}", bound)

    assert only(old).startswith("nobody gets these points: ")
    assert told(old.replace("age > 120.0", "age >= 120.0")) == []


def test_a_score_without_items_is_refused() -> None:
    start, end = TEXT.index("    items:\n      - {say: Much"), TEXT.index("    source: here\ntracks")

    assert only(text().replace(TEXT[start:end], "    items: []\n")).startswith("a score needs an item")


def test_a_score_of_too_many_totals_is_refused() -> None:
    items = "".join(f"      - {{say: Item, points: {2**each}, when: fever}}\n" for each in range(7))
    many = with_changed("      - {say: Older, points: 1, when: age >= 50.0}\n", items)

    assert only(many).startswith(f"this score has more than {MOST_TOTALS} possible totals; ")


def test_a_condition_over_too_many_combinations_of_totals_is_refused() -> None:
    items = "".join(f"      - {{say: Item, points: {2**each}, when: fever}}\n" for each in range(5))
    scores = "".join(f"  big{at}:\n    title: Big\n    items:\n{items}    source: here\n" for at in range(2))
    many = with_changed("tracks:\n", f"{scores}tracks:\n", "score.big0 > score.big1")

    assert only(many).startswith("the scores in it have 1,024 combinations of totals, too many for so long a")


def test_something_wrong_with_the_points_of_a_score_blames_no_condition() -> None:
    assert only(
        with_changed("points: 1, when: age", "points: one, when: age", "score.danger >= 4")
    ).startswith("`one` is not")


# Whatever the pathway, whatever is known


@st.composite
def learning(draw: st.DrawFn) -> tuple[Pathway, View, View]:
    """Draw a pathway with scores, and what is known of a patient, less and more."""
    pathway = draw(pathways().filter(lambda each: each.scores))
    judge = judge_of(pathway)
    names = sorted(lookup_of(pathway).judged_names)
    given = {name: draw(value_of(pathway, name)) for name in names}
    everything = {name: timestamp(of) if isinstance(of, date) else of for name, of in given.items()}
    # Whether something is known is always known, and the one thing that learning may turn round.
    less, more = ({name for name in names if name[:6] == "known." or draw(st.booleans())} for _ in range(2))
    known = ({name: everything[name] for name in which} for which in (less, less | more))
    one, two = map(judge.view, known)
    return pathway, one, two


@given(learning())
def test_learning_more_never_widens_the_totals_that_are_possible(case: tuple[Pathway, View, View]) -> None:
    pathway, less, more = case
    judge = judge_of(pathway)

    for score in pathway.scores:
        before, after = judge.totals(score.name, less), judge.totals(score.name, more)
        assert after
        assert set(after) <= set(before) <= set(every_total(score))


@given(learning())
def test_what_is_unknown_is_never_taken_for_no_or_yes(case: tuple[Pathway, View, View]) -> None:
    pathway, less, more = case
    judge = judge_of(pathway)

    for condition in (*(rule.when for rule in pathway.rules), *(banner.when for banner in pathway.banners)):
        if condition and "this" not in condition.names:
            assert judge.judge(condition, less) in (None, judge.judge(condition, more))


@given(learning())
def test_an_answer_about_a_score_is_that_of_every_total_and_no_other(
    case: tuple[Pathway, View, View],
) -> None:
    pathway, view, _ = case
    judge, score = judge_of(pathway), pathway.scores[-1]
    compiler = Compiler({}, {}, (), {score.name: range(-99, 100)})

    for least in every_total(score):
        met = {total >= least for total in judge.totals(score.name, view)}
        expected = met.pop() if len(met) == 1 else None
        assert judge.judge(compiler.compile(f"score.{score.name} >= {least}"), view) is expected
