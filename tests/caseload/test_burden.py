"""What prompts ask of people: each counted once, by what became of it, as its history stands."""

import pytest

from caseload import answering, enrolling, mending, settings
from caseload.burden import Question
from caseload.pathway_files import install
from pathways.errors import CarepathError, NotFound
from storage.connection import Database
from tests.caseload.burdened import WAIT, WITH_REASONS, asked, not_so, of, people, raised, tick, told
from tests.caseload.clinic import advance, by, enrol, moment, number_of, record, request, treated

# What is counted, as stories. P-001 was injured on 1 March, enrolled on the 2nd and treated on the 3rd.


def test_a_prompt_that_was_raised_escalated_and_repeated_to_three_people_is_one_prompt(
    database: Database,
) -> None:
    treated(database)
    for when in ("2026-03-11 00:00", "2026-03-19 00:00"):
        tick(database, when)
    told(database, "dr-lee", "dr-berg", "zoe")

    found = of(database, "review-in-time", "2026-03-20 09:00")

    assert (found.counts.raised, found.counts.escalated, found.counts.escalations) == (1, 1, 1)
    assert (found.counts.messages, found.messages_per_prompt) == (6, 6.0)


def test_messages_that_were_not_sent_and_lines_on_the_output_do_not_count(database: Database) -> None:
    enrol(database)
    told(database, "ann", state="queued")

    assert asked(database, "2026-03-02 10:00").total.messages == 0


def test_what_was_done_by_recording_it_or_by_saying_so_or_taken_up_is_acted_on(database: Database) -> None:
    treated(database)
    tick(database, "2026-03-11 00:00")
    record(database, "P-001", "scan_on=2026-03-12", when="2026-03-10 09:00")
    answering.done(database, "P-001", number_of(database, "confirm-scan"), request("2026-03-10 12:00"))
    call = number_of(database, "call-again")
    answering.act_on(database, "P-001", call, "", request("2026-03-05 09:00"))
    advance(database, "P-001", "review", "swelling=some", when="2026-03-14 00:00")

    now = "2026-03-15 09:00"

    acted = {each.rule for each in asked(database, now).rules if each.counts.acted_on}
    assert acted == {"ask-injury", "ask-swelling", "review-in-time", "confirm-scan", "call-again"}
    assert of(database, "review-in-time", now).median_seconds_to_action == 3 * 86_400
    assert of(database, "call-again", now).median_seconds_to_action == 2 * 86_400
    assert of(database, "confirm-scan", now).median_seconds_to_action == 3 * 3_600


def test_what_had_happened_before_it_was_raised_took_no_time(database: Database) -> None:
    enrol(database)

    record(database, "P-001", "swelling=some", when="2026-03-05 09:00", at="2026-03-02 08:59")

    assert of(database, "ask-swelling", "2026-03-06 09:00").median_seconds_to_action == 0


def test_of_two_in_the_middle_the_mean_is_the_median(database: Database) -> None:
    for patient, hour in (("P-001", "10:00"), ("P-002", "13:00")):
        enrol(database, patient)
        record(database, patient, "swelling=some", when=f"2026-03-02 {hour}")

    assert of(database, "ask-swelling", "2026-03-03 09:00").median_seconds_to_action == 2.5 * 3_600


def test_a_prompt_that_only_informs_is_acted_on_by_taking_note(database: Database) -> None:
    treated(database)
    answering.acknowledge(
        database, "P-001", number_of(database, "think-of-scan"), request("2026-03-03 11:00")
    )

    found = of(database, "think-of-scan", "2026-03-20 09:00")

    assert (found.counts.acted_on, found.counts.acknowledged) == (1, 1)
    assert found.median_seconds_to_action == 2 * 3_600


