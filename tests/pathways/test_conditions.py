"""Conditions answer met, not met or unknown, and are refused when they could mean anything else."""

from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.condition_sense import LARGEST_WHOLE
from pathways.condition_syntax import LONGEST
from pathways.conditions import JUDGES_KEPT, Compiler, DefectiveCondition, Judge, judge_of, timestamp
from pathways.model import Fact, Pathway
from pathways.packed import pack, unpack
from pathways.problems import ConditionRejected
from pathways.reading import read
from pathways.terms import Condition
from tests.pathways.example import EXAMPLE

PATHWAY = read(EXAMPLE)
FACTS = {fact.name: fact for fact in PATHWAY.facts}
TRACKS = {track.name: [state.name for state in track.states] for track in PATHWAY.tracks}
COMPILER = Compiler(FACTS, TRACKS, ["six_weeks_over"])
JUDGE = Judge(PATHWAY)


def answer(text: str, **known: object) -> bool | None:
    condition = COMPILER.compile(text, this=True, at=True)
    return JUDGE.judge(
        condition, JUDGE.view({name.replace("__", "."): value for name, value in known.items()})
    )


def compiled(text: str, *, this: bool = False, at: bool = False) -> Condition | ConditionRejected:
    try:
        return COMPILER.compile(text, this=this, at=at)
    except ConditionRejected as rejected:
        return rejected


def refused(text: str, *, this: bool = False, at: bool = False) -> list[str]:
    with pytest.raises(ConditionRejected) as rejected:
        COMPILER.compile(text, this=this, at=at)
    return [flaw.message for flaw in rejected.value.flaws]


# "a" stands for a condition over one fact, "b" for one over another; None is unknown.
ANSWERS = (True, False, None)


def as_fact(name: str, met: bool | None) -> dict[str, object]:
    return {} if met is None else {name: met}


@pytest.mark.parametrize(("one", "two"), list(product(ANSWERS, ANSWERS)))
def test_and_or_and_not_are_three_valued(one: bool | None, two: bool | None) -> None:
    facts = {"one": Fact(name="one", type="yes-no"), "two": Fact(name="two", type="yes-no")}
    compiler = Compiler(facts, {}, ())
    known = as_fact("one", one) | as_fact("two", two)

    def judged(text: str) -> bool | None:
        return JUDGE.judge(compiler.compile(text), JUDGE.view(known))

    both = False if False in (one, two) else None if None in (one, two) else True
    either = True if True in (one, two) else None if None in (one, two) else False
    assert judged("one && two") is both
    assert judged("one || two") is either
    assert judged("!one") is (None if one is None else not one)
    assert judged("one == two") is (None if None in (one, two) else one == two)
    assert judged("one ? two : !two") is (None if None in (one, two) else two if one else not two)


@pytest.mark.parametrize(
    "text",
    [
        "grip > 3.0",
        "grip + 1.0 > 3.0",
        "-grip * 2.0 < 3.0",
        "grip == grip",
        "smoker || !smoker",
        'pain == "strong"',
        'pain != "strong"',
        'pain in ["none", "some", "strong"]',
        "days(broken_on, at) >= 28",
        "broken_on < this",
        'remark == "x"',
        'wrist == "free"',
        "known.grip",
        "passed.six_weeks_over",
        "smoker ? true : true",
    ],
)
def test_what_depends_on_something_unknown_is_unknown(text: str) -> None:
    assert answer(text) is None


def test_known_asks_whether_a_fact_is_recorded() -> None:
    assert answer("known.grip", known__grip=False) is False
    assert answer("known.grip && grip > 3.0", known__grip=False) is False
    assert answer("known.visit_on", known__visit_on=True) is True


def test_choices_states_and_texts_are_compared_as_written() -> None:
    assert answer('pain == "strong"', pain="strong") is True
    assert answer('pain in ["none", "some"]', pain="strong") is False
    assert answer('wrist == "free" && bone != "checked"', wrist="free", bone="unsure") is True
    assert answer('remark == "as before"', remark="as before") is True
    assert answer("remark == pain", remark="some", pain="some") is True


