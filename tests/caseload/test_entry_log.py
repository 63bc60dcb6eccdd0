import pytest

from caseload import actions, answering, mending
from caseload.cases import NoSuchPatient
from caseload.entry_log import log
from storage.connection import Database
from tests.caseload.clinic import enrol, record, request, treated


def test_every_entry_is_listed_in_words(database: Database) -> None:
    treated(database)
    record(database, "P-001", "scan_on=2026-03-20", when="2026-03-04 09:00")
    answering.snooze(database, "P-001", 5, "2026-03-06", request("2026-03-04 09:30"))
    actions.note(database, "P-001", "Called, no answer", request("2026-03-04 10:00"))
    actions.close(database, "P-001", "moved", request("2026-03-05 09:00", because="to the coast"))

    lines = log(database, "P-001")

    assert [line.says for line in lines] == [
        "enrolled on knee; days are counted in Europe/London",
        "injured_on = 2026-03-01",
        "consent = yes",
        "swelling = some",
        "treat: knee from waiting to treated",
        "scan_on#1 = 2026-03-20",
        "snooze P-001/5 until 2026-03-06 00:00",
        "Called, no answer",
        "left: moved",
    ]
    assert [line.name for line in lines] == [f"P-001:{number}" for number in range(1, 10)]
    assert lines[-1].because == "to the coast"


def test_what_was_corrected_or_withdrawn_says_so_and_by_which_entry(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "crp=12", when="2026-03-03 10:00")
    record(database, "P-001", "fever=yes", when="2026-03-03 10:00")
    mending.correct(database, "P-001", 2, ["crp=21"], request("2026-03-03 11:00", because="digits swapped"))
    mending.withdraw(database, "P-001", 3, request("2026-03-03 11:30", because="another patient"))

    _, crp, fever, corrected, withdrawn = log(database, "P-001")

    assert (crp.replaced_by, crp.how) == ("P-001:4", "corrected")
    assert (fever.replaced_by, fever.how) == ("P-001:5", "withdrawn")
    assert (corrected.says, corrected.replaces) == ("crp = 21 mg/L", "P-001:2")
    assert (withdrawn.says, withdrawn.because) == ("withdrew P-001:3", "another patient")


def test_what_a_withdrawn_correction_had_replaced_is_in_force_again(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "crp=12", when="2026-03-03 10:00")
    mending.correct(database, "P-001", 2, ["crp=21"], request("2026-03-03 11:00", because="digits swapped"))
    mending.withdraw(database, "P-001", 3, request("2026-03-03 11:30", because="they were right"))

    _, crp, corrected, _ = log(database, "P-001")

    assert (crp.replaced_by, crp.how) == ("", "")
    assert (corrected.replaced_by, corrected.how) == ("P-001:4", "withdrawn")


def test_an_entry_keeps_the_precision_it_was_given_with(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "crp=12", when="2026-03-05 10:00", at="2026-03-03")
    record(database, "P-001", "crp=14", when="2026-03-05 10:00", at="2026-03-05 08:15")

    _, late, timely = log(database, "P-001")

    assert (late.happened.local, late.late) == ("2026-03-03", True)
    assert (timely.happened.local, timely.late) == ("2026-03-05 08:15", False)
    assert late.recorded.local == "2026-03-05 10:00"


def test_the_log_of_nobody_is_not_found(database: Database) -> None:
    with pytest.raises(NoSuchPatient):
        log(database, "P-999")
