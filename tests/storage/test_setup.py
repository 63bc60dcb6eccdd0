"""Patients and their details, roles, pathways."""

import pytest

from pathways.errors import NotFound, Refused
from storage.check import check_file
from storage.connection import Database
from storage.lists import PersonLine
from storage.rows import PathwayRow, PatientRow
from storage.setup import add_patient, edit_patient, install_pathway
from tests import servers
from tests.storage.cases import DIGEST, enrolled, entry, pathway_text
from tests.storage.databases import everything


def person(database: Database, patient_id: str = "P-014") -> PersonLine | None:
    with database.listing() as lists:
        return lists.person(patient_id)


def test_a_patient_without_details_has_no_row_of_them(database: Database) -> None:
    add_patient(database, "P-014", zone="Europe/Paris", now=5)
    with database.reading() as store:
        assert store.patient("P-014") == PatientRow("P-014", "Europe/Paris", 5)
    assert person(database) == PersonLine("P-014", "Europe/Paris", None, None)


def test_an_id_is_given_once(database: Database) -> None:
    add_patient(database, "P-014", zone="Europe/Paris", now=5, name="Jane Roe")
    before = everything(database)
    with pytest.raises(Refused, match="already") as refused:
        add_patient(database, "P-014", zone="Europe/Rome", now=6, name="Joan Doe")
    assert "Joan" not in str(refused.value)
    assert everything(database) == before


def test_details_change_one_by_one(database: Database) -> None:
    add_patient(database, "P-014", zone="Europe/Paris", now=5)
    edit_patient(database, "P-014", name="Jane Roe")
    edit_patient(database, "P-014", contact="jane@example.org")
    assert person(database) == PersonLine("P-014", "Europe/Paris", "Jane Roe", "jane@example.org")
    edit_patient(database, "P-014", name="", zone="Europe/Rome")
    assert person(database) == PersonLine("P-014", "Europe/Rome", "", "jane@example.org")


def test_a_patient_who_is_not_there_cannot_be_edited(database: Database) -> None:
    with pytest.raises(NotFound, match="P-014"):
        edit_patient(database, "P-014", name="Jane Roe")


def test_a_role_has_one_holder(database: Database) -> None:
    with database.writing() as store:
        store.put_holder("lead", "eva")
    with database.writing() as store:
        store.put_holder("lead", "ida")
    with database.reading() as store:
        assert store.holders() == {"lead": "ida"}


def test_a_pathway_is_installed_once(database: Database) -> None:
    assert install_pathway(database, pathway_text(), by="ana", now=7) is True
    assert install_pathway(database, pathway_text(), by="ben", now=8) is False
    with database.reading() as store:
        row = PathwayRow(
            DIGEST,
            "immune-pns",
            1,
            "Immune-mediated",
            "approved",
            7,
            "ana",
            "under-review",
            "as its file says",
            7,
            "ana",
        )
        assert store.pathways() == [row]
        assert store.pathway_packed(DIGEST) == b"packed"
        assert store.pathway_text(DIGEST) == "pathway: immune-pns"


def test_another_text_wants_another_version(database: Database) -> None:
    install_pathway(database, pathway_text(), by="ana", now=7)
    with pytest.raises(Refused, match="new version number"):
        install_pathway(database, pathway_text(digest="e" * 64, text="other"), by="ana", now=8)
    install_pathway(database, pathway_text(digest="e" * 64, text="other", version=2), by="ana", now=8)
    with database.reading() as store:
        assert [row.version for row in store.pathways()] == [1, 2]


def test_a_whole_database_has_nothing_to_find(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        store.append(enrolment_id, [entry(1), entry(2)])
    assert check_file(database) == []


@pytest.mark.only("postgres")
def test_a_check_on_a_server_finds_what_a_restore_left_out(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        store.append(enrolment_id, [entry(1), entry(2), entry(3)])
    servers.spoilt(database.place)
    writer = database.writer()
    writer.execute("SET session_replication_role = replica")
    writer.execute("DELETE FROM entry WHERE number = 2")
    writer.execute("DELETE FROM patient")
    assert sorted(check_file(database)) == [
        "1 rows of enrolment refer to a row of patient that is not there.",
        "1 rows of identity refer to a row of patient that is not there.",
        "Of P-014 there are 2 entries, but the last has number 3.",
    ]
    writer.execute("ALTER TABLE entry DISABLE TRIGGER entry_update_refused")
    writer.execute("DROP INDEX prompt_coming")
    writer.execute("DROP VIEW rota")
    assert check_file(database) == [
        "The view rota is missing.",
        "The index prompt_coming is missing.",
        "The trigger entry_update_refused is missing, or switched off.",
    ]


@pytest.mark.only("sqlite")
def test_a_check_finds_missing_entries_and_loose_ends(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        store.append(enrolment_id, [entry(1), entry(2), entry(3)])
    database.writer().execute("PRAGMA foreign_keys = OFF")
    database.writer().execute("DROP TRIGGER entry_delete_refused")
    database.writer().execute("DELETE FROM entry WHERE number = 2")
    database.writer().execute("DELETE FROM patient")
    # SQLite looks at the tables in an order of its own.
    assert sorted(check_file(database)) == [
        "A row of enrolment refers to a row of patient that is not there.",
        "A row of identity refers to a row of patient that is not there.",
        "Of P-014 there are 2 entries, but the last has number 3.",
    ]
