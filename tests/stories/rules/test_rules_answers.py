"""Stories of the rules R29 to R36 that a table of days cannot tell: identity, misfits, exact moments."""

from typing import Any

import pytest
from msgspec import structs

from pathways.follow import follow, outlook, resume
from pathways.history import AnswerName, PromptKey
from pathways.standing import Banner
from tests.stories.rules.timeline import Day, Timeline


@pytest.fixture
def timeline() -> Timeline:
    return Timeline("answers")


# R29


def test_r29_working_a_history_out_again_names_the_same_prompts(timeline: Timeline) -> None:
    timeline.enrol(topic="letter")
    timeline.answer(1, "done", "letter")
    timeline.record(2, topic="none")
    timeline.record(3, topic="letter")

    assert timeline.standing() == timeline.standing()
    assert timeline.standing() == follow(timeline.pathway, timeline.entries[::-1])


@pytest.mark.parametrize("key", [("letter", 2), ("letter", 1, 2), ("letter", 1, 1, 1), ("news", 1)])
def test_r29_an_answer_to_a_prompt_that_is_not_there_is_listed_and_does_nothing(
    timeline: Timeline, key: tuple[str, *tuple[int, ...]]
) -> None:
    timeline.enrol(topic="letter")
    before = timeline.standing().prompts
    answer = timeline.answer(1, "dismiss", *key)

    assert timeline.standing().prompts == before
    assert [(each.entry, each.kind) for each in timeline.standing().misfits] == [
        (answer, "answer-without-prompt")
    ]


def test_r29_a_second_answer_to_what_has_ended_is_listed(timeline: Timeline) -> None:
    timeline.enrol(topic="letter")
    first = timeline.answer(1, "done", "letter")
    second = timeline.answer(2, "dismiss", "letter")

    assert (timeline.prompt("letter").ended, timeline.prompt("letter").ended_by) == ("done", first)
    assert [each.entry for each in timeline.standing().misfits] == [second]


def test_r29_an_answer_counts_at_its_own_moment(timeline: Timeline) -> None:
    timeline.enrol(topic="none")
    timeline.record(5, topic="letter")
    timeline.answer(3, "done", "letter")

    assert timeline.prompt("letter").ended is None
    assert timeline.standing().misfits


def test_r29_a_withdrawn_answer_leaves_its_prompt_open(timeline: Timeline) -> None:
    timeline.enrol(topic="letter")
    answer = timeline.answer(1, "done", "letter")
    timeline.withdraw(answer)

    assert timeline.prompt("letter").ended is None
    assert not timeline.standing().misfits


# R30


@pytest.mark.parametrize(
    ("answer", "ending"), [("done", "done"), ("dismiss", "dismissed"), ("ack", None), ("snooze", None)]
)
def test_r30_done_and_dismiss_end_a_prompt_the_others_do_not(
    timeline: Timeline, answer: AnswerName, ending: str | None
) -> None:
    timeline.enrol(topic="letter")
    entry = timeline.answer("1 15:00", answer, "letter", until=3)

    prompt = timeline.prompt("letter")
    assert prompt.ended == ending
    assert (prompt.ended_at, prompt.ended_by) == (
        (timeline.moment("1 15:00"), entry) if ending else (None, 0)
    )


def test_r30_the_first_ack_counts(timeline: Timeline) -> None:
    timeline.enrol(topic="letter")
    timeline.answer(1, "ack", "letter")
    timeline.answer(2, "ack", "letter")

    assert timeline.prompt("letter").acknowledged_at == timeline.moment(1)


def test_r30_of_several_snoozes_the_last_counts_and_each_is_counted(timeline: Timeline) -> None:
    timeline.enrol(topic="letter")
    timeline.answer(1, "snooze", "letter", until=5)
    timeline.answer(2, "snooze", "letter", until=4)

    prompt = timeline.prompt("letter")
    assert (prompt.snoozed_until, prompt.snoozes) == (timeline.moment(4), 2)
    assert prompt.due_on == timeline.day(3)


def said(timeline: Timeline, day: Day, answer: AnswerName, rule: str, **fields: Any) -> int:  # noqa: ANN401  # the fields of Entry
    """Answer the first prompt of a rule with whatever else an answer can say."""
    return timeline.write(day, ("answer", {"name": answer, "prompt": PromptKey(rule, 1), **fields}))


def test_r30_seen_says_by_whom_and_changes_nothing_else(timeline: Timeline) -> None:
    timeline.enrol(topic="letter")
    before = timeline.prompt("letter")
    timeline.answer(1, "seen", "letter")
    timeline.answer(2, "seen", "letter")

    assert timeline.prompt("letter") == structs.replace(before, seen_at=timeline.moment(1), seen_by="ann")


