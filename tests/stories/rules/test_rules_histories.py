"""Stories of the rules R1 to R9 that a table of days cannot tell: exact moments, order, numbers."""

import pytest

from pathways.history import PromptKey
from pathways.standing import Booking, Known
from tests.reference.values import seen
from tests.reference.walk import reference_follow
from tests.stories.rules.timeline import Timeline

HIGH = "high"


@pytest.fixture
def timeline() -> Timeline:
    return Timeline("history")


# R1


def test_r1_a_corrected_event_keeps_its_place_among_the_events_of_its_moment(timeline: Timeline) -> None:
    timeline.enrol(form=True)
    began = timeline.advance(1, "begin")
    timeline.advance(1, "pause")
    timeline.correct(began)

    assert timeline.standing().tracks["care"].state == "paused"
    assert not timeline.standing().misfits


def test_r1_a_fact_keeps_the_number_of_the_first_entry_of_its_chain(timeline: Timeline) -> None:
    said = timeline.enrol(grade="low")
    first = timeline.correct(said, value="middle")
    second = timeline.correct(first, value=HIGH)

    known = timeline.standing().facts["grade"]
    assert known == Known(HIGH, timeline.moment(0), only_day=True, entry=said, last=second)


def test_r1_withdrawing_a_correction_brings_back_what_it_stood_for(timeline: Timeline) -> None:
    said = timeline.enrol(grade="low")
    first = timeline.correct(said, value="middle")
    second = timeline.correct(first, value=HIGH)
    timeline.withdraw(second)
    assert timeline.standing().facts["grade"].value == "middle"

    timeline.withdraw(first)
    assert timeline.standing().facts["grade"] == Known(
        "low", timeline.moment(0), only_day=True, entry=said, last=said
    )

    timeline.withdraw(said)
    assert "grade" not in timeline.standing().facts


def test_r1_a_corrected_enrolment_moves_what_is_counted_from_it(timeline: Timeline) -> None:
    timeline.enrol()
    timeline.note(5)
    timeline.correct(1, day=3)

    review = timeline.prompt("yearly-review")
    assert timeline.standing().enrolled_at == review.began_at == timeline.moment(3)
    assert review.due_on == timeline.day(3 + 365)


def test_r1_a_note_changes_nothing_but_the_number_of_the_last_entry(timeline: Timeline) -> None:
    timeline.enrol(grade=HIGH)
    before = timeline.standing()
    timeline.note(2)

    after = timeline.standing()
    assert after.last == before.last + 1
    assert (after.at, after.prompts, after.facts) == (before.at, before.prompts, before.facts)


# R2


def test_r2_an_event_written_before_the_facts_of_its_moment_finds_them(timeline: Timeline) -> None:
    timeline.enrol(asked_on="2026-03-02")
    timeline.advance(1, "begin")
    timeline.book(1, "talk", 1, "2026-06-01")

    assert "plan-talk" not in {key.rule for key in timeline.prompts()}


def test_r2_events_of_a_moment_come_before_its_exit_whatever_was_written_first(timeline: Timeline) -> None:
    timeline.enrol(form=True)
    timeline.leave(1)
    timeline.advance(1, "begin")

    assert not timeline.standing().misfits
    assert timeline.standing().tracks["care"].state == "under-way"


def test_r2_an_answer_finds_a_prompt_that_began_in_its_own_moment(timeline: Timeline) -> None:
    timeline.enrol()
    timeline.answer(1, "done", "urgent")
    timeline.record(1, grade=HIGH)

    assert timeline.prompt("urgent").ended == "done"
    assert not timeline.standing().misfits


def test_r2_an_answer_comes_too_late_for_what_the_conditions_of_its_moment_ended(timeline: Timeline) -> None:
    timeline.enrol(grade=HIGH)
    answer = timeline.answer(1, "done", "urgent")
    timeline.record(1, grade="low")

    assert timeline.prompt("urgent").ended == "withdrawn"
    assert [(each.entry, each.kind) for each in timeline.standing().misfits] == [
        (answer, "answer-without-prompt")
    ]


