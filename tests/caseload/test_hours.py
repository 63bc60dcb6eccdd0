"""When a message may go: a value and a function, walked across both changes of the clock."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.hours import Times, goes_at, hours_of, quiet_of
from pathways.errors import CarepathError
from pathways.moments import at_clock, typed

ZONES = ("Europe/London", "Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
# The days on which clocks change in those zones in 2026, with what lies around them.
CHANGES = [date(2026, month, 1) for month in (3, 4, 10, 11)]
MINUTE = 60_000_000
EASTER = date(2026, 4, 6)
OFFICE = "mon-fri 08:00-17:00"


def moment(text: str, zone: str = "Europe/London") -> int:
    return typed(text, zone)[0]


def times(hours: str = "", quiet: str = "", *free: date, zone: str = "Europe/London") -> Times:
    return Times(zone, hours_of(hours), quiet_of(quiet), frozenset(free))


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        ("2026-03-04 10:00", "2026-03-04 10:00"),
        ("2026-03-04 07:59", "2026-03-04 08:00"),
        ("2026-03-04 17:00", "2026-03-05 08:00"),
        ("2026-03-06 18:00", "2026-03-09 08:00"),
        ("2026-04-02 18:00", "2026-04-03 08:00"),
        ("2026-04-03 18:00", "2026-04-07 08:00"),
    ],
)
def test_a_message_waits_for_working_hours_and_passes_a_holiday(at: str, goes: str) -> None:
    assert goes_at(moment(at), "due", times(OFFICE, "", EASTER)) == moment(goes)


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        ("2026-03-04 21:59", "2026-03-04 21:59"),
        ("2026-03-04 22:00", "2026-03-05 07:00"),
        ("2026-03-05 06:59", "2026-03-05 07:00"),
        ("2026-03-05 07:00", "2026-03-05 07:00"),
    ],
)
def test_quiet_hours_reach_over_midnight(at: str, goes: str) -> None:
    assert goes_at(moment(at), "due", times(quiet="22:00-07:00")) == moment(goes)


def test_a_stop_goes_at_once_by_night_and_on_a_holiday() -> None:
    at = moment("2026-04-06 03:00")

    assert goes_at(at, "stop", times(OFFICE, "22:00-07:00", EASTER)) == at


def test_who_works_only_while_it_is_quiet_is_told_after_all() -> None:
    at = moment("2026-03-04 10:00")

    assert goes_at(at, "due", times("mon-sun 23:00-23:30", "22:00-07:00")) == at


def test_hours_may_differ_by_day_and_go_round_the_end_of_the_week() -> None:
    hours = hours_of("fri-mon 09:00-12:00, mon 13:00-15:00")

    assert hours is not None
    assert [len(spans) for spans in hours.days] == [2, 0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    "text", ["always", "08:00-17:00", "mon 08:00-08:00", "mon 25:00-26:00", "mon-fry 08:00-17:00", "mon 8-17"]
)
def test_what_are_no_hours_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CarepathError):
        hours_of(text)


@pytest.mark.parametrize("text", ["night", "22:00", "07:00-07:00", "mon 22:00-07:00"])
def test_what_are_no_quiet_hours_is_refused(text: str) -> None:
    with pytest.raises(CarepathError):
        quiet_of(text)


around_changes = st.builds(
    lambda day, minutes, zone: (at_clock(day, "00:00", zone) + minutes * MINUTE, zone),
    st.sampled_from(CHANGES),
    st.integers(0, 45 * 24 * 60),
    st.sampled_from(ZONES),
)
some_times = st.tuples(
    st.sampled_from(
        ["", OFFICE, "mon-sun 01:00-03:00", "sun 01:30-02:30", "sat-sun 00:00-24:00", "sat 22:00-02:30"]
    ),
    st.sampled_from(["", "22:00-07:00", "01:00-02:00", "02:15-02:45", "12:00-13:00"]),
)


@given(around_changes, some_times)
def test_a_message_never_goes_early_and_is_allowed_when_it_goes(
    given: tuple[int, str], spans: tuple[str, str]
) -> None:
    at, zone = given
    when = times(*spans, EASTER, zone=zone)
    goes = goes_at(at, "due", when)

    assert goes >= at
    assert goes_at(goes, "due", when) == goes


@given(around_changes, some_times, st.integers(0, 3 * 24 * 60))
def test_what_is_due_to_be_sent_later_never_goes_earlier(
    given: tuple[int, str], spans: tuple[str, str], minutes: int
) -> None:
    at, zone = given
    when = times(*spans, EASTER, zone=zone)

    assert goes_at(at, "due", when) <= goes_at(at + minutes * MINUTE, "due", when)


@given(around_changes, some_times, st.integers(0, 1_000))
def test_every_moment_a_message_is_held_back_is_one_it_may_not_go_at(
    given: tuple[int, str], spans: tuple[str, str], part: int
) -> None:
    at, zone = given
    when = times(*spans, EASTER, zone=zone)
    goes = goes_at(at, "due", when)
    between = at + (goes - at) * part // 1_000

    assert goes_at(between, "due", when) == goes
