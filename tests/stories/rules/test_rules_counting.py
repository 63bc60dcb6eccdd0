"""Stories of the rules R17 to R28 that a table of days cannot tell: exact moments, numbers, the missing."""

import pytest

from pathways.history import PromptKey
from pathways.moments import Length
from pathways.terms import Count
from tests.stories.rules.timeline import Timeline, changed

# R17 to R23


def test_r17_a_prompt_opens_at_the_start_of_the_local_day() -> None:
    timeline = Timeline("counting")
    timeline.enrol("0 14:30", sample="2026-03-02")

    assert timeline.said(timeline.prompt("from-sample").opens_at) == "2026-03-04 00:00"


def test_r17_without_opens_a_prompt_opens_at_the_very_moment_in_which_it_begins() -> None:
    timeline = Timeline("episodes")
    timeline.enrol("0 14:30", weight=120.0, form=False)

    assert timeline.said(timeline.prompt("heavy-and-unfit").opens_at) == "2026-03-02 14:30"


def test_r18_due_in_days_has_a_day_and_due_in_hours_has_none() -> None:
    timeline = Timeline("counting")
    timeline.enrol(sample="2026-06-01")
    timeline.advance("0 09:10", "begin", "pause")

    assert timeline.prompt("within-hours").due_on is None
    assert timeline.said(timeline.prompt("within-hours").due_at) == "2026-03-02 15:10"
    assert timeline.prompt("from-sample").due_on == timeline.day(94)
    assert timeline.said(timeline.prompt("from-sample").due_at) == "2026-06-05 00:00"


def test_r19_each_prompt_says_what_it_is_counted_from_and_by_which_entry() -> None:
    timeline = Timeline("counting")
    sample = timeline.enrol(sample="2026-06-01")
    began = timeline.advance("1 10:00", "begin")
    paused = timeline.advance("4 11:00", "pause")
    high = timeline.record("6 12:00", level="high")
    booked = timeline.book(7, "trip", 1, "2026-05-01")

    counted = {each.key.rule: each.counted for each in timeline.standing().prompts.values() if each.counted}
    found = {rule: (timeline.said(each.at), each.entry) for rule, each in counted.items()}
    assert found == {
        "yearly-review": ("2026-03-02 00:00", sample),
        "from-met": ("2026-03-08 12:00", high),
        "from-entered": ("2026-03-03 10:00", began),
        "from-pause": ("2026-03-06 11:00", paused),
        "within-hours": ("2026-03-06 11:00", paused),
        "for-information": ("2026-03-06 11:00", paused),
        "from-trip": ("2026-05-01 00:00", booked),
    }


def test_r20_the_unknown_date_is_asked_for_and_named_last() -> None:
    timeline = changed("counting", "from-sample", needs=("level",))
    timeline.enrol("0 14:30")

    prompt = timeline.prompt("from-sample")
    assert prompt.counted is None
    assert (timeline.said(prompt.opens_at), prompt.due_on) == ("2026-03-02 14:30", timeline.day(0))
    assert prompt.missing == ("level", "sample")


def test_r20_a_milestone_asks_for_the_date_that_it_is_counted_from() -> None:
    timeline = changed("counting", "from-month", when=None)
    timeline.enrol()

    assert timeline.prompt("from-month").missing == ("start",)


def test_r20_without_a_due_an_info_of_unknown_count_is_never_due() -> None:
    timeline = changed("counting", "from-sample", tier="info", due=None)
    timeline.enrol()

    assert timeline.prompt("from-sample").opens_at == timeline.moment(0)
    assert timeline.prompt("from-sample").due_at is None


def test_r20_a_stop_of_unknown_count_is_due_on_the_day() -> None:
    timeline = changed("counting", "from-sample", tier="stop", due=None)
    timeline.enrol()

    assert timeline.prompt("from-sample").due_on == timeline.day(0)


def test_r20_a_date_that_becomes_known_after_an_answer_begins_another() -> None:
    timeline = Timeline("counting")
    timeline.enrol()
    timeline.answer(1, "dismiss", "from-sample")
    timeline.record(2, sample="2026-03-20")

    assert timeline.prompt("from-sample", 1, 2).due_on == timeline.day(21)


def test_r21_a_correction_keeps_the_answers_of_the_prompt_it_moves() -> None:
    timeline = Timeline("counting")
    sample = timeline.enrol(sample="2026-03-02")
    timeline.answer(2, "ack", "from-sample")
    timeline.answer(3, "snooze", "from-sample", until=5)
    timeline.correct(sample, value="2026-03-01")

    prompt = timeline.prompt("from-sample")
    assert (prompt.acknowledged_at, prompt.snoozed_until) == (timeline.moment(2), timeline.moment(5))
    assert prompt.due_on == timeline.day(2)