def test_numbers_are_compared_as_numbers() -> None:
    assert answer("grip > 3.0", grip=3.5) is True
    assert answer("grip - points >= 2.5 * 2.0", grip=10.0, points=5.0) is True
    assert answer("-grip < 0.0", grip=0.0) is False
    assert answer("grip in [1.0, 2.0]", grip=2.0) is True
    assert answer("grip > (smoker ? 2.0 : 3.0)", grip=2.5, smoker=True) is True


def test_days_counts_calendar_days_from_one_to_another() -> None:
    first, later = timestamp(date(2026, 10, 1)), timestamp(date(2026, 10, 31))

    assert answer("days(broken_on, at) == 30", broken_on=first, at=later) is True
    assert answer("days(at, broken_on) == -30", broken_on=first, at=later) is True
    assert answer("days(broken_on, broken_on) + 1 == 1", broken_on=first) is True


def test_the_change_of_the_clocks_is_no_day_more_or_less() -> None:
    # In Europe/London clocks go back on 25 October 2026: the days are those of the calendar all the same.
    assert answer(
        "days(broken_on, at) == 1", broken_on=timestamp(date(2026, 10, 25)), at=timestamp(date(2026, 10, 26))
    )


def test_a_fixed_day_can_be_compared_with() -> None:
    text = 'broken_on >= date("2026-02-28") && this in [date("2026-03-01")]'

    assert answer(text, broken_on=timestamp(date(2026, 2, 28)), this=timestamp(date(2026, 3, 1))) is True


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2199, 12, 31)])
def test_the_first_and_the_last_day_can_be_counted_with(day: date) -> None:
    assert answer("days(broken_on, broken_on) == 0", broken_on=timestamp(day)) is True


def test_a_condition_names_what_it_depends_on() -> None:
    text = 'known.grip && wrist == "free" || passed.six_weeks_over && days(broken_on, at) > 1 || this > at'

    assert COMPILER.compile(text, this=True, at=True).names == (
        "at",
        "broken_on",
        "known.grip",
        "passed.six_weeks_over",
        "this",
        "wrist",
    )


