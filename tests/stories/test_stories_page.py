"""The reference of stories names everything that can be written in one."""

import re

import pytest

from pathways.story_coverage import KINDS
from pathways.story_text import COLUMNS, FURTHER_COLUMNS, VERBS
from tests.modules import ROOT

PAGE = (ROOT / "docs/reference/stories.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[str]:
    """Give what stands first in each row of the tables below a heading."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)`", section, re.MULTILINE)


def test_the_page_names_every_column() -> None:
    assert rows("The columns") == [*COLUMNS, *FURTHER_COLUMNS]


def test_the_page_names_every_kind_of_thing_that_is_covered() -> None:
    assert rows("Coverage") == list(KINDS)


@pytest.mark.parametrize("verb", VERBS)
def test_the_page_shows_every_verb(verb: str) -> None:
    assert verb in {row.partition(" ")[0] for row in rows("What happens")}


def test_every_verb_that_the_page_shows_can_be_written() -> None:
    shown = {row.partition(" ")[0] for row in rows("What happens")}

    assert shown - {*VERBS} == {"wait"}, "an event stands there as an example"
