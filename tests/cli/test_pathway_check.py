"""Checking pathways from the command line: what is promised, what is found, and how far it was looked."""

import json

import pytest

from tests.cli.conftest import WATCH, Desk

PROMISES = """\
assurances:
  - {id: nobody-is-forgotten, say: Somebody is always asked, dated: always}
  - {id: never-in-care, say: Nobody is assessed in care, never: [assess]}
"""


@pytest.fixture
def own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A folder with a pathway of one's own."""
    monkeypatch.chdir(desk.folder)
    (desk.folder / "own.yaml").write_text(WATCH.read_text(encoding="utf-8"))
    return desk


def promising(own: Desk, promises: str) -> None:
    (own.folder / "own.yaml").write_text(f"{WATCH.read_text(encoding='utf-8')}\n{promises}")


def test_how_far_was_looked_for_what_is_told(own: Desk) -> None:
    said = [" ".join(line.split()) for line in own.done("pathway check own.yaml").splitlines()]

    assert said[0].startswith("own.yaml is in order: watch, version 1")
    assert "It promises nothing (`assurances`)." in said
    assert any(line.startswith("looked for prompts that never open all ") for line in said)


def test_a_promise_that_does_not_hold_is_refuted_by_a_story_that_plays(own: Desk) -> None:
    promising(own, PROMISES)

    answer = own("pathway check own.yaml")

    assert answer.code == 5
    assert answer.err == "Error: Not everything is proved, or something was found: watch.\n"
    lines = [" ".join(line.split()) for line in answer.out.splitlines()]
    assert "proved nobody-is-forgotten all 18 combinations" in lines
    assert "REFUTED never-in-care: Nobody is assessed in care" in lines
    story = answer.out[answer.out.index("## ") :].partition("\n\n\n")[0].partition("  looked for")[0]
    (own.folder / "own.stories.md").write_text(f"# Stories\n\n{story}\n")
    assert "1 story, all as told" in own("pathway test own.yaml --least 0").out


def test_a_quick_check_looks_at_the_file_alone(own: Desk) -> None:
    promising(own, PROMISES)

    said = own.done("pathway check own.yaml --quick")

    assert said.count("\n") == 1
    assert "is in order" in said


def test_several_files_are_checked_at_once_and_by_name(own: Desk) -> None:
    said = own.done(f"pathway check own.yaml {WATCH} --quick --jobs 2")

    assert said.count("is in order") == 2
    assert "immune-pns, version" in own.done("pathway check immune-pns --quick")
    assert "no pathway of that name ships" in own.refused("pathway check nothing", 3)


def test_a_file_with_problems_does_not_keep_the_others_from_being_checked(own: Desk) -> None:
    (own.folder / "wrong.yaml").write_text("pathway: x\n")

    answer = own("pathway check wrong.yaml own.yaml")

    assert answer.code == 5
    assert "own.yaml is in order" in answer.out
    assert "wrong.yaml:1:1:" in answer.err


def test_json_has_promises_and_findings(own: Desk) -> None:
    promising(own, PROMISES)

    answer = own("pathway check own.yaml --json")

    assert answer.code == 5
    [checked] = json.loads(answer.out)
    assert not checked["passed"]
    assert [each["outcome"] for each in checked["promises"]] == ["proved", "refuted"]
    assert checked["promises"][1]["story"].startswith("## never-in-care does not hold")
    assert {each["kind"] for each in checked["examined"]} > {"never-opens", "forgotten-state"}


def test_roles_that_nobody_holds_are_found_when_asked_for(own: Desk) -> None:
    answer = own("pathway check own.yaml --roles")

    assert answer.code == 5
    assert "nobody holds the role coordinator" in " ".join(answer.out.split())
    own.done("role set coordinator ann")
    assert own("pathway check own.yaml --roles").code == 0
