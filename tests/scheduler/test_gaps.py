"""What is kept and told of times in which the clock was not followed, and how little is sent after them."""

import json

import pytest

from caseload.actions import advance
from caseload.roles import assign
from pathways.moments import Moment
from scheduler import delivery, digests, gaps, merging
from scheduler.clocks import Leap
from scheduler.daily import DAILY
from scheduler.routines import see_to
from scheduler.texts import text_of
from scheduler.tick import TickReport, tick
from storage.connection import Database
from storage.rows import GapRow, MessageRow
from tests.scheduler.drill import MINUTE, Listener, admit, at, by, worker
from tests.scheduler.people import decided, joins, reached


def see(database: Database, now: Moment) -> TickReport:
    return tick(database, now=now, worker=worker(), deliver=Listener())


def kept(database: Database) -> list[GapRow]:
    with database.reading() as store:
        return store.gaps(limit=10)


def waiting(database: Database, now: Moment) -> list[MessageRow]:
    with database.writing() as store:
        return store.ready_messages(now=now, limit=100)


def states(database: Database) -> dict[str, int]:
    found = database.reader().execute("SELECT state, count(*) FROM delivery WHERE staff != '' GROUP BY state")
    return dict(found.fetchall())


@pytest.fixture
def staffed(database: Database) -> Database:
    """kim and dr-berg can be reached by mail; dr-berg is the lead."""
    for name, role in {"kim": "coordinator", "dr-berg": "lead", "dr-cole": "clinician"}.items():
        joins(database, name, role)
        reached(database, name, kinds=("prompts", "digest", "failures"))
    for role, name in {"lead": "dr-berg", "clinician": "dr-cole"}.items():
        assign(database, role, name, now=at(0))
    return database


def test_a_weeks_sleep_is_kept_with_what_fell_in_it_and_told_to_the_lead_once(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))
    see(staffed, at(7, "12:00"))
    see(staffed, at(7, "12:01"))

    [gap] = kept(staffed)
    assert (gap.kind, gap.since, gap.until) == ("silent", at(0, "12:00"), at(7, "12:00"))
    assert json.loads(gap.counts) == {"late": 2, "relevant": 2, "lapsed": 0, "withdrawn": 0, "merged": 0}
    told = [each for each in waiting(staffed, at(7, "12:02")) if each.kind == "gap"]
    assert [each.staff for each in told] == ["dr-berg"]
    text = text_of(staffed, told[0], at(7, "12:02"))
    assert "From 2026-03-02 12:00 to 2026-03-09 12:00 the scheduler did not run: 2 told late" in text.body


def test_a_clock_set_back_is_kept_too(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))
    see(staffed, at(0, "10:00"))
    see(staffed, at(0, "10:01"))

    [gap] = kept(staffed)
    assert (gap.kind, gap.since, gap.until) == ("set-back", at(0, "12:00"), at(0, "10:00"))


def leapt(database: Database, now: Moment, leap: Leap) -> None:
    tick(database, now=now, worker=worker(), deliver=Listener(), leap=leap)


def words(database: Database, now: Moment) -> list[str]:
    """Take what waits for leads about gaps, as they read it."""
    return [text_of(database, each, now).body for each in waiting(database, now) if each.kind == "gap"]


def test_a_clock_that_leapt_is_told_to_the_lead_while_it_can_still_be_put_right(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))
    leapt(staffed, at(0, "12:01"), Leap(at(0, "12:01"), at(365), held=True))
    see(staffed, at(0, "12:02"))

    [gap] = kept(staffed)
    assert (gap.kind, gap.since, gap.until, gap.at) == ("leapt", at(0, "12:01"), at(365), at(0, "12:01"))
    [text] = words(staffed, at(0, "12:03"))
    assert text.startswith(
        "From 2026-03-02 12:01 to 2027-03-02 00:00 the clock leapt ahead, or the machine stood still: "
        "the old time goes for 15 minutes more"
    )


def test_what_fell_into_a_leap_that_was_believed_is_kept_with_it(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))
    leapt(staffed, at(0, "20:00"), Leap(at(0, "12:01"), at(0, "20:00"), held=False))

    [gap] = kept(staffed)
    assert (gap.kind, gap.since, gap.until) == ("leapt", at(0, "12:00"), at(0, "20:00"))
    assert json.loads(gap.counts)["late"] == 1
    [text] = words(staffed, at(0, "20:01"))
    assert "the clock leapt ahead, or the machine stood still: 1 told late" in text