def test_an_answer_that_was_withdrawn_does_not_count(database: Database) -> None:
    treated(database)
    call = number_of(database, "call-again")
    said = answering.act_on(database, "P-001", call, "", request("2026-03-05 09:00"))
    assert of(database, "call-again", "2026-03-06 09:00").counts.acted_on == 1

    mending.withdraw(database, "P-001", said.entries[-1].number, request("2026-03-06 10:00", because="slip"))

    found = of(database, "call-again", "2026-03-12 09:00").counts
    assert (found.acted_on, found.ignored, found.open) == (0, 1, 1)


def test_a_dismissal_that_was_written_anew_has_the_reason_of_the_new_one(database: Database) -> None:
    treated(database)
    call = number_of(database, "call-again")
    said = answering.dismiss(database, "P-001", call, request("2026-03-05 09:00", because="not mine"))
    slip = said.entries[-1].number
    mending.withdraw(database, "P-001", slip, request("2026-03-06 09:00", because="slip"))
    answering.dismiss(database, "P-001", call, request("2026-03-06 09:30", because="they moved"))

    found = of(database, "call-again", "2026-03-06 10:00", WITH_REASONS)

    assert (found.counts.dismissed, found.dismissed_because) == (1, {"they moved": 1})
    assert of(database, "call-again", "2026-03-06 10:00").dismissed_because == {}


def test_of_two_reasons_why_it_could_not_be_done_the_last_one_counts_once(database: Database) -> None:
    treated(database)
    call = number_of(database, "call-again")
    for when, why in (("2026-03-05 09:00", "patient-unreachable"), ("2026-03-06 09:00", "no-capacity")):
        answering.could_not(database, "P-001", call, why, request(when))

    found = of(database, "call-again", "2026-03-07 09:00")

    assert (found.counts.could_not, found.could_not_because) == (1, {"no-capacity": 1})
    assert (found.counts.acted_on, found.counts.put_off, found.counts.ignored) == (0, 0, 0)


def test_what_lapsed_without_a_word_is_ignored_until_somebody_says_it_was_done_after_all(
    database: Database,
) -> None:
    treated(database)
    tick(database, "2026-03-16 00:00")

    lapsed = of(database, "call-again", "2026-03-16 09:00").counts
    # The other one is the next call, which follows when one was missed.
    assert (lapsed.raised, lapsed.lapsed, lapsed.ignored, lapsed.acted_on) == (2, 1, 1, 0)

    call = number_of(database, "call-again")
    answering.done(database, "P-001", call, request("2026-03-18 09:00", at="2026-03-17 09:00"))

    found = of(database, "call-again", "2026-03-18 10:00")
    # By now that next call is overdue, and nobody has said a word about it.
    assert (found.counts.lapsed, found.counts.acted_on, found.counts.ignored) == (0, 1, 1)
    assert found.median_seconds_to_action == 14 * 86_400


def test_what_was_seen_is_not_ignored_and_what_is_not_due_yet_neither(database: Database) -> None:
    enrol(database)
    answering.see(database, "P-001", number_of(database, "ask-injury"), request("2026-03-02 10:00"))

    before, after = (asked(database, when).total for when in ("2026-03-03 09:00", "2026-03-10 09:00"))

    assert (before.open, before.overdue, before.ignored) == (2, 0, 0)
    assert (after.open, after.overdue, after.ignored, after.seen) == (2, 2, 1, 1)


def test_what_is_raised_when_its_due_is_over_is_ignored_only_after_a_day(database: Database) -> None:
    enrol(database, when="2026-03-20 09:00", at="2026-03-02 09:00")

    def found(when: str) -> tuple[int, int, int]:
        total = asked(database, when).total
        return total.open, total.overdue, total.ignored

    assert found("2026-03-20 09:01") == (2, 0, 0)
    assert found("2026-03-21 08:59") == (2, 0, 0)
    assert found("2026-03-21 09:00") == (2, 2, 2)


def test_a_rule_is_not_judged_by_what_was_raised_a_minute_ago(database: Database) -> None:
    settings.decide(database, "burden.raised", "1", because="", author=by("ann", "2026-03-01 09:00"))
    enrol(database, when="2026-03-20 09:00", at="2026-03-02 09:00")

    def to_review(when: str) -> int:
        return len(asked(database, when).to_review)

    assert (to_review("2026-03-20 09:01"), to_review("2026-03-21 09:00")) == (0, 2)


