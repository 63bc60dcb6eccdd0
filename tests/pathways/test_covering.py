"""A condition covers a fact being unknown if it is met then wherever some value would let it be met."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.conditions import Compiler, Judge
from pathways.covering import covers
from pathways.model import Fact
from tests.pathways.test_conditions import PATHWAY

CHOICES = ("a", "b")
FACTS = {name: Fact(name=name, type="choice", of=CHOICES) for name in ("x", "y")}
COMPILER = Compiler(FACTS, {}, ())
JUDGE = Judge(PATHWAY)


def covered(text: str) -> bool:
    return covers(COMPILER.compile(text), "x", ["x"])


@pytest.mark.parametrize(
    "text",
    [
        '!known.x || x == "a"',
        '(!known.x || x == "a") && y == "a"',
        'y == "b" && !(known.x && x != "a")',
        'known.x ? x == "a" : true',
        '!known.x || x == "a" && y == "b"',
        'known.y || !known.x || x == "a"',
    ],
)
def test_a_condition_that_opens_while_the_fact_is_unknown_covers_it(text: str) -> None:
    assert covered(text)


@pytest.mark.parametrize(
    "text",
    [
        'x == "a"',
        'known.x && x == "a"',
        'y == "b" || known.x && x == "a"',
        '!known.x && y == "a" || x == "a"',
        'known.x ? x == "a" : false',
        'known.y || x == "a"',
        '!known.y || x == "a"',
    ],
)
def test_a_condition_that_waits_for_the_fact_does_not_cover_it(text: str) -> None:
    assert not covered(text)


def test_a_condition_of_very_many_parts_covers_nothing() -> None:
    parts = [f'y == "{letter}"' for letter in CHOICES] + [f"x != {quoted}" for quoted in ("'a'", "'b'")]
    many = " || ".join(["!known.x", *(f"({one} && {two})" for one, two in product(parts, parts))])

    assert covered(many)
    names = [f"z{at}" for at in range(12)]
    wide = Compiler({**FACTS, **{name: Fact(name=name, type="yes-no") for name in names}}, {}, ())
    flags = " || ".join(names)
    assert not covers(wide.compile(f'!known.x || x == "a" || {flags}'), "x", ["x"])


atoms = st.sampled_from(['x == "a"', 'x != "b"', 'y == "a"', "known.x", "known.y", "!known.x", "x == y"])
texts = st.recursive(
    atoms.map("({})".format),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda it: f"({it[0]} {it[1]} {it[2]})"),
        inner.map(lambda it: f"!({it})"),
        st.tuples(inner, inner, inner).map(lambda it: f"({it[0]} ? {it[1]} : {it[2]})"),
    ),
    max_leaves=6,
)


@given(texts)
def test_what_is_called_covered_is_met_while_unknown_wherever_a_value_would_let_it(text: str) -> None:
    condition = COMPILER.compile(text)

    for other in ({"y": value, "known.y": True} for value in CHOICES):
        unknown = JUDGE.judge(condition, JUDGE.view({**other, "known.x": False}))
        known = [
            JUDGE.judge(condition, JUDGE.view({**other, "known.x": True, "x": each})) for each in CHOICES
        ]
        assert unknown is True or True not in known or not covered(text)
