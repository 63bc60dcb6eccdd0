"""Working days: counting by any calendar, and reading and writing one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.calendars import WEEKENDS, Calendar, Place, UnreadableCalendar, calendar_of, rest_days, text_of
from pathways.counting import closing, opening
from pathways.moments import add_days, day_of, length, start_of
from pathways.standing import Counted
from tests.strategies import ZONES

EASTER = calendar_of("sat sun\nGood Friday: 2026-04-03 2027-03-26\nEaster Monday: 2026-04-06 2027-03-29")

days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
amounts = st.integers(0, 40)
names = st.sampled_from(["Easter Monday", "Christmas Day", "Day: of the site", "Tag der Arbeit", "元日"])
calendars = st.builds(
    Calendar,
    st.frozensets(st.integers(0, 6), max_size=6),
    st.dictionaries(st.dates(date(2026, 1, 1), date(2028, 12, 31)), names, max_size=30),
)


@given(calendars, days, amounts, st.booleans())
def test_no_count_of_working_days_leads_to_a_day_of_rest(
    calendar: Calendar, day: date, amount: int, before: bool
) -> None:
    assert calendar.works(calendar.add(day, amount, before=before))


@given(calendars, days, amounts)
def test_between_a_day_and_one_working_days_after_it_there_are_as_many_of_them(
    calendar: Calendar, day: date, amount: int
) -> None:
    then = calendar.add(day, amount)
    between = (day + timedelta(days=after) for after in range((then - day).days + 1))

    assert sum(map(calendar.works, between)) == amount + 1


@given(calendars, days, amounts)
def test_counting_back_leads_to_where_the_count_began(calendar: Calendar, day: date, amount: int) -> None:
    start = calendar.from_day(day)

    assert calendar.add(calendar.add(day, amount), amount, before=True) == start
    start = calendar.from_day(day, before=True)
    assert calendar.add(calendar.add(day, amount, before=True), amount) == start


@given(calendars, days, amounts, st.booleans())
def test_a_longer_count_and_a_later_day_never_lead_to_an_earlier_day(
    calendar: Calendar, day: date, amount: int, before: bool
) -> None:
    here = calendar.add(day, amount, before=before)
    further = calendar.add(day, amount + 1, before=before)

    assert (further < here) if before else (further > here)
    assert calendar.add(day + timedelta(days=1), amount, before=before) >= here


@given(calendars, days, amounts)
def test_what_is_skipped_are_the_holidays_on_which_people_would_have_worked(
    calendar: Calendar, day: date, amount: int
) -> None:
    then = calendar.add(day, amount)
    without = Calendar(calendar.rest, {})
    skipped = {on for on, _ in calendar.skipped(day, then)}

    between = [day + timedelta(days=after) for after in range((then - day).days + 1)]
    assert skipped == {on for on in between if without.works(on) and not calendar.works(on)}


@given(calendars)
def test_a_calendar_is_written_as_it_is_read(calendar: Calendar) -> None:
    assert calendar_of(text_of(calendar)) == calendar


@pytest.mark.parametrize(
    ("begins", "written", "leads_to"),
    [
        ("2026-04-02", "1 working day", "2026-04-07"),  # the Thursday before Easter: Tuesday is the next
        ("2026-04-02", "0 working days", "2026-04-02"),
        ("2026-04-01", "5 working days", "2026-04-10"),
        ("2026-04-04", "0 working days", "2026-04-07"),  # Easter Saturday counts as the Tuesday
        ("2026-04-04", "1 working day", "2026-04-08"),
        ("2026-04-07", "1 working day before", "2026-04-02"),
        ("2026-04-05", "0 working days before", "2026-04-02"),
        ("2026-04-05", "1 working day before", "2026-04-01"),
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
        ("sat sun\n" + "x" * 20_000, "at most 20000 characters"),
    ],
)
def test_what_is_no_calendar_is_refused(text: str, said: str) -> None:
    with pytest.raises(UnreadableCalendar, match=said):
        calendar_of(text)


def test_no_day_of_the_week_need_be_one_of_rest() -> None:
    assert rest_days(["none"]) == frozenset()
    assert calendar_of("none").works(date(2026, 4, 5))
