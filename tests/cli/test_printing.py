"""Lines and tables."""

from hypothesis import given
from hypothesis import strategies as st

from cli.printing import counted, indented, table, visible

cells = st.text(st.characters(codec="utf-8"), max_size=60)


def test_columns_stand_under_their_headings() -> None:
    assert table(("A", "LONG"), [("x", "1"), ("longer", "2")]) == ["A       LONG", "x       1", "longer  2"]


def test_what_is_too_wide_wraps_in_its_own_column() -> None:
    assert table(("N", "WHAT"), [("1", "one two three four"), ("2", "five")], width=14) == [
        "N  WHAT",
        "1  one two",
        "   three four",
        "2  five",
    ]


def test_a_name_is_broken_only_when_nothing_else_can_be_narrower() -> None:
    row = ("autonomic-ganglionopathy", "Failure of the autonomic nerves")

    assert table(("PATHWAY", "TITLE"), [row], width=38) == [
        "PATHWAY                   TITLE",
        "autonomic-ganglionopathy  Failure of",
        "                          the",
        "                          autonomic",
        "                          nerves",
    ]


@given(rows=st.lists(st.tuples(cells, cells, cells), max_size=5))
def test_no_table_is_wider_than_the_page_or_moves_the_cursor(rows: list[tuple[str, str, str]]) -> None:
    for line in table(("ONE", "TWO", "THREE"), rows, width=60):
        assert len(line) <= 60
        assert line.isprintable()


@given(text=st.text(max_size=300))
def test_no_text_is_wider_than_the_page(text: str) -> None:
    assert all(len(line) <= 40 for line in indented(text, 4, width=40))


def test_what_cannot_be_seen_is_spelled_out() -> None:
    assert visible("a\x1b[2Jb\u202ec") == "a\\x1b[2Jb\\u202ec"
    assert visible("Grüezi\nmitenand") == "Grüezi\nmitenand"


def test_one_of_a_thing_has_no_s() -> None:
    assert [counted(number, "day") for number in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
