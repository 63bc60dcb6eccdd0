"""Stories of the rules R10 to R16 that a table of days cannot tell: exact moments, identity, the missing."""

from pathways.history import PromptKey
from pathways.moments import Length
from tests.stories.rules.timeline import Timeline, changed

# R10 to R13


def test_r10_an_episode_begins_at_the_moment_and_by_the_entry_that_made_the_rule_wanted() -> None:
    timeline = Timeline("episodes")
    timeline.enrol(weight=120.0)
    entry = timeline.record("3 14:30", form=False)

    prompt = timeline.prompt("heavy-and-unfit")
    assert (prompt.began_at, prompt.began_by) == (timeline.moment("3 14:30"), entry)


def test_r11_a_withdrawn_prompt_names_the_entry_that_ended_it() -> None:
    timeline = Timeline("episodes")
    timeline.enrol(weight=120.0, form=False)
    entry = timeline.record("3 14:30", weight=90.0)

    prompt = timeline.prompt("heavy-and-unfit")
    assert (prompt.ended, prompt.ended_at, prompt.ended_by) == (
        "withdrawn",
        timeline.moment("3 14:30"),
        entry,
    )


def test_r12_an_open_prompt_names_what_is_still_missing() -> None:
    timeline = Timeline("episodes")
    timeline.enrol()
    timeline.advance(0, "begin")
    assert timeline.prompt("paper-work").missing == ("form", "letter")

    timeline.record(1, form=False)
    assert timeline.prompt("paper-work").missing == ("letter",)

    timeline.record(2, letter=True)
    assert timeline.prompt("paper-work").missing == ()
    assert timeline.prompt("paper-work").ended is None


def test_r12_an_act_that_is_unknown_is_not_on_record() -> None:
    timeline = Timeline("episodes")
    timeline.enrol(letter=True)
    timeline.advance(0, "begin")

    assert timeline.prompt("paper-work").ended is None


def test_r12_an_act_undone_does_not_bring_its_prompt_back() -> None:
    timeline = Timeline("episodes")
    timeline.enrol()
    timeline.advance(0, "begin")
    timeline.record(1, form=True, letter=True)
    timeline.record(2, form=False)

    assert timeline.prompt("paper-work").ended == "done"
    assert "paper-work" not in timeline.there()


def test_r13_what_is_done_already_ends_in_the_moment_in_which_it_begins() -> None:
    timeline = Timeline("episodes")
    timeline.enrol(form=True, letter=True)
    timeline.advance(2, "begin")

    prompt = timeline.prompt("paper-work")
    assert (prompt.ended, prompt.began_at, prompt.ended_at) == (
        "done",
        timeline.moment(2),
        timeline.moment(2),
    )


# R14


def test_r14_what_is_recorded_as_an_episode_begins_is_an_answer() -> None:
    timeline = Timeline("episodes")
    timeline.enrol()
    timeline.advance(1, "begin")
    timeline.advance("2 10:00", "pause", facts={"answer": "same"})

    assert timeline.prompt("how-is-it").ended == "done"


def test_r14_what_was_recorded_a_minute_before_an_episode_begins_is_none() -> None:
    timeline = Timeline("episodes")
    timeline.enrol()
    timeline.advance(1, "begin")
    timeline.record("2 09:59", answer="same")
    timeline.advance("2 10:00", "pause")

    assert timeline.prompt("how-is-it").missing == ("answer",)


def test_r14_the_answer_that_ended_a_prompt_does_not_answer_the_next_of_the_same_moment() -> None:
    timeline = changed("episodes", "how-is-it", during=(("care", ("under-way",)),))
    timeline.enrol()
    timeline.advance(1, "begin")
    timeline.advance(2, "renew", facts={"answer": "same"})

    assert timeline.prompt("how-is-it").ended == "done"
    assert timeline.prompt("how-is-it", 2).ended is None
    assert timeline.prompt("how-is-it", 2).missing == ("answer",)


def test_r14_a_repeat_wants_what_is_recorded_after_it_began() -> None:
    timeline = Timeline("repeats")
    timeline.enrol(start="2026-02-20", topic="scans")
    timeline.record(5, scan="unclear")
    assert timeline.prompt("scan-again", 1, 2).missing == ("scan",)

    timeline.record("5 23:59", scan="clear")
    assert timeline.prompt("scan-again", 1, 2).ended is None

    timeline.record(6, scan="clear")
    assert timeline.prompt("scan-again", 1, 2).ended == "done"


def test_r14_a_later_look_is_not_answered_on_the_day_it_was_decided_on() -> None:
    timeline = Timeline("repeats")
    timeline.enrol("0 08:00", start="2026-03-02", topic="scans", scan="unclear")
    timeline.record("0 23:59", scan="unclear")
    assert timeline.prompt("scan-again").missing == ("scan",)

    timeline.record(1, scan="unclear")
    assert timeline.prompt("scan-again").ended == "done"