def test_what_has_no_due_is_ignored_after_a_week_of_silence(database: Database) -> None:
    treated(database)

    def ignored(when: str) -> int:
        return of(database, "think-of-scan", when).counts.ignored

    assert (ignored("2026-03-10 08:59"), ignored("2026-03-10 09:00")) == (0, 1)


def test_what_was_over_before_anybody_was_told_was_never_raised(database: Database) -> None:
    treated(database)
    record(database, "P-001", "scan_on=2026-03-12", when="2026-03-04 09:00")
    record(database, "P-001", "scan_on#1=cancelled", when="2026-03-10 09:00")

    tick(database, "2026-03-11 00:00")

    assert "confirm-scan" not in {each.rule for each in asked(database, "2026-03-11 09:00").rules}


def test_what_is_not_needed_any_more_is_neither_acted_on_nor_ignored(database: Database) -> None:
    treated(database)
    record(database, "P-001", "scan_on=2026-03-12", when="2026-03-10 09:00")
    record(database, "P-001", "scan_on#1=cancelled", when="2026-03-13 09:00")

    found = of(database, "confirm-scan", "2026-03-14 09:00").counts

    assert (found.raised, found.withdrawn, found.acted_on, found.ignored) == (1, 1, 0, 0)


def test_what_follows_no_more_is_counted_apart(database: Database) -> None:
    enrol(database)
    fever = record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-03 09:00")
    raised = asked(database, "2026-03-03 10:00").total.raised
    mending.withdraw(database, "P-001", fever.entries[0].number, request("2026-03-03 11:00", because="slip"))

    found = asked(database, "2026-03-03 12:00")

    assert "fever-now" not in {each.rule for each in found.rules}
    assert (found.superseded, found.total.raised) == (1, raised - 1)


def test_a_prompt_that_was_moved_counts_where_it_was_raised_last(database: Database) -> None:
    treated(database)
    record(database, "P-001", "scan_on=2026-03-12", when="2026-03-10 09:00")
    assert raised(database, "confirm-scan", "2026-03-01", "2026-03-31") == 1

    record(database, "P-001", "scan_on#1=2026-04-20", when="2026-03-11 09:00")
    assert raised(database, "confirm-scan", "2026-03-01", "2026-03-31") == 0

    tick(database, "2026-04-17 00:00")
    assert raised(database, "confirm-scan", "2026-03-01", "2026-03-31") == 0
    assert raised(database, "confirm-scan", "2026-04-01", "2026-04-30") == 1


def test_a_prompt_that_was_moved_to_and_fro_is_one_prompt(database: Database) -> None:
    treated(database)
    record(database, "P-001", "scan_on=2026-03-12", when="2026-03-10 09:00")
    record(database, "P-001", "scan_on#1=2026-03-14", when="2026-03-11 09:00")
    record(database, "P-001", "scan_on#1=2026-03-12", when="2026-03-12 09:00")

    assert raised(database, "confirm-scan", "2026-03-01", "2026-03-31") == 1
    assert raised(database, "confirm-scan", "2026-03-11", "2026-03-11") == 1