def test_r22_the_same_date_again_changes_nothing_of_its_prompt() -> None:
    timeline = Timeline("counting")
    timeline.enrol(sample="2026-03-02")
    before = timeline.prompt("from-sample")
    timeline.record(1, sample="2026-03-02")

    assert timeline.prompt("from-sample") == before


def test_r22_an_open_prompt_moves_and_is_the_same() -> None:
    timeline = Timeline("counting")
    timeline.enrol(sample="2026-03-02")
    timeline.answer(2, "ack", "from-sample")
    entry = timeline.record(3, sample="2026-03-10")

    prompt = timeline.prompt("from-sample")
    assert (prompt.due_on, prompt.acknowledged_at) == (timeline.day(11), timeline.moment(2))
    assert prompt.counted is not None
    assert prompt.counted.entry == entry


def test_r22_what_has_ended_is_followed_by_the_next_occurrence_of_the_same_episode() -> None:
    timeline = Timeline("counting")
    timeline.enrol(sample="2026-03-02")
    timeline.answer(3, "done", "from-sample")
    timeline.record(4, sample="2026-03-06")

    keys = sorted(key for key in timeline.prompts() if key.rule == "from-sample")
    assert keys == [PromptKey("from-sample", 1, 1), PromptKey("from-sample", 1, 2)]


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Australia/Lord_Howe"])
def test_r23_the_day_is_that_of_the_zone_of_the_enrolment(zone: str) -> None:
    timeline = Timeline("counting", zone=zone)
    timeline.enrol(sample="2026-06-01", level="high")
    timeline.advance("0 23:40", "begin")

    assert timeline.prompt("from-met").due_on == timeline.day(3)
    assert timeline.said(timeline.prompt("from-met").due_at) == "2026-03-06 00:00"


# R24 and R25


def test_r24_without_a_due_the_interval_leads_to_the_opening() -> None:
    timeline = changed("repeats", "leaflet", due=None, lapses=None, until=None)
    timeline.enrol(topic="leaflets")
    timeline.answer("9 15:00", "ack", "leaflet")

    prompt = timeline.prompt("leaflet", 1, 2)
    assert (timeline.said(prompt.opens_at), prompt.due_at) == ("2026-03-21 00:00", None)


def test_r24_a_repeat_opens_no_earlier_than_it_begins() -> None:
    timeline = changed("repeats", "call", every=(Length(1, "day"),), due=Length(5, "day"))
    timeline.enrol(topic="calls")
    timeline.answer("3 15:00", "done", "call")

    prompt = timeline.prompt("call", 1, 2)
    assert (timeline.said(prompt.opens_at), prompt.due_on) == ("2026-03-05 15:00", timeline.day(4))


def test_r24_what_is_withdrawn_is_not_repeated() -> None:
    timeline = Timeline("repeats")
    timeline.enrol(topic="calls")
    timeline.record(1, topic="leaflets")

    assert [key for key in timeline.prompts() if key.rule == "call"] == [PromptKey("call", 1)]


def test_r24_while_the_date_is_unknown_repeats_go_on_asking_for_it() -> None:
    timeline = Timeline("repeats")
    timeline.enrol(topic="scans")
    timeline.record(3, scan="clear")

    prompt = timeline.prompt("scan-again", 1, 2)
    assert prompt.missing == ("scan", "start")


def test_r24_a_repeat_is_counted_from_the_act_even_if_it_is_written_down_later() -> None:
    timeline = Timeline("repeats")
    timeline.enrol(start="2026-02-20", topic="scans")
    timeline.note(30)
    timeline.record(5, scan="clear")

    assert timeline.prompt("scan-again", 1, 2).due_on.isoformat() == "2026-05-07"  # type: ignore[union-attr]


def test_r25_a_repeat_due_one_day_too_late_is_not_begun() -> None:
    for days, begun in ((9, False), (10, True)):
        timeline = changed("repeats", "call", every=(Length(10, "day"),), until=Length(days, "day"))
        timeline.enrol(topic="calls")
        timeline.answer(0, "done", "call")

        assert (PromptKey("call", 1, 2) in timeline.prompts()) == begun