def test_a_clock_put_forward_a_little_in_a_long_silence_does_not_explain_it(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))
    leapt(staffed, at(0, "20:00"), Leap(at(0, "19:58"), at(0, "20:00"), held=False))

    assert [gap.kind for gap in kept(staffed)] == ["silent"]


def test_a_clock_put_forward_by_less_than_anybody_waits_for_a_tick_is_no_gap(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))
    leapt(staffed, at(0, "12:03"), Leap(at(0, "12:01"), at(0, "12:03"), held=False))

    assert kept(staffed) == []


def test_two_schedulers_that_slept_together_keep_one_gap_and_tell_it_once(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))

    def wakes_too(*_: object) -> None:
        if not kept(staffed):
            tick(staffed, now=at(7, "00:00", 2), worker=worker("two"), deliver=Listener())

    tick(staffed, now=at(7), worker=worker("one"), deliver=wakes_too)

    [gap] = kept(staffed)
    assert (gap.since, gap.found_by) == (at(0, "12:00"), "two")
    assert json.loads(gap.counts)["late"] == 2
    assert len(words(staffed, at(7, "00:01"))) == 1


def test_what_a_long_catching_up_leaves_to_the_next_tick_is_counted_with_the_gap(
    staffed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.tick.BATCH", 1)
    see(staffed, at(0, "12:00"))
    first = tick(staffed, now=at(7, "12:00"), worker=worker(), deliver=Listener(), enough=lambda: True)
    see(staffed, at(7, "12:01"))
    see(staffed, at(7, "12:02"))

    assert (first.whole, first.claimed.taken) == (False, 1)
    [gap] = kept(staffed)
    assert (gap.since, gap.until) == (at(0, "12:00"), at(7, "12:00"))
    assert json.loads(gap.counts)["late"] == 2
    assert len(words(staffed, at(7, "12:03"))) == 1


def test_the_first_tick_of_all_is_no_gap(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))

    assert kept(staffed) == []


