import pytest

from caseload import actions, patients, roles
from caseload.cases import NoSuchPatient
from caseload.checking import check
from caseload.entry_log import log
from caseload.patients import Filter, Person
from caseload.worklist import worklist
from pathways.errors import CarepathError, NotFound, Refused
from storage.connection import Database
from tests.caseload.clinic import advance, enrol, moment, request, treated
from tests.storage.databases import everything

NOW = moment("2026-03-12 09:00")


def listed(database: Database, which: Filter) -> list[str]:
    return [line.patient for line in patients.listed(database, which, now=NOW)]


def test_a_patient_is_added_with_the_zone_of_the_site_unless_another_is_given(database: Database) -> None:
    patients.add(database, Person(patient="P-010", zone=""), now=NOW)
    patients.add(database, Person(patient="P-011", zone="Asia/Tokyo", name="Jo"), now=NOW)

    assert patients.person(database, "P-010") == Person(patient="P-010", zone="Europe/London")
    assert patients.person(database, "P-011") == Person(patient="P-011", zone="Asia/Tokyo", name="Jo")


@pytest.mark.parametrize(
    ("patient_id", "zone", "said"),
    [
        ("", "", "A patient id has letters, digits"),
        ("P 014", "", "A patient id has letters, digits"),
        ("P-014/3", "", "A patient id has letters, digits"),
        ("P-014:3", "", "A patient id has letters, digits"),
        ("-P", "", "A patient id has letters, digits"),
        ("P" * 33, "", "A patient id has letters, digits"),
        ("P-001", "", "There is a patient P-001 already"),
        ("P-020", "Mars/Olympus", "'Mars/Olympus' is not a time zone: write one such as Europe/London"),
    ],
)
def test_who_cannot_be_added_is_refused_and_nothing_changes(
    database: Database, patient_id: str, zone: str, said: str
) -> None:
    before = everything(database)

    with pytest.raises(CarepathError) as refused:
        patients.add(database, Person(patient=patient_id, zone=zone, name="Jane Roe"), now=NOW)

    assert said in str(refused.value)
    assert "Jane" not in str(refused.value)
    assert everything(database) == before


def test_details_are_edited_apart_and_an_empty_one_removes(database: Database) -> None:
    patients.edit(database, "P-001", contact="ward 7")
    assert patients.person(database, "P-001").name == "Name of P-001"

    patients.edit(database, "P-001", name="", zone="UTC")

    assert patients.person(database, "P-001") == Person(patient="P-001", zone="UTC", contact="ward 7")
    with pytest.raises(NotFound):
        patients.edit(database, "P-999", name="Nobody")
    with pytest.raises(NoSuchPatient):
        patients.person(database, "P-999")


def test_patients_are_found_by_a_part_of_their_id_or_name(database: Database) -> None:
    patients.edit(database, "P-002", name="Åsa Öberg")

    assert [person.patient for person in patients.find(database, "åsa ö")] == ["P-002"]
    assert [person.patient for person in patients.find(database, "p-00")] == ["P-001", "P-002", "P-003"]
    assert len(patients.find(database, "", limit=2)) == 2
    assert patients.find(database, "nobody") == []


def test_a_list_may_want_a_state_a_track_an_owner_and_days(database: Database) -> None:
    treated(database, "P-001")
    enrol(database, "P-002", "injured_on=2026-03-01", "consent=yes", when="2026-03-08 09:00", owner="ben")
    advance(database, "P-002", "treat", when="2026-03-09 09:00")

    assert listed(database, Filter()) == ["P-001", "P-002", "P-003"]
    assert listed(database, Filter(state="treated")) == ["P-001", "P-002"]
    assert listed(database, Filter(track="scan", state="treated")) == []
    assert listed(database, Filter(state="treated", days=9)) == ["P-001"]
    assert listed(database, Filter(state="treated", days=10)) == []
    assert listed(database, Filter(days=10)) == ["P-001"]
    assert listed(database, Filter(owner="ben")) == ["P-002"]
    assert listed(database, Filter(pathway="hip")) == []


def test_a_line_says_where_each_track_is_and_for_how_many_days(database: Database) -> None:
    treated(database, "P-001")

    line = patients.listed(database, Filter(owner="ann"), now=NOW)[0]

    assert (line.pathway, line.owner, line.name) == ("knee", "ann", "Name of P-001")
    assert [tuple(stay) for stay in line.stays] == [("knee", "treated", 9), ("scan", "not-done", 10)]


def test_who_left_is_listed_only_when_asked_for(database: Database) -> None:
    treated(database, "P-001")
    actions.close(database, "P-001", "moved", request("2026-03-10 09:00"))

    [line] = [
        each
        for each in patients.listed(database, Filter(pathway="knee", left=True), now=NOW)
        if each.patient == "P-001"
    ]

    assert (line.left and line.left.local, line.left_reason) == ("2026-03-10 09:00", "moved")
    assert listed(database, Filter(pathway="knee")) == []


def test_handing_over_moves_the_list_and_stands_in_the_history(database: Database) -> None:
    treated(database, "P-001")

    patients.hand_over(database, "P-001", "ben", by="lee", now=NOW)

    assert {line.owner for line in worklist(database, now=NOW, owner="ben").lines()} == {"ben"}
    assert not worklist(database, now=NOW, owner="ann").lines()
    assert (log(database, "P-001")[-1].says, log(database, "P-001")[-1].by) == (
        "Handed over from ann to ben",
        "lee",
    )
    assert check(database, now=NOW).differences == ()


def test_a_later_prompt_goes_to_whom_the_patient_was_handed(database: Database) -> None:
    treated(database, "P-001")
    patients.hand_over(database, "P-001", "ben", by="lee", now=NOW)

    outcome = advance(database, "P-001", "review", "swelling=none", when="2026-03-12 10:00")

    assert {after.owner for _, after in outcome.prompts} == {"ben"}


def test_a_hand_over_to_nobody_or_the_same_is_refused(database: Database) -> None:
    treated(database, "P-001")
    before = everything(database)

    with pytest.raises(CarepathError, match="Say who takes over"):
        patients.hand_over(database, "P-001", " ", by="lee", now=NOW)
    with pytest.raises(Refused, match="P-001 is with ann already"):
        patients.hand_over(database, "P-001", "ann", by="lee", now=NOW)
    assert everything(database) == before


def test_roles_say_who_holds_them_and_which_nobody_does(database: Database) -> None:
    assert roles.unheld(database) == ["coordinator", "clinician", "lead"]

    roles.assign(database, "lead", " lee ", now=NOW)
    roles.assign(database, "clinician", "dr-x", now=NOW)
    roles.assign(database, "clinician", "", now=NOW)

    assert roles.roles(database) == {"coordinator": "", "clinician": "", "lead": "lee"}
    with pytest.raises(
        CarepathError, match="There is no role 'boss': it is one of coordinator, clinician, lead"
    ):
        roles.assign(database, "boss", "lee", now=NOW)
