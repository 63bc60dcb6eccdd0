"""Scores on the page: the sum, what is still to be recorded, and what it means."""

from pathlib import Path

import pytest

from tests.cli.conftest import Desk

FILE = Path(__file__).parents[1] / "stories" / "rules" / "scores.yaml"


@pytest.fixture
def scored(desk: Desk) -> Desk:
    desk.done(f"pathway install {FILE}")
    desk.done("patient add P-2")
    desk.done("enrol P-2 made-up-scores weight=120")
    return desk


def after(page: str, heading: str) -> list[str]:
    lines = page.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(heading))
    return [" ".join(line.split()) for line in lines[start + 1 :]]


def test_a_patient_is_shown_with_what_the_scores_come_to(scored: Desk) -> None:
    assert after(scored.done("show P-2"), "SCORE")[:8] == [
        "Burden 1 to 4 light or heavy",
        "- More than 100 kg 1 weight is 120 kg (P-2:2)",
        "- Grade 0, 2 or 3 not known: grade: How urgent is it?",
        "Hurry 0 to 3",
        "- A heavy burden 0 or 2 not known: grade: How urgent is it?",
        "- A week has passed 0 or 1 not known: asked_on: On which day did somebody ask for help?",
        "- Under way 0 care is waiting (P-2:1)",
        "- Helped 0 helped is not on record",
    ]


def test_why_shows_the_sum_behind_a_prompt(scored: Desk) -> None:
    scored.done("record P-2 grade=middle")

    page = scored.done("why P-2 heavy")

    assert "when score.burden >= 3: met (score.burden is 3)" in " ".join(page.split())
    assert after(page, "The score burden (Burden):")[:3] == [
        "1: More than 100 kg; weight is 120 kg (P-2:2)",
        "2: Grade; grade is middle (P-2:3)",
        "in all 3: heavy",
    ]


def test_a_score_of_which_nothing_is_known_is_left_out_of_the_page_and_not_of_json(desk: Desk) -> None:
    desk.done(f"pathway install {FILE}")
    desk.done("patient add P-2")
    desk.done("enrol P-2 made-up-scores")

    assert "Burden" not in desk.done("show P-2")
    assert '"title": "Burden"' in desk.done("show P-2 --json")


def test_a_pathway_without_scores_shows_none(patient: Desk) -> None:
    assert "SCORE" not in patient.done("show P-1")
