"""`carepath enrol P-014` without a pathway: those that can be chosen, and what each is for."""

import pytest

from caseload.choosing import choices, purpose
from pathways.reading import read
from storage.connection import Database
from tests.cli.conftest import WATCH, Desk
from tests.cli.terminal import at_terminal

OTHER = (
    WATCH.read_text()
    .replace("pathway: watch", "pathway: look-after")
    .replace("title: A pathway of the tests", "title: Another one")
    .replace(
        "review: submitted", "review: submitted\nsay: For those who were ill, e.g. last year. They are asked."
    )
)


@pytest.fixture
def two(patient: Desk) -> Desk:
    """P-1 is on one of two pathways."""
    file = patient.folder / "other.yaml"
    file.write_text(OTHER)
    patient.done(f"pathway install {file}")
    return patient


def test_a_script_is_refused_with_the_list_and_what_each_is_for(two: Desk) -> None:
    two.done("patient add P-2")

    said = two.refused("enrol P-2", 2)

    assert said.splitlines() == [
        "1. look-after: Another one",
        "   For those who were ill, e.g. last year.",
        "   version 1, submitted: not approved by a clinician: nobody has reviewed it yet",
        "2. watch: A pathway of the tests",
        "   version 1, submitted: not approved by a clinician: nobody has reviewed it yet",
        "Error: Say which pathway: `carepath enrol P-2 PATHWAY`, one of look-after, watch.",
    ]


def test_a_pathway_that_the_patient_is_on_is_named_with_its_day_and_cannot_be_chosen(two: Desk) -> None:
    said = two.refused("enrol P-1", 2)

    assert "- watch: P-1 is on it since 2026-11-01" in said.splitlines()
    assert said.endswith("one of look-after.\n")


def test_a_person_chooses_by_number_or_by_name(two: Desk) -> None:
    for patient, typed in {"P-2": "1", "P-3": "look-after"}.items():
        two.done(f"patient add {patient}")
        session = at_terminal(["enrol", patient], typed, database=two.database)

        assert session.code == 0, session.screen
        assert "Which pathway? [number or name]" in session.screen
        assert "enrolled on look-after" in session.screen


def test_what_is_none_of_them_is_asked_for_again(two: Desk) -> None:
    two.done("patient add P-2")

    session = at_terminal(["enrol", "P-2"], "lok-after", "7", "1", database=two.database)

    assert session.code == 0, session.screen
    assert "'lok-after' is none of them: type a number from 1 to 2, or a name" in session.screen
    assert session.screen.count("Which pathway? [number or name]") == 3
    assert "enrolled on look-after" in session.screen


def test_what_nobody_new_is_put_on_is_named_with_the_reason(two: Desk) -> None:
    two.done("patient add P-2")
    two.done("pathway review watch --status retired --because 'a newer one is coming'")

    said = two.refused("enrol P-2", 2)

    assert "- watch, version 1, is retired (anna: a newer one is coming)" in said
    assert said.endswith("one of look-after.\n")


def test_where_only_approved_pathways_are_used_and_none_is_there_is_nothing_to_choose(two: Desk) -> None:
    two.done("patient add P-2")
    two.done("pathway only-approved yes --because 'decided by the board'")

    assert "There is no pathway that P-2 can be put on" in two.refused("enrol P-2", 2)


def test_a_patient_who_is_not_there_is_refused_before_anything_is_listed(two: Desk) -> None:
    assert two.refused("enrol P-9", 3).startswith("Error: There is no patient 'P-9'")


def test_the_one_that_a_patient_is_on_is_shown_in_the_version_they_are_on(two: Desk) -> None:
    newer = two.folder / "newer.yaml"
    newer.write_text(WATCH.read_text().replace("version: 1", "version: 2"))
    two.done(f"pathway install {newer}")
    with Database(two.database) as database:
        [_, watch] = choices(database, "P-1")

    assert (watch.name, watch.version, watch.since, watch.possible) == ("watch", 1, "2026-11-01", False)


@pytest.mark.parametrize(
    ("say", "first"),
    [
        ("For the ill. And others.", "For the ill."),
        ("For the ill", "For the ill"),
        ("For those of 2.5 years, e.g. small ones. Others not.", "For those of 2.5 years, e.g. small ones."),
        ("What is it for? The ill.", "What is it for?"),
    ],
)
def test_the_purpose_is_the_first_sentence(say: str, first: str) -> None:
    content = WATCH.read_text().replace("review: submitted", f"review: submitted\nsay: {say!r}")

    assert purpose(read(content)) == first
