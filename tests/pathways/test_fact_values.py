"""Reading what people type as facts, and showing it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.errors import NotFound
from pathways.fact_values import (
    LONGEST_TEXT,
    BadValue,
    NoSuchFact,
    Typed,
    expected,
    read_facts,
    read_value,
    shown_value,
)
from pathways.history import Value
from pathways.model import Fact
from pathways.reading import read
from tests.pathways.example import EXAMPLE

PATHWAY = read(EXAMPLE)
FACTS = {fact.name: fact for fact in PATHWAY.facts}
PAIN, GRIP, POINTS, SMOKER = FACTS["pain"], FACTS["grip"], FACTS["points"], FACTS["smoker"]
BROKEN_ON, VISIT_ON, REMARK = FACTS["broken_on"], FACTS["visit_on"], FACTS["remark"]


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        (BROKEN_ON, "2026-11-03", "2026-11-03"),
        (VISIT_ON, "2026-11-03", "2026-11-03"),
        (PAIN, "some", "some"),
        (GRIP, "31", 31.0),
        (GRIP, "31.5", 31.5),
        (GRIP, "31,5", 31.5),
        (GRIP, "0", 0.0),
        (GRIP, "90.5", 90.5),
        (POINTS, "-2", -2.0),
        (SMOKER, "yes", True),
        (SMOKER, "No", False),
        (SMOKER, "y", True),
        (SMOKER, "false", False),
        (REMARK, " as before ", "as before"),
    ],
)
def test_a_value_is_read_as_its_fact_wants_it(fact: Fact, text: str, value: Value) -> None:
    assert read_value(fact, text) == value


@pytest.mark.parametrize(
    ("fact", "text", "says"),
    [
        (BROKEN_ON, "3 November", "broken_on: '3 November' is not a day: write it as year-month-day"),
        (BROKEN_ON, "1826-11-03", "is the year right"),
        (VISIT_ON, "soon", "visit_on#1=done to end the first"),
        (PAIN, "sme", r"pain cannot be 'sme' \(did you mean some\?\): it is one of none, some, strong"),
        (PAIN, "Some", "did you mean some"),
        (PAIN, "7", "pain cannot be '7': it is one of none, some, strong"),
        (GRIP, "strong", "grip cannot be 'strong': it is a number from 0 to 90.5 in kg"),
        (GRIP, "90.6", "grip cannot be '90.6'"),
        (GRIP, "-0.1", "grip cannot be '-0.1'"),
        (POINTS, "nan", "points cannot be 'nan': it is a number"),
        (POINTS, "inf", "points cannot be 'inf'"),
        (POINTS, "1e999", "points cannot be '1e999'"),
        (SMOKER, "rarely", "smoker cannot be 'rarely': it is yes or no"),
        (REMARK, "x" * (LONGEST_TEXT + 1), "remark is longer than 500 characters: put it in a note"),
    ],
)
def test_a_value_that_a_fact_cannot_have_is_refused_with_those_it_can(
    fact: Fact, text: str, says: str
) -> None:
    with pytest.raises(BadValue, match=says):
        read_value(fact, text)


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_value_is_refused_with_what_belongs_there(fact: Fact, text: str) -> None:
    with pytest.raises(BadValue, match=rf"^{fact.name} has no value: "):
        read_value(fact, text)


@pytest.mark.parametrize("text", ["1,200", "12,345", "1_000", "٣"])
def test_a_number_that_could_be_meant_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="points cannot be"):
        read_value(POINTS, text)


# Pairs


def test_facts_are_typed_as_pairs_and_read_in_their_order() -> None:
    assert read_facts(PATHWAY, ["pain=some", "broken_on=2026-11-03"]) == [
        Typed(PAIN, "some"),
        Typed(BROKEN_ON, "2026-11-03"),
    ]


@pytest.mark.parametrize(
    ("pair", "typed"),
    [
        ("visit_on=2026-11-03", Typed(VISIT_ON, "2026-11-03", 0)),
        ("visit_on#2=2026-11-03", Typed(VISIT_ON, "2026-11-03", 2)),
        ("visit_on#2=done", Typed(VISIT_ON, "done", 2)),
        ("visit_on#12=cancelled", Typed(VISIT_ON, "cancelled", 12)),
        ("remark=a=b", Typed(REMARK, "a=b")),
        ("remark=two\nlines", Typed(REMARK, "two\nlines")),
    ],
)
def test_a_booking_is_named_by_its_number(pair: str, typed: Typed) -> None:
    assert read_facts(PATHWAY, [pair]) == [typed]


@pytest.mark.parametrize(
    "pair", ["pain", "=some", "pain some", "pain =some", "#1=done", "visit_on#x=done", "visit_on#=done"]
)
def test_what_is_no_pair_is_refused(pair: str) -> None:
    with pytest.raises(BadValue, match=r"is not a fact: write fact=value, such as broken_on=\.\.\."):
        read_facts(PATHWAY, [pair])


def test_a_booking_cannot_be_ended_without_its_number() -> None:
    with pytest.raises(BadValue, match=r"visit_on#1=done to end the first"):
        read_facts(PATHWAY, ["visit_on=done"])


def test_bookings_are_numbered_from_one() -> None:
    with pytest.raises(BadValue):
        read_facts(PATHWAY, ["visit_on#0=2026-11-03"])


def test_a_fact_with_one_value_has_no_numbers() -> None:
    with pytest.raises(BadValue, match="pain has one value, no numbered bookings: write pain=some"):
        read_facts(PATHWAY, ["pain#1=some"])


def test_a_misspelt_fact_is_not_found_and_the_right_one_named() -> None:
    with pytest.raises(
        NoSuchFact, match=r"broken-wrist has no fact 'pian': did you mean 'pain'\?"
    ) as refused:
        read_facts(PATHWAY, ["pian=some"])
    assert isinstance(refused.value, NotFound)


def test_a_fact_that_resembles_none_is_not_found_and_all_are_named() -> None:
    with pytest.raises(
        NoSuchFact, match="its facts are broken_on, pain, grip, points, smoker, remark, visit_on"
    ):
        read_facts(PATHWAY, ["zzzz=1"])


def test_of_many_facts_only_the_first_are_named_and_where_the_others_are() -> None:
    known = [f"fact_{number}" for number in range(40)]

    said = str(NoSuchFact("zzzz", "broken-wrist", known))

    assert "fact_11 and 28 more, which `carepath pathway show broken-wrist` lists" in said
    assert "fact_12" not in said


def test_the_first_pair_that_cannot_be_meant_is_told() -> None:
    with pytest.raises(BadValue, match="pain cannot be"):
        read_facts(PATHWAY, ["smoker=yes", "pain=sme", "grip=heavy"])


# What is expected, and showing it


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (BROKEN_ON, "a day such as 2026-11-03"),
        (PAIN, "one of none, some, strong"),
        (GRIP, "a number from 0 to 90.5 in kg"),
        (POINTS, "a number"),
        (SMOKER, "yes or no"),
        (REMARK, "some text"),
    ],
)
def test_people_are_told_what_a_fact_can_be(fact: Fact, says: str) -> None:
    assert expected(fact) == says


@pytest.mark.parametrize(
    ("value", "fact", "text"),
    [
        (True, SMOKER, "yes"),
        (False, SMOKER, "no"),
        (31.0, GRIP, "31 kg"),
        (31.5, GRIP, "31.5 kg"),
        (-2.0, POINTS, "-2"),
        (31.5, None, "31.5"),
        ("some", PAIN, "some"),
        ("2026-11-03", BROKEN_ON, "2026-11-03"),
        ("done", VISIT_ON, "done"),
        (140.25678, GRIP, "140.25678 kg"),
        (1234567.5, GRIP, "1234567.5 kg"),
    ],
)
def test_a_value_is_shown_the_way_it_is_typed(value: Value, fact: Fact | None, text: str) -> None:
    assert shown_value(value, fact) == text


@given(st.integers(-(10**12), 10**12).map(lambda thousandths: thousandths / 1000))
def test_a_number_that_is_shown_can_be_typed_again(number: float) -> None:
    assert read_value(POINTS, shown_value(number, POINTS)) == number


@given(st.booleans())
def test_a_yes_or_no_that_is_shown_can_be_typed_again(answer: bool) -> None:
    assert read_value(SMOKER, shown_value(answer, SMOKER)) is answer