def test_r2_an_answer_at_the_moment_of_a_lapse_comes_first() -> None:
    timeline = Timeline("repeats")
    timeline.enrol(start="2026-03-02", topic="deadlines")
    timeline.answer(16, "done", "deadline")

    assert timeline.said(timeline.prompt("deadline").lapses_at) == "2026-03-18 00:00"
    assert timeline.prompt("deadline").ended == "done"


def test_r2_what_replaces_otherwise_and_otherwise_are_settled_in_one_moment() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol()
    timeline.record(1, topic="letter")

    otherwise = timeline.prompt("otherwise")
    assert (otherwise.ended, otherwise.ended_at) == ("withdrawn", timeline.moment(1))
    assert timeline.prompt("letter").began_at == timeline.moment(1)


def test_r2_a_day_begins_at_its_first_moment_in_the_zone_of_the_enrolment() -> None:
    timeline = Timeline("history", begins="2024-04-26", zone="Africa/Cairo")
    timeline.enrol()

    assert timeline.said(timeline.standing().enrolled_at) == "2024-04-26 01:00"


def test_r2_the_order_in_which_days_are_written_down_does_not_matter(timeline: Timeline) -> None:
    timeline.advance(4, "begin", facts={"form": True})
    timeline.record(3, grade=HIGH)
    timeline.enrol(asked_on="2026-03-02")
    late_first = timeline.standing()
    in_order = Timeline("history")
    in_order.enrol(asked_on="2026-03-02")
    in_order.record(3, grade=HIGH)
    in_order.advance(4, "begin", facts={"form": True})

    assert sorted(late_first.prompts) == sorted(in_order.standing().prompts)
    assert late_first.tracks["care"].state == in_order.standing().tracks["care"].state


# R3


def test_r3_what_is_not_a_fact_and_lies_before_the_enrolment_is_listed(timeline: Timeline) -> None:
    timeline.enrol(5)
    event = timeline.advance(1, "begin")
    answer = timeline.answer(2, "done", "urgent")
    left = timeline.leave(3)

    standing = timeline.standing()
    assert [(each.entry, each.kind) for each in standing.misfits] == [
        (event, "before-enrolment"),
        (answer, "before-enrolment"),
        (left, "before-enrolment"),
    ]
    assert standing.tracks["care"].state == "waiting"
    assert standing.exit is None
    asked = [key for key in sorted(timeline.prompts()) if key.rule == "misfit"]
    assert asked == [PromptKey("misfit", entry) for entry in (event, answer, left)]
    assert timeline.prompt("misfit", event).began_at == timeline.moment(5)


def test_r3_bookings_from_before_the_enrolment_are_known_when_it_comes(timeline: Timeline) -> None:
    timeline.book(0, "talk", 1, "2026-03-20")
    timeline.enrol(4)

    prompt = timeline.prompt("before-talk", 1, 1, 1)
    assert (prompt.began_at, prompt.due_on) == (timeline.moment(4), timeline.day(17))


def test_r3_nothing_follows_before_the_enrolment(timeline: Timeline) -> None:
    timeline.record(0, grade=HIGH)

    standing = timeline.outlook()
    assert not standing.prompts
    assert not standing.tracks
    assert standing.enrolled_at is None


def test_r3_a_milestone_that_passed_before_the_enrolment_has_passed(timeline: Timeline) -> None:
    timeline.record(0, asked_on="2026-01-01")
    timeline.enrol(4)

    assert timeline.standing().banners["after-a-month"].since == timeline.moment(4)


# R4


def test_r4_a_fact_is_unknown_until_it_is_recorded(timeline: Timeline) -> None:
    timeline.enrol()
    timeline.record(3, grade="low")

    assert "grade" not in timeline.standing(until=2).facts
    assert timeline.standing(until=3).facts["grade"].value == "low"