def test_a_condition_is_the_same_bytes_whenever_it_is_compiled() -> None:
    text = 'pain in ["some", "strong"] && (smoker || grip > 2.0) || wrist == "free"'
    compiled = {Compiler(FACTS, TRACKS, ()).compile(text).compiled for _ in range(20)}

    assert len(compiled) == 1


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('pain == "stronng"', "the choice `pain` is never `stronng`; did you mean `strong`?"),
        ('"stronng" == pain', "the choice `pain` is never `stronng`"),
        ('pain != "stronng"', "the choice `pain` is never `stronng`"),
        ('pain == "x"', "the choice `pain` is never `x`; write one of `none`, `some`, `strong`"),
        ('pain in ["some", "stronng"]', "the choice `pain` is never `stronng`"),
        ('wrist == "fre"', "the track `wrist` is never `fre`; did you mean `free`?"),
        ('wrist in ["fre"]', "the track `wrist` is never `fre`"),
        ("wrist == bone", "the track `wrist` and the track `bone` can never be equal"),
        ("pain == wrist", "the choice `pain` and the track `wrist` can never be equal"),
        (
            'pain < "strong"',
            "the choice `pain` has no order, so `<` means nothing; list what is meant after `in`",
        ),
        ('wrist >= "free"', "the track `wrist` has no order"),
        ('remark < "b"', "the text `remark` has no order"),
        ("smoker < true", "the yes-no `smoker` has no order"),
        ("2.0 < grip < 3.0", "join two comparisons with `&&`"),
        ("grip > 3", "the number `grip` does not go with a whole number; write 3.0"),
        ("3 > grip", "the number `grip` does not go with a whole number; write 3.0"),
        ("grip in [1, 2.0]", "write 1.0"),
        ("grip + 1 > 2.0", "write 1.0"),
        ('grip > "3.0"', "write 3.0 without quotation marks"),
        ("days(broken_on, this) > 3.0", "a whole number does not go with a number; write 3"),
        ("days(broken_on, this) * 2 > 3", "`*` multiplies numbers with a point, not counted days"),
        ('smoker == "yes"', "leave out the comparison, or put `!` before it for no"),
        ('broken_on == "2026-01-31"', 'write it as `date("2026-01-31")`'),
        ('days("2026-01-31", this) > 1', 'write it as `date("2026-01-31")`'),
        ('broken_on > date("2026-02-30")', "'2026-02-30' is not a day"),
        ('broken_on > date("1026-02-03")', "lies outside 1900 to 2199"),
        ("broken_on > date(remark)", "`date` is not used like this; give one fixed day"),
        ("days(broken_on) > 3", "`days` is not used like this; write `days(from, to)`"),
        (
            "this - broken_on > this",
            "`-` cannot be used with a day; count calendar days with `days(from, to)`",
        ),
        (
            "grip",
            "a condition must be met or not met, and this is the number `grip`; compare it, as in `> 2.6`",
        ),
        ("pain", 'compare it, as in `== "none"`'),
        ("broken_on", "a condition must be met or not met, and this is the date `broken_on`"),
        ("days(broken_on, this)", "a condition must be met or not met, and this is a whole number"),
        ("grip && smoker", "`&&` goes with what is met or not met, and this is the number `grip`"),
        ("!grip", "`!` goes with what is met or not met"),
        ("grip ? smoker : smoker", "goes with what is met or not met, and this is the number `grip`"),
        ('pain == (smoker ? "some" : "none")', "`? :` cannot give a text"),
        ("smoker ? grip : smoker", "the number `grip` does not go with the yes-no `smoker`"),
        ("true", "this is always met, or never: it says nothing about the patient"),
        ("1 < 2", "this is always met, or never"),
        ("null == grip", "null cannot be used in a condition"),
        ("grip > 3u", "an unsigned number cannot be used in a condition"),
        ('b"x" == remark', "bytes cannot be used in a condition"),
        ("grip / 2.0 > 1.0", "division cannot be used in a condition"),
        ("days(this, broken_on) % 7 == 0", "the remainder `%` cannot be used in a condition"),
        ("[grip][0] > 1.0", "picking from a list cannot be used in a condition"),
        ("[grip] == [grip]", "a list can stand only after `in`"),
        ("grip in []", "`in` needs a list with something in it"),
        ("grip in grip", "`in` needs a list with something in it"),
        ("grip in [grip]", "a list holds fixed values only"),
        ('{"a": grip}.a > 1.0', "a part of a value cannot be used in a condition"),
        ('remark in {"a": 1}', "`in` needs a list with something in it"),
        ("has(known.grip)", "has() cannot be used in a condition"),
        ("[1.0].all(x, x > grip)", "a macro such as all() or exists() cannot be used in a condition"),
        ("[1.0].exists(x, x > grip)", "a macro such as all() or exists()"),
        ("[1.0].map(x, x) == [grip]", "a macro such as all() or exists()"),
        ('remark.matches("(")', "`.matches()` cannot be used in a condition"),
        ("size(remark) > 1", "there is no function `size`; there are `days(from, to)`"),
        ("dyn(grip) == remark", "there is no function `dyn`"),
        ("int(grip) == 1", "there is no function `int`"),
        ('timestamp("2026-01-01T00:00:00Z") < broken_on', "there is no function `timestamp`"),
        ('broken_on + duration("24h") > broken_on', "there is no function `duration`"),
        ("type(grip) == double", "there is no function `type`"),
        ("grup > 3.0", "`grup` is not a fact or a track of this pathway; did you mean `grip`?"),
        ("pain == some", 'put a choice or a state in quotation marks, as in `"some"`'),
        ("smoker == yes", "write the name of a fact alone for yes, and `!` before it for no"),
        ("known.grup", "`grup` is not a fact of this pathway; did you mean `grip`?"),
        (
            "passed.six_weeks",
            "`six_weeks` is not a milestone of this pathway; did you mean `six_weeks_over`?",
        ),
        ("six_weeks_over", "`six_weeks_over` is a milestone; ask `passed.six_weeks_over`"),
        (
            "visit_on > broken_on",
            "`visit_on` may happen more than once, so it has no single day; ask `known.visit_on`",
        ),
        ("known.grip.x", "`grip.x` is not a fact of this pathway"),
        ("known", "`known` stands before a name"),
        (f"days(broken_on, this) > {LARGEST_WHOLE + 1}", "this number is too large"),
        ("grip > 1e999", "this number is too large"),
        ("grip > 99999999999999999999999", "this number cannot be read"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(text: str, part: str) -> None:
    messages = refused(text, this=True, at=True)

    assert any(part in message for message in messages), messages


@pytest.mark.parametrize(
    ("text", "part", "offset"),
    [
        ("", "the condition is empty", 0),
        ("  \n ", "the condition is empty", 0),
        ("smoker &&", "the condition ends too early", 9),
        ("smoker = true", "`=` cannot be used in a condition; write `==` to compare", 7),
        ("smoker & true", "write `&&` for and", 7),
        ("smoker | true", "write `||` for or", 7),
        ("smoker and known.grip", "write `&&` for and", 7),
        ("smoker or known.grip", "write `||` for or", 7),
        ("not smoker", "write `!` for not", 4),
        ('pain is "some"', "write `==` to compare", 5),
        ("grip ≥ 3.0", "write `>=`", 5),
        ("grip <> 3.0", "write `!=`", 6),
        ("grip > 3,5", "`,` cannot stand here; write a number with a point", 8),
        ("grip > 3.5 kg", "`kg` cannot stand here; write a number with a point and without its unit", 11),
        ("pain == \u201csome\u201d", "write straight quotation marks", 8),
        ("(smoker", "a `)` is missing here", 7),
        ("smoker)", "`)` cannot stand here", 6),
        ('pain == "some', "a text is not closed", 8),
        ("while", "`while` is a reserved word", 0),
        ('smoker // && pain == "some"', "a comment cannot stand inside a condition", 7),
        ('remark == "a // b" // c', "a comment cannot stand inside a condition", 19),
        ('remark == "\\x41"', "a backslash cannot be used in a condition", 11),
        ('remark == "\x00"', "the character U+0000 cannot be used in a condition", 11),
        ("smoker\u2028&& smoker", "the character U+2028 cannot be used in a condition", 6),
        ("smoker &&\n  smokre", "`smokre` is not a fact or a track", 12),
        ('remark == "é" && smokre', "`smokre` is not a fact or a track", 17),
    ],
)
def test_what_cannot_be_read_is_refused_where_it_stands(text: str, part: str, offset: int) -> None:
    with pytest.raises(ConditionRejected) as rejected:
        COMPILER.compile(text)

    [flaw] = rejected.value.flaws
    assert part in flaw.message
    assert flaw.offset == offset


def test_everything_wrong_with_a_condition_is_told_at_once() -> None:
    assert [(flaw.offset, flaw.what) for flaw in flaws_of('pain == "a" && grip > 3 && nope')] == [
        (8, "the choice `pain` is never `a`"),
        (22, "the number `grip` does not go with a whole number"),
        (27, "`nope` is not a fact or a track of this pathway"),
    ]


def flaws_of(text: str) -> tuple[Any, ...]:
    with pytest.raises(ConditionRejected) as rejected:
        COMPILER.compile(text)
    return rejected.value.flaws


def test_the_day_of_a_booking_and_of_an_event_can_be_named_only_where_there_is_one() -> None:
    assert COMPILER.compile("this > broken_on", this=True).names == ("broken_on", "this")
    assert COMPILER.compile("at > broken_on", at=True).names == ("at", "broken_on")
    assert "use it in a rule counted from" in refused("this > broken_on", at=True)[0]
    assert "use it under `should`" in refused("at > broken_on", this=True)[0]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 499 + "smoker" + ")" * 499,
        "!(" * 300 + "smoker" + ")" * 300,
        "[" * 1_000,
        "{" * 1_000,
        "smoker ? smoker : " * 55 + "smoker",
        "grip + " * 140 + "grip > 0.0",
        "smoker == " * 99 + "smoker",
        "days(" * 200,
        "-" * 999,
        "known" + ".grip" * 199,
        "smoker" + " " * LONGEST,
        "smoker || " * 1_000_000,
        '"' * 999,
    ],
)
def test_hostile_conditions_are_refused_and_nothing_worse(text: str) -> None:
    assert refused(text)