def test_r25_where_nothing_is_due_the_day_it_opens_must_not_be_too_late() -> None:
    for days, begun in ((9, False), (10, True)):
        timeline = changed("repeats", "leaflet", due=None, opens=None, lapses=None, until=Length(days, "day"))
        timeline.enrol(topic="leaflets")
        timeline.answer(0, "ack", "leaflet")

        assert (PromptKey("leaflet", 1, 2) in timeline.prompts()) == begun


def test_r25_while_the_date_is_unknown_until_is_counted_from_the_begin_of_the_episode() -> None:
    for days, begun in ((9, False), (10, True)):
        timeline = changed(
            "repeats",
            "scan-again",
            opens=None,
            due=Length(0, "day"),
            every=(Length(8, "day"),),
            until=Length(days, "day"),
        )
        timeline.enrol()
        timeline.record(2, topic="scans")
        timeline.record(4, scan="clear")

        assert (PromptKey("scan-again", 1, 2) in timeline.prompts()) == begun


# R26 to R28


def test_r26_a_lapse_is_the_work_of_time_and_of_no_entry() -> None:
    timeline = Timeline("repeats")
    timeline.enrol(start="2026-03-02", topic="deadlines")
    timeline.record(30, scan="clear")

    prompt = timeline.prompt("deadline")
    assert (prompt.ended, prompt.ended_by) == ("lapsed", 0)
    assert timeline.said(prompt.ended_at) == "2026-03-18 00:00"


def test_r26_hours_to_a_lapse_are_counted_from_the_moment_it_is_due() -> None:
    timeline = Timeline("repeats")
    timeline.enrol("0 08:00", topic="sugar")

    assert timeline.said(timeline.prompt("measure").lapses_at) == "2026-03-02 17:00"


def test_r26_after_a_lapse_the_next_is_counted_from_the_day_that_was_due() -> None:
    timeline = Timeline("repeats")
    timeline.enrol(topic="leaflets")

    prompts = timeline.prompts()
    assert prompts[PromptKey("leaflet", 1, 2)].due_on == timeline.day(20)
    assert prompts[PromptKey("leaflet", 1, 2)].began_at == prompts[PromptKey("leaflet", 1)].lapses_at


def test_r26_while_its_date_is_unknown_a_prompt_has_no_lapse() -> None:
    timeline = Timeline("repeats")
    timeline.enrol(topic="deadlines")
    assert timeline.prompt("deadline").lapses_at is None

    timeline.record(2, start="2026-03-02")
    assert timeline.said(timeline.prompt("deadline").lapses_at) == "2026-03-18 00:00"


def test_r26_a_repeat_lapses_even_while_the_date_is_unknown() -> None:
    timeline = changed("repeats", "leaflet", counted_from=Count("fact", "start"))
    timeline.enrol(topic="leaflets")
    timeline.answer(2, "ack", "leaflet")

    assert timeline.prompt("leaflet").lapses_at is None
    assert timeline.said(timeline.prompt("leaflet", 1, 2).lapses_at) == "2026-03-18 00:00"


def test_r26_a_correction_lets_lapse_what_would_have_lapsed() -> None:
    timeline = Timeline("repeats")
    timeline.enrol()
    start = timeline.record(0, topic="deadlines", start="2026-03-02")
    timeline.note(12)
    timeline.correct(start, value="2026-01-20")

    assert timeline.said(timeline.prompt("deadline").ended_at) == "2026-03-08 00:00"


def test_r27_time_alone_ends_only_what_lapses() -> None:
    timeline = Timeline("repeats")
    timeline.enrol(topic="questions")

    assert timeline.prompt("question").ended is None
    assert timeline.outlook().prompts["question"].snoozed_until is None


def test_r28_an_escalation_in_days_is_at_the_start_of_a_day_but_not_before_it_is_overdue() -> None:
    timeline = Timeline("repeats")
    timeline.enrol("0 14:30", topic="calls")

    told = [(each.tell, timeline.said(each.at)) for each in timeline.prompt("call").escalates]
    assert told == [
        ("coordinator", "2026-03-05 00:00"),
        ("clinician", "2026-03-06 00:00"),
        ("lead", "2026-03-09 00:00"),
    ]


def test_r28_what_opens_after_it_was_due_escalates_from_its_opening() -> None:
    timeline = Timeline("repeats")
    timeline.enrol("0 14:30", start="2026-01-01", topic="deadlines")

    prompt = timeline.prompt("deadline")
    assert [timeline.said(each.at) for each in prompt.escalates] == ["2026-03-04 00:00"]
    assert timeline.said(prompt.lapses_at) == "2026-03-08 00:00"