def test_r4_a_late_entry_does_not_replace_what_happened_after_it(timeline: Timeline) -> None:
    timeline.enrol()
    latest = timeline.record("3 14:30", grade="low")
    timeline.record(2, grade=HIGH)

    assert timeline.standing().facts["grade"] == Known(
        "low", timeline.moment("3 14:30"), only_day=False, entry=latest, last=latest
    )


# R5


def test_r5_an_ended_booking_keeps_its_day_and_how_it_ended(timeline: Timeline) -> None:
    timeline.enrol()
    booked = timeline.book(1, "talk", 1, "2026-03-20")
    timeline.book(2, "talk", 1, "cancelled")

    assert timeline.standing().bookings["talk"] == {
        1: Booking(timeline.day(18), timeline.moment(1), booked, "cancelled")
    }


def test_r5_ending_a_booking_that_was_never_dated_does_nothing(timeline: Timeline) -> None:
    timeline.enrol()
    timeline.book(1, "talk", 3, "done")

    assert not timeline.standing().bookings.get("talk")
    assert not timeline.standing().misfits


def test_r5_of_an_end_and_a_day_in_one_moment_the_last_written_counts(timeline: Timeline) -> None:
    timeline.enrol()
    timeline.book(1, "talk", 1, "2026-03-20")
    timeline.book(2, "talk", 1, "cancelled")
    timeline.book(2, "talk", 1, "2026-03-25")

    assert not timeline.standing().bookings["talk"][1].ended
    assert timeline.prompt("before-talk", 1, 1, 1).due_on == timeline.day(22)


# R6


def test_r6_a_misfit_is_a_stop_for_the_coordinator_due_on_its_day(timeline: Timeline) -> None:
    timeline.enrol(form=True)
    entry = timeline.advance("3 14:00", "finish")

    prompt = timeline.standing().prompts[f"misfit@{entry}"]
    assert (prompt.key, prompt.tier, prompt.role) == (PromptKey("misfit", entry), "stop", "coordinator")
    assert (prompt.due_on, timeline.said(prompt.due_at)) == (timeline.day(3), "2026-03-06 00:00")
    assert timeline.standing().tracks["care"].state == "closed"


def test_r6_each_misfit_has_a_prompt_of_its_own(timeline: Timeline) -> None:
    timeline.enrol(form=True)
    first = timeline.advance(1, "pause")
    second = timeline.advance(1, "begin")
    timeline.answer(2, "dismiss", "misfit", first)

    assert timeline.prompt("misfit", first).ended == "dismissed"
    assert timeline.prompt("misfit", second).ended is None


def test_r6_a_dismissal_of_one_entry_is_none_of_its_correction(timeline: Timeline) -> None:
    timeline.enrol(form=True)
    entry = timeline.advance(1, "finish")
    timeline.answer(2, "dismiss", "misfit", entry)
    correction = timeline.correct(entry, name="pause", to="paused")

    assert timeline.prompt("misfit", correction).ended is None
    assert PromptKey("misfit", entry) not in timeline.prompts()


def test_r6_an_event_into_another_state_than_the_pathway_says_is_a_misfit(timeline: Timeline) -> None:
    timeline.enrol(form=True)
    entry = timeline.advance(1, "begin", to="paused")

    assert timeline.standing().misfits[0].entry == entry
    assert timeline.standing().tracks["care"].state == "paused"


def test_r6_a_state_that_the_pathway_no_longer_has_is_entered_and_asked_about(timeline: Timeline) -> None:
    timeline.enrol()
    timeline.write(
        1, ("event", {"name": "hand-over", "track": "care", "source": "waiting", "to": "elsewhere"})
    )
    timeline.advance(2, "begin")

    assert len([key for key in timeline.prompts() if key.rule == "misfit"]) == 2
    assert timeline.standing().tracks["care"].state == "under-way"


def test_r6_an_event_after_an_exit_is_listed_without_a_prompt(timeline: Timeline) -> None:
    timeline.enrol(form=True)
    timeline.leave(1)
    entry = timeline.advance(2, "begin")

    assert [(each.entry, each.kind) for each in timeline.standing().misfits] == [(entry, "after-exit")]
    assert not timeline.standing().prompts