@pytest.mark.parametrize(
    "text", ["!" * 900 + "smoker", " && ".join(["smoker"] * 90), "(" * 28 + "smoker" + ")" * 28]
)
def test_long_conditions_that_make_sense_are_judged(text: str) -> None:
    condition = unpack_condition(COMPILER.compile(text))

    assert JUDGE.judge(condition, JUDGE.view({"smoker": True})) is True


def unpack_condition(condition: Condition) -> Condition:
    return Condition(condition.text, bytes(bytearray(condition.compiled)), condition.names)


# Expressions made by these are right by construction: each of them must compile, and never fail.
numbers = st.recursive(
    st.sampled_from(["grip", "points", "0.5", "-2.0", "90.0"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda it: f"({it[0]} {it[1]} {it[2]})"),
        inner.map(lambda it: f"-({it})"),
    ),
    max_leaves=4,
)
days_ = st.sampled_from(["broken_on", "this", "at", 'date("2026-03-01")'])
counts = st.one_of(
    st.integers(-400, 400).map(str), st.tuples(days_, days_).map(lambda it: f"days({it[0]}, {it[1]})")
)
orders = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
plain = st.one_of(
    *(
        st.tuples(side, orders, side).map(lambda it: f"{it[0]} {it[1]} {it[2]}")
        for side in (numbers, counts, days_)
    ),
    st.sampled_from(["none", "some", "strong"]).map('pain == "{}"'.format),
    st.lists(st.sampled_from(["none", "some", "strong"]), min_size=1).map(
        lambda them: f"pain in [{', '.join(map(repr, them))}]"
    ),
    st.sampled_from(["in-cast", "free"]).map('wrist != "{}"'.format),
    st.just("smoker"),
    st.just("passed.six_weeks_over"),
)
conditions = st.recursive(
    plain.map("({})".format),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||", "=="]), inner).map(
            lambda it: f"({it[0]} {it[1]} {it[2]})"
        ),
        inner.map(lambda it: f"!({it})"),
        st.tuples(inner, inner, inner).map(lambda it: f"({it[0]} ? {it[1]} : {it[2]})"),
    ),
    max_leaves=6,
)
some_days = st.dates(date(2026, 2, 1), date(2026, 4, 1)).map(timestamp)
knowledge = st.fixed_dictionaries(
    {
        "grip": st.sampled_from([0.0, -2.0, 0.5, 90.0]),
        "points": st.sampled_from([0.0, 2.0]),
        "broken_on": some_days,
        "this": some_days,
        "at": some_days,
        "pain": st.sampled_from(["none", "some", "strong"]),
        "wrist": st.sampled_from(["in-cast", "free", "healed"]),
        "smoker": st.booleans(),
        "passed.six_weeks_over": st.booleans(),
    }
)


