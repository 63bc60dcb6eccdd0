"""Pages are played the way a person would, and only what is no longer true is written anew."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tools.example_pages import played, shortened
from tools.examples import desk, main

PRINTED = ["Overdue: 2", "", "  P-1/1  late", "  P-1/2  later", "", "Open: nothing"]


class Notebook:
    """A desk that writes down what it is asked to do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.done: list[object] = []

    def at(self, moment: datetime) -> None:
        self.done.append(moment)

    def run(self, command: str, typed: Sequence[str] | None) -> list[str]:
        self.done.append((command, typed))
        return PRINTED


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    return Notebook(tmp_path)


def page(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def test_a_page_gets_what_is_printed(notebook: Notebook) -> None:
    text = page("# Today", "```console", "$ carepath today", "wrong", "```", "And so on.")

    assert played(text, notebook) == page(
        "# Today", "```console", "$ carepath today", *PRINTED, "```", "And so on."
    )


def test_a_page_that_is_true_stays_as_it_is(notebook: Notebook) -> None:
    text = page("```console", "$ carepath today", "...", "  P-1/2  later", "...", "", "$ next", "...", "```")

    assert played(text, notebook) == text


def test_the_clock_goes_on_where_the_page_says(notebook: Notebook) -> None:
    played(page("<!-- plays on 2026-07-01 09:00 Europe/London -->", "```console", "$ a", "```"), notebook)

    assert notebook.done == [datetime(2026, 7, 1, 8, tzinfo=UTC), ("a", [])]


def test_what_is_typed_goes_to_the_next_block_only(notebook: Notebook) -> None:
    block = ["```console", "$ a", "...", "```"]
    played(
        page("<!-- typed: yes | Enter -->", *block, *block, "<!-- played: by a script -->", *block), notebook
    )

    assert notebook.done == [("a", ["yes", ""]), ("a", []), ("a", None)]


def test_a_command_may_go_on_in_further_lines(notebook: Notebook) -> None:
    played(page("```console", "$ one", "> two", "...", "```"), notebook)

    assert notebook.done == [("one\ntwo", [])]


def test_a_block_that_is_not_run_is_left_alone(notebook: Notebook) -> None:
    text = page("<!-- not run: it never ends -->", "```console", "$ carepath scheduler run", "Ticking", "```")

    assert played(text, notebook) == text
    assert not notebook.done


def test_a_file_of_a_page_lies_in_its_folder(notebook: Notebook) -> None:
    played(page("<!-- file: stone.yaml -->", "```yaml", "pathway: stone", "```"), notebook)

    assert (notebook.folder / "stone.yaml").read_text(encoding="utf-8") == "pathway: stone\n"


def test_a_block_that_begins_with_no_command_is_a_mistake(notebook: Notebook) -> None:
    with pytest.raises(ValueError, match="begins with a command"):
        played(page("```console", "carepath today", "```"), notebook)


@pytest.mark.parametrize(
    ("shown", "now"),
    [
        ([], PRINTED),
        (["..."], ["..."]),
        (["Overdue: 1", "..."], ["Overdue: 2", "..."]),
        (["...", "Open: 3"], ["...", "Open: nothing"]),
        (["...", "  P-1/2  overdue", "..."], ["...", "  P-1/2  later", "..."]),
        (
            ["Overdue: 1", "...", "  P-1/2  late", "...", "Open: 1"],
            ["Overdue: 2", "...", "  P-1/2  later", "...", "Open: nothing"],
        ),
        (["Overdue: 2", "", "  P-1/2  later", "..."], [*PRINTED[:4], "..."]),
        ([*PRINTED, "..."], PRINTED),
    ],
)
def test_what_a_page_leaves_out_stays_left_out(shown: list[str], now: list[str]) -> None:
    assert shortened(shown, PRINTED) == now


def test_a_part_that_is_shown_may_grow() -> None:
    printed = ["head", "one", "new", "two", "other", "tail"]

    assert shortened(["...", "one", "two", "...", "tail"], printed) == [
        "...",
        "one",
        "new",
        "two",
        "...",
        "tail",
    ]


def test_a_desk_knows_what_was_exported_and_keeps_its_files() -> None:
    with desk() as place:
        place.at(datetime(2026, 11, 2, 9, tzinfo=UTC))
        place.run("export CAREPATH_DATABASE=care.db CAREPATH_BY=anna", [])
        place.run("carepath init --zone Europe/London", [])
        place.run("carepath patient add P-1", [""])
        place.run("carepath export > all.jsonl", [])

        assert place.run("cat all.jsonl", []) == [
            '{"line":"patient","patient":"P-1","zone":"Europe/London","added_at":"2026-11-02T09:00:00Z"}'
        ]
        assert place.run("sqlite3 -csv care.db 'SELECT id, zone FROM patient'", []) == ["P-1,Europe/London"]
        assert place.run("sqlite3 care.db \"SELECT strftime('%H', 'now')\"", []) == ["09"]


def test_a_question_that_nobody_answers_is_a_mistake_of_the_page() -> None:
    with desk() as place, pytest.raises(ValueError, match="asks more than is typed"):
        place.run("carepath init --database care.db --by anna", [])


def test_only_a_page_that_is_no_longer_true_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "page.md"
    path.write_text(page("```console", "$ carepath --version", "carepath 0", "```"), encoding="utf-8")

    for said in (f"written: {path}\n", ""):
        assert main([str(path)]) == 0
        assert capsys.readouterr().out == said
    assert "carepath 0\n" not in path.read_text(encoding="utf-8")
