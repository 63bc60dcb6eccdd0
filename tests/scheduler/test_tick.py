from contextlib import suppress

import pytest

import scheduler.tick
from caseload.actions import advance, close, record
from caseload.foot import STEP
from pathways.moments import Moment
from scheduler.heartbeats import Gap
from scheduler.tick import TickReport, once, tick
from storage.connection import Database
from tests.scheduler.drill import (
    MINUTE,
    Listener,
    Unplugged,
    admit,
    at,
    by,
    raised,
    unplugged_after,
    worker,
)


class Ticker:
    """A scheduler that ticks when told to, and what it told people."""

    def __init__(self, database: Database, name: str = "one") -> None:
        self.database = database
        self.worker = worker(name)
        self.listener = Listener()

    def __call__(self, now: Moment) -> TickReport:
        return tick(self.database, now=now, worker=self.worker, deliver=self.listener)

    def told(self, now: Moment) -> list[str]:
        """Tick, and return what that made people hear."""
        self(now)
        return self.listener.words()


@pytest.fixture
def ticker(database: Database) -> Ticker:
    return Ticker(database)


@pytest.fixture
def treated(ticker: Ticker) -> Ticker:
    """One patient with a first dose on day 1: the leaflet is due from day 2, the response from day 6."""
    advance(ticker.database, "P-001", "treat", ["dose=2026-03-03"], by(at(1, "10:00")))
    ticker.told(at(1, "10:01"))
    return ticker


def test_what_a_command_raised_is_told_by_the_next_tick(ticker: Ticker) -> None:
    assert ticker.told(at(0, "09:01")) == ["raised P-001/1 call-soon", "raised P-001/2 first-look"]


def test_a_prompt_is_raised_when_it_opens_and_once(treated: Ticker) -> None:
    treated.told(at(2))

    assert treated.told(at(5, "23:59")) == []
    assert treated.told(at(6)) == ["raised P-001/3 assess"]
    assert treated.told(at(6)) == []
    assert treated.told(at(6, "00:01")) == []


def test_a_prompt_that_lapses_is_told(treated: Ticker) -> None:
    treated.told(at(2))
    treated.told(at(7))

    assert treated.told(at(8)) == ["lapsed P-001/4 leaflet"]


def test_nothing_is_told_of_a_patient_who_left(treated: Ticker) -> None:
    close(treated.database, "P-001", "died", by(at(1, "12:00")))

    assert treated.told(at(30)) == []


def test_a_prompt_raised_late_is_escalated_later_too(ticker: Ticker) -> None:
    # It opened on day 6 and was due on day 8, with three days more until the lead is told.
    advance(ticker.database, "P-001", "treat", ["dose=2026-03-03"], by(at(1, "10:00")))
    told = ticker.told(at(20, "12:00"))

    assert "raised P-001/3 assess" in told
    assert "escalated P-001/3 assess" not in told
    assert ticker.told(at(22, "23:59")) == []
    assert ticker.told(at(23)) == ["escalated P-001/3 assess"]


def test_a_tick_does_everything_however_many_batches_it_takes(
    ticker: Ticker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler.tick, "BATCH", 2)
    for number in range(2, 8):
        admit(ticker.database, f"P-{number:03}", now=at(0, "09:00"))

    report = ticker(at(5))

    assert report.claimed.escalated == 14
    assert report.whole


def test_a_tick_that_is_told_to_stop_leaves_the_rest_to_the_next(
    ticker: Ticker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler.tick, "BATCH", 1)
    told = Listener()

    reports = [
        tick(ticker.database, now=at(5), worker=worker(), deliver=told, enough=lambda: True) for _ in range(2)
    ]

    assert [report.claimed.taken for report in reports] == [1, 1]
    assert not any(report.whole for report in reports)
    assert len(told.heard) == 2
    assert ticker.told(at(5)) == ["escalated P-001/1 call-soon", "escalated P-001/2 first-look"]


