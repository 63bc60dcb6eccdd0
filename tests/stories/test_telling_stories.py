"""What can be written in a story, and what a story that goes wrong says."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.errors import CarepathError
from pathways.model import Pathway
from pathways.reading import read
from pathways.stories import Played, StoryRejected, play, read_stories

PATHWAY = """\
pathway: cough
title: Cough
version: 1
review: submitted
sources:
  us: {title: Made up, weight: default}
facts:
  fever: {type: yes-no, ask: Is there fever?}
  onset: {type: date, ask: When did it begin?}
  advice: {type: text, ask: What was said?}
  visit: {type: date, many: true, ask: When is the visit?}
tracks:
  lungs:
    start: waiting
    states: {waiting: {say: Waiting}, seen: {say: Seen, end: true}}
    transitions:
      - event: see
        from: waiting
        to: seen
        needs: [advice]
        should: [{that: fever, else: No fever is recorded, source: [us]}]
exits: [well]
prompts:
  - {id: ask-fever, say: Ask, tier: due, for: coordinator, due: 2 days, needs: [fever], source: [us]}
  - {id: rest, say: Rest, tier: info, for: coordinator, while: {lungs: waiting}, source: [us]}
  - id: visit-soon
    say: Prepare the visit
    tier: due
    for: coordinator
    counted_from: visit
    due: 1 day before
    unknown: {visit: quiet, because: nothing is booked}
    source: [us]
