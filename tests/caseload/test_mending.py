import pytest

from caseload import actions, answering, mending
from caseload.checking import check
from caseload.writing import Outcome
from pathways.errors import CarepathError, ChangedMeanwhile, Refused
from storage.connection import Database
from storage.rows import PromptRow
from tests.caseload.clinic import advance, enrol, moment, number_of, record, request, treated
from tests.storage.databases import everything


def changed(outcome: Outcome, rule: str) -> PromptRow:
    """Return how a prompt of a rule is after mending."""
    return next(after for _, after in outcome.prompts if after.key.rule == rule)


def correct(
    database: Database, number: int, *changes: str, at: str = "", when: str = "2026-03-05 09:00"
) -> Outcome:
    return mending.correct(
        database, "P-001", number, changes, request(when, because="a slip of the pen", at=at)
    )


def test_a_corrected_date_moves_the_prompt_and_keeps_its_number_and_its_answers(database: Database) -> None:
    treated(database)
    answering.acknowledge(database, "P-001", 6, request("2026-03-04 09:00"))

    outcome = correct(database, 2, "injured_on=2026-02-25")

    review = changed(outcome, "review-in-time")
    assert (review.number, str(review.due_on)) == (6, "2026-03-11")
    assert review.acknowledged_at == moment("2026-03-04 09:00")
    assert outcome.late
    assert outcome.entries[0].replaces == 2


def test_a_corrected_value_can_take_back_what_it_caused(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-02 10:00")
    number = number_of(database, "fever-now")

    outcome = correct(database, 3, "swelling=some", when="2026-03-02 11:00")

    stop = changed(outcome, "fever-now")
    assert (stop.number, stop.ended, stop.ended_by) == (number, "superseded", 4)
    with database.reading() as store:
        assert [deed.kind for deed in store.ledger(1) if deed.prompt_id == stop.id] == [
            "raised",
            "superseded",
        ]


def test_when_something_happened_can_be_corrected(database: Database) -> None:
    treated(database)

    outcome = correct(database, 5, at="2026-03-04 10:00")

    assert outcome.after.tracks["knee"].entered_at == moment("2026-03-04 10:00")
    assert outcome.entries[0].to == "treated"


def test_a_withdrawn_event_leaves_the_track_where_it_was(database: Database) -> None:
    treated(database)

    outcome = mending.withdraw(database, "P-001", 5, request("2026-03-05 09:00", because="another patient"))

    assert outcome.after.tracks["knee"].state == "waiting"
    assert changed(outcome, "review-in-time").ended == "superseded"


def test_a_withdrawn_exit_opens_the_enrolment_again(database: Database) -> None:
    treated(database)
    actions.close(database, "P-001", "moved", request("2026-03-05 09:00"))

    outcome = mending.withdraw(database, "P-001", 6, request("2026-03-06 09:00", because="came back"))

    assert (outcome.row.left_at, outcome.row.left_reason) == (None, None)
    assert changed(outcome, "review-in-time").ended is None


def test_what_no_longer_fits_is_asked_about_and_does_not_spread(database: Database) -> None:
    treated(database)
    advance(database, "P-001", "review", "swelling=none", when="2026-03-12 09:00")

    outcome = mending.withdraw(database, "P-001", 5, request("2026-03-13 09:00", because="another patient"))

    assert outcome.after.tracks["knee"].state == "reviewed"
    misfit = changed(outcome, "misfit")
    assert (misfit.tier, misfit.role) == ("stop", "coordinator")
    assert misfit.say.startswith("P-001:7 does not fit the history")


def test_the_zone_of_an_enrolment_can_be_corrected(database: Database) -> None:
    enrol(database)

    outcome = correct(database, 1, "zone=America/New_York")

    assert (outcome.row.zone, outcome.row.enrolled_at) == ("America/New_York", moment("2026-03-02 05:00"))
    assert str(changed(outcome, "ask-injury").due_on) == "2026-03-04"


@pytest.mark.parametrize(
    ("number", "changes", "at", "said"),
    [
        (99, ["crp=1"], "", "There is no entry P-001:99"),
        (3, [], "", "Say what is right instead: `carepath correct P-001:3 consent=... --because '...'`"),
        (5, [], "", "Say what is right instead: `carepath correct P-001:5 --at '...' --because '...'`"),
        (3, ["crp=1"], "", "P-001:3 is fact consent: what can be corrected is its value (consent=...)"),
        (3, ["consent=perhaps"], "", "consent cannot be 'perhaps': it is yes or no"),
        (5, ["consent=yes"], "", "P-001:5 is event treat: what can be corrected is its time (--at)"),
        (1, ["zone=Mars"], "", "its zone can be corrected, such as zone=Europe/London"),
        (3, [], "2026-04-01", "2026-04-01 lies in the future"),
        (6, ["x=1"], "", "P-001:6 is of kind note: withdraw it and record it again instead"),
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(
    database: Database, number: int, changes: list[str], at: str, said: str
) -> None:
    treated(database)
    actions.note(database, "P-001", "Called", request("2026-03-04 09:00"))
    before = everything(database)

    with pytest.raises(CarepathError) as refused:
        correct(database, number, *changes, at=at)

    assert said in str(refused.value)
    assert everything(database) == before


def test_mending_wants_a_reason(database: Database) -> None:
    treated(database)

    with pytest.raises(CarepathError, match="Mending the record needs a reason"):
        mending.withdraw(database, "P-001", 5, request("2026-03-05 09:00"))


def test_what_was_mended_already_is_not_mended_again(database: Database) -> None:
    treated(database)
    correct(database, 3, "consent=no")
    mending.withdraw(database, "P-001", 4, request("2026-03-05 09:30", because="another patient"))

    with pytest.raises(Refused, match="P-001:3 was corrected already, by P-001:6: mend that one"):
        correct(database, 3, "consent=yes")
    with pytest.raises(Refused, match="P-001:4 was withdrawn already, by P-001:7"):
        correct(database, 4, "swelling=none")
    with pytest.raises(Refused, match="P-001:1 is of kind enrolled and cannot be withdrawn"):
        mending.withdraw(database, "P-001", 1, request("2026-03-05 10:00", because="never was"))


def test_a_withdrawn_correction_brings_back_what_it_had_replaced(database: Database) -> None:
    treated(database)
    correct(database, 2, "injured_on=2026-02-25")

    outcome = mending.withdraw(database, "P-001", 6, request("2026-03-05 10:00", because="it was right"))

    assert outcome.after.facts["injured_on"].value == "2026-03-01"
    assert str(changed(outcome, "review-in-time").due_on) == "2026-03-15"


def test_mending_what_changed_meanwhile_is_refused(database: Database) -> None:
    treated(database)

    with pytest.raises(ChangedMeanwhile, match="P-001:5 event treat by ann"):
        mending.withdraw(database, "P-001", 3, request("2026-03-05 09:00", because="no", seen=4))


def test_after_all_mending_everything_stored_follows_from_the_history(database: Database) -> None:
    treated(database)
    answering.acknowledge(database, "P-001", 6, request("2026-03-04 09:00"))
    correct(database, 2, "injured_on=2026-02-25")
    correct(database, 5, at="2026-03-04 10:00", when="2026-03-05 10:00")
    mending.withdraw(database, "P-001", 6, request("2026-03-05 11:00", because="not seen after all"))
    mending.withdraw(database, "P-001", 8, request("2026-03-05 12:00", because="the first time was right"))

    assert check(database, now=moment("2026-03-05 13:00")).differences == ()
