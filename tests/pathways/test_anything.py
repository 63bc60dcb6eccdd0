"""Whatever stands in a file, reading gives a pathway or says what is wrong with it, and nothing else."""

import re
from collections.abc import Callable

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pathways.model import Pathway
from pathways.packed import pack, unpack
from pathways.problems import PathwayFileRejected
from pathways.reading import read
from tests.pathways.example import EXAMPLE

LINES = EXAMPLE.splitlines(keepends=True)
WORDS = sorted(
    {
        *re.findall(r"[\w.-]+", EXAMPLE),
        "",
        "~",
        "null",
        "[",
        "{",
        ": ",
        "- ",
        "&a",
        "*a",
        "!x",
        "#",
        "|",
        ">",
        "'",
    }
)
WORD = re.compile(r"[\w.-]+")


def outcome(content: bytes | str) -> Pathway | PathwayFileRejected:
    try:
        return read(content)
    except PathwayFileRejected as rejected:
        return rejected


def reads_or_is_refused(content: bytes | str) -> None:
    found = outcome(content)
    if isinstance(found, Pathway):
        assert unpack(pack(found)) == found
        return
    size = len(content) + 2
    assert found.problems
    assert all(0 < problem.line < size and 0 < problem.column < size for problem in found.problems)
    assert all(str(problem) for problem in found.problems)
    assert list(found.problems) == sorted(set(found.problems))


@given(st.binary(max_size=400))
def test_random_bytes(content: bytes) -> None:
    reads_or_is_refused(content)


@given(st.text(max_size=400))
def test_random_text(content: str) -> None:
    reads_or_is_refused(content)


@given(st.text(st.sampled_from("ab:- \n[]{}&*!|>'\"%@`,#?~\t0"), max_size=200))
def test_random_yaml(content: str) -> None:
    reads_or_is_refused(content)


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.sampled_from(WORDS),
    st.text(max_size=20),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
        st.dictionaries(leaves, inner, max_size=3),
    ),
    max_leaves=30,
)
SECTIONS = yaml.load(EXAMPLE, Loader=yaml.CBaseLoader)  # noqa: S506  # the base loader makes texts only


@given(trees)
def test_random_trees(content: object) -> None:
    reads_or_is_refused(yaml.safe_dump(content, allow_unicode=True))


@given(st.dictionaries(st.sampled_from(sorted(SECTIONS)), trees))
def test_the_example_with_sections_replaced_by_anything(sections: dict[str, object]) -> None:
    reads_or_is_refused(yaml.safe_dump(SECTIONS | sections, allow_unicode=True))


def _delete(lines: list[str], here: int, _there: int, _word: str, _column: int) -> None:
    if len(lines) > 1:
        del lines[here]


def _double(lines: list[str], here: int, there: int, _word: str, _column: int) -> None:
    lines.insert(there, lines[here])


def _swap(lines: list[str], here: int, there: int, _word: str, _column: int) -> None:
    lines[here], lines[there] = lines[there], lines[here]


def _move(lines: list[str], here: int, there: int, _word: str, _column: int) -> None:
    lines.insert(there, lines.pop(here))


def _indent(lines: list[str], here: int, _there: int, _word: str, _column: int) -> None:
    lines[here] = "  " + lines[here]


def _outdent(lines: list[str], here: int, _there: int, _word: str, _column: int) -> None:
    lines[here] = lines[here].removeprefix("  ")


def _insert(lines: list[str], here: int, _there: int, word: str, column: int) -> None:
    lines[here] = lines[here][:column] + word + lines[here][column:]


def _replace(lines: list[str], here: int, _there: int, word: str, column: int) -> None:
    words = list(WORD.finditer(lines[here]))
    if words:
        old = words[column % len(words)]
        lines[here] = lines[here][: old.start()] + word + lines[here][old.end() :]


line_numbers = st.integers(0, len(LINES) - 1)
slips = st.tuples(
    st.sampled_from([_delete, _double, _swap, _move, _indent, _outdent, _insert, _replace]),
    line_numbers,
    line_numbers,
    st.sampled_from(WORDS),
    st.integers(0, 80),
)


@given(st.lists(slips, min_size=1, max_size=4))
def test_the_example_after_a_slip_of_the_hand(
    made: list[tuple[Callable[..., None], int, int, str, int]],
) -> None:
    lines = list(LINES)
    for slip, here, there, word, column in made:
        slip(lines, here % len(lines), there % len(lines), word, column)

    reads_or_is_refused("".join(lines))


@pytest.mark.long
def test_the_example_without_any_one_line_or_word() -> None:
    for at, line in enumerate(LINES):
        before, after = "".join(LINES[:at]), "".join(LINES[at + 1 :])
        reads_or_is_refused(before + after)
        for word in WORD.finditer(line):
            for new in ("", "x", "[]", "{}", "''", "1", "{a: b}", "[a, b]", "~"):
                reads_or_is_refused(before + line[: word.start()] + new + line[word.end() :] + after)


def test_the_example_with_any_value_replaced_by_another_kind() -> None:
    for found in WORD.finditer(EXAMPLE):
        if EXAMPLE[found.end() : found.end() + 1] == ":":
            continue
        for new in ("[x]", "{x: y}", "''"):
            reads_or_is_refused(EXAMPLE[: found.start()] + new + EXAMPLE[found.end() :])
