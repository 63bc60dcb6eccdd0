"""The tree of an expression is what stands in it, however CEL serializes it."""

from collections.abc import Iterator

from cel_expr_python import cel
from hypothesis import given
from hypothesis import strategies as st

from pathways.expression import Call, Foreign, Items, Literal, Name, Node, tree, without_places

ENV = cel.NewEnv(
    variables={"known.a": cel.Type.BOOL, "a": cel.Type.BOOL, "n": cel.Type.DOUBLE, "s": cel.Type.STRING}
)


def parsed(text: str) -> Node:
    return tree(ENV.compile(text, disable_check=True).serialize())


def checked(text: str) -> bytes:
    return bytes(ENV.compile(text).serialize())


def test_every_part_of_an_expression_is_in_its_tree_with_its_place() -> None:
    assert parsed('known.a && s in ["x", "é"] || n > -2.5') == Call(
        "_||_",
        (
            Call(
                "_&&_",
                (
                    Name("known.a", 0),
                    Call("@in", (Name("s", 11), Items((Literal("x", 17), Literal("é", 22)), 16)), 13),
                ),
                8,
            ),
            Call("_>_", (Name("n", 30), Literal(-2.5, 34)), 32),
        ),
        27,
    )


def test_numbers_truths_and_choices_between_are_read() -> None:
    assert parsed("a ? true : f(-9223372036854775808, 9223372036854775807, false)") == Call(
        "_?_:_",
        (
            Name("a", 0),
            Literal(value=True, at=4),
            Call("f", (Literal(-(2**63), 13), Literal(2**63 - 1, 35), Literal(value=False, at=56)), 12),
        ),
        2,
    )


def test_zero_and_the_empty_text_are_read() -> None:
    assert parsed('f(0, 0.0, "")') == Call("f", (Literal(0, 2), Literal(0.0, 5), Literal("", 10)), 1)


def test_what_conditions_have_no_use_for_is_named() -> None:
    for text, what in (
        ("has(known.a)", "has()"),
        ("[a].all(x, x)", "a macro such as all() or exists()"),
        ('{"x": a}', "a map or a message"),
        ("[a][0].x", "a part of a value"),
        ("s.size()", "`.size()`"),
        ("null", "null"),
        ("3u", "an unsigned number"),
        ('b"x"', "bytes"),
    ):
        found = parsed(text)
        assert isinstance(found, Foreign)
        assert found.what == what


def test_the_checked_form_has_the_same_tree_but_for_where_a_dotted_name_begins() -> None:
    text = 'a && s == "x" && n in [1.0, 2.0]'

    assert tree(checked(text)) == parsed(text)
    assert tree(checked("known.a")) == Name("known.a", 5)


def test_a_stored_form_is_smaller_keeps_the_tree_and_is_judged_the_same() -> None:
    text = 'known.a && (s in ["x", "y"] || n > 2.5)'
    stored = without_places(checked(text))

    assert len(stored) < len(checked(text))
    assert unplaced(tree(stored)) == unplaced(parsed(text))
    for known in ({"known.a": True, "s": "y"}, {"known.a": True, "s": "z", "n": 2.0}, {}):
        values = [ENV.deserialize(each).eval(data=known).value() for each in (stored, checked(text))]
        assert values[0] == values[1]


def test_a_stored_form_is_the_same_in_every_run() -> None:
    text = 'known.a && (s in ["x", "y"] || n > 2.5) && a'

    assert len({without_places(checked(text)) for _ in range(50)}) == 1


def unplaced(node: Node) -> Node:
    match node:
        case Call(function, arguments):
            return Call(function, tuple(map(unplaced, arguments)), 0)
        case Items(items):
            return Items(tuple(map(unplaced, items)), 0)
        case Literal(value):
            return Literal(value, 0)
        case Name(text):
            return Name(text, 0)
    return node


def words(node: Node) -> Iterator[str]:
    """Yield the fixed texts and numbers of a tree, in the order in which they stand."""
    match node:
        case Call(_, inner) | Items(inner):
            for each in inner:
                yield from words(each)
        case Literal(value):
            yield str(value)


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["C"], exclude_characters='"\\'), max_size=200), min_size=1
    )
)
def test_texts_of_any_length_and_script_come_through(texts: list[str]) -> None:
    listed = ", ".join(f'"{text}"' for text in texts)

    assert list(words(parsed(f"s in [{listed}]"))) == texts
    assert list(words(tree(without_places(checked(f"s in [{listed}]"))))) == texts


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_whole_numbers_of_any_size_come_through(numbers: list[int]) -> None:
    assert list(words(parsed(f"f({', '.join(map(str, numbers))})"))) == [str(number) for number in numbers]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_of_any_size_come_through(numbers: list[float]) -> None:
    listed = ", ".join(f"{number:f}" if "e" not in repr(number) else repr(number) for number in numbers)
    found = [float(word) for word in words(parsed(f"f({listed})"))]

    assert found == [float(text) for text in listed.split(", ")]
