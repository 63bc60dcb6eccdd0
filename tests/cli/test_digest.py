"""`carepath digest`, as it is typed."""

import json

from storage.connection import Database
from storage.staff import StaffRow
from tests.cli.conftest import Desk


def test_a_digest_shows_what_somebody_holds_a_line_for_each_patient(patient: Desk) -> None:
    out = patient.done("digest")

    assert out.startswith("Digest for anna, 2026-11-10 10:00\n")
    assert "P-1: " in out
    assert "The scheduler has never run: nobody is told (`carepath scheduler run`)." in out


def test_a_digest_as_json_has_every_part(patient: Desk) -> None:
    found = json.loads(patient.done("digest --json"))

    assert [part["name"] for part in found["parts"]] == [
        *("overdue", "today", "escalated", "not moving", "open", "coming", "with others")
    ]
    assert found["person"] == "anna"


def test_a_digest_of_another_moment_is_told_by_what_is_recorded_now(patient: Desk) -> None:
    assert patient.done("digest --at '2026-12-24 07:30'").startswith("Digest for anna, 2026-12-24 07:30\n")


def test_a_slip_of_the_pen_is_no_empty_digest(patient: Desk) -> None:
    assert "Nobody is called annna here" in patient.refused("digest --for annna", 3)


def test_a_digest_needs_to_know_whose(patient: Desk) -> None:
    answer = patient("digest", CAREPATH_BY=None)

    assert (answer.code, answer.out) == (2, "")
    assert "Whose digest?" in answer.err


def test_everybody_who_holds_a_role_has_a_digest(patient: Desk) -> None:
    assert patient.done("digest --for dr-cole").startswith("Digest for dr-cole")


def test_the_scheduler_writes_digests_of_those_it_cannot_reach(patient: Desk) -> None:
    with Database(patient.database) as database, database.writing() as store:
        store.put_staff(StaffRow("anna", ("coordinator",), "Europe/Zurich"))
    patient.done("scheduler once")
    patient.at("2026-11-11 08:00:00")

    assert "Digest for anna, 2026-11-11 09:00" in patient.done("scheduler once")
    assert "Digest for" not in patient.done("scheduler once")
