from functools import partial

import pytest

from caseload import actions, answering
from caseload.answering import NoSuchPrompt
from caseload.describing import status
from caseload.settings import decide
from caseload.writing import Outcome
from pathways.errors import CarepathError, ChangedMeanwhile, Refused
from storage.connection import Database
from storage.rows import PromptRow
from storage.staff import StaffRow
from tests.caseload.clinic import enrol, moment, number_of, record, request, treated
from tests.storage.databases import everything


def changed(outcome: Outcome, rule: str) -> PromptRow:
    """Return how a prompt of a rule is after an answer."""
    return next(after for _, after in outcome.prompts if after.key.rule == rule)


def enter(database: Database, *names: str) -> None:
    with database.writing() as store:
        for name in names:
            store.put_staff(StaffRow(name, ("coordinator",), "Europe/London"))


def test_what_no_record_could_show_is_done_when_somebody_says_so(database: Database) -> None:
    treated(database)

    outcome = answering.done(
        database, "P-001", number_of(database, "call-again"), request("2026-03-09 09:00")
    )

    call = changed(outcome, "call-again")
    assert (call.ended, call.ended_at, call.ended_by) == ("done", moment("2026-03-09 09:00"), 6)


def test_done_is_refused_where_the_act_can_be_recorded_and_says_how(database: Database) -> None:
    enrol(database)
    before = everything(database)

    with pytest.raises(Refused) as needing:
        answering.done(database, "P-001", 1, request("2026-03-02 10:00"))

    assert str(needing.value) == (
        "P-001/1 ends by itself once the act is on record: "
        "`carepath record P-001 injured_on=... consent=...` "
        "(injured_on: a day such as 2026-11-03; consent: yes or no). "
        "If it will not be done: `carepath dismiss P-001/1 --because '...'`."
    )
    assert everything(database) == before


def test_done_is_refused_where_a_state_shows_it(database: Database) -> None:
    treated(database)

    with pytest.raises(Refused, match=r"an event of knee .*carepath next P-001. lists them"):
        answering.done(database, "P-001", 6, request("2026-03-12 10:00"))


def test_an_acknowledged_prompt_stays_and_one_that_only_informs_ends(database: Database) -> None:
    treated(database)

    call = changed(answering.acknowledge(database, "P-001", 5, request("2026-03-04 09:00")), "call-again")
    scan = changed(answering.acknowledge(database, "P-001", 7, request("2026-03-04 09:05")), "think-of-scan")

    assert (call.acknowledged_at, call.ended == "acknowledged") == (moment("2026-03-04 09:00"), False)
    assert scan.ended == "acknowledged"


def test_a_dismissal_wants_a_reason_and_keeps_it(database: Database) -> None:
    treated(database)
    before = everything(database)

    with pytest.raises(CarepathError, match="A dismissal needs its reason"):
        answering.dismiss(database, "P-001", 6, request("2026-03-12 09:00"))
    assert everything(database) == before

    outcome = answering.dismiss(database, "P-001", 6, request("2026-03-12 09:00", because="seen elsewhere"))
    assert changed(outcome, "review-in-time").ended == "dismissed"
    assert outcome.entries[0].because == "seen elsewhere"


def test_a_snooze_goes_as_far_and_as_often_as_its_rule_lets_it(database: Database) -> None:
    treated(database)
    before = everything(database)

    for until in ("2026-03-09", "2026-03-04 09:00", "2026-03-01"):
        with pytest.raises(Refused, match=r"can be snoozed until 2026-03-08 00:00 at the latest \(3 days"):
            answering.snooze(database, "P-001", 5, until, request("2026-03-04 09:00"))
    assert everything(database) == before

    outcome = answering.snooze(database, "P-001", 5, "2026-03-07 18:00", request("2026-03-04 09:00"))
    call = changed(outcome, "call-again")
    assert (call.snoozed_until, call.due_on and str(call.due_on)) == (
        moment("2026-03-07 18:00"),
        "2026-03-10",
    )
    with pytest.raises(Refused, match="P-001/5 was snoozed 1 times, as often as call-again allows"):
        answering.snooze(database, "P-001", 5, "2026-03-07", request("2026-03-05 09:00"))