def test_after_a_gap_the_report_says_from_when_to_when_and_what_fell_in_it(treated: Ticker) -> None:
    report = treated(at(9))

    assert report.gap == Gap(since=at(1, "10:01"), until=at(9))
    assert (report.claimed.raised, report.claimed.lapsed) == (1, 1)
    assert treated(at(9, "00:01")).gap is None


def test_the_first_tick_of_all_says_that_nobody_had_ticked(ticker: Ticker) -> None:
    assert ticker(at(3)).gap == Gap(since=None, until=at(3))


def test_a_gap_is_reported_again_when_the_tick_that_found_it_died(treated: Ticker) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tick(treated.database, now=at(9), worker=worker(), deliver=die)

    assert treated(at(9, "00:01")).gap == Gap(since=at(1, "10:01"), until=at(9, "00:01"))


def test_while_another_scheduler_ticks_there_is_no_gap(treated: Ticker) -> None:
    other = Ticker(treated.database, "two")
    other(at(3))

    assert treated(at(3, "00:01")).gap is None


def test_who_ticks_once_a_day_leaves_no_gaps(treated: Ticker) -> None:
    for day in range(2, 5):
        report = once(treated.database, now=at(day), name="cron", host="desk", deliver=treated.listener)

    assert report.gap is None


def test_after_a_clock_is_set_back_nothing_is_raised_twice_and_what_was_passed_by_once(
    treated: Ticker,
) -> None:
    treated.told(at(10))
    before = raised(treated.database)

    back = treated(at(4))

    assert back.set_back_from == at(10)
    assert back.gap is None
    assert treated(at(4, "00:01")).set_back_from is None
    # It opened and lapsed between the two: by the clock that was ahead there was nothing to raise.
    assert treated.listener.words() == ["raised P-001/4 leaflet"]
    treated(at(10))
    assert raised(treated.database) == [*before, ("leaflet", at(2))]


def test_a_scheduler_that_died_while_the_clock_was_ahead_is_noticed_by_another_and_once(
    treated: Ticker,
) -> None:
    treated(at(2))
    Ticker(treated.database, "two")(at(300))

    assert treated(at(3)).set_back_from == at(300)
    assert treated(at(3, "00:01")).set_back_from is None
    assert treated(at(3, "00:02")).gap is None


def test_a_clock_set_back_is_noticed_again_when_the_tick_that_noticed_it_died(treated: Ticker) -> None:
    treated(at(10))
    for number in range(1, 12):
        with (
            suppress(Unplugged),
            Database(treated.database.place, on_statement=unplugged_after(number)) as dying,
        ):
            tick(dying, now=at(4), worker=worker(), deliver=treated.listener)

    treated(at(4, "00:01"))
    assert "raised P-001/4 leaflet" in treated.listener.words()


def test_a_clock_put_right_by_seconds_is_nothing_to_speak_of(treated: Ticker) -> None:
    treated(at(3))

    assert treated(at(3) - STEP).set_back_from is None


def test_what_is_recorded_while_the_clock_is_back_is_raised_at_its_moment(treated: Ticker) -> None:
    treated.told(at(10))
    treated.told(at(4))
    record(treated.database, "P-001", ["result=bad"], by(at(4, "10:00")))

    assert treated.told(at(4, "10:01")) == ["raised P-001/6 never-both"]


def test_two_schedulers_raise_and_tell_each_thing_once(treated: Ticker) -> None:
    other = Ticker(treated.database, "two")
    told = []
    for minute in range(0, 12 * 24 * 60, 360):
        now = at(1, "11:00") + minute * MINUTE
        told += treated.told(now) + other.told(now)

    assert sorted(told) == [
        "escalated P-001/3 assess",
        "lapsed P-001/4 leaflet",
        "raised P-001/3 assess",
        "raised P-001/4 leaflet",
    ]


def test_what_was_put_off_by_a_clock_far_ahead_is_told_once_it_is_put_right(ticker: Ticker) -> None:
    ticker.listener = Listener(failing=lambda _: True)
    ticker(at(400))
    ticker.listener = Listener()

    report = ticker(at(0, "09:10"))

    assert report.set_back_from == at(400)
    assert "raised P-001/2 first-look" in ticker.listener.words()
