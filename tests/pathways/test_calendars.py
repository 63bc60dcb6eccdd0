"""Working days: counting by any calendar, and reading and writing one."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pathways.calendars import (
    LONGEST_REST,
    WEEKENDS,
    Calendar,
    Place,
    UnreadableCalendar,
    calendar_of,
    rest_days,
    text_of,
)
from pathways.counting import closing, opening
from pathways.moments import add_days, day_of, length, start_of
from pathways.standing import Counted
from tests.strategies import ZONES

EASTER = calendar_of("sat sun\nGood Friday: 2026-04-03 2027-03-26\nEaster Monday: 2026-04-06 2027-03-29")

days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
amounts = st.integers(1, 40)
names = st.sampled_from(["Easter Monday", "Christmas Day", "Day: of the site", "Tag der Arbeit", "元日"])
calendars = st.builds(
    Calendar,
    st.frozensets(st.integers(0, 6), max_size=6),
    st.dictionaries(st.dates(date(2026, 1, 1), date(2028, 12, 31)), names, max_size=30),
)


def longest_rest(calendar: Calendar) -> int:
    """Count the most days in a row, around the years of these tests, on which nobody works."""
    all_days = (date(2025, 1, 1) + timedelta(days=after) for after in range(5 * 366))
    worked = "".join("w" if calendar.works(day) else "-" for day in all_days)
    return max(map(len, worked.split("w")))


@given(calendars, days, amounts, st.booleans())
def test_no_count_of_working_days_leads_to_a_day_of_rest(
    calendar: Calendar, day: date, amount: int, before: bool
) -> None:
    assert calendar.works(calendar.add(day, amount, before=before))


@given(calendars, days, amounts, st.booleans())
def test_so_many_working_days_follow_a_day_up_to_the_one_that_a_count_leads_to(
    calendar: Calendar, day: date, amount: int, before: bool
) -> None:
    then = calendar.add(day, amount, before=before)
    step = -1 if before else 1
    passed = (day + timedelta(days=step * after) for after in range(1, abs((then - day).days) + 1))

    assert sum(map(calendar.works, passed)) == amount


@given(calendars, days, st.booleans())
def test_no_working_days_lead_to_the_day_itself(calendar: Calendar, day: date, before: bool) -> None:
    assert calendar.add(day, 0, before=before) == day


@given(calendars, days, amounts, amounts, st.booleans())
def test_a_count_may_be_done_in_two_parts(
    calendar: Calendar, day: date, one: int, other: int, before: bool
) -> None:
    rest = calendar.add(calendar.add(day, one, before=before), other, before=before)

    assert rest == calendar.add(day, one + other, before=before)


@given(calendars, days, amounts)
def test_from_a_working_day_counting_back_undoes_counting_on(
    calendar: Calendar, day: date, amount: int
) -> None:
    worked = calendar.add(day, 1)

    assert calendar.add(calendar.add(worked, amount), amount, before=True) == worked
    assert calendar.add(calendar.add(worked, amount, before=True), amount) == worked


@given(calendars, days, amounts, st.booleans())
def test_a_longer_count_leads_further_and_a_later_day_never_to_an_earlier_one(
    calendar: Calendar, day: date, amount: int, before: bool
) -> None:
    here = calendar.add(day, amount, before=before)
    further = calendar.add(day, amount + 1, before=before)

    assert (further < here) if before else (further > here)
    assert calendar.add(day + timedelta(days=1), amount, before=before) >= here


@given(calendars, days, amounts, st.booleans())
def test_what_is_skipped_are_the_holidays_on_which_people_would_have_worked(
    calendar: Calendar, day: date, amount: int, before: bool
) -> None:
    then = calendar.add(day, amount, before=before)
    without = Calendar(calendar.rest, {})
    skipped = {on for on, _ in calendar.skipped(day, then)}

    first, last = sorted((day, then))
    between = [first + timedelta(days=after) for after in range(1, (last - first).days)]
    assert skipped == {on for on in between if without.works(on) and not calendar.works(on)}


@given(calendars, days, amounts)
def test_where_no_year_is_unknown_and_nothing_is_skipped_a_count_is_that_of_the_week_alone(
    calendar: Calendar, day: date, amount: int
) -> None:
    then = calendar.add(day, amount)

    if not list(calendar.skipped(day, then)):
        assert then == Calendar(calendar.rest, {}).add(day, amount)
    for year in calendar.unknown_years(day, then):
        assert not any(on.year == year for on in calendar.holidays)
        assert day.year <= year <= then.year


@given(calendars)
def test_a_calendar_is_written_as_it_is_read(calendar: Calendar) -> None:
    assume(longest_rest(calendar) <= LONGEST_REST)
    assert calendar_of(text_of(calendar)) == calendar


@given(calendars, days, st.integers(LONGEST_REST + 1, 40))
def test_nobody_rests_for_longer_than_any_calendar_allows(calendar: Calendar, day: date, long: int) -> None:
    rest = {day + timedelta(days=after): "The fair" for after in range(long)}
    calendar = Calendar(calendar.rest, {**calendar.holidays, **rest})
    with pytest.raises(UnreadableCalendar, match="at most 14 days in a row rest"):
        calendar_of(text_of(calendar))


def test_two_weeks_of_rest_are_as_long_as_it_may_be() -> None:
    feast = calendar_of("sat sun\nThe feast: " + " ".join(f"2026-06-{day:02}" for day in range(8, 18)))
    assert longest_rest(feast) == LONGEST_REST - 2
    assert feast.add(date(2026, 6, 5), 1) == date(2026, 6, 18)


@pytest.mark.parametrize(
    ("begins", "written", "leads_to"),
    [
        ("2026-04-01", "1 working day", "2026-04-02"),
        ("2026-04-02", "1 working day", "2026-04-07"),  # the Thursday before Easter: Tuesday is the next
        ("2026-04-03", "1 working day", "2026-04-07"),  # Good Friday itself
        ("2026-04-04", "1 working day", "2026-04-07"),
        ("2026-04-05", "1 working day", "2026-04-07"),
        ("2026-04-06", "1 working day", "2026-04-07"),
        ("2026-04-05", "2 working days", "2026-04-08"),
        ("2026-04-01", "5 working days", "2026-04-10"),
        ("2026-04-11", "1 working day", "2026-04-13"),  # a Saturday, a Sunday, and the Friday before
        ("2026-04-12", "1 working day", "2026-04-13"),
        ("2026-04-10", "1 working day", "2026-04-13"),
        ("2026-04-07", "1 working day before", "2026-04-02"),
        ("2026-04-05", "1 working day before", "2026-04-02"),
        ("2026-04-12", "1 working day before", "2026-04-10"),
        ("2026-04-13", "1 working day before", "2026-04-10"),
    ],
)
def test_working_days_around_easter(begins: str, written: str, leads_to: str) -> None:
    assert str(add_days(date.fromisoformat(begins), length(written), EASTER)) == leads_to


def test_without_a_calendar_saturday_and_sunday_rest() -> None:
    assert calendar_of("") is WEEKENDS
    assert add_days(date(2026, 4, 2), length("2 working days")) == date(2026, 4, 6)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("begins", ["2026-03-27", "2026-03-06", "2026-04-03", "2026-10-23", "2026-10-30"])
def test_working_days_over_a_clock_change_are_whole_local_days(zone: str, begins: str) -> None:
    day, place = date.fromisoformat(begins), Place(zone)
    counted, after = Counted(start_of(day, zone), day, 0), length("1 working day")
    monday = day + timedelta(days=3)

    assert opening(counted, after, place) == start_of(monday, zone)
    assert closing(counted, after, place) == start_of(monday + timedelta(days=1), zone)
    assert day_of(closing(counted, after, place) - 1, zone) == monday


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sat sunday", "not a day of the week"),
        ("mon tue wed thu fri sat sun", "no working day"),
        ("sat sun\nEaster Monday", "not a holiday"),
        ("sat sun\nEaster Monday: 2026-02-30", "not a holiday"),
        ("sat sun\n: 2026-04-06", "has a name"),
        ("sun sat", "not written as calendars are"),
        ("sat sun\nEaster Monday: 2027-03-29 2026-04-06", "not written as calendars are"),
        (
            "sat sun\nThe fair: " + " ".join(f"2026-06-{day:02}" for day in range(8, 20)),
            "nobody works from 2026-06-06 to 2026-06-21",
        ),
        ("sat sun\n" + "x" * 20_000, "at most 20000 characters"),
    ],
)
def test_what_is_no_calendar_is_refused(text: str, said: str) -> None:
    with pytest.raises(UnreadableCalendar, match=said):
        calendar_of(text)


def test_no_day_of_the_week_need_be_one_of_rest() -> None:
    assert rest_days(["none"]) == frozenset()
    assert calendar_of("none").works(date(2026, 4, 5))