@given(
    conditions,
    knowledge,
    st.sets(st.sampled_from(["grip", "points", "broken_on", "pain", "smoker", "at", "wrist"])),
)
def test_learning_a_fact_never_turns_met_into_not_met_or_back(
    text: str, everything: Mapping[str, object], unknown: set[str]
) -> None:
    condition = compiled(text, this=True, at=True)
    if isinstance(condition, ConditionRejected):
        # Chance may join only fixed values, or nest deeper than CEL reads.
        assert {flaw.what[:20] for flaw in condition.flaws} <= {
            "this is always met, ",
            "the condition is nes",
        }
        return
    less = {name: value for name, value in everything.items() if name not in unknown}

    before, after = (JUDGE.judge(condition, JUDGE.view(known)) for known in (less, everything))

    assert after is not None
    assert before in (None, after)


def is_judged_or_refused(text: str) -> None:
    condition = compiled(text)
    if isinstance(condition, Condition):
        assert JUDGE.judge(condition, JUDGE.view({})) in (True, False, None)
    else:
        assert all(flaw.message for flaw in condition.flaws)
        assert all(0 <= flaw.offset <= max(len(text), LONGEST) for flaw in condition.flaws)


LETTERS = "smoker grip pain && || ! == in [ ] ( ) \" ' 1 2 . , ? : + - * / known passed \n"
WORDS = """
    smoker grip pain wrist broken_on "some" "free" "2026-01-31" 3.0 3 true null && || ! == < in ? : + - * /
    [ ] ( ) { } , days( date( has( .all(x,x) known. known.grip at //
"""