def test_r30_of_several_acting_the_last_counts_and_an_attempt_ends_it(timeline: Timeline) -> None:
    timeline.enrol(topic="letter")
    timeline.answer(1, "acting", "letter", until=2)
    timeline.answer("1 12:00", "acting", "letter")
    acting = timeline.prompt("letter")
    said(timeline, 2, "could-not", "letter", value="no-capacity")

    assert (acting.acting_at, acting.acting_by, acting.acting_until) == (
        timeline.moment("1 12:00"),
        "ann",
        None,
    )
    after = timeline.prompt("letter")
    assert (after.acting_by, after.could_not, after.snoozed_until) == ("", "no-capacity", None)


def test_r30a_what_is_put_off_wakes_at_its_due_at_the_latest(timeline: Timeline) -> None:
    timeline.enrol(topic="letter")
    timeline.answer(1, "snooze", "letter", until=9)

    assert timeline.prompt("letter").snoozed_until == timeline.prompt("letter").due_at == timeline.moment(4)


def test_r30a_what_was_overdue_when_it_was_put_off_is_told_again_at_the_moment(timeline: Timeline) -> None:
    timeline.enrol(topic="letter")
    said(timeline, 5, "could-not", "letter", value="patient-unreachable", until=timeline.moment(7))

    prompt = timeline.prompt("letter")
    assert (prompt.snoozed_until, prompt.snoozes) == (timeline.moment(7), 1)


@pytest.mark.parametrize(("started", "wakes"), [("2026-02-25", 2), ("2026-01-01", 2)])
def test_r30a_a_due_that_moves_in_front_of_a_snooze_wakes_it(started: str, wakes: int) -> None:
    timeline = Timeline("counting")
    timeline.enrol(sample="2026-06-01")
    timeline.answer(1, "snooze", "from-sample", until=60)
    timeline.record(wakes, sample=started)

    prompt = timeline.prompt("from-sample")
    assert prompt.due_at is not None
    assert prompt.snoozed_until == max(prompt.due_at, timeline.moment(wakes))


def test_r30a_of_a_stop_that_could_not_be_done_only_the_reason_counts(timeline: Timeline) -> None:
    timeline.enrol(topic="danger")
    said(timeline, "0 09:00", "could-not", "danger", value="no-capacity", until=timeline.moment(1))

    prompt = timeline.prompt("danger")
    assert (prompt.could_not, prompt.snoozed_until, prompt.snoozes) == ("no-capacity", None, 0)


def test_r30c_what_was_taken_on_ages_from_what_was_last_said_or_is_expected(timeline: Timeline) -> None:
    timeline.enrol(topic="letter")
    taken = []
    for day, name, until in ((1, "seen", None), (1, "ack", None), (2, "acting", 8), (3, "seen", None)):
        timeline.answer(day, name, "letter", until=until)  # type: ignore[arg-type]  # one of the answers
        taken.append(timeline.said(timeline.prompt("letter").taken_at))
    said(timeline, 5, "could-not", "letter", value="no-capacity")
    taken.append(timeline.said(timeline.prompt("letter").taken_at))

    days = (None, "2026-03-03", "2026-03-10", "2026-03-10", "2026-03-07")
    assert taken == [day and f"{day} 00:00" for day in days]


def test_r31a_a_second_done_of_what_lapsed_is_listed() -> None:
    timeline = Timeline("repeats")
    timeline.enrol(topic="deadlines", start="2026-03-02")
    late = timeline.answer(20, "done", "deadline")
    again = timeline.answer(21, "done", "deadline")

    prompt = timeline.prompt("deadline")
    assert (prompt.ended, prompt.done_late_at, prompt.done_late_by) == ("lapsed", timeline.moment(20), late)
    assert [each.entry for each in timeline.standing().misfits] == [again]


def test_r30_a_snooze_of_a_stop_does_nothing(timeline: Timeline) -> None:
    timeline.enrol(topic="danger")
    before = timeline.prompt("danger")
    timeline.answer(1, "snooze", "danger", until=5)

    assert timeline.prompt("danger") == before
    assert not timeline.standing().misfits


def test_r30_a_prompt_that_has_begun_can_be_answered_before_it_opens() -> None:
    timeline = Timeline("counting")
    timeline.enrol(sample="2026-06-01")
    timeline.answer(1, "done", "from-sample")

    prompt = timeline.prompt("from-sample")
    assert prompt.ended == "done"
    assert prompt.ended_at is not None
    assert prompt.ended_at < prompt.opens_at


