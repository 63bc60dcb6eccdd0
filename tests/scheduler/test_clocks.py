import time

import pytest

from pathways.moments import Moment
from pathways.spans import SECOND
from scheduler.clocks import HOLD_FOR, Leap, SteadyClock, uptime
from tests.scheduler.drill import HOUR, at

pytestmark = pytest.mark.only("sqlite")

DAY = 24 * HOUR


class Watch:
    """A wall clock that can be set, and how long the machine has been running."""

    def __init__(self) -> None:
        self.wall, self.ran = at(0), 1_000.0
        self.steady = SteadyClock(lambda: self.wall, monotonic=lambda: self.ran)

    def passes(self, seconds: float) -> Moment:
        self.wall += int(seconds * SECOND)
        self.ran += seconds
        return self.steady()

    def set(self, by: int) -> None:
        self.wall += by


def test_time_that_passes_is_believed() -> None:
    watch = Watch()

    assert watch.passes(60) == at(0) + 60 * SECOND
    assert watch.passes(3 * 24 * 3_600.0) == watch.wall


def test_a_clock_set_back_is_believed_at_once() -> None:
    watch = Watch()
    watch.set(-7 * DAY)

    assert watch.passes(60) == watch.wall


def test_a_machine_that_slept_for_a_night_goes_on_at_once() -> None:
    watch = Watch()
    watch.set(9 * HOUR)

    assert watch.passes(60) == watch.wall


def test_a_clock_that_leaps_ahead_is_not_believed_at_once(caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch()
    watch.set(365 * DAY)

    assert watch.passes(60) == at(0) + 60 * SECOND
    assert watch.passes(60) == at(0) + 120 * SECOND
    assert [message.split()[0] for message in caplog.messages] == ["clock_leapt"]


def test_a_clock_put_right_meanwhile_has_done_no_harm() -> None:
    watch = Watch()
    watch.set(365 * DAY)
    watch.passes(60)
    watch.set(-365 * DAY)

    assert watch.passes(60) == at(0) + 120 * SECOND == watch.wall


def test_a_machine_that_slept_for_a_week_is_believed_after_a_while() -> None:
    watch = Watch()
    watch.set(7 * DAY)
    watch.passes(60)

    assert watch.passes(HOLD_FOR) == watch.wall
    assert watch.passes(60) == watch.wall


def test_each_leap_is_held_anew() -> None:
    watch = Watch()
    for _ in range(2):
        watch.set(7 * DAY)
        assert watch.passes(60) == watch.wall - 7 * DAY
        assert watch.passes(HOLD_FOR) == watch.wall


def test_a_leap_is_remembered_until_it_was_told() -> None:
    watch = Watch()
    watch.set(365 * DAY)
    watch.passes(60)
    leap = Leap(at(0) + 60 * SECOND, watch.wall, held=True)
    watch.passes(60)
    assert watch.steady.leap == leap
    watch.steady.told()
    watch.passes(60)
    assert watch.steady.leap is None


def test_that_a_leap_is_believed_after_all_is_remembered_as_well() -> None:
    watch = Watch()
    watch.set(365 * DAY)
    watch.passes(60)
    watch.passes(HOLD_FOR)

    assert watch.steady.leap == Leap(watch.wall - 365 * DAY, watch.wall, held=False)


def test_a_leap_that_is_believed_at_once_is_remembered_too() -> None:
    watch = Watch()
    watch.set(9 * HOUR)
    watch.passes(60)

    assert watch.steady.leap == Leap(watch.wall - 9 * HOUR, watch.wall, held=False)


def test_a_clock_that_is_put_right_by_seconds_has_not_leapt() -> None:
    watch = Watch()
    watch.set(59 * SECOND)
    watch.passes(60)

    assert watch.steady.leap is None


def test_time_asleep_counts_as_time_where_the_system_knows_it() -> None:
    before = time.monotonic()

    assert uptime() >= before
    assert uptime() <= uptime()