def test_what_follows_again_from_the_same_moment_is_raised_as_it_was(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-03 09:00")
    not_so(database, "2026-03-03 10:00")
    assert raised(database, "fever-now") == 0

    record(database, "P-001", "swelling=much", when="2026-03-04 09:00", at="2026-03-03 09:00")

    assert raised(database, "fever-now") == 1


def test_what_had_been_over_when_it_followed_again_was_not_raised_for_that(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-03 09:00")
    not_so(database, "2026-03-03 10:00")
    record(database, "P-001", "fever=yes", when="2026-03-03 10:30", at="2026-03-03 07:00")
    record(database, "P-001", "swelling=none", when="2026-03-04 08:30", at="2026-03-03 07:30")

    record(database, "P-001", "swelling=much", when="2026-03-04 09:00", at="2026-03-03 07:15")

    with database.reading() as store:
        [stop] = [each for each in store.prompts(1) if each.key.rule == "fever-now"]
    assert stop.ended == "withdrawn"
    assert raised(database, "fever-now") == 0


def test_what_time_alone_ends_nobody_has_acted_on(database: Database) -> None:
    install(database, WAIT.encode(), file="wait.yaml", by="ann", now=moment("2026-03-01 09:00"))
    since = request("2026-03-02 09:00")
    enrolling.enrol(database, "P-001", "wait", ["injured_on=2026-03-01"], since, owner="ann")

    before, after = (of(database, "rest", when).counts for when in ("2026-03-03 09:00", "2026-03-08 09:00"))

    assert (before.raised, before.open) == (after.raised, after.withdrawn) == (1, 1)


def test_an_answer_to_another_prompt_of_that_moment_says_nothing_of_who_saw_to_this_one(
    database: Database,
) -> None:
    enrol(database, "P-001", "injured_on=2026-03-01")
    record(database, "P-001", "consent=yes", "swelling=some", when="2026-03-02 10:00")
    tick(database, "2026-04-01 00:00")
    told_of = number_of(database, "tell-month")
    record(database, "P-001", "scan_on=2026-04-20", when="2026-04-02 09:00")
    answering.acknowledge(database, "P-001", told_of, request("2026-04-02 09:00", who="ben"))

    found = people(database, "2026-04-02 12:00", since="2026-03-02")

    assert (found["ben"].raised, found["ben"].acted_on) == (1, 1)
    assert found[""].withdrawn == 1


def test_each_prompt_ended_in_one_way(database: Database) -> None:
    treated(database)
    tick(database, "2026-04-30 00:00")

    for each in asked(database, "2026-04-30 09:00", Question("2026-03-01")).rules:
        counts = each.counts
        ways = (counts.acted_on, counts.dismissed, counts.withdrawn, counts.lapsed, counts.open)
        assert sum(ways) == counts.raised


def test_a_period_has_its_first_and_its_last_day_in_the_zone_of_the_site(database: Database) -> None:
    enrol(database, when="2026-04-02 23:30")  # the 3rd in London, where it is summer

    def raised(since: str, until: str) -> int:
        return asked(database, "2026-04-10 09:00", Question(since, until)).total.raised

    assert (raised("2026-04-03", "2026-04-03"), raised("2026-04-01", "2026-04-02")) == (2, 0)
    assert raised("2026-04-04", "") == 0


def test_without_a_period_it_is_the_last_28_days(database: Database) -> None:
    found = asked(database, "2026-03-28 23:30")

    assert (found.since, found.until, found.zone) == ("2026-03-01", "2026-03-28", "Europe/London")


def test_a_period_that_ends_before_it_begins_is_refused(database: Database) -> None:
    with pytest.raises(CarepathError, match="--since is the first day"):
        asked(database, "2026-03-10 09:00", Question("2026-03-09", "2026-03-08"))


def test_only_one_pathway_or_one_owner_is_counted_when_asked_for(database: Database) -> None:
    enrol(database)
    enrol(database, "P-002", owner="ben")

    when = "2026-03-02 10:00"
    assert asked(database, when).total.raised == 4
    assert asked(database, when, Question(owner="ben")).total.raised == 2
    assert asked(database, when, Question(pathway="knee")).total.raised == 4
    with pytest.raises(NotFound, match="There is no pathway 'kne'"):
        asked(database, when, Question(pathway="kne"))
    with pytest.raises(NotFound, match="Nobody is called bne"):
        asked(database, when, Question(owner="bne"))


def test_what_is_open_and_was_not_raised_is_named(database: Database) -> None:
    treated(database)

    late = asked(database, "2026-03-11 09:00")
    tick(database, "2026-03-11 09:00")

    assert (late.not_raised, asked(database, "2026-03-11 09:00").not_raised) == (1, 0)
