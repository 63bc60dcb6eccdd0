"""Where the database is, and who is writing."""

import pytest

from tests.cli.conftest import Desk

# Where the file is, and who said so.
pytestmark = pytest.mark.only("sqlite")


def configure(desk: Desk, text: str) -> None:
    file = desk.folder / "config" / "carepath" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_the_option_wins_over_the_environment_and_that_over_the_file(desk: Desk) -> None:
    desk.done("patient add P-1")
    desk.done("enrol P-1 watch")
    configure(desk, 'by = "carla"\n')

    desk.done("note P-1 one --by ben")
    desk.done("note P-1 two")
    assert desk("note P-1 three", CAREPATH_BY=None).code == 0

    page = " ".join(desk.done("log P-1").split())
    assert "ben one" in page
    assert "anna two" in page
    assert "carla three" in page


def test_the_file_may_name_the_database(desk: Desk) -> None:
    configure(desk, f'database = "{desk.database}"\n')

    assert desk("today", CAREPATH_DATABASE=None).code == 0


def test_without_a_word_the_database_is_in_the_folder_for_data(desk: Desk) -> None:
    answer = desk("today", CAREPATH_DATABASE=None)

    assert answer.code == 6
    assert str(desk.folder / "data" / "carepath" / "carepath.db") in answer.err


def test_a_folder_with_a_database_in_it_changes_nothing(desk: Desk) -> None:
    # Whoever happens to stand in a folder with a copy must not write into the copy.
    (desk.folder / "carepath.db").rename(desk.folder / "elsewhere.db")

    assert desk("today", CAREPATH_DATABASE=None).code == 6


def test_a_file_that_cannot_be_followed_is_refused(desk: Desk) -> None:
    for text in ('databse = "/x.db"\n', 'database = "x.db"\n', "by = 7\n", "by = \n", 'by = ""\n'):
        configure(desk, text)
        answer = desk("today", CAREPATH_DATABASE=None, CAREPATH_BY=None)
        assert answer.code == 2, text
        assert "config.toml" in answer.err


def test_a_name_is_one_line(desk: Desk) -> None:
    for name in ("", " anna", "anna\nben", "a" * 101):
        assert desk.words(["note", "P-1", "x", "--by", name]).code == 2