def test_a_stop_cannot_be_snoozed(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-02 10:00")
    number = number_of(database, "fever-now")

    with pytest.raises(Refused, match=f"P-001/{number} is a stop: it cannot be snoozed"):
        answering.snooze(database, "P-001", number, "2026-03-03", request("2026-03-02 11:00"))


def test_one_that_ended_or_had_not_begun_cannot_be_answered(database: Database) -> None:
    treated(database)
    answering.done(database, "P-001", 5, request("2026-03-09 09:00"))
    before = everything(database)

    with pytest.raises(Refused, match="P-001/5 has ended already: done on 2026-03-09 09:00"):
        answering.done(database, "P-001", 5, request("2026-03-09 10:00"))
    with pytest.raises(Refused, match="P-001/6 began at 2026-03-03 09:00, it cannot be answered before that"):
        answering.acknowledge(database, "P-001", 6, request("2026-03-09 10:00", at="2026-03-03"))
    with pytest.raises(NoSuchPrompt, match="There is no prompt P-001/99"):
        answering.acknowledge(database, "P-001", 99, request("2026-03-09 10:00"))
    assert everything(database) == before


def test_one_that_lapsed_cannot_be_answered_after_that_but_for_done_late(database: Database) -> None:
    treated(database)

    with pytest.raises(Refused, match=r"P-001/5 has ended already: lapsed on 2026-03-16\. If it was done"):
        answering.acknowledge(database, "P-001", 5, request("2026-03-16 09:00"))

    outcome = answering.done(database, "P-001", 5, request("2026-03-20 09:00", at="2026-03-18"))
    call = changed(outcome, "call-again")
    assert (call.ended, call.done_late_at) == ("lapsed", moment("2026-03-18 00:00"))
    with pytest.raises(Refused, match=r"done late is on record as P-001:6"):
        answering.done(database, "P-001", 5, request("2026-03-21 09:00"))


def test_what_lapsed_is_done_when_it_turns_out_to_have_been_done_in_time(database: Database) -> None:
    treated(database)
    record(database, "P-001", "crp=20", when="2026-03-20 09:00")

    outcome = answering.done(database, "P-001", 5, request("2026-03-21 09:00", at="2026-03-12"))

    assert changed(outcome, "call-again").ended == "done"


def test_what_was_withdrawn_cannot_be_done_late(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-02 10:00")
    number = number_of(database, "fever-now")
    record(database, "P-001", "fever=no", when="2026-03-03 12:00")

    with pytest.raises(Refused, match=r"withdrawn on 2026-03-03 12:00\. Nothing asks for it any more"):
        answering.done(database, "P-001", number, request("2026-03-04 09:00"))


def test_a_snooze_ends_at_the_due_and_what_is_late_stays_in_sight(database: Database) -> None:
    treated(database)

    with pytest.raises(Refused, match=r"until 2026-03-11 00:00 at the latest \(then it is overdue"):
        answering.snooze(database, "P-001", 5, "2026-03-12", request("2026-03-10 09:00"))
    late = changed(
        answering.snooze(database, "P-001", 5, "2026-03-13", request("2026-03-11 09:00")), "call-again"
    )

    assert late.snoozed_until == moment("2026-03-13 00:00")
    assert status(late, moment("2026-03-12 09:00")) == "overdue"


def test_the_stricter_of_pathway_and_site_bounds_a_snooze(database: Database) -> None:
    treated(database)
    author = request("2026-03-04 08:00").author
    decide(database, "snooze.most", "1 day", because="too much was put off", author=author)

    with pytest.raises(Refused, match=r"until 2026-03-06 00:00 at the latest \(1 day at most here\)"):
        answering.snooze(database, "P-001", 5, "2026-03-07", request("2026-03-04 09:00"))
    decide(database, "snooze.times", "0", because="nothing is put off here", author=author)
    with pytest.raises(Refused, match=r"cannot be snoozed, the site never allows it"):
        answering.snooze(database, "P-001", 5, "2026-03-05", request("2026-03-04 09:00"), second="ben")


def test_what_is_late_is_put_off_no_further_past_its_due_than_its_rule_says(database: Database) -> None:
    treated(database)

    with pytest.raises(
        Refused, match=r"until 2026-03-13 00:00 at the latest \(never past 2 days after its due"
    ):
        answering.snooze(database, "P-001", 5, "2026-03-14", request("2026-03-12 09:00"))
    with pytest.raises(Refused, match=r"cannot be snoozed any more \(never past 2 days after its due"):
        answering.snooze(database, "P-001", 5, "2026-03-14", request("2026-03-13 09:00"))


def test_a_second_person_is_somebody_who_works_here(database: Database) -> None:
    treated(database)
    enter(database, "ann", "ben")
    answering.snooze(database, "P-001", 5, "2026-03-05", request("2026-03-04 09:00"))

    with pytest.raises(Refused, match=r"zoe is not on the staff.* it is one of ann, ben"):
        answering.snooze(database, "P-001", 5, "2026-03-07", request("2026-03-05 09:00"), second="zoe")
    outcome = answering.snooze(database, "P-001", 5, "2026-03-07", request("2026-03-05 09:00"), second="ben")
    assert (outcome.entries[0].second, changed(outcome, "call-again").snoozes) == ("ben", 2)


def test_could_not_keeps_its_reason_and_puts_off_no_danger(database: Database) -> None:
    treated(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-04 10:00")
    number = number_of(database, "fever-now")

    with pytest.raises(Refused, match="is a stop"):
        answering.could_not(
            database, "P-001", number, "no-capacity", request("2026-03-04 11:00"), next_at="2026-03-05"
        )
    outcome = answering.could_not(database, "P-001", number, "no-capacity", request("2026-03-04 11:00"))
    assert changed(outcome, "fever-now").could_not == "no-capacity"


def test_who_is_on_a_stop_expects_to_be_done_by_its_due_and_later_within_hours(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-04 10:00")
    number = number_of(database, "fever-now")

    with pytest.raises(Refused, match=r"is a stop, and waits for nobody: .* up to 2026-03-05 00:00, or"):
        answering.act_on(database, "P-001", number, "2026-03-20", request("2026-03-04 11:00"))
    with pytest.raises(Refused, match=r"up to 2026-03-05 11:00, or leave"):
        answering.act_on(database, "P-001", number, "2026-03-05 11:01", request("2026-03-05 09:00"))
    for until, now in (("2026-03-05", "2026-03-04 11:00"), ("2026-03-05 11:00", "2026-03-05 09:00")):
        said = answering.act_on(database, "P-001", number, until, request(now))
        assert changed(said, "fever-now").acting_until == moment(f"{until} 00:00"[:16])


def test_a_name_that_is_not_on_the_staff_answers_and_records_nothing(database: Database) -> None:
    treated(database)
    answering.acknowledge(database, "P-001", 5, request("2026-03-04 09:00", who="ghost"))
    enter(database, "ann", "ben")
    with database.writing() as store:
        store.put_staff(StaffRow("eva", ("coordinator",), "Europe/London", left_on="2026-03-03"))
        store.add_leave("ben", "2026-03-01", "2026-03-10", deputy="", at=0, by="ann")
    before = everything(database)

    for who, why in {
        "ghost": r"ghost, who is not on the staff, cannot .*: ann, ben\. .*staff add ghost` adds them\.",
        "eva": r"eva, who left on 2026-03-03, cannot write .*staff depart eva --stays` takes that back\.",
    }.items():
        said = request("2026-03-04 09:00", who=who, because="so it is")
        for act in (
            partial(answering.see, database, "P-001", 5, said),
            partial(answering.act_on, database, "P-001", 5, "", said),
            partial(answering.dismiss, database, "P-001", 5, said),
            partial(actions.record, database, "P-001", ["crp=5"], said),
            partial(actions.note, database, "P-001", "so it is", said),
            partial(actions.close, database, "P-001", "moved", said),
        ):
            with pytest.raises(Refused, match=why):
                act()
    assert everything(database) == before
    # On leave, and here after all.
    answering.see(database, "P-001", 5, request("2026-03-04 09:00", who="ben"))


def test_an_answer_may_be_recorded_late_for_a_moment_when_the_prompt_was_there(database: Database) -> None:
    treated(database)

    outcome = answering.done(database, "P-001", 5, request("2026-03-16 09:00", at="2026-03-12 15:00"))

    assert changed(outcome, "call-again").ended == "done"


def test_after_leaving_nothing_can_be_answered(database: Database) -> None:
    treated(database)
    actions.close(database, "P-001", "moved", request("2026-03-05 09:00"))

    with pytest.raises(Refused, match=r"P-001 left knee on 2026-03-05 \(moved\)"):
        answering.done(database, "P-001", 5, request("2026-03-06 09:00"))


def test_an_answer_to_what_changed_meanwhile_is_refused(database: Database) -> None:
    treated(database)

    with pytest.raises(ChangedMeanwhile, match="P-001:5 event treat by ann"):
        answering.acknowledge(database, "P-001", 6, request("2026-03-12 09:00", seen=4))


def test_a_dismissed_stop_comes_back_with_a_new_episode_only(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-02 10:00")
    number = number_of(database, "fever-now")
    answering.dismiss(database, "P-001", number, request("2026-03-02 11:00", because="seen in hospital"))

    still = record(database, "P-001", "crp=200", when="2026-03-02 12:00")
    record(database, "P-001", "fever=no", when="2026-03-03 12:00")
    again = record(database, "P-001", "fever=yes", when="2026-03-04 12:00")

    assert "fever-now" not in {after.key.rule for _, after in still.prompts}
    assert changed(again, "fever-now").key.episode == 2
