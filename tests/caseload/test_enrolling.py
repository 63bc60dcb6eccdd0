import pytest

from caseload import actions, patients
from caseload.cases import NoSuchPatient
from caseload.showing import show
from pathways.errors import CarepathError, Refused
from storage.connection import Database
from tests.caseload.clinic import enrol, moment, record, request
from tests.storage.databases import everything


def test_a_patient_enrolled_today_is_enrolled_from_the_start_of_today(database: Database) -> None:
    outcome = enrol(database, when="2026-03-02 09:00")
    record(database, "P-001", "crp=12", when="2026-03-02 10:00", at="2026-03-02 07:30")

    assert outcome.row.enrolled_at == moment("2026-03-02 00:00")
    assert outcome.entries[0].only_day
    assert show(database, "P-001", now=moment("2026-03-02 11:00")).facts[0].since.local == "2026-03-02 07:30"


def test_the_day_is_that_of_the_patients_zone(database: Database) -> None:
    patients.edit(database, "P-001", zone="Asia/Tokyo")

    outcome = enrol(database, when="2026-03-02 20:00")

    assert (outcome.row.zone, outcome.row.enrolled_at) == ("Asia/Tokyo", moment("2026-03-02 15:00"))


def test_what_is_known_at_enrolment_keeps_prompts_from_being_raised(database: Database) -> None:
    outcome = enrol(database, "P-001", "injured_on=2026-03-01", "consent=yes", "swelling=none")

    states = {after.key.rule: after.ended for _, after in outcome.prompts}
    assert (states["ask-injury"], states["ask-swelling"]) == ("done", "done")
    assert states["otherwise"] is None


def test_every_prompt_of_an_enrolment_belongs_to_its_owner(database: Database) -> None:
    outcome = enrol(database, owner="ben")

    assert {after.owner for _, after in outcome.prompts} == {"ben"}
    assert [after.number for _, after in outcome.prompts] == [1, 2]


@pytest.mark.parametrize(
    ("facts", "at", "said"),
    [
        (["crb=1"], "", "did you mean 'crp'?"),
        (["crp=900"], "", "crp cannot be '900': it is a number from 0 to 500 in mg/L"),
        (["scan_on#1=done"], "", "P-001 has no scan_on#1: there is none"),
        ([], "2026-03-05", "2026-03-05 lies in the future"),
        ([], "2026-02-30", "'2026-02-30' is not a day"),
    ],
)
def test_an_enrolment_that_cannot_be_changes_nothing(
    database: Database, facts: list[str], at: str, said: str
) -> None:
    before = everything(database)

    with pytest.raises(CarepathError) as refused:
        enrol(database, "P-001", *facts, at=at)

    assert said in str(refused.value)
    assert everything(database) == before


def test_only_somebody_who_is_there_can_be_enrolled(database: Database) -> None:
    with pytest.raises(NoSuchPatient, match="There is no patient 'P-999'"):
        enrol(database, "P-999")


def test_nobody_is_on_a_pathway_twice_at_once(database: Database) -> None:
    enrol(database)
    before = everything(database)

    with pytest.raises(Refused, match=r"P-001 is on knee already, since 2026-03-02"):
        enrol(database, when="2026-03-03 09:00")

    assert everything(database) == before


def test_after_leaving_a_patient_may_begin_anew_and_entries_are_counted_on(database: Database) -> None:
    enrol(database)
    actions.close(database, "P-001", "moved", request("2026-03-03 09:00"))

    outcome = enrol(database, when="2026-03-10 09:00")

    assert [entry.number for entry in outcome.entries] == [3]
    assert outcome.prompts[0][1].number == 3
    assert show(database, "P-001", now=moment("2026-03-10 10:00")).others == ("knee",)


def test_a_rehearsed_enrolment_tells_what_would_be_and_changes_nothing(database: Database) -> None:
    before = everything(database)

    outcome = enrol(database, rehearse=True)

    assert len(outcome.prompts) == 2
    assert everything(database) == before
