"""Answers to prompts."""

import json

from tests.cli.conftest import Desk
from tests.modules import ROOT


def test_done_ends_what_no_record_could_show(patient: Desk) -> None:
    said = patient.done("done P-1/3")

    assert said.splitlines() == ["P-1:2 done (2026-11-10 10:00)", "  done  P-1/3  Call the patient"]


def test_done_is_refused_where_the_act_can_be_recorded(patient: Desk) -> None:
    said = patient.refused("done P-1/2", 4)

    assert "carepath record P-1 onset=..." in said


def test_seen_keeps_it_open(patient: Desk) -> None:
    assert "acknowledged  P-1/3  stays open: Call the patient" in patient.done("ack P-1/3")
    assert '"acknowledged_by": "anna"' in patient.done("show P-1 --json")


def test_seen_says_by_whom_and_changes_nothing_else(patient: Desk) -> None:
    assert "seen  P-1/3  by anna, stays as it was: Call the patient" in patient.done("seen P-1/3")
    assert '"seen_by": "anna"' in patient.done("show P-1 --json")


def test_acting_says_who_is_on_it_and_until_when(patient: Desk) -> None:
    said = patient.done("acting P-1/3 --until 2026-11-12")

    assert "acting  P-1/3  anna is on it, until 2026-11-12: Call the patient" in said
    assert "is over" in patient.refused("acting P-1/3 --until 2026-11-01", 4)


def test_could_not_says_why_and_when_to_try_again(patient: Desk) -> None:
    said = patient.done("could-not P-1/3 --reason patient-unreachable --next 2026-11-12")

    assert said.splitlines() == [
        "P-1:2 could-not: patient-unreachable, next attempt 2026-11-12 00:00 (2026-11-10 10:00)",
        "  snoozed  P-1/3  patient-unreachable, until 2026-11-12, stays overdue: Call the patient",
    ]
    assert "could-not P-1/3: patient-unreachable" in patient.done("log P-1")
    assert "as often as" in patient.refused("could-not P-1/3 --reason no-capacity --next 2026-11-13", 4)
    assert "stays open" in patient.done("could-not P-1/3 --reason no-capacity")


def test_could_not_wants_a_reason_that_can_be_counted(patient: Desk) -> None:
    assert "patient-declined" in patient.refused("could-not P-1/3", 2)
    assert "patient-declined" in patient.refused("could-not P-1/3 --reason bored", 2)
    assert "needs words" in patient.refused("could-not P-1/3 --reason other", 2)


def test_a_second_person_allows_one_time_more_and_no_second(patient: Desk) -> None:
    patient.done("snooze P-1/3 --until 2026-11-12")

    assert "--second NAME" in patient.refused("snooze P-1/3 --until 2026-11-13", 4)
    assert "another than anna" in patient.refused("snooze P-1/3 --until 2026-11-13 --second anna", 4)
    said = patient.done("snooze P-1/3 --until 2026-11-13 --second ben")
    assert "snooze until 2026-11-13 00:00, allowed by ben" in said
    assert "once more than" in patient.refused("snooze P-1/3 --until 2026-11-14 --second ben", 4)


def test_asleep_until_a_day_and_no_longer_than_allowed(patient: Desk) -> None:
    assert "2026-11-14" in patient.refused("snooze P-1/3 --until 2026-12-01", 4)
    assert "snoozed  P-1/3  until 2026-11-12, stays overdue: Call the patient" in patient.done(
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


def test_what_was_acknowledged_and_does_not_move_has_a_part_of_its_own(patient: Desk) -> None:
    def unmoved() -> list[str]:
        lines = json.loads(patient.done("today --json"))["parts"]
        asked = [asked for part in lines for contact in part["contacts"] for asked in contact["asked"]]
        return [each["lines"][0]["prompt"] for each in asked if each["part"] == "not moving"]

    patient.done("ack P-1/3")
    patient.at("2026-11-13T08:59:00Z")
    assert unmoved() == []

    patient.at("2026-11-13T09:00:00Z")
    assert unmoved() == ["P-1/3"]
    assert "(acknowledged 2026-11-10 10:00 by anna)" in patient.done("today")

    patient.done("acting P-1/3 --until 2026-11-20")
    assert unmoved() == []


RULES = ROOT / "tests" / "stories" / "rules"


def test_why_says_for_how_long_a_stop_is_dismissed(desk: Desk) -> None:
    desk.done(f"pathway install {RULES / 'bookings.yaml'}")
    desk.done(f"pathway install {RULES / 'stops.yaml'}")
    desk.done("patient add P-1")
    desk.done("enrol P-1 made-up-bookings thinner_stopped=2026-11-09 operation=2026-11-12")
    desk.done("enrol P-1 made-up-stops started=2026-11-09 pain=strong")
    shown = [desk.done(f"show P-1 --json --pathway made-up-{name}") for name in ("bookings", "stops")]
    prompts = [prompt for text in shown for prompt in json.loads(text)["open"]]
    names = {prompt["rule"]: prompt["name"] for prompt in prompts}

    lasts = "dismissed, with a reason, for as long as this episode lasts"
    for rule, until in (
        ("too-soon", " and this date"),
        ("stop-pain", ", until pain is recorded anew"),
        ("stop-dated", ""),
    ):
        assert f"{lasts}{until}: carepath dismiss" in " ".join(desk.done(f"why {names[rule]}").split())
