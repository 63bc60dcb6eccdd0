import pytest

from caseload import actions, answering, mending
from caseload.explaining import why_prompt, why_rule
from caseload.projecting import escalation_moment
from caseload.reasons import PromptReason, RuleReason
from caseload.rule_reasons import NoSuchRule
from storage.connection import Database
from tests.caseload.clinic import advance, enrol, moment, number_of, record, request, treated


def why(database: Database, number: int, when: str, patient_id: str = "P-001") -> PromptReason:
    return why_prompt(database, patient_id, number, now=moment(when))


def why_not(database: Database, rule: str, when: str, patient_id: str = "P-001") -> RuleReason:
    return why_rule(database, patient_id, rule, now=moment(when))


def tick(database: Database, when: str) -> None:
    with database.writing() as store:
        store.claim_due(now=moment(when), limit=100, worker="w", escalation_moment=escalation_moment)


def test_the_sum_from_a_fact_names_its_day_its_entry_the_length_and_the_zone(database: Database) -> None:
    treated(database)

    reason = why(database, 6, "2026-03-12 09:00")

    assert reason.prompt.rule == "review-in-time"
    assert reason.total.lines == (
        "opens: injured_on 2026-03-01 (P-001:2) + 10 days = 2026-03-11",
        (
            "due: injured_on 2026-03-01 (P-001:2) + 14 days = 2026-03-15, in Europe/London; "
            "overdue from 2026-03-16 00:00"
        ),
    )
    assert reason.began == "episode 1 began 2026-03-03 09:00 with P-001:5 (event treat by ann)"


def test_the_sum_follows_a_correction_and_names_the_entry_in_force(database: Database) -> None:
    treated(database)
    mending.correct(
        database, "P-001", 2, ["injured_on=2026-02-27"], request("2026-03-04 09:00", because="it was Friday")
    )

    reason = why(database, 6, "2026-03-12 09:00")

    assert reason.total.lines[0] == "opens: injured_on 2026-02-27 (P-001:6) + 10 days = 2026-03-09"
    assert (reason.total.counted and reason.total.counted.local, reason.total.entry) == (
        "2026-02-27",
        "P-001:6",
    )


def test_a_sum_without_its_date_says_which_fact_is_not_known(database: Database) -> None:
    enrol(database, "P-001", "consent=yes", "swelling=some")
    advance(
        database, "P-001", "treat", when="2026-03-03 09:00", override=True, because="asked for at the visit"
    )

    reason = why(database, number_of(database, "review-in-time"), "2026-03-03 10:00")

    assert reason.total.lines == (
        "opens: injured_on is not known, so at once: 2026-03-03 09:00",
        "due: on the day it began, 2026-03-03, until injured_on is known; overdue from 2026-03-04 00:00",
    )
    assert reason.total.counted is None
    assert [fact.name for fact in reason.prompt.missing] == ["injured_on"]


def test_a_repeat_is_counted_from_what_ended_the_one_before_it(database: Database) -> None:
    treated(database)
    answering.done(database, "P-001", 5, request("2026-03-09 09:00"))

    reason = why(database, number_of(database, "call-again", occurrence=2), "2026-03-16 10:00")

    assert "due: P-001/5 done 2026-03-09 (P-001:6) + 7 days = 2026-03-16" in reason.total.lines[1]
    assert reason.occurrence == 2
    assert "; occurrence 2 of it began 2026-03-09 09:00 with P-001:6 (answer done by ann)" in reason.began