@given(st.text(st.sampled_from(LETTERS), max_size=80))
def test_whatever_is_written_is_compiled_or_refused(text: str) -> None:
    is_judged_or_refused(text)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=9))
def test_whatever_words_are_put_together_are_compiled_or_refused(words: list[str]) -> None:
    is_judged_or_refused(" ".join(words))


def test_a_defect_is_raised_and_never_taken_for_unknown() -> None:
    condition = COMPILER.compile("grip > 3.0")

    with pytest.raises(DefectiveCondition, match=r"'grip > 3.0' gives"):
        JUDGE.judge(condition, JUDGE.view({"grip": "three"}))


def test_an_answer_that_is_neither_yes_nor_no_is_a_defect() -> None:
    condition = Condition("grip", JUDGE._env.compile("grip").serialize(), ("grip",))

    with pytest.raises(DefectiveCondition, match=r"'grip' gives 3\.5"):
        JUDGE.judge(condition, JUDGE.view({"grip": 3.5}))


def test_a_stored_condition_over_days_is_judged_without_being_compiled_again() -> None:
    judge = Judge(unpack(pack(PATHWAY)))
    that = unpack(pack(PATHWAY)).tracks[0].transitions[0].should[0].that
    known = {"broken_on": timestamp(date(2026, 1, 1)), "at": timestamp(date(2026, 1, 29))}

    assert judge.judge(that, judge.view(known)) is True


def test_a_pathway_in_use_keeps_its_judge() -> None:
    judge = judge_of(PATHWAY)

    assert judge_of(unpack(pack(PATHWAY))) is judge


def test_only_so_many_judges_are_kept() -> None:
    judge = judge_of(PATHWAY)
    for number in range(JUDGES_KEPT):
        judge_of(read(EXAMPLE + f"# {number}\n"))

    assert judge_of(PATHWAY) is not judge


def test_a_pathway_built_by_hand_shares_its_judge_with_no_other() -> None:
    by_hand: Pathway = read(EXAMPLE).__class__(
        name="x",
        title="x",
        version=1,
        digest="",
        review="submitted",
        sources=(),
        facts=(),
        milestones=(),
        tracks=(),
        exits=(),
        rules=(),
        otherwise=PATHWAY.otherwise,
        banners=(),
    )

    assert judge_of(by_hand) is not judge_of(by_hand)
