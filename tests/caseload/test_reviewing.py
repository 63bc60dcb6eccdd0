import pytest

from caseload import pathway_files, reviewing
from caseload.contacts import OPEN, OVERDUE, TODAY
from caseload.next_steps import next_steps
from caseload.requests import Author
from caseload.showing import show
from caseload.worklist import worklist
from pathways.errors import CarepathError, NotFound, Refused
from pathways.model import Review
from storage.connection import Database
from tests.caseload.clinic import KNEE, enrol, moment
from tests.storage.databases import everything

NOW = moment("2026-03-12 09:00")
EVA = Author(by="eva", now=NOW)


def said(database: Database, *statuses: Review, version: int | None = None) -> reviewing.Reviewed:
    for status in statuses:
        found = reviewing.review(database, "knee", version, status, because=f"now {status}", author=EVA)
    return found


def install(database: Database, version: int, review: str = "submitted", name: str = "knee") -> str:
    text = KNEE.replace("pathway: knee", f"pathway: {name}")
    text = text.replace("version: 1", f"version: {version}").replace("review: submitted", f"review: {review}")
    return pathway_files.install(database, text.encode(), file="k", by="ann", now=NOW).row.review


def digest(database: Database, patient: str = "P-001") -> str:
    return show(database, patient, now=NOW).pathway.digest


def test_a_pathway_is_approved_step_by_step_with_who_and_why(database: Database) -> None:
    found = said(database, "under-review", "approved")

    assert [(each.status, each.by, each.because) for each in found.said[1:]] == [
        ("under-review", "eva", "now under-review"),
        ("approved", "eva", "now approved"),
    ]
    assert (found.row.review, found.row.reviewed_at) == ("approved", NOW)


@pytest.mark.parametrize(
    ("way", "refused", "can"),
    [
        ([], "approved", "under-review or retired"),
        ([], "submitted", "under-review or retired"),
        (["under-review"], "under-review", "approved or retired or submitted"),
        (["under-review", "approved"], "under-review", "retired or submitted"),
        (["retired"], "approved", "submitted"),
    ],
)
def test_no_step_is_left_out(database: Database, way: list[Review], refused: Review, can: str) -> None:
    said(database, *way) if way else None
    before = everything(database)

    with pytest.raises(Refused, match=f"it can become {can}"):
        said(database, refused)

    assert everything(database) == before


def test_without_a_reason_nothing_is_said(database: Database) -> None:
    with pytest.raises(CarepathError, match="Say why"):
        reviewing.review(database, "knee", None, "retired", because=" ", author=EVA)
    with pytest.raises(CarepathError, match="Say why"):
        reviewing.require_approval(database, only=True, because="", author=EVA)


@pytest.mark.parametrize(
    ("claims", "starts_as"),
    [("approved", "under-review"), ("retired", "retired"), ("submitted", "submitted")],
)
def test_a_file_that_calls_itself_approved_is_not(empty: Database, claims: str, starts_as: str) -> None:
    assert install(empty, 1, claims, name="elbow") == starts_as


def test_a_new_version_of_an_approved_pathway_begins_at_the_beginning(database: Database) -> None:
    said(database, "under-review", "approved")

    assert install(database, 2, "approved") == "submitted"
    assert reviewing.reviewed(database, "knee", 1).row.review == "approved"


def test_nobody_new_is_put_on_a_retired_pathway_and_who_is_on_it_stays(database: Database) -> None:
    enrol(database, "P-001")
    said(database, "retired")

    with pytest.raises(Refused, match=r"retired \(eva: now retired\), so nobody new is put on it: install"):
        enrol(database, "P-002")

    assert show(database, "P-001", now=NOW).pathway.review == "retired"


def test_while_a_new_version_is_retired_patients_go_on_the_one_before(database: Database) -> None:
    install(database, 2)
    said(database, "retired", version=2)

    enrol(database, "P-001")

    assert show(database, "P-001", now=NOW).pathway.version == 1


def test_a_site_may_use_approved_pathways_only(database: Database) -> None:
    reviewing.require_approval(database, only=True, because="the board", author=EVA)

    with pytest.raises(Refused, match="only approved pathways are used here"):
        enrol(database, "P-001")
    said(database, "under-review", "approved")
    install(database, 2)
    enrol(database, "P-001")
    assert show(database, "P-001", now=NOW).pathway.version == 1


def test_what_a_site_decided_can_be_changed_and_is_kept(database: Database) -> None:
    reviewing.require_approval(database, only=True, because="the board", author=EVA)
    with pytest.raises(Refused, match="so already"):
        reviewing.require_approval(database, only=True, because="again", author=EVA)
    reviewing.require_approval(database, only=False, because="a trial", author=EVA)

    assert [(each.value, each.because) for each in reviewing.policy(database)] == [
        ("yes", "the board"),
        ("no", "a trial"),
    ]
    assert enrol(database, "P-001").entries


def test_a_pathway_that_is_not_here_cannot_be_reviewed(database: Database) -> None:
    with pytest.raises(NotFound, match="no pathway 'knee' version 9 here"):
        said(database, "retired", version=9)


@pytest.mark.parametrize("status", ["submitted", "approved"])
def test_wherever_prompts_are_shown_it_is_said_how_far_their_pathway_is_reviewed(
    database: Database, status: Review
) -> None:
    enrol(database, "P-001")
    if status == "approved":
        said(database, "under-review", "approved")

    listed = worklist(database, now=NOW)
    shown = show(database, "P-001", now=NOW)

    assert {line.review for line in (*listed.lines(OVERDUE), *listed.lines(TODAY, OPEN))} == {status}
    assert {prompt.review for prompt in (*shown.open, *shown.coming)} == {status}
    assert next_steps(database, "P-001", now=NOW).review == status