def test_conditions_are_told_with_each_value_its_date_and_its_entry(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-04 10:00")

    fever, swelling = why(database, number_of(database, "fever-now"), "2026-03-04 11:00").conditions

    assert (fever.text, fever.holds) == ("fever", "met")
    [value] = fever.values
    assert (value.name, value.shown, value.since and value.since.local, value.entry) == (
        "fever",
        "yes",
        "2026-03-04 10:00",
        "P-001:2",
    )
    assert (swelling.text, swelling.values[0].shown) == ('swelling == "much"', "much")


def test_what_would_end_a_prompt_is_said(database: Database) -> None:
    treated(database)

    assert why(database, 6, "2026-03-12 09:00").ends == (
        'done, with this met: knee == "reviewed"',
        "dismissed, with a reason: carepath dismiss P-001/6 --because '...'",
        "withdrawn, when knee is no longer treated",
    )
    assert why(database, 5, "2026-03-04 09:00").ends == (
        "done, when somebody says so: carepath done P-001/5",
        "dismissed, with a reason: carepath dismiss P-001/5 --because '...'",
        "withdrawn, when knee is no longer treated",
        "lapsed, unanswered, at 2026-03-16",
    )


def test_one_that_ended_says_how_and_what_people_answered(database: Database) -> None:
    treated(database)
    answering.acknowledge(database, "P-001", 5, request("2026-03-03 10:00"))
    answering.dismiss(database, "P-001", 5, request("2026-03-04 09:00", because="called already"))

    reason = why(database, 5, "2026-03-05 09:00")

    assert reason.ends == ("it ended as dismissed on 2026-03-04 09:00 by P-001:7",)
    assert reason.answers == (
        "ack by ann on 2026-03-03 10:00 (P-001:6)",
        "dismiss by ann on 2026-03-04 09:00 (P-001:7): called already",
    )


def test_escalations_are_told_with_whether_they_happened(database: Database) -> None:
    treated(database)
    planned = why(database, 6, "2026-03-12 09:00").deeds
    tick(database, "2026-03-11 00:00")
    tick(database, "2026-03-18 06:00")

    raised, escalated = why(database, 6, "2026-03-18 07:00").deeds

    assert [(deed.what, deed.tell, deed.did) for deed in planned] == [("escalated", "lead", None)]
    assert (raised.what, raised.did and raised.did.local) == ("raised", "2026-03-11")
    assert (escalated.planned.local, escalated.did and escalated.did.local) == (
        "2026-03-18",
        "2026-03-18 06:00",
    )


def test_sources_come_with_what_their_weight_means(database: Database) -> None:
    treated(database)

    guideline, choice = why(database, 6, "2026-03-12 09:00").sources

    assert (guideline.title, guideline.doi) == ("The guideline on knees", "10.1000/knee")
    assert choice.means == "chosen by the writers of the pathway: no source gives this"


def test_a_rule_that_is_not_wanted_says_what_is_not_met_and_what_would_change_it(database: Database) -> None:
    enrol(database)

    reason = why_not(database, "review-in-time", "2026-03-05 09:00")

    assert reason.verdict == "not wanted"
    assert reason.says == "not met: knee is treated (now knee is waiting)"
    assert reason.change == ("knee is treated: treat leads to treated",)


def test_a_rule_that_hangs_on_something_unknown_names_the_fact_and_who_asks_for_it(
    database: Database,
) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", when="2026-03-02 10:00")

    reason = why_not(database, "fever-now", "2026-03-05 09:00")

    assert reason.verdict == "unknown"
    assert reason.says == 'unknown, which never opens a prompt: swelling == "much"'
    assert [fact.name for fact in reason.missing] == ["swelling"]
    assert reason.change == ('swelling == "much": record swelling', "P-001/2 asks for swelling")
    assert reason.quiet == ("swelling: ask-swelling asks for it",)


def test_a_rule_that_was_done_already_names_the_entry(database: Database) -> None:
    enrol(database, "P-001", "swelling=some")

    reason = why_not(database, "ask-swelling", "2026-03-05 09:00")

    assert reason.verdict == "done"
    assert reason.says == (
        "P-001/2 ended as done on 2026-03-02 by P-001:2, before anybody had to be told; "
        "it asks once in an episode"
    )


def test_what_an_open_prompt_still_waits_for_is_told_with_its_rule(database: Database) -> None:
    enrol(database, "P-001", "consent=yes")

    reason = why_not(database, "ask-injury", "2026-03-05 09:00")

    assert [(part.text, part.holds, part.change) for part in reason.acts] == [
        ("injured_on", "not met", "record injured_on"),
        ("consent", "met", ""),
    ]


def test_a_dismissed_stop_is_silent_for_its_episode(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-04 10:00")
    number = number_of(database, "fever-now")
    answering.dismiss(database, "P-001", number, request("2026-03-04 11:00", because="seen in hospital"))

    reason = why_not(database, "fever-now", "2026-03-05 09:00")

    assert reason.verdict == "dismissed"
    assert "a stop that was dismissed is silent for as long as its episode lasts" in reason.says


def test_a_rule_that_waits_for_a_day_says_which(database: Database) -> None:
    treated(database)

    assert why_not(database, "tell-month", "2026-03-05 09:00").says == "P-001/3 opens 2026-04-01"
    assert why_not(database, "review-in-time", "2026-03-05 09:00").says == "P-001/6 opens 2026-03-11"


def test_a_milestone_says_when_it_passes_by_itself(database: Database) -> None:
    treated(database)
    mending.withdraw(database, "P-001", 2, request("2026-03-04 09:00", because="another patient"))
    record(database, "P-001", "injured_on=2026-03-02", when="2026-03-04 10:00")
    advance(database, "P-001", "review", "swelling=none", when="2026-03-05 10:00")
    advance(database, "P-001", "heal", when="2026-03-06 10:00")

    reason = why_not(database, "tell-month", "2026-03-07 09:00")

    assert reason.verdict == "not wanted"
    assert (
        "passed.month_since_injury: a change of passed.month_since_injury by itself at 2026-04-02 00:00"
        in reason.change
    )


def test_each_booking_is_told_on_its_own(database: Database) -> None:
    enrol(database)
    assert why_not(database, "confirm-scan", "2026-03-03 09:00").says == "no scan_on is recorded"
    record(database, "P-001", "scan_on=2026-03-20", "scan_on=2026-04-20", when="2026-03-03 10:00")
    record(database, "P-001", "scan_on#1=cancelled", when="2026-03-04 10:00")

    reason = why_not(database, "confirm-scan", "2026-03-05 09:00")

    assert reason.verdict == "coming"
    assert reason.says == (
        "for scan_on#2: P-001/4 opens 2026-04-17; "
        "for scan_on#1: not met: the booking for 2026-03-20 is live (now booking is cancelled)"
    )


def test_after_leaving_nothing_is_prompted_and_it_says_why(database: Database) -> None:
    treated(database)
    actions.close(database, "P-001", "moved", request("2026-03-05 09:00"))

    reason = why_not(database, "review-in-time", "2026-03-06 09:00")

    assert (reason.verdict, reason.says) == ("left", "P-001 left on 2026-03-05 09:00 (moved)")


def test_what_is_asked_otherwise_names_what_has_a_date_already(database: Database) -> None:
    enrol(database)

    reason = why_not(database, "otherwise", "2026-03-02 10:00")

    assert reason.says == "something else has a date: P-001/1, Ask when it was injured, and for consent"


def test_one_may_ask_about_an_earlier_day(database: Database) -> None:
    treated(database)

    reason = why_not(database, "fever-now", "2026-03-02 09:30")

    assert [part.holds for part in reason.conditions] == ["unknown", "unknown"]


def test_a_rule_that_does_not_exist_is_not_found_with_the_nearest_name(database: Database) -> None:
    enrol(database)

    with pytest.raises(NoSuchRule, match=r"knee has no rule 'fever-soon'. Did you mean 'fever-now'"):
        why_not(database, "fever-soon", "2026-03-05 09:00")


def test_a_prompt_that_does_not_exist_is_not_found(database: Database) -> None:
    enrol(database)

    with pytest.raises(answering.NoSuchPrompt, match=r"There is no prompt P-001/99"):
        why(database, 99, "2026-03-05 09:00")
