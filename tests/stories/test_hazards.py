"""Every hazard has something that shows it is controlled, and what is named as showing it is there."""

import ast
from functools import cache
from pathlib import Path

import pytest

from pathways.controls import controls, shipped_with_stories, strays
from pathways.hazards import read_hazards
from tests.modules import ROOT

C_ROWS = {f"c{number}" for number in range(1, 24)}
CLASSICS = {
    *("forgotten-patient", "wrong-patient", "mistyped-number", "two-users-at-once"),
    *("wrong-clock", "alert-fatigue", "absent-person", "lost-entry"),
}
NAMED = [(hazard.id, test) for hazard in read_hazards() for test in hazard.tests]


@cache
def named_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def there(test: str) -> bool:
    file, _, name = test.partition("::")
    return name.startswith("test_") and (ROOT / file).is_file() and name in named_in(ROOT / file)


def test_every_hazard_that_was_found_is_on_the_list() -> None:
    assert {hazard.id for hazard in read_hazards()} >= C_ROWS | CLASSICS


@pytest.mark.parametrize(("hazard", "test"), NAMED)
def test_a_test_that_is_named_is_there(hazard: str, test: str) -> None:
    assert there(test), f"{hazard} names {test}, which is not there"


def test_a_test_that_is_not_there_would_be_noticed() -> None:
    assert there("tests/stories/test_hazards.py::test_a_test_that_is_named_is_there")
    assert not there("tests/stories/test_hazards.py::test_a_test_that_nobody_wrote")
    assert not there("tests/stories/test_nothing.py::test_a_test_that_is_named_is_there")
    assert not there("tests/stories/test_hazards.py::named_in")


def test_no_hazard_is_without_something_that_shows_it_is_controlled() -> None:
    found = controls(*shipped_with_stories())

    assert not [each.id for each in found if not each.shown]


def test_nothing_stands_against_what_is_no_hazard() -> None:
    found = strays(*shipped_with_stories())

    assert not [f"{each.pathway}, {each.where}: {each.against}" for each in found]
