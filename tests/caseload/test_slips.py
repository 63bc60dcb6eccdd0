"""Slips of the pen that would keep a prompt silent, or file a result under another person."""

import pytest

from caseload import answering, mending, patients
from caseload.patients import Person
from pathways.errors import CarepathError, Refused
from storage.connection import Database
from tests.caseload.clinic import enrol, moment, record, request, treated
from tests.storage.databases import everything


def test_a_correction_to_a_day_years_ahead_is_refused_as_its_recording_would_be(database: Database) -> None:
    treated(database)
    before = everything(database)

    with pytest.raises(CarepathError, match="is the year right"):
        mending.correct(
            database, "P-001", 2, ["injured_on=2062-03-01"], request("2026-03-04 09:00", because="slip")
        )
    assert everything(database) == before


def test_a_day_more_than_five_years_after_the_entry_is_refused(database: Database) -> None:
    enrol(database)

    with pytest.raises(CarepathError, match="is the year right"):
        record(database, "P-001", "injured_on=2031-03-10", when="2026-03-09 09:00")
    record(database, "P-001", "injured_on=2031-03-09", when="2026-03-09 09:00")


def test_a_booking_is_not_done_before_its_day(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "scan_on=2026-03-20", when="2026-03-03 09:00")

    with pytest.raises(CarepathError, match="lies ahead: write scan_on#1=cancelled"):
        record(database, "P-001", "scan_on#1=done", when="2026-03-04 09:00")
    record(database, "P-001", "scan_on#1=done", when="2026-03-20 09:00")


def test_an_answered_prompt_takes_no_second_answer_whatever_its_day(database: Database) -> None:
    enrol(database)
    answering.dismiss(database, "P-001", 1, request("2026-03-05 09:00", because="not needed"))

    with pytest.raises(Refused, match="has ended already: dismissed"):
        answering.dismiss(database, "P-001", 1, request("2026-03-06 09:00", at="2026-03-04", because="no"))


def test_an_id_that_differs_by_capitals_alone_is_refused(database: Database) -> None:
    with pytest.raises(CarepathError, match="There is a patient P-001, and p-001 is too much alike"):
        patients.add(database, Person(patient="p-001", zone=""), now=moment("2026-03-02 09:00"))