def test_r14_a_date_typed_again_on_the_day_it_begins_is_not_the_next_dose() -> None:
    timeline = Timeline("episodes")
    timeline.enrol(dose="2026-03-02")
    timeline.record("0 15:00", dose="2026-03-01")

    prompt = timeline.prompt("next-dose")
    assert (prompt.ended, prompt.due_on) == (None, timeline.day(13))


def test_r14_the_first_date_it_is_counted_from_moves_a_prompt_and_does_not_answer_it() -> None:
    timeline = Timeline("episodes")
    timeline.enrol()
    assert timeline.prompt("next-dose").missing == ("dose",)

    timeline.record(1, dose="2026-03-03")
    prompt = timeline.prompt("next-dose")
    assert (prompt.ended, prompt.due_on, prompt.missing) == (None, timeline.day(15), ("dose",))


def test_r14_of_a_date_recorded_twice_in_one_moment_only_the_last_counts() -> None:
    timeline = Timeline("episodes")
    timeline.enrol(dose="2026-03-02")
    timeline.record(13, dose="2026-03-15")
    timeline.record(13, dose="2026-03-15")

    assert timeline.prompt("next-dose").ended == "done"
    assert timeline.prompt("next-dose", 1, 2).ended is None
    assert timeline.prompt("next-dose", 1, 2).due_on == timeline.day(27)
    assert PromptKey("next-dose", 1, 3) not in timeline.prompts()


def test_r14_a_corrected_dose_leaves_the_prompt_for_the_next_one() -> None:
    timeline = Timeline("episodes")
    dose = timeline.enrol(dose="2026-03-02")
    timeline.correct(dose, value="2026-03-01")

    assert timeline.prompt("next-dose").ended is None
    assert timeline.prompt("next-dose").due_on == timeline.day(13)


# R15 and R16


def test_r15_each_time_on_is_an_episode_with_a_number() -> None:
    timeline = Timeline("episodes")
    timeline.enrol(weight=120.0, form=False)
    for day, weight in ((1, 90.0), (2, 120.0), (3, 90.0), (4, 120.0)):
        timeline.record(day, weight=weight)

    keys = sorted(key for key in timeline.prompts() if key.rule == "heavy-and-unfit")
    assert keys == [PromptKey("heavy-and-unfit", episode) for episode in (1, 2, 3)]


def test_r16_entering_again_keeps_the_answers_of_an_open_prompt() -> None:
    timeline = Timeline("episodes")
    timeline.enrol()
    timeline.advance(0, "begin")
    timeline.answer(1, "ack", "finish-care")
    timeline.answer(2, "snooze", "finish-care", until=6)
    timeline.advance(3, "renew")

    prompt = timeline.prompt("finish-care")
    assert (prompt.acknowledged_at, prompt.snoozed_until) == (timeline.moment(1), timeline.moment(6))
    assert (prompt.began_at, prompt.due_on) == (timeline.moment(0), timeline.day(7))
    assert PromptKey("finish-care", 2) not in timeline.prompts()


def test_r16_entering_again_brings_an_earlier_due_forward() -> None:
    timeline = changed(
        "episodes", "finish-care", done_when=None, due=Length(7, "day"), every=(Length(30, "day"),)
    )
    timeline.enrol()
    timeline.advance(0, "begin")
    timeline.answer(2, "done", "finish-care")
    assert timeline.prompt("finish-care", 1, 2).due_on == timeline.day(32)

    timeline.advance(5, "renew")
    assert timeline.prompt("finish-care", 1, 2).due_on == timeline.day(12)


def test_r16_what_had_ended_is_asked_anew_even_while_its_condition_is_unknown() -> None:
    timeline = changed("episodes", "urgent-or-heavy", during=(("care", ("under-way",)),))
    timeline.enrol(grade="high")
    timeline.advance(0, "begin")
    timeline.answer(1, "done", "urgent-or-heavy")
    timeline.record(2, grade="low")
    timeline.advance(3, "renew")

    assert timeline.prompt("urgent-or-heavy", 2).ended is None


def test_r16_a_prompt_that_ended_in_the_moment_of_entering_again_is_followed_by_another() -> None:
    timeline = changed("episodes", "finish-care", done_when=None, needs_new=("answer",))
    timeline.enrol()
    timeline.advance(0, "begin")
    timeline.advance(3, "renew", facts={"answer": "same"})

    assert timeline.prompt("finish-care").ended == "done"
    assert timeline.prompt("finish-care", 2).due_on == timeline.day(10)


def test_r16_entering_again_neither_moves_nor_repeats_what_is_counted_from_the_condition() -> None:
    timeline = Timeline("repeats")
    timeline.enrol(topic="calls")
    timeline.answer(1, "done", "call")
    timeline.record(2, topic="calls")

    assert timeline.prompt("call", 1, 2).due_on == timeline.day(8)
