"""What is late, and what mends the record: shown first, recorded only when that is right."""

import pytest

from tests.cli.conftest import Desk


@pytest.fixture
def treated(patient: Desk) -> Desk:
    """The same, under treatment since the fifth."""
    patient.done("advance P-1 start-treatment first_dose=2026-11-05 sampled=yes --at 2026-11-05")
    return patient


def test_a_late_entry_is_refused_in_a_script_with_what_it_would_change(treated: Desk) -> None:
    before = treated.content()

    said = treated.refused("record P-1 onset=2026-10-25 --at 2026-11-03", 2)

    assert "There are entries up to 2026-11-05 already" in said
    assert "done  P-1/2  Record the day it began" in said
    assert "add --yes" in said
    assert treated.content() == before


def test_a_late_entry_goes_in_with_a_yes(treated: Desk) -> None:
    said = treated.done("record P-1 onset=2026-10-25 --at 2026-11-03 --yes")

    assert "P-1:5 onset=2026-10-25 (2026-11-03)" in said


def test_what_happened_on_the_day_of_the_latest_entry_is_not_late(treated: Desk) -> None:
    assert "P-1:5" in treated.done("record P-1 onset=2026-10-25 --at 2026-11-05")


def test_a_day_without_a_time_is_not_late_on_that_day(treated: Desk) -> None:
    treated.done("record P-1 calcium=2.3 --at '2026-11-09 14:30'")

    assert "P-1:6" in treated.done("record P-1 onset=2026-10-25 --at 2026-11-09")
    assert "add --yes" in treated.refused("record P-1 visit=2026-12-01 --at '2026-11-09 10:00'", 2)


def test_a_late_entry_that_changes_nothing_else_says_so(treated: Desk) -> None:
    treated.done("record P-1 calcium=2.3")

    assert "  nothing else\n" in treated.refused("record P-1 sampled=no --at 2026-11-04", 2)


def test_a_late_note_disturbs_nothing(treated: Desk) -> None:
    assert "P-1:5 note (2026-11-02)" in treated.done("note P-1 'seen by the ward' --at 2026-11-02")


def test_a_correction_shows_which_prompts_it_moves(treated: Desk) -> None:
    said = treated.refused("correct P-1:2 first_dose=2026-11-07 --because 'read the chart again'", 2)
    assert "moved  P-1/5  due 2026-11-21, was 2026-11-19: Assess the response" in said

    said = treated.done("correct P-1:2 first_dose=2026-11-07 --because 'read the chart again' --yes")
    assert "P-1:5 first_dose=2026-11-07, in place of P-1:2 (2026-11-05)" in said
    assert "moved  P-1/5" in said


def test_a_correction_may_change_only_when_it_happened(treated: Desk) -> None:
    said = treated.done("correct P-1:4 --at 2026-11-06 --because 'was a day later' --yes")

    assert "care is treated since 2026-11-06 (was since 2026-11-05)" in said


def test_withdrawing_an_event_takes_its_track_back_and_asks_again(treated: Desk) -> None:
    said = treated.done("withdraw P-1:4 --because 'of another patient' --yes")

    assert "care is waiting since 2026-11-01 (was treated)" in said
    assert "no more  P-1/6  was open since 2026-11-05: Treatment takes time" in said
    assert "again    P-1/3  due 2026-11-04: Call the patient" in said


def test_an_event_that_a_correction_no_longer_fits_is_named(treated: Desk) -> None:
    treated.done("advance P-1 stop-treatment response=better --at 2026-11-08")

    said = treated.done("withdraw P-1:4 --because 'of another patient' --yes")

    assert "P-1:6 does not fit the rest of the history" in said


@pytest.mark.parametrize("line", ["correct P-1:2 first_dose=2026-11-07", "withdraw P-1:2", "dismiss P-1/2"])
def test_mending_and_dismissing_want_a_reason(treated: Desk, line: str) -> None:
    assert "--because" in treated.refused(line, 2)


def test_an_entry_is_mended_once(treated: Desk) -> None:
    treated.done("correct P-1:2 first_dose=2026-11-07 --because typo --yes")

    said = treated.refused("correct P-1:2 first_dose=2026-11-08 --because typo --yes", 4)

    assert "by P-1:5" in said