def test_a_tick_that_dies_leaves_the_gap_to_the_next(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tick(staffed, now=at(7), worker=worker(), deliver=die)
    assert kept(staffed) == []
    see(staffed, at(7, "00:01"))

    assert [(gap.since, gap.until) for gap in kept(staffed)] == [(at(0, "12:00"), at(7, "00:01"))]


def test_without_a_lead_it_is_told_on_the_output(database: Database) -> None:
    see(database, at(0, "12:00"))
    see(database, at(7))

    assert [(each.kind, each.channel) for each in waiting(database, at(7, "00:01"))] == [("gap", "output")]


def test_after_a_gap_many_messages_for_one_person_become_one_digest_and_a_stop_goes_by_itself(
    staffed: Database,
) -> None:
    see(staffed, at(0, "08:59"))
    for number in range(2, 32):
        admit(staffed, f"P-{number:03}", now=at(0, "10:00"))
    advance(staffed, "P-002", "treat", ["dose=2026-03-02", "result=bad"], by(at(0, "11:00")))

    report = see(staffed, at(7, "12:00"))

    assert report.claimed.taken > merging.MOST
    digests = [each for each in waiting(staffed, at(7, "12:01")) if each.kind == "digest"]
    assert sorted(each.staff for each in digests) == ["dr-berg", "dr-cole", "kim"]
    assert states(staffed)["merged"] > 60
    stops = staffed.reader().execute(
        "SELECT DISTINCT d.state FROM delivery d JOIN ledger l ON l.id = d.ledger_id "
        "JOIN prompt p ON p.id = l.prompt_id WHERE d.staff != '' AND p.tier = 'stop'"
    )
    assert stops.fetchall() == [("queued",)]
    carried = staffed.reader().execute("SELECT DISTINCT merged_into FROM delivery WHERE state = 'merged'")
    assert {key for (key,) in carried} == {each.delivery_key for each in digests}
    assert json.loads(kept(staffed)[0].counts)["merged"] == states(staffed)["merged"]


def test_what_lapsed_in_a_gap_stands_in_the_digest_that_carries_it(staffed: Database) -> None:
    see(staffed, at(0, "08:59"))
    for number in range(2, 27):
        admit(staffed, f"P-{number:03}", now=at(0, "10:00"))
        advance(staffed, f"P-{number:03}", "treat", ["dose=2026-03-02"], by(at(0, "11:00")))
    see(staffed, at(7, "12:00"))

    [digest] = [
        each for each in waiting(staffed, at(7, "12:01")) if (each.kind, each.staff) == ("digest", "kim")
    ]
    text = text_of(staffed, digest, at(7, "12:01")).body
    assert text.startswith("Lapsed unanswered: 25. What was done after all: carepath done PROMPT --at DAY\n")
    assert text.count(": Send the leaflet\n") == digests.MOST_LAPSED
    assert "\n  and 5 more\n" in text
    decided(staffed, "message.detail", "count")
    assert "Lapsed unanswered: 25." in text_of(staffed, digest, at(7, "12:01")).body
    assert "leaflet" not in text_of(staffed, digest, at(7, "12:01")).body


def test_a_few_messages_stay_messages_of_their_own(staffed: Database) -> None:
    see(staffed, at(0, "08:59"))
    see(staffed, at(7, "12:00"))

    assert "merged" not in states(staffed)


def test_a_gap_is_said_in_one_sentence() -> None:
    gap = GapRow(since=at(0), until=at(1), kind="silent", found_by="one", at=at(1))

    assert (
        gaps.said(gap, "Europe/London")
        == "From 2026-03-02 00:00 to 2026-03-03 00:00 the scheduler did not run."
    )


def test_whoever_posts_while_a_gap_is_told_of_finds_no_crowd_of_single_messages(
    staffed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "TOGETHER", 5)
    see(staffed, at(0, "08:59"))
    for number in range(2, 32):
        admit(staffed, f"P-{number:03}", now=at(0, "10:00"))
    most_waiting: list[int] = []

    def look(*_: object) -> None:
        with staffed.reading() as store:
            most_waiting.append(max(store.waiting_by_channel().values(), default=0))

    report = tick(staffed, now=at(7, "12:00"), worker=worker(), deliver=look)

    assert report.sent.merged == states(staffed)["merged"] > 60
    assert len(most_waiting) == report.sent.sent > 60
    assert max(most_waiting) <= merging.MOST


def test_after_a_gap_there_is_one_digest_and_it_says_that_the_scheduler_is_back(staffed: Database) -> None:
    decided(staffed, "hours", "mon-fri 08:00-17:00")
    see(staffed, at(0, "08:59"))
    for number in range(2, 32):
        admit(staffed, f"P-{number:03}", now=at(0, "10:00"))
    do_daily(staffed, at(0, "10:30"))

    for now in (at(7, "07:29"), at(7, "07:31")):
        see(staffed, now)
        do_daily(staffed, now)

    [digest] = [
        each for each in waiting(staffed, at(7, "08:00")) if (each.kind, each.staff) == ("digest", "kim")
    ]
    said = text_of(staffed, digest, at(7, "08:00")).body
    assert "The scheduler last ran at 2026-03-09 07:29.\n" in said


def do_daily(database: Database, now: Moment) -> None:
    see_to(database, DAILY, clock=lambda: now, worker="one", lease=MINUTE, enough=lambda: False)


def test_what_came_bit_by_bit_while_nobody_was_at_work_is_one_message_when_they_come(
    staffed: Database,
) -> None:
    decided(staffed, "hours", "mon-fri 08:00-17:00")
    see(staffed, at(4, "17:01"))
    for number in range(2, 32):
        now = at(4, "18:00") + number * 90 * MINUTE
        admit(staffed, f"P-{number:03}", now=now)
        see(staffed, now + MINUTE)

    asked = "SELECT count(*) FROM delivery WHERE staff = 'kim' AND ready_at IS NOT NULL"
    [(waits,)] = staffed.reader().execute(asked).fetchall()
    digests = [each for each in waiting(staffed, at(7, "08:00")) if each.kind == "digest"]
    assert waits <= merging.MOST
    assert [each.staff for each in digests].count("kim") == 1
    assert {each.ready_at for each in digests if each.staff == "kim"} == {at(7, "08:00")}


def test_lines_that_were_given_back_are_not_counted_twice(staffed: Database) -> None:
    see(staffed, at(0, "08:59"))
    for number in range(2, 16):
        admit(staffed, f"P-{number:03}", now=at(0, "10:00"))

    for minute in range(5):
        tick(
            staffed,
            now=at(0, "12:00") + minute * MINUTE,
            worker=worker(),
            deliver=Listener(),
            enough=lambda: True,
        )
    report = see(staffed, at(0, "12:05"))

    assert report.sent.sent > 10, "what was given back is told later"
    assert "merged" not in states(staffed)
