"""What is printed after something was recorded, and what is refused."""

import pytest

from tests.cli.conftest import Desk


def test_enrolling_says_where_the_patient_is_and_what_is_asked(desk: Desk) -> None:
    desk.done("patient add P-1")

    said = desk.done("enrol P-1 watch onset=2026-10-25 --at 2026-11-01")

    assert said.splitlines()[:4] == [
        "P-1:1 enrolled on watch (2026-11-01)",
        "P-1:2 onset=2026-10-25 (2026-11-01)",
        "  care begins as waiting",
        "  search begins as idle",
    ]
    assert "open  P-1/3  due 2026-11-04: Call the patient" in said


def test_recording_a_fact_says_which_prompt_it_ended(patient: Desk) -> None:
    said = patient.done("record P-1 onset=2026-10-25")

    assert said.splitlines() == [
        "P-1:2 onset=2026-10-25 (2026-11-10 10:00)",
        "  done  P-1/2  Record the day it began",
    ]


def test_an_event_says_where_its_track_is_and_what_begins(patient: Desk) -> None:
    said = patient.done("advance P-1 start-treatment first_dose=2026-11-09 sampled=yes --at 2026-11-09")

    assert "P-1:4 start-treatment (2026-11-09)\n" in said
    assert "  care is treated since 2026-11-09 (was waiting)\n" in said
    assert "withdrawn  P-1/3  Call the patient" in said
    assert "coming     P-1/5  opens 2026-11-20, due 2026-11-23: Assess the response" in said


def test_a_danger_opens_at_once(patient: Desk) -> None:
    said = patient.done("record P-1 calcium=3,4")

    assert "P-1:2 calcium=3.4 mmol/L (2026-11-10 10:00)" in said
    assert "  ! Calcium was high" in said
    assert "  STOP, due 2026-11-10: Calcium is high, act now" in said


def test_an_event_without_what_it_needs_names_it_and_records_nothing(patient: Desk) -> None:
    before = patient.content()

    said = patient.refused("advance P-1 start-treatment", 4)

    assert "first_dose=..." in said
    assert patient.content() == before


def test_a_warning_wants_a_reason(patient: Desk) -> None:
    said = patient.refused("advance P-1 start-treatment first_dose=2026-11-09", 4)
    assert "Take a sample first" in said

    said = patient.done("advance P-1 start-treatment first_dose=2026-11-09 --because 'no time'")
    assert "care is treated" in said


def test_an_override_is_told_with_what_it_went_past(patient: Desk) -> None:
    said = patient.done("advance P-1 start-treatment --override --because 'papers to follow'")

    assert "start-treatment, past first_dose, Take a sample first" in said
    assert "went past what the pathway asks" in said


def test_an_event_that_the_state_does_not_have_is_refused_even_with_an_override(patient: Desk) -> None:
    said = patient.refused("advance P-1 find --override --because 'in a hurry'", 4)

    assert "Possible now: start-looking" in said


@pytest.mark.parametrize(
    ("line", "code", "helps"),
    [
        ("record P-1 calcum=2.3", 3, "did you mean 'calcium'?"),
        ("record P-1 calcium=23", 2, "a number from 0.5 to 6 in mmol/L"),
        ("record P-1 response=bettr", 2, "did you mean better?"),
        ("record P-1 onset=2026-11-31", 2, "year-month-day"),
        ("record P-1 onset", 2, "write fact=value"),
        ("record P-1", 2, "carepath record P-1 FACT=VALUE"),
        ("record P-1 calcium=2 --at 2027-01-01", 2, "lies in the future"),
        ("record P-2 calcium=2", 3, "carepath patient list"),
        ("advance P-1 start-treatmnt", 3, "Did you mean 'start-treatment'?"),
        ("enrol P-1 watsch", 3, "Installed: watch"),
        ("enrol P-1 watch", 4, "already"),
        ("note P-1 ' '", 2, "carepath note P-1"),
        ("close P-1 --reason dead", 4, "one of died, moved"),
        ("close P-1", 2, "one of died, moved"),
        ("why P-1", 2, "carepath why P-1/3"),
        ("done P-1", 2, "write it like P-014/3"),
        ("done P-1/99", 3, "carepath show P-1"),
        ("withdraw P-1:99 --because x", 3, "carepath log P-1"),
        ("recrod P-1 calcium=2", 2, "Did you mean"),
        ("record P-1 calcium=2 --att 2026-11-01", 2, "Did you mean '--at'?"),
    ],
)
def test_what_was_mistyped_is_answered_with_what_is_possible(
    patient: Desk, line: str, code: int, helps: str
) -> None:
    before = patient.content()

    said = patient.refused(line, code)

    assert helps in said
    assert said.startswith("Error: ")
    assert patient.content() == before


def test_nothing_is_written_without_a_name_behind_it(desk: Desk) -> None:
    answer = desk("note P-1 hello", CAREPATH_BY=None)

    assert answer.code == 2
    assert "--by NAME" in answer.err
    assert "CAREPATH_BY" in answer.err
    assert "config.toml" in answer.err


def test_leaving_ends_what_is_open(patient: Desk) -> None:
    said = patient.done("close P-1 --reason moved --because 'to another city'")

    assert "P-1:2 left: moved" in said
    assert "ended  P-1/3  Call the patient" in said
    assert "P-1 left watch on 2026-11-10 (moved)" in patient.refused("advance P-1 start-looking", 4)


def test_what_is_recorded_after_a_patient_left_says_that_nothing_follows(patient: Desk) -> None:
    patient.done("close P-1 --reason died")

    said = patient.done("record P-1 onset=2026-10-25")

    assert "P-1 left on 2026-11-10 (died): nothing is prompted because of this." in said


def test_a_name_stands_in_no_error(patient: Desk) -> None:
    for line in ("enrol P-1 watch", "patient add P-1", "done P-1/99", "advance P-1 nothing"):
        assert "Lovelace" not in patient(line).err
