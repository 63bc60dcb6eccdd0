import pytest

from caseload import actions, answering, mending
from caseload.cases import NoSuchPatient
from caseload.showing import PatientView, show
from caseload.views import PromptView
from storage.connection import Database
from tests.caseload.clinic import advance, enrol, moment, record, request, treated


def seen(database: Database, when: str, patient_id: str = "P-001") -> PatientView:
    return show(database, patient_id, now=moment(when))


def rules(prompts: tuple[PromptView, ...]) -> list[str]:
    return [prompt.rule for prompt in prompts]


def test_a_patient_is_shown_with_their_name_pathway_and_how_far_it_was_reviewed(database: Database) -> None:
    treated(database)

    view = seen(database, "2026-03-05 09:00")

    assert (view.patient, view.name, view.owner, view.zone) == (
        "P-001",
        "Name of P-001",
        "ann",
        "Europe/London",
    )
    assert (view.pathway.title, view.pathway.version) == ("A swollen knee", 1)
    assert view.pathway.review_means == "not approved by a clinician: nobody has reviewed it yet"
    assert view.enrolled.local == "2026-03-02"
    assert view.last == 5


def test_each_track_says_where_it_is_since_when_and_by_which_entry(database: Database) -> None:
    treated(database)

    knee, scan = seen(database, "2026-03-05 09:00").tracks

    assert (knee.state, knee.state_say, knee.since.local, knee.days, knee.entry) == (
        "treated",
        "Being treated",
        "2026-03-03 09:00",
        2,
        "P-001:5",
    )
    assert (scan.state, scan.days, scan.entry) == ("not-done", 3, "P-001:1")


def test_facts_are_shown_with_unit_date_age_and_the_entry_in_force(database: Database) -> None:
    enrol(database, "P-001", "injured_on=2026-03-01")
    record(database, "P-001", "crp=12", when="2026-03-03 10:00", at="2026-03-02 15:30")
    mending.correct(
        database, "P-001", 3, ["crp=14"], request("2026-03-03 11:00", because="a slip of the pen")
    )

    facts = {fact.name: fact for fact in seen(database, "2026-03-05 09:00").facts}

    assert list(facts) == ["injured_on", "crp"]
    crp = facts["crp"]
    assert (crp.value, crp.shown, crp.since.local, crp.age, crp.entry) == (
        14.0,
        "14 mg/L",
        "2026-03-02 15:30",
        3,
        "P-001:4",
    )


def test_bookings_are_shown_each_with_its_number_and_end(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "scan_on=2026-03-20", "scan_on=2026-04-20", when="2026-03-03 10:00")
    record(database, "P-001", "scan_on#1=done", when="2026-03-20 10:00")

    facts = seen(database, "2026-03-21 09:00").facts

    assert [(fact.booking, fact.shown, fact.ended) for fact in facts] == [
        (1, "2026-03-20", "done"),
        (2, "2026-04-20", ""),
    ]


def test_banners_are_shown_with_their_source_while_their_condition_holds(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "consent=no", when="2026-03-02 10:00")

    [banner] = seen(database, "2026-03-02 11:00").banners
    record(database, "P-001", "consent=yes", when="2026-03-03 10:00")

    assert (banner.say, banner.since.local) == ("There is no consent", "2026-03-02 10:00")
    assert [(source.weight, source.means) for source in banner.sources] == [
        ("read", "its text was read, often an abstract or a summary only")
    ]
    assert not seen(database, "2026-03-03 11:00").banners


def test_open_prompts_come_stops_first_and_then_by_due(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-04 10:00")

    view = seen(database, "2026-03-04 11:00")

    assert rules(view.open) == ["fever-now", "ask-injury"]
    assert [prompt.status for prompt in view.open] == ["open", "open"]
    assert [fact.name for fact in view.open[1].missing] == ["injured_on", "consent"]
    assert view.open[1].missing[1].expected == "yes or no"


def test_what_ended_is_a_timeline_that_says_how_and_by_which_entry(database: Database) -> None:
    treated(database)
    answering.dismiss(database, "P-001", 5, request("2026-03-04 09:00", because="called already"))

    ended = {prompt.rule: prompt for prompt in seen(database, "2026-03-05 09:00").ended}

    assert list(ended) == ["ask-injury", "ask-swelling", "otherwise", "call-again"]
    assert (ended["call-again"].ending, ended["call-again"].by) == ("dismissed", "P-001:6")
    assert not ended["call-again"].never_raised


def test_a_prompt_that_began_and_ended_before_anybody_recorded_it_was_never_raised(
    database: Database,
) -> None:
    enrol(database, "P-001", "injured_on=2026-03-01", "consent=yes", "swelling=some")
    advance(database, "P-001", "treat", at="2026-03-03", when="2026-03-20 10:00")

    ended = seen(database, "2026-03-20 11:00").ended

    told = [(prompt.rule, prompt.ending, prompt.never_raised) for prompt in ended]
    assert ("call-again", "lapsed", True) in told
    assert ("otherwise", "withdrawn", False) in told


def test_a_prompt_nobody_was_told_of_and_that_no_longer_follows_is_left_out(database: Database) -> None:
    enrol(database, "P-001", "injured_on=2026-03-01", "consent=yes", "swelling=some")
    record(database, "P-001", "scan_on=2026-04-20", when="2026-03-03 10:00")
    mending.withdraw(database, "P-001", 5, request("2026-03-03 11:00", because="another patient"))

    view = seen(database, "2026-03-03 12:00")

    assert "confirm-scan" not in rules((*view.open, *view.coming, *view.ended))


def test_a_patient_who_left_is_shown_with_the_reason_and_nothing_open(database: Database) -> None:
    treated(database)
    actions.close(database, "P-001", "moved", request("2026-03-05 09:00"))

    view = seen(database, "2026-03-06 09:00")

    assert view.left
    assert (view.left.reason, view.left.entry, view.left.at.local) == (
        "moved",
        "P-001:6",
        "2026-03-05 09:00",
    )
    assert not view.open
    assert not view.coming
    assert {prompt.ending for prompt in view.ended} >= {"left"}


def test_misfits_are_said_in_words(database: Database) -> None:
    treated(database)
    mending.withdraw(database, "P-001", 5, request("2026-03-04 09:00", because="not treated at all"))
    advance(database, "P-001", "treat", when="2026-03-04 10:00")
    advance(database, "P-001", "review", "swelling=none", when="2026-03-06 10:00")
    mending.withdraw(database, "P-001", 7, request("2026-03-07 09:00", because="another patient"))

    [misfit] = seen(database, "2026-03-07 10:00").misfits

    assert misfit.entry == "P-001:9"
    assert misfit.says.startswith("review moved knee to reviewed, as it was recorded from treated")


def test_a_patient_who_does_not_exist_is_not_found(database: Database) -> None:
    with pytest.raises(NoSuchPatient, match=r"There is no patient 'P-999'"):
        seen(database, "2026-03-05 09:00", "P-999")


def test_times_alone_ends_are_known_without_a_tick(database: Database) -> None:
    treated(database)

    view = seen(database, "2026-03-16 12:00")

    [lapsed] = [prompt for prompt in view.ended if prompt.ending == "lapsed"]
    assert (lapsed.rule, lapsed.ended and lapsed.ended.local, lapsed.by) == ("call-again", "2026-03-16", "")
    assert rules(view.coming) == ["tell-month"]
