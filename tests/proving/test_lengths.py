"""A length that is said to end no later than another never does, whatever the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.calendars import Calendar, Place, calendar_of, text_of
from pathways.counting import closing
from pathways.moments import Length, start_of
from pathways.proving.lengths import at_least, at_most
from pathways.standing import Counted

ZONE = "Europe/London"
UNITS = ("minute", "hour", "day", "working day", "week", "month", "year")
lengths = st.builds(Length, st.integers(0, 70), st.sampled_from(UNITS), st.booleans())
calendars = st.sampled_from(
    [
        "",
        "none",
        "fri sat",
        "sat sun\nThe week off: " + " ".join(f"2026-06-0{day}" for day in range(1, 6)),
        "none\nTwo weeks off: " + " ".join(f"2026-06-{day:02}" for day in range(1, 31) if day % 15),
    ]
)
days = st.dates(date(2023, 1, 1), date(2029, 12, 31))


@given(lengths, lengths, days | st.just(date(2026, 5, 30)), st.integers(0, 23), calendars)
def test_what_surely_ends_no_later_ends_no_later(
    one: Length, other: Length, on: date, hour: int, calendar: str
) -> None:
    place = Place(ZONE, calendar)
    at = start_of(on, ZONE) + hour * 3_600_000_000
    counted = Counted(at, on, 0)
    ends = closing(counted, one, place), closing(counted, other, place)

    assert not at_most(one, other) or ends[0] <= ends[1]
    assert not at_least(one, other) or ends[0] >= ends[1]


@given(st.integers(0, 60), st.sampled_from(UNITS))
def test_a_length_ends_with_itself_and_before_a_longer_one_of_its_kind(amount: int, unit: str) -> None:
    one = Length(amount, unit)  # type: ignore[arg-type]  # one of the units

    assert at_most(one, one)
    assert at_least(one, one)
    assert at_most(one, Length(amount + 1, unit))  # type: ignore[arg-type]
    assert not at_least(one, Length(amount + 1, unit))  # type: ignore[arg-type]


def test_a_month_is_as_short_and_as_long_as_it_can_be() -> None:
    assert at_most(Length(28, "day"), Length(1, "month"))
    assert not at_most(Length(29, "day"), Length(1, "month"))
    assert at_most(Length(1, "month"), Length(31, "day"))
    assert not at_most(Length(1, "month"), Length(30, "day"))
    assert at_most(Length(12, "month"), Length(1, "year"))
    assert timedelta(hours=6) < timedelta(days=1)
    assert at_most(Length(6, "hour"), Length(1, "day"))
    assert not at_most(Length(1, "day"), Length(24, "hour"))


def test_working_days_are_at_least_as_many_days_and_at_most_what_the_longest_rest_makes_of_them() -> None:
    assert at_most(Length(5, "day"), Length(5, "working day"))
    assert not at_most(Length(6, "day"), Length(5, "working day"))
    assert at_most(Length(1, "working day"), Length(15, "day"))
    assert not at_most(Length(1, "working day"), Length(14, "day"))
    assert at_most(Length(2, "working day"), Length(1, "month")) is False
    assert at_most(Length(5, "working day"), Length(75, "day"))
    assert at_most(Length(5, "working day"), Length(6, "working day"))
    assert at_most(Length(5, "working day", before=True), Length(5, "day", before=True))
    assert not at_most(Length(1, "month", before=True), Length(3, "working day", before=True))
    assert at_most(Length(1, "year", before=True), Length(3, "working day", before=True))


@pytest.mark.parametrize("amount", [1, 2, 3])
def test_the_longest_that_working_days_may_take_is_taken_in_some_calendar(amount: int) -> None:
    worked = {date(2026, 6, 1) + timedelta(days=15 * each) for each in range(1, 5)}
    every_day = (date(2026, 6, 2) + timedelta(days=after) for after in range(59))
    rare = Calendar(frozenset(), {day: "The fair" for day in every_day if day not in worked})
    calendar = calendar_of(text_of(rare))

    assert (calendar.add(date(2026, 6, 1), amount) - date(2026, 6, 1)).days == 15 * amount
    assert (date(2026, 7, 31) - calendar.add(date(2026, 7, 31), amount, before=True)).days == 15 * amount