# R31


def test_r31_a_dismissed_stop_is_not_begun_again_by_a_new_count() -> None:
    timeline = Timeline("stops")
    timeline.enrol(started="2026-03-01")
    timeline.answer(1, "dismiss", "stop-dated")
    timeline.record(2, started="2026-03-04")

    assert PromptKey("stop-dated", 1, 2) not in timeline.prompts()


def test_r31_a_stop_that_was_done_is_begun_again_by_a_new_count() -> None:
    timeline = Timeline("stops")
    timeline.enrol(started="2026-03-01")
    timeline.answer(1, "done", "stop-dated")
    timeline.record(2, started="2026-03-04")

    assert timeline.prompt("stop-dated", 1, 2).ended is None


# R32


def test_r32_every_prompt_ends_as_left_those_of_carepath_itself_too(timeline: Timeline) -> None:
    timeline.enrol(topic="letter")
    misfit = timeline.advance(1, "renew", to="closed", overrode=("a need",))
    timeline.leave("2 10:00")

    ended = {prompt.key: prompt.ended for prompt in timeline.prompts().values()}
    assert ended == {
        PromptKey("yearly-review", 1): "left",
        PromptKey("letter", 1): "withdrawn",
        PromptKey("misfit", misfit): "left",
        PromptKey("override", misfit): "left",
    }


def test_r32_a_banner_ends_with_the_exit(timeline: Timeline) -> None:
    timeline.enrol(result="bad")
    timeline.leave(2)

    assert not timeline.standing().banners
    assert timeline.standing().past_banners == (Banner("bad-result", timeline.moment(0), timeline.moment(2)),)


def test_r32_nothing_is_foreseen_after_an_exit() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol(started="2026-03-02")
    timeline.leave(2)

    assert timeline.outlook() == timeline.standing()


def test_r32_an_answer_at_the_moment_of_the_exit_comes_too_late(timeline: Timeline) -> None:
    timeline.enrol(topic="letter")
    answer = timeline.answer(2, "done", "letter")
    timeline.leave(2)

    assert timeline.prompt("letter").ended == "left"
    assert [each.entry for each in timeline.standing().misfits] == [answer]


def test_r32_facts_recorded_after_an_exit_are_known_and_prompt_nothing(timeline: Timeline) -> None:
    timeline.enrol()
    timeline.leave(1)
    timeline.record(2, topic="letter", result="bad")

    assert timeline.standing().facts["topic"].value == "letter"
    assert not timeline.there()
    assert not timeline.standing().banners


# R33


def test_r33_a_prompt_names_its_booking_and_counts_its_episodes() -> None:
    timeline = Timeline("bookings")
    timeline.enrol()
    for day, number, value in (
        (1, 1, "2026-03-20"),
        (2, 2, "2026-03-21"),
        (3, 1, "cancelled"),
        (4, 1, "2026-03-22"),
    ):
        timeline.book(day, "operation", number, value)

    keys = sorted(key for key in timeline.prompts() if key.rule == "prepare")
    assert keys == [
        PromptKey("prepare", 1, 1, 1),
        PromptKey("prepare", 1, 1, 2),
        PromptKey("prepare", 2, 1, 1),
    ]


def test_r33_an_answer_to_one_booking_leaves_the_others_open() -> None:
    timeline = Timeline("bookings")
    timeline.enrol()
    timeline.book(1, "operation", 1, "2026-03-20")
    timeline.book(1, "operation", 2, "2026-03-20")
    timeline.answer(2, "done", "prepare", 1, 1, 2)

    assert timeline.prompt("prepare", 1, 1, 1).ended is None
    assert timeline.prompt("prepare", 1, 1, 2).ended == "done"


def test_r33_a_booking_that_was_there_first_begins_when_the_rule_is_wanted() -> None:
    timeline = Timeline("bookings")
    timeline.enrol()
    timeline.advance(1, "pause")
    timeline.book(2, "operation", 1, "2026-03-20")
    timeline.advance(5, "go-on")

    assert timeline.prompt("prepare", 1, 1, 1).began_at == timeline.moment(5)


# R34


def test_r34_otherwise_is_due_on_the_day_on_which_nothing_else_is_dated() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol("0 15:00")

    prompt = timeline.prompt("otherwise")
    assert (prompt.tier, prompt.began_at, prompt.due_on) == (
        "due",
        timeline.moment("0 15:00"),
        timeline.day(0),
    )


