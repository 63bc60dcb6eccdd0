"""`carepath burden`, as it is typed."""

import json

import pytest

from cli.commands.burden import lasting
from tests.cli.conftest import Desk


@pytest.fixture
def busy(patient: Desk) -> Desk:
    """Answer some of what P-1 asks for, which was enrolled today: one stop, one dismissal."""
    patient.done("record P-1 calcium=3.4")
    patient.at("2026-11-10 15:00:00")
    patient.done("record P-1 onset=2026-11-01")
    patient.done("dismiss P-1/3 --because 'moved away'")
    patient.at("2026-11-12 09:00:00")
    return patient


def row(page: str, name: str) -> list[str]:
    """Return the cells of the first row that begins with a name."""
    return next(line for line in page.splitlines() if line.startswith(name)).removeprefix(name).split()


def test_rules_have_what_became_of_their_prompts_and_what_was_said_of_them(busy: Desk) -> None:
    page = busy.done("burden")

    assert page.startswith("From 2026-10-16 to 2026-11-12 (Europe/Zurich): 5 prompts raised, 2 acted on, ")
    # raised, acted on, dismissed, withdrawn, lapsed, open, ignored
    assert row(page, "ask-onset (due)") == ["1", "1", "0", "0", "0", "0", "0"]
    assert row(page, "call (due)") == ["1", "0", "1", "0", "0", "0", "0"]
    _, _, said = page.partition("TO ACTION")
    assert row(said, "ask-onset (due)")[-2:] == ["6", "hours"]


def test_a_stop_that_nobody_acted_on_is_said_aloud_before_everything_else(busy: Desk) -> None:
    lines = busy.done("burden").splitlines()

    stop = next(line for line in lines if line.startswith("STOP"))
    assert stop.startswith("STOP NOT ACTED ON: 1 of 1 of watch high-calcium (1 open; ")
    assert lines.index(stop) < next(at for at, line in enumerate(lines) if line.startswith("watch"))
    assert not [line for line in lines if "Hardly anybody" in line]


def test_rules_that_nobody_acts_on_are_proposed_to_the_lead_and_stay_on(busy: Desk) -> None:
    busy.done("site set burden.raised 1")

    page = " ".join(busy.done("burden").split())

    assert "Hardly anybody acts on these rules: watch call (0 of 1 acted on)." in page
    assert "The clinical lead may want to review them (at least 1 prompt, under 10% acted on)" in page
    assert "nothing is switched off" in page


def test_people_have_what_came_a_day_against_their_budget(busy: Desk) -> None:
    busy.done("staff add anna --budget 12")

    page = busy.done("burden --by person")

    _, _, daily = page.partition("A DAY")
    # a day, worst day, on, patients, budget, days over it, messages
    assert row(daily, "anna") == ["3", "3", "2026-11-10", "1", "12", "0", "0"]


def test_why_prompts_were_dismissed_is_said_when_asked_for(busy: Desk) -> None:
    assert "moved away" not in busy.done("burden")
    assert "moved away" not in busy.done("burden --json")
    assert "call (due), dismissed: moved away 1" in busy.done("burden --reasons")


def test_reasons_why_it_could_not_be_done_are_counted(patient: Desk) -> None:
    patient.done("could-not P-1/3 --reason patient-unreachable")

    assert "call (due), could not: patient-unreachable 1" in patient.done("burden")


def test_nothing_names_a_patient_or_what_is_known_of_one(busy: Desk) -> None:
    for line in ("burden", "burden --by person", "burden --reasons --json"):
        page = busy.done(line)
        assert "Lovelace" not in page
        assert "P-1" not in page


def test_as_json_lengths_are_in_seconds_and_what_does_not_apply_is_null(busy: Desk) -> None:
    found = json.loads(busy.done("burden --json"))

    by_rule = {each["rule"]: each for each in found["rules"]}
    assert by_rule["ask-onset"]["median_seconds_to_action"] == 6 * 3_600
    assert by_rule["call"]["median_seconds_to_action"] is None
    assert (found["by"], found["people"], found["total"]["raised"]) == ("rule", [], 5)


def test_an_empty_period_says_so(desk: Desk) -> None:
    page = desk.done("burden --since 2026-01-01 --until 2026-01-31")

    assert page.startswith("From 2026-01-01 to 2026-01-31 (Europe/Zurich): no prompt was raised.\n")
    assert "RULE" not in page


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("burden --since 2026-13-01", 2, "is not a day"),
        ("burden --since 2026-11-05 --until 2026-11-04", 2, "--since is the first day"),
        ("burden --pathway wacth", 3, "Did you mean 'watch'?"),
        ("burden --owner annna", 3, "Nobody is called annna here"),
        ("site set burden.acted-on 101", 2, "per cent up to 100"),
        ("site set burden.raised many", 2, "a whole number of prompts"),
    ],
)
def test_what_cannot_be_asked_says_what_can(patient: Desk, line: str, code: int, says: str) -> None:
    assert says in patient.refused(line, code)


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (None, "-"),
        (0, "0 seconds"),
        (59, "59 seconds"),
        (3_599, "59 minutes"),
        (7_200, "2 hours"),
        (86_399, "23 hours"),
        (86_400, "1 day"),
        (20 * 86_400, "20 days"),
    ],
)
def test_how_long_it_took_is_said_in_the_largest_unit(seconds: int | None, says: str) -> None:
    assert lasting(seconds) == says
