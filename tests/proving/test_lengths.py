"""A length that is said to end no later than another never does, whatever the calendar."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pathways.calendars import Place
from pathways.counting import closing
from pathways.moments import Length, start_of
from pathways.proving.lengths import at_least, at_most
from pathways.standing import Counted

ZONE = "Europe/London"
UNITS = ("minute", "hour", "day", "working day", "week", "month", "year")
lengths = st.builds(Length, st.integers(0, 70), st.sampled_from(UNITS), st.booleans())
calendars = st.sampled_from(
    ["", "none", "fri sat", "sat sun\nThe week off: " + " ".join(f"2026-06-0{day}" for day in range(1, 6))]
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


def test_working_days_are_at_least_as_many_days_and_at_most_nobody_knows() -> None:
    assert at_most(Length(5, "day"), Length(5, "working day"))
    assert not at_most(Length(5, "working day"), Length(1, "year"))
    assert at_most(Length(5, "working day"), Length(6, "working day"))
    assert at_most(Length(5, "working day", before=True), Length(5, "day", before=True))
    assert not at_most(Length(1, "year", before=True), Length(5, "working day", before=True))
    assert at_most(Length(0, "working day", before=True), Length(0, "working day"))
    assert not at_most(Length(0, "working day"), Length(0, "working day", before=True))
