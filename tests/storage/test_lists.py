"""The lists of reading commands: the right prompts, in the order of their weight."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from storage.connection import Database
from storage.lists import EVERYBODY, Lists, Owner, PatientLine, PersonLine, PromptLine, Stay, Whose
from storage.rows import TrackRow
from storage.setup import add_patient
from tests.storage.cases import DIGEST, enrolled, prompt, save

NOW = 10_000


def rules(lines: Iterable[PromptLine]) -> list[str]:
    return [line.rule for line in lines]


def overdue(lists: Lists, owner: Owner = "ana", limit: int = 50) -> list[str]:
    return rules(lists.overdue(now=NOW, owner=owner, limit=limit))


def open_(lists: Lists, owner: Owner = "ana", limit: int = 50) -> list[str]:
    return rules(lists.open(now=NOW, owner=owner, limit=limit))


def coming(lists: Lists, owner: Owner = "ana", limit: int = 50) -> list[str]:
    return rules(lists.coming(now=NOW, until=NOW + 500, owner=owner, limit=limit))


@pytest.fixture
def busy(database: Database) -> Database:
    """One patient of ana's with something of everything, and one of ben's."""
    of, other = enrolled(database), enrolled(database, "P-015", owner="ben")
    with database.writing() as store:
        save(
            store,
            prompt(of, "late", opens_at=100, due_at=9_000),
            prompt(of, "later", opens_at=100, due_at=9_500),
            prompt(of, "late-stop", tier="stop", opens_at=100, due_at=9_900),
            prompt(of, "due-now", opens_at=100, due_at=NOW),
            prompt(of, "not-yet-due", opens_at=100, due_at=NOW + 1),
            prompt(of, "open-stop", tier="stop", opens_at=NOW, due_at=NOW + 900),
            prompt(of, "open-info", tier="info", opens_at=100, due_at=None),
            prompt(of, "snoozed", opens_at=100, due_at=NOW + 800, snoozed_until=NOW + 200),
            prompt(of, "snoozed-long", opens_at=100, due_at=None, tier="info", snoozed_until=NOW + 900),
            prompt(of, "awake", opens_at=100, due_at=NOW + 800, snoozed_until=NOW),
            prompt(of, "soon", opens_at=NOW + 100, due_at=NOW + 900),
            prompt(of, "soon-too-late-already", opens_at=NOW + 300, due_at=9_000),
            prompt(of, "far", opens_at=NOW + 501, due_at=NOW + 900),
            prompt(of, "lapsed", opens_at=100, due_at=9_000, ended_at=NOW, ended="lapsed"),
            prompt(of, "lapsing", opens_at=100, due_at=9_400, ended_at=NOW + 1, ended="lapsed"),
            prompt(of, "never-to-open", opens_at=NOW + 100, ended_at=NOW + 100, ended="withdrawn"),
            prompt(of, "done", opens_at=100, due_at=9_000, ended_at=200, ended="done", settled=True),
            now=50,
        )
        save(
            store,
            prompt(
                other, "bens-stop", patient_id="P-015", owner="ben", tier="stop", opens_at=1, due_at=9_950
            ),
            prompt(other, "bens", patient_id="P-015", owner="ben", opens_at=1, due_at=9_200),
            now=50,
        )
    return database


def test_the_overdue_come_with_stops_first_then_by_due(busy: Database) -> None:
    with busy.listing() as lists:
        assert overdue(lists) == ["late-stop", "late", "lapsing", "later", "due-now"]
        assert overdue(lists, limit=2) == ["late-stop", "late"]


def test_what_is_open_and_not_overdue_comes_with_stops_first_then_by_due(busy: Database) -> None:
    with busy.listing() as lists:
        assert open_(lists) == ["open-stop", "not-yet-due", "awake", "open-info"]
        assert open_(lists, limit=1) == ["open-stop"]


def test_what_is_coming_comes_when_it_opens_or_wakes(busy: Database) -> None:
    with busy.listing() as lists:
        assert coming(lists) == ["soon", "snoozed", "soon-too-late-already"]
        assert coming(lists, limit=2) == ["soon", "snoozed"]


def test_what_is_late_is_never_hidden_by_a_snooze(database: Database) -> None:
    of = enrolled(database)
    with database.writing() as store:
        save(store, prompt(of, "late", opens_at=100, due_at=9_000, snoozed_until=NOW + 200), now=50)
    with database.listing() as lists:
        assert overdue(lists) == ["late"]
        assert (open_(lists), coming(lists)) == ([], [])


def test_what_was_taken_on_and_does_not_move_comes_oldest_first(busy: Database) -> None:
    of = enrolled(busy, "P-016")
    with busy.writing() as store:
        save(
            store,
            prompt(of, "newer", patient_id="P-016", opens_at=1, due_at=9_000, taken_at=NOW - 300),
            prompt(of, "oldest", patient_id="P-016", opens_at=1, taken_at=NOW - 500),
            prompt(of, "fresh", patient_id="P-016", opens_at=1, taken_at=NOW - 200),
            prompt(of, "over", patient_id="P-016", opens_at=1, taken_at=1, ended_at=NOW, ended="lapsed"),
            now=50,
        )
    with busy.listing() as lists:
        since = NOW - 300
        assert rules(lists.taken(now=NOW, since=since, owner="ana", limit=9)) == ["oldest", "newer"]
        assert rules(lists.taken(now=NOW, since=since, owner=EVERYBODY, limit=1)) == ["oldest"]
        assert rules(lists.taken(now=NOW, since=since, owner="ben", limit=9)) == []


def test_each_coordinator_has_a_list_of_their_own(busy: Database) -> None:
    with busy.listing() as lists:
        assert lists.owners() == ["ana", "ben"]
        assert overdue(lists, "ben") == ["bens-stop", "bens"]
        assert overdue(lists, "nobody") == []


def test_the_lead_sees_everybody_in_one_order(busy: Database) -> None:
    with busy.listing() as lists:
        assert overdue(lists, EVERYBODY) == [
            *("late-stop", "bens-stop", "late", "bens", "lapsing", "later", "due-now")
        ]
        assert overdue(lists, EVERYBODY, limit=3) == ["late-stop", "bens-stop", "late"]


def test_who_stands_in_sees_the_other_caseload_beside_their_own(busy: Database) -> None:
    with busy.listing() as lists:
        assert overdue(lists, Whose(("ana", "ben"))) == overdue(lists, EVERYBODY)


def test_who_holds_a_role_sees_its_prompts_of_every_caseload_once(busy: Database) -> None:
    with busy.writing() as store:
        of = store.enrolments("P-015")[0].id
        own = {"patient_id": "P-015", "owner": "ben"}
        save(
            store,
            prompt(of, "bens-own", role="coordinator", **own, opens_at=1, due_at=9_100),
            prompt(of, "bens-soon", **own, opens_at=NOW + 50, due_at=NOW + 900),
            prompt(of, "bens-asleep", **own, opens_at=1, due_at=NOW + 900, snoozed_until=NOW + 60),
            now=50,
        )
    clinicians = Whose((), roles=("clinician",))
    with busy.listing() as lists:
        assert overdue(lists, clinicians) == [
            *("late-stop", "bens-stop", "late", "bens", "lapsing", "later", "due-now")
        ]
        assert overdue(lists, clinicians, limit=3) == ["late-stop", "bens-stop", "late"]
        assert open_(lists, clinicians) == open_(lists, EVERYBODY)
        assert coming(lists, clinicians) == [
            *("bens-soon", "bens-asleep", "soon", "snoozed", "soon-too-late-already")
        ]
        also_ben = Whose(("ben",), roles=("clinician",))
        assert overdue(lists, also_ben) == overdue(lists, EVERYBODY)
        assert overdue(lists, also_ben, limit=4) == ["late-stop", "bens-stop", "late", "bens-own"]
        assert overdue(lists, Whose(("ben",), roles=("lead",))) == ["bens-stop", "bens-own", "bens"]


def test_a_line_says_all_that_a_list_shows(database: Database) -> None:
    of = enrolled(database)
    said = prompt(
        of, opens_at=100, missing=("calcium", "response"), source=("a", "b"), counted_from="first_dose"
    )
    with database.writing() as store:
        save(store, said, now=50)
    with database.listing() as lists:
        [line] = lists.overdue(now=NOW, owner="ana", limit=9)
    assert line == PromptLine(
        id=1,
        enrolment_id=of,
        patient_id="P-014",
        number=1,
        rule="reassess",
        tier="due",
        role="clinician",
        owner="ana",
        say="Assess the response",
        counted_from="first_dose",
        counted_on=None,
        opens_at=100,
        due_at=3_000,
        due_on=None,
        missing="calcium response",
        source="a b",
        seen_at=None,
        seen_by=None,
        acknowledged_at=None,
        acknowledged_by=None,
        acting_by=None,
        acting_until=None,
        could_not=None,
        taken_at=None,
        snoozed_until=None,
        ended_at=None,
        zone="Europe/London",
        pathway="immune-pns",
        digest=DIGEST,
    )


def test_the_tracks_of_the_listed_come_together(database: Database) -> None:
    first, second = enrolled(database), enrolled(database, "P-015")
    with database.writing() as store:
        store.save_tracks(
            [
                TrackRow(first, "syndrome", "workup", 5, 2),
                TrackRow(first, "cancer", "not-staged", 1, 0),
                TrackRow(second, "syndrome", "suspected", 7, 0),
            ]
        )
    with database.listing() as lists:
        assert lists.stays([first, first, second, 99]) == {
            first: [Stay("cancer", "not-staged", 1), Stay("syndrome", "workup", 5)],
            second: [Stay("syndrome", "suspected", 7)],
        }
        assert lists.stays([]) == {}


def test_patients_are_listed_by_where_they_are(database: Database) -> None:
    first, second = enrolled(database), enrolled(database, "P-015", owner="ben")
    add_patient(database, "P-016", zone="Europe/Paris", now=1)
    with database.writing() as store:
        store.save_tracks(
            [
                TrackRow(first, "syndrome", "workup", 500, 2),
                TrackRow(second, "syndrome", "suspected", 700, 0),
                TrackRow(second, "cancer", "workup", 100, 0),
            ]
        )
        store.set_left(second, at=900, reason="died")

    with database.listing() as lists:

        def ids(**which: object) -> list[str]:
            return [line.patient_id for line in lists.patients(**which)]  # type: ignore[arg-type]

        assert ids() == ["P-014", "P-015", "P-016"]
        assert [line.enrolment_id for line in lists.patients()] == [first, None, None]
        assert ids(left=True, owner="ben") == ["P-015"]
        assert ids(owner="ben") == []
        assert ids(pathway="immune-pns", left=True) == ["P-014", "P-015"]
        assert ids(state="workup", left=True) == ["P-014", "P-015"]
        assert ids(track="syndrome", state="workup", left=True) == ["P-014"]
        assert ids(track="syndrome", entered_by=600, left=True) == ["P-014"]
        assert ids(entered_by=50, left=True) == []
        assert lists.patients(left=True)[1] == PatientLine(
            *("P-015", "Jane Roe", second, "immune-pns", "ben", "Europe/London", 10, 900, "died")
        )
        assert lists.patients()[2] == PatientLine(
            *("P-016", "", None, None, None, "Europe/Paris", None, None, None)
        )


def test_people_are_listed_with_their_details_apart(database: Database) -> None:
    enrolled(database)
    add_patient(database, "P-015", zone="Europe/Paris", now=1)
    with database.listing() as lists:
        jane = PersonLine("P-014", "Europe/London", "Jane Roe", "jane@example.org")
        assert lists.people() == [jane, PersonLine("P-015", "Europe/Paris", None, None)]
        assert lists.person("P-014") == jane
        assert lists.person("P-999") is None


def test_roles_are_listed_with_their_holders(database: Database) -> None:
    with database.writing() as store:
        store.put_holder("lead", "eva")
    with database.listing() as lists:
        assert lists.holders() == {"lead": "eva"}


def test_a_list_moves_with_the_owner(busy: Database) -> None:
    with busy.writing() as store:
        [enrolment] = store.enrolments("P-015")
        store.set_owner(enrolment.id, "ana")
        [first, *_] = store.unsettled(enrolment.id)
        assert first == replace(first, owner="ana")
    with busy.listing() as lists:
        assert lists.owners() == ["ana"]
        assert "bens-stop" in overdue(lists)
