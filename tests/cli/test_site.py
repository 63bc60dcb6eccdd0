"""What the site decides, from the command line."""

import json

import pytest

from tests.cli.conftest import Desk


def test_a_setting_begins_with_a_value_and_is_what_was_decided_last(desk: Desk) -> None:
    assert "full" in desk.done("site list")
    desk.done("site set message.detail count --because 'shared phones'")
    desk.done("site set quiet 22:00-07:00")

    found = {each["name"]: each["value"] for each in json.loads(desk.done("site list --json"))}
    assert (found["message.detail"], found["quiet"], found["hours"]) == ("count", "22:00-07:00", "")


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("site set colour red", 3, "message.detail"),
        ("site set message.detail loud", 2, "full, task or count"),
        ("site set hours always", 2, "mon-thu 08:00-17:00"),
        ("site set quiet night", 2, "22:00-07:00"),
    ],
)
def test_what_cannot_be_set_says_what_can(desk: Desk, line: str, code: int, says: str) -> None:
    assert says in desk.refused(line, code)
