"""Whatever stands in a file, reading gives a pathway or says what is wrong with it, and nothing else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

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


PART = """\
part: care
say: What every clinic does
facts: {called_on: {type: date}}
tracks:
  wrist:
    states: {lost: }
    transitions: [{event: lose, from: free, to: lost}, {event: find, from: lost, to: free}]
exits: [tired]
prompts:
  - {id: call, say: Call, tier: info, for: lead, while: {wrist: lost}, needs: called_on, source: hand-book}
banners: [{id: away, say: Away, when: wrist == "lost", source: hand-book}]
assurances: [{id: away-shown, say: Shown, shown: away, when: wrist == "lost"}]
"""
BUNDLE = f"use: {{part: care, leave_out: [away-shown]}}\n{EXAMPLE}---\n{PART}".splitlines(keepends=True)
bundle_lines = st.integers(0, len(BUNDLE) - 1)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([_delete, _double, _swap, _move, _indent, _outdent, _insert, _replace]),
            bundle_lines,
            st.one_of(bundle_lines, st.integers(len(BUNDLE) - 16, len(BUNDLE) - 1)),
            st.sampled_from([*WORDS, "---", "care", "away", "part"]),
            st.integers(0, 80),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_pathway_with_a_part_after_a_slip_of_the_hand(
    made: list[tuple[Callable[..., None], int, int, str, int]],
) -> None:
    lines = list(BUNDLE)
    for slip, here, there, word, column in made:
        slip(lines, there % len(lines), here % len(lines), word, column)

    reads_or_is_refused("".join(lines))


@given(st.text(max_size=60), trees)
def test_any_part_is_used_or_refused(name: str, body: object) -> None:
    use = yaml.safe_dump({"use": [name, "care"]}, allow_unicode=True)

    reads_or_is_refused(f"{use}{EXAMPLE}---\n{yaml.safe_dump(body, allow_unicode=True)}\n---\n{PART}")


LISTED = ("prompts", "banners", "exits")
NAMED = ("sources", "facts", "milestones")


def _parted(inside: Any, moved: set[int]) -> tuple[Any, Any]:  # noqa: ANN401  # a list or a map
    """Divide a list or a map in two."""
    each = list(enumerate(inside.items() if isinstance(inside, dict) else inside))
    kind = type(inside)
    stay, go = (kind(body for at, body in each if (at in moved) is there) for there in (False, True))
    return stay, go


@given(st.data())
def test_it_does_not_matter_what_of_a_pathway_stands_in_a_part(data: st.DataObject) -> None:
    own, part = dict(SECTIONS), {"part": "care", "say": "Care"}
    for section in (*LISTED, *NAMED):
        moved = data.draw(st.sets(st.integers(0, len(SECTIONS[section]) - 1)), label=section)
        own[section], part[section] = _parted(SECTIONS[section], moved)
    own, part = ({key: body for key, body in each.items() if body} for each in (own, part))

    whole = read(yaml.safe_dump_all([own | {"use": "care"}, part], sort_keys=False))

    assert _unordered(whole) == _unordered(read(EXAMPLE))


def _unordered(pathway: Pathway) -> dict[str, Any]:
    """Return what a pathway has, whatever its order and wherever it was written."""
    found = {
        key: {getattr(each, "id", getattr(each, "name", each)): each for each in getattr(pathway, key)}
        for key in ("sources", "facts", "milestones", "tracks", "exits")
    }
    rules = {rule.id: replace(rule, part="") for rule in (*pathway.rules, pathway.otherwise)}
    return found | {"rules": rules, "banners": {each.id: replace(each, part="") for each in pathway.banners}}


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
