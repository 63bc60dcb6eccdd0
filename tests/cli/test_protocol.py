"""`carepath pathway show`: a pathway reads like a protocol, as far as somebody wants to see it."""

from pathlib import Path

import pytest

from tests.cli.conftest import WATCH, Desk
from tests.pathways.test_protocol import STONE


@pytest.fixture
def stone(desk: Desk) -> Path:
    file = desk.folder / "stone.yaml"
    file.write_text(STONE)
    return file


def section(page: str, heading: str) -> str:
    """Cut out what stands under a heading, up to the next one of its kind."""
    _, _, below = page.partition(f"{heading}\n")
    line = below.splitlines()[0]
    assert set(line) in ({"="}, {"-"}), heading
    rest = below.split("\n", 1)[1].splitlines()
    ends = [number for number, each in enumerate(rest) if each and set(each) <= {"=", "-"}]
    return "\n".join(rest[: ends[0] - 1] if ends else rest)


def test_each_state_says_who_does_what_by_when_and_what_leads_out_of_it(desk: Desk) -> None:
    page = desk.done("pathway show watch")

    assert section(page, "waiting: Nothing is done yet (here everybody begins)").splitlines() == [
        "",
        "  coordinator: Call the patient",
        "      by      within 3 days, may be put off once, 3 days at most",
        "      until   somebody says that it is done",
        "      from    call; the-tests (default)",
        "",
        "  -> treated by start-treatment",
        "      needs   first_dose",
        "      asks    sampled",
        "      warns   Take a sample first",
        "      unless  sampled is yes",
        "              the-tests (default)",
    ]


def test_the_head_says_what_it_is_for_and_that_nobody_has_approved_it(desk: Desk) -> None:
    page = desk.done("pathway show watch")

    assert page.startswith("watch, version 1: A pathway of the tests\n")
    assert "Review: submitted (said by anna on 2026-10-01), not approved by a clinician" in page


def test_a_file_can_be_read_before_it_is_installed_and_is_not_approved_by_itself(desk: Desk) -> None:
    file = desk.folder / "approved.yaml"
    file.write_text(WATCH.read_text().replace("review: submitted", "review: approved"))

    assert "Review: under-review, not approved by a clinician" in desk.done(f"pathway show {file}")


def test_scores_disputed_notes_warnings_and_promises_have_their_sections(desk: Desk, stone: Path) -> None:
    page = desk.done(f"pathway show {stone}")

    assert section(page, "Scores").splitlines() == [
        "",
        "  The risk: How likely it stays",
        "      +2      Large: size is at least 6 mm",
        "      +2      Ill: fever is yes and pain is yes",
        "      +1      Ill: fever is yes",
        "      total   2 or more: high",
        "      total   1: middle",
        "      total   0: low",
        "      from    risk; handbook (read)",
    ]
    assert "      but     Nobody has seen it\n      from    magic; brief (DISPUTED)" in page
    assert "  ! May be infected\n      while   fever is yes" in page
    assert "  Fever is never overlooked\n      from    fever-is-loud; against c1" in page
    assert "Leaving, from any state: died or moved" in page


def test_conditions_are_shown_as_they_are_written_to_who_wants_to_see_them(desk: Desk, stone: Path) -> None:
    words = desk.done(f"pathway show {stone}")
    page = desk.done(f"pathway show {stone} --conditions")

    assert "score.risk" not in words
    assert "if      the score risk is at least 2 [score.risk >= 2]" in page
    assert "claim   fever is wanted wherever fever is yes" in page


def test_sources_stand_by_their_weight_with_what_it_means(desk: Desk, stone: Path) -> None:
    page = section(desk.done(f"pathway show {stone}"), "Sources, by how strong they are")

    assert "  disputed: sources disagree, or it contradicts itself: judge for yourself\n    brief:" in page


def test_a_state_and_a_role_narrow_it(desk: Desk, stone: Path) -> None:
    waiting = desk.done(f"pathway show {stone} --state waiting")
    lead = desk.done(f"pathway show {stone} --role lead")

    assert "coordinator: Measure it" in waiting
    assert "Not measured" not in waiting
    assert "Sources" not in waiting
    assert "Measure it" in lead
    assert "Fever with a stone" not in lead
    assert "`waiting`" in desk.refused(f"pathway show {stone} --state wating", 3)


def test_no_line_is_wider_than_the_page(desk: Desk, stone: Path) -> None:
    for name in ("watch", stone):
        assert max(map(len, desk.done(f"pathway show {name} --conditions").splitlines())) <= 100