def test_r6_of_two_exits_the_first_counts(timeline: Timeline) -> None:
    timeline.enrol()
    timeline.leave(2, "died")
    second = timeline.leave(3, "moved-away")

    exit_ = timeline.standing().exit
    assert exit_ is not None
    assert (exit_.reason, exit_.at) == ("died", timeline.moment(2))
    assert [(each.entry, each.kind) for each in timeline.standing().misfits] == [(second, "after-exit")]


# R7


def test_r7_an_override_is_for_the_lead_to_take_note_of(timeline: Timeline) -> None:
    timeline.enrol()
    entry = timeline.advance(1, "begin", overrode=("form",))

    prompt = timeline.prompt("override", entry)
    assert (prompt.tier, prompt.role, prompt.due_at) == ("info", "lead", None)


def test_r7_an_override_that_does_not_fit_either_is_told_and_asked_about(timeline: Timeline) -> None:
    timeline.enrol()
    entry = timeline.advance(1, "finish", overrode=("form",))

    assert {PromptKey("override", entry), PromptKey("misfit", entry)} <= timeline.prompts().keys()


# R8


def test_r8_a_milestone_in_days_passes_at_the_end_of_its_local_day(timeline: Timeline) -> None:
    timeline.enrol(asked_on="2026-03-05")

    passes = timeline.standing().passes
    assert timeline.said(passes["month_since_asking"]) == "2026-04-05 00:00"
    assert timeline.said(passes["two_days_since_asking"]) == "2026-03-07 00:00"


def test_r8_hours_of_a_milestone_are_elapsed_where_clocks_change() -> None:
    timeline = Timeline("history", begins="2026-03-28")
    timeline.enrol(asked_on="2026-03-28")

    assert timeline.said(timeline.standing().passes["two_days_since_asking"]) == "2026-03-30 01:00"


def test_r8_a_milestone_is_unknown_while_its_date_is(timeline: Timeline) -> None:
    timeline.enrol()

    assert not timeline.standing().passes
    assert not timeline.outlook().banners


def test_r8_a_milestone_has_no_moment_before_the_enrolment(timeline: Timeline) -> None:
    """There is no zone yet to count its day in: a second reading once took it to be UTC."""
    timeline.record(-1, asked_on="2026-01-30")
    timeline.enrol()

    before = timeline.standing(until=-1)
    assert (list(before.facts), before.passes) == (["asked_on"], {})
    assert seen(before, timeline.entries) == reference_follow(
        timeline.pathway, timeline.entries, until=timeline.moment(-1)
    )
    assert len(timeline.standing().passes) == 2


# R9


def test_r9_a_stay_over_two_tracks_begins_when_the_last_of_them_arrives() -> None:
    timeline = Timeline("two_tracks")
    timeline.enrol()
    timeline.advance(1, "move-in")
    timeline.advance(4, "plant")

    prompt = timeline.prompt("water-the-garden")
    assert (prompt.began_at, prompt.due_on) == (timeline.moment(4), timeline.day(7))


def test_r9_a_stay_breaks_when_one_of_its_tracks_leaves() -> None:
    timeline = Timeline("two_tracks")
    timeline.enrol()
    timeline.advance(1, "move-in", "plant")
    timeline.advance(2, "clear")
    timeline.advance(6, "plant")

    assert timeline.prompt("water-the-garden").ended == "withdrawn"
    assert timeline.prompt("water-the-garden", 2).due_on == timeline.day(9)


def test_r9_leaving_and_coming_back_within_a_moment_restarts_a_stay() -> None:
    timeline = Timeline("two_tracks")
    timeline.enrol()
    timeline.advance(1, "move-in", "plant")
    timeline.answer(2, "done", "water-the-garden")
    timeline.advance(5, "move-out", "move-in")

    assert timeline.prompt("water-the-garden", 2).due_on == timeline.day(8)