otherwise: {say: Decide, for: clinician, due: 1 day, every: 7 days, source: [us]}
banners: []
"""
HEAD = "| day | what happens | new | gone | overdue | banners |\n| --- | --- | --- | --- | --- | --- |\n"
BEGINS = "## A cough\n\nBegins 2026-03-02 in Europe/London.\n\n"


@cache
def cough() -> Pathway:
    return read(PATHWAY)


def told(*rows: str, before: str = "") -> Played:
    text = f"{before}{BEGINS}{HEAD}" + "\n".join(f"| {row} |" for row in rows)
    (story,) = read_stories(text)
    return play(cough(), story)


def refusal(*rows: str, before: str = "") -> str:
    with pytest.raises(StoryRejected) as refused:
        told(*rows, before=before)
    return str(refused.value)


def test_a_story_that_goes_wrong_says_the_day_what_was_expected_and_what_was_open_instead() -> None:
    played = told("0 | enrol | ask-fever | | |", "3 | | | | none |")

    there = "open then: ask-fever, rest"
    assert [str(mismatch) for mismatch in played.mismatches] == [
        f"line 7, day 0 (2026-03-02), new: expected ask-fever, but it was ask-fever, rest; {there}",
        f"line 8, day 3 (2026-03-05), overdue: expected nothing, but it was ask-fever; {there}",
    ]


def test_overdue_and_banners_are_compared_only_where_something_stands() -> None:
    assert not told("3 | enrol | ask-fever, rest | | |", "9 | | | | |").mismatches


def test_an_event_takes_its_facts_along_and_an_exit_ends_what_is_open() -> None:
    played = told(
        "0 | enrol fever=yes | otherwise, rest | | none | none",
        '1 09:30 | see advice="drink; rest" | | rest withdrawn | |',
        "2 | close well | | otherwise left | |",
    )

    assert not played.mismatches
    assert played.transitions == {("see", "waiting")}


def test_a_reason_answers_a_warning_and_only_an_override_goes_past_a_need() -> None:
    played = told(
        "0 | enrol | ask-fever, rest | | |",
        "1 | refused see advice=drink; refused see because nobody asked | | | |",
        "2 | override see because nobody asked | override | rest withdrawn | |",
    )

    assert not played.mismatches
    assert played.refused == {"see"}


def test_a_dismissed_prompt_may_come_and_go_within_one_line() -> None:
    played = told(
        "0 | enrol; dismiss ask-fever because refused | ask-fever, rest, otherwise | ask-fever dismissed | |"
    )

    assert not played.mismatches


def test_what_is_done_in_the_line_that_would_ask_for_it_is_never_shown() -> None:
    assert not told("0 | enrol fever=no | rest, otherwise | | |").mismatches


def test_bookings_are_numbered_and_named_from_the_second_on() -> None:
    played = told(
        "0 | enrol fever=no visit=day 5 | rest, visit-soon | | none |",
        "1 | record visit=day 9 | visit-soon#2 | | |",
        "4 | record visit#1=done | | visit-soon withdrawn | none |",
        "5 | done visit-soon#2 | otherwise | visit-soon#2 done | none |",
    )

    assert not played.mismatches


def test_a_name_in_the_introduction_stands_for_several_facts() -> None:
    played = told("0 | enrol known | rest, otherwise | | |", before="`known` means fever=no advice=rest.\n\n")

    assert not played.mismatches


def test_an_entry_is_corrected_by_its_number_or_its_name() -> None:
    played = told(
        "0 | enrol fever=no | rest, otherwise | | |",
        "1 | refused see advice=x; correct 2 fever=yes because misheard | | | |",
        "2 | correct fever=no because heard right; refused see advice=x | | | |",
        "3 | withdraw fever because it was yes after all; see advice=x | | rest withdrawn | |",
        "4 | withdraw see because nobody came; withdraw 3 because of the date | rest | | |",
        "5 | withdraw 2 because never asked | ask-fever | otherwise superseded | ask-fever |",
    )

    assert not played.mismatches


def test_a_late_entry_says_when_it_happened() -> None:
    played = told(
        "0 | enrol | ask-fever, rest | | |", "4 | record fever=no at day 1 | otherwise | ask-fever done | |"
    )

    assert not played.mismatches


def test_a_snoozed_prompt_is_still_there() -> None:
    played = told(
        "0 | enrol; snooze ask-fever until day 2; ack rest | ask-fever, rest | rest acknowledged | |"
    )

    assert not played.mismatches


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["someday | enrol | | | |"], "line 7: 'someday' is not a day of the story"),
        (["0 | enrol | | |"], "line 7: 5 cells under 6 columns"),
        (["0 | record fever=no | | | |"], "line 7: day 0: the patient is not enrolled yet"),
        (["0 | enrol; sea advice=x | | | |"], "Did you mean 'see'"),
        (["0 | enrol; see advice | | | |"], "line 7: 'advice' cannot stand there"),
        (["0 | enrol; record fewer=no | | | |"], "did you mean 'fever'"),
        (["0 | enrol; see | | | |"], "see needs advice"),
        (["0 | enrol; see advice=x | | | |"], "see wants a reason: No fever is recorded"),
        (["0 | enrol fever=yes; refused see advice=x | | | |"], "nothing stands against it"),
        (["0 | enrol; dismiss rest | | | |"], "a dismissal needs its reason"),
        (["0 | enrol; done ask-fever | | | |"], "record that, or dismiss it"),
        (
            ["0 | enrol; done visit-soon | | | |"],
            "no prompt of `visit-soon` is open; open are ask-fever, rest",
        ),
        (["99999999999 | enrol | | | |"], "line 7: day 99999999999: day 99999999999 is more than 36500 days"),
        (["0 | enrol onset=day -99999999999 | | | |"], "line 7: day -99999999999 is more than 36500 days"),
        (["0 | enrol onset=day 2000 | | | |"], "more than 5 years ahead: is the year right?"),
        (
            ["0 | enrol onset=day 0; correct onset=day 2000 because wrong | | | |"],
            "more than 5 years ahead: is the year right?",
        ),
        (["0 | enrol; snooze rest | | | |"], "a snooze needs its day"),
        (["0 | enrol; close ill | | | |"], "'ill' is no way to leave cough"),
        (["0 | enrol; record fever=no at day 2 | | | |"], "which is still to come"),
        (["0 | enrol; withdraw 9 because x | | | |"], "there is no entry 9; there are 1 enrolled cough"),
        (["0 | enrol fever=no; correct 2 advice=x because y | | | |"], "entry 2 is fact fever, not advice"),
        (["0 | enrol fever=no; withdraw 2 because y; withdraw 2 because z | | | |"], "entry 2 was replaced"),
        (["1 | enrol | | | |", "0 | | | | |"], "line 8: the lines of a story go forward in time"),
        (["0 | enrol; withdraw | | | |"], "line 7: `withdraw` does not say what"),
        (["27 01:30 | enrol | | | |"], "01:30 did not happen on 2026-03-29"),
    ],
)
def test_a_line_that_cannot_be_played_is_refused_by_its_number(rows: list[str], says: str) -> None:
    assert says in refusal(*rows)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("## A cough\n\n" + HEAD + "| 0 | enrol | | | | |", "line 1: the story does not say when it begins"),
        ("## A cough\nBegins 2026-02-30 in Europe/London.", "line 2: '2026-02-30' is not a day"),
        ("## A cough\nBegins 9999-12-31 in UTC.", "line 2: '9999-12-31' lies outside 1900 to 2199"),
        ("## A cough\nBegins 2026-03-02 in London.", "line 2: 'London' is not a time zone"),
        (
            "## A cough\nBegins 2026-03-02 in UTC, resting on sunday.",
            "line 2: 'sunday' is not a day of the week",
        ),
        ("## A cough\nBegins 2026-03-02 in UTC, with holidays on 3 April.", "line 2: '3 April' is not a day"),
        (
            "## A cough\nBegins 2026-06-01 in UTC, with holidays on "
            + ", ".join(f"2026-06-{day:02}" for day in range(8, 20)),
            "line 2: nobody works from 2026-06-06 to 2026-06-21",
        ),
        (BEGINS, "line 1: the story has no table of days"),
        (BEGINS + "| day | new |\n| --- | --- |\n| 0 | |", "line 5: the columns are day | what happens"),
    ],
)
def test_a_story_without_its_parts_is_refused(text: str, says: str) -> None:
    with pytest.raises(StoryRejected) as refused:
        read_stories(text)

    assert says in str(refused.value)


def test_every_line_that_cannot_be_read_is_told_in_all_stories() -> None:
    wrong = "| someday | enrol | | | | |\n| 0 | enrol; withdraw | | | | |\n| 1 | | | | | |\n| 2 | | |\n"
    again = (
        f"\n## Another\n\nBegins 2026-02-30 in UTC.\nAgainst: C 2.\n\n{HEAD}| 0 | record fever | | | | |\n"
    )
    with pytest.raises(StoryRejected) as refused:
        read_stories(BEGINS + HEAD + wrong + again)

    lines = str(refused.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        *("line 7", "line 8", "line 10"),
        *("line 14", "line 15", "line 19"),
    ]
    assert "'2026-02-30' is not a day" in lines[3]
    assert (refused.value.line, refused.value.each[0][0]) == (7, 7)


def test_of_very_many_lines_that_cannot_be_read_some_are_told() -> None:
    with pytest.raises(StoryRejected) as refused:
        read_stories(BEGINS + HEAD + "| someday | | | | | |\n" * 1_000)

    assert len(str(refused.value).splitlines()) == 100


WORDS = st.sampled_from(
    [
        *("enrol", "record", "done", "ack", "snooze", "dismiss", "correct", "withdraw", "close", "override"),
        *("refused", "see", "rest", "ask-fever", "fever=yes", "visit=day 5", "visit#1=done", "visit#0=done"),
        *("because", "until day 3", "at day 1", "at day 99999999", "until day 1 25:99", "onset=day -9999999"),
        *('advice="a b"', '"', ";", "=", "fever=", "=x", "#", "well", "12", "at day 1 10:00+99:99"),
    ]
)
DAYS = st.sampled_from(["0", "1", "2", "-5", "999999999999", "0 25:61", "0 09:30", "3 01:30+99:00", "x", ""])
ROWS = st.lists(st.tuples(DAYS, st.lists(WORDS, max_size=6), WORDS), min_size=1, max_size=4)


@given(ROWS)
def test_nothing_written_in_a_story_is_answered_with_a_traceback(
    rows: list[tuple[str, list[str], str]],
) -> None:
    lines = [f"{day} | {' '.join(words)} | {new} | | |" for day, words, new in rows]
    said = "line 7"
    try:
        told("0 | enrol | | | |", *lines)
    except CarepathError as refused:
        said = str(refused)

    assert said.startswith("line ")
