"""Answers to prompts."""

from tests.cli.conftest import Desk


def test_done_ends_what_no_record_could_show(patient: Desk) -> None:
    said = patient.done("done P-1/3")

    assert said.splitlines() == ["P-1:2 done (2026-11-10 10:00)", "  done  P-1/3  Call the patient"]


def test_done_is_refused_where_the_act_can_be_recorded(patient: Desk) -> None:
    said = patient.refused("done P-1/2", 4)

    assert "carepath record P-1 onset=..." in said


def test_seen_keeps_it_open(patient: Desk) -> None:
    assert "seen  P-1/3  stays open: Call the patient" in patient.done("ack P-1/3")


def test_asleep_until_a_day_and_no_longer_than_allowed(patient: Desk) -> None:
    assert "2026-11-14" in patient.refused("snooze P-1/3 --until 2026-12-01", 4)
    assert "snoozed  P-1/3  until 2026-11-12: Call the patient" in patient.done(
        "snooze P-1/3 --until 2026-11-12"
    )
    assert "as often as" in patient.refused("snooze P-1/3 --until 2026-11-13", 4)


def test_snoozing_wants_a_day(patient: Desk) -> None:
    assert "--until 2026-11-09" in patient.refused("snooze P-1/3", 2)


def test_a_danger_cannot_be_snoozed(patient: Desk) -> None:
    patient.done("record P-1 calcium=3.4")

    assert "is a stop" in patient.refused("snooze P-1/5 --until 2026-11-11", 4)


def test_dismissed_with_a_reason(patient: Desk) -> None:
    assert "dismissed  P-1/3  Call the patient" in patient.done("dismiss P-1/3 --because 'no telephone'")


def test_what_has_ended_cannot_be_answered(patient: Desk) -> None:
    patient.done("done P-1/3")

    assert "has ended already" in patient.refused("ack P-1/3", 4)