def test_r34_a_misfit_is_dated_enough_until_it_is_dismissed() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol()
    misfit = timeline.write(
        1, ("event", {"name": "unheard-of", "track": "care", "source": "open", "to": "open"})
    )
    timeline.answer(3, "dismiss", "misfit", misfit)

    assert timeline.prompt("otherwise").ended == "withdrawn"
    assert timeline.prompt("otherwise", 2).began_at == timeline.moment(3)


def test_r34_an_acknowledged_or_snoozed_prompt_is_dated_too() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol(topic="letter")
    timeline.answer(1, "ack", "letter")
    timeline.answer(2, "snooze", "letter", until=3)

    assert timeline.there() == {"letter"}


# R35


def test_r35_what_time_will_do_is_foreseen_each_at_its_own_moment() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol(started="2026-03-02")

    found = [
        (each.key.rule, each.key.occurrence, timeline.said(each.began_at), timeline.said(each.ended_at))
        for each in sorted(timeline.prompts().values(), key=lambda prompt: (prompt.began_at, prompt.key))
    ]
    assert found == [
        ("otherwise", 1, "2026-03-02 00:00", "2026-04-02 00:00"),
        ("after-a-month", 1, "2026-04-02 00:00", "2026-04-06 00:00"),
        ("after-a-month", 2, "2026-04-06 00:00", "2026-04-16 00:00"),
        ("otherwise", 1, "2026-04-16 00:00", None),
    ]


def test_r35_an_entry_between_finds_what_time_has_done_by_then() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol(started="2026-03-02")
    timeline.record(40, level="low")
    foreseen = timeline.prompts()
    undisturbed = Timeline("forgotten")
    undisturbed.enrol(started="2026-03-02")

    assert foreseen == undisturbed.prompts()


def test_r35_an_outlook_can_be_taken_up_to_a_moment() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol(started="2026-03-02")
    until = outlook(timeline.pathway, timeline.standing(), timeline.moment(36))

    assert {prompt.key for prompt in until.prompts.values()} == {PromptKey("after-a-month", 1, 2)}
    assert outlook(timeline.pathway, until) == timeline.outlook()


def test_r35_a_history_can_be_followed_up_to_a_moment() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol(topic="letter")
    timeline.record(2, topic="none")

    assert "letter" in timeline.standing(until="1 23:59").prompts
    assert "letter" not in timeline.standing(until=2).prompts


def test_r35_a_standing_is_resumed_only_by_what_comes_last() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol()
    timeline.record(5, level="low")
    standing, pathway = timeline.standing(), timeline.pathway
    fact = timeline.entries[-1]
    later = timeline.moment(6)

    def resumed(**fields: Any) -> bool:  # noqa: ANN401  # the fields of Entry
        return resume(pathway, standing, [structs.replace(fact, **fields)]) is not None

    assert resumed(happened_at=later)
    assert resumed(kind="note", happened_at=0)
    assert not resumed(happened_at=fact.happened_at)
    assert not resumed(happened_at=timeline.moment(3))
    assert not resumed(happened_at=later, replaces=fact.number)
    assert resume(Timeline("answers").pathway, standing, [structs.replace(fact, happened_at=later)]) is None


def test_r35_a_resumed_standing_has_only_what_ended_since() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol(topic="letter", level="high")
    timeline.record(1, topic="none")
    standing = timeline.standing()
    timeline.record(2, level="low")

    resumed = resume(timeline.pathway, standing, timeline.entries[-1:])
    assert resumed is not None
    assert not resumed.ended
    assert {banner.id for banner in resumed.past_banners} == {"high", "high-or-letter"}
    assert follow(timeline.pathway, timeline.entries).ended


# R36


def test_r36_a_banner_says_since_when_and_until_when_it_was_shown() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol(topic="none")
    timeline.record("1 10:00", level="high")
    timeline.record("2 11:00", level="low")

    assert timeline.standing().past_banners == (
        Banner("high", timeline.moment("1 10:00"), timeline.moment("2 11:00")),
        Banner("high-or-letter", timeline.moment("1 10:00"), timeline.moment("2 11:00")),
    )


def test_r36_a_banner_that_becomes_unknown_stays_as_it_was() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol(level="high")
    timeline.record(1, level="low")

    assert timeline.standing().banners == {"high-or-letter": Banner("high-or-letter", timeline.moment(0))}


def test_r36_a_banner_shown_again_is_another() -> None:
    timeline = Timeline("forgotten")
    timeline.enrol(topic="none")
    for day, level in ((1, "high"), (2, "low"), (3, "high")):
        timeline.record(day, level=level)

    assert timeline.standing().banners["high"] == Banner("high", timeline.moment(3))
