"""Days, lengths and moments, above all where clocks change."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.moments import (
    Length,
    Moment,
    UnreadableTime,
    add_days,
    add_exact,
    at_clock,
    clock_time,
    datetime_of,
    day,
    day_of,
    days_between,
    end_of,
    from_iso,
    is_zone,
    iso,
    length,
    moment_of,
    next_at_clock,
    shown,
    start_of,
    typed,
)

HOUR = 3_600_000_000
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia", "UTC")
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))
zones = st.sampled_from(ZONES)


def at(text: str) -> Moment:
    return from_iso(text)


# Lengths


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14 days", Length(14, "day")),
        ("1 day", Length(1, "day")),
        ("0 days", Length(0, "day")),
        ("2 weeks", Length(2, "week")),
        ("1 month", Length(1, "month")),
        ("4 years", Length(4, "year")),
        ("6 hours", Length(6, "hour")),
        ("90 minutes", Length(90, "minute")),
        ("1 day before", Length(1, "day", before=True)),
        ("12 hours before", Length(12, "hour", before=True)),
        (" 3 days ", Length(3, "day")),
    ],
)
def test_a_length_is_a_whole_number_and_a_unit(text: str, expected: Length) -> None:
    assert length(text) == expected


@pytest.mark.parametrize(
    "text", ["", "14", "days", "1.5 days", "-1 day", "a week", "14d", "P14D", "1 day ago"]
)
def test_anything_else_is_refused_with_how_lengths_are_written(text: str) -> None:
    with pytest.raises(UnreadableTime, match="such as '14 days', '5 working days', '1 month', '6 hours'"):
        length(text)


@pytest.mark.parametrize("text", ["0 working days", "0 working days before"])
def test_no_working_days_at_all_are_refused_as_people_mean_different_days_by_them(text: str) -> None:
    with pytest.raises(UnreadableTime, match="'0 days' for the day itself, or '1 working day' for the next"):
        length(text)


@pytest.mark.parametrize("text", ["51 years", "601 months", "18251 days", "13001 working days"])
def test_a_length_is_at_most_fifty_years(text: str) -> None:
    with pytest.raises(UnreadableTime, match="longer than 50 years"):
        length(text)


@pytest.mark.parametrize("text", ["1 day", "14 days", "1 month before", "6 hours", "0 days"])
def test_a_length_is_shown_the_way_it_is_written(text: str) -> None:
    assert str(length(text)) == text


@pytest.mark.parametrize(
    ("unit", "exact"),
    [("minute", True), ("hour", True), ("day", False), ("week", False), ("month", False), ("year", False)],
)
def test_only_minutes_and_hours_are_elapsed_time(unit: str, exact: bool) -> None:
    assert length(f"1 {unit}").exact is exact


# Days


@pytest.mark.parametrize(
    ("start", "after", "expected"),
    [
        ("2026-03-02", "14 days", "2026-03-16"),
        ("2026-03-02", "2 weeks", "2026-03-16"),
        ("2026-03-02", "1 day before", "2026-03-01"),
        ("2026-01-31", "1 month", "2026-02-28"),
        ("2028-01-31", "1 month", "2028-02-29"),
        ("2026-03-31", "1 month before", "2026-02-28"),
        ("2026-01-31", "2 months", "2026-03-31"),
        ("2026-08-31", "3 months", "2026-11-30"),
        ("2028-02-29", "1 year", "2029-02-28"),
        ("2028-02-29", "4 years", "2032-02-29"),
        ("2026-12-31", "1 day", "2027-01-01"),
        ("2026-11-30", "3 months", "2027-02-28"),
        ("2026-03-02", "0 days", "2026-03-02"),
    ],
)
def test_days_weeks_months_and_years_are_added_on_the_calendar(start: str, after: str, expected: str) -> None:
    assert add_days(day(start), length(after)) == day(expected)


def test_a_month_is_not_thirty_days() -> None:
    assert add_days(day("2026-02-01"), length("1 month")) != add_days(day("2026-02-01"), length("30 days"))


@given(days, days)
def test_days_are_counted_by_the_calendar_and_backwards_too(one: date, two: date) -> None:
    count = days_between(one, two)

    assert one + timedelta(days=count) == two
    assert days_between(two, one) == -count


@pytest.mark.parametrize(
    "text", ["", "today", "03.11.2026", "2026-11-3", "20261103", "2026-W45-2", "2026-02-29", "2026-13-01"]
)
def test_a_day_is_written_as_year_month_and_day(text: str) -> None:
    with pytest.raises(UnreadableTime, match="is not a day: write it as year-month-day, such as 2026-11-03"):
        day(text)


@pytest.mark.parametrize("text", ["0202-11-03", "1899-12-31", "2200-01-01"])
def test_a_day_in_another_century_is_taken_for_a_slip(text: str) -> None:
    with pytest.raises(UnreadableTime, match="is the year right"):
        day(text)


# Where days begin and end


@pytest.mark.parametrize(
    ("zone", "on", "starts", "ends"),
    [
        ("UTC", "2026-03-02", "2026-03-02T00:00Z", "2026-03-03T00:00Z"),
        ("Europe/London", "2026-03-29", "2026-03-29T00:00Z", "2026-03-29T23:00Z"),
        ("Europe/London", "2026-10-25", "2026-10-24T23:00Z", "2026-10-26T00:00Z"),
        ("America/New_York", "2026-03-08", "2026-03-08T05:00Z", "2026-03-09T04:00Z"),
        ("America/New_York", "2026-11-01", "2026-11-01T04:00Z", "2026-11-02T05:00Z"),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00Z", "2026-04-05T13:30Z"),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30Z", "2026-10-04T13:00Z"),
        # 23:59 is followed by 01:00: the day begins at one.
        ("Africa/Cairo", "2024-04-26", "2024-04-25T22:00Z", "2024-04-26T21:00Z"),
        # 23:59 is followed by 23:00 of the same day, which ends an hour later.
        ("Africa/Cairo", "2024-10-31", "2024-10-30T21:00Z", "2024-10-31T22:00Z"),
        # 00:59 is followed by 00:00: of the two midnights the first begins the day.
        ("America/Havana", "2026-11-01", "2026-11-01T04:00Z", "2026-11-02T05:00Z"),
        # This day was left out when the date line was moved.
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z", "2011-12-30T10:00Z"),
    ],
)
def test_a_day_lasts_from_its_first_moment_to_the_first_of_the_next(
    zone: str, on: str, starts: str, ends: str
) -> None:
    assert (start_of(day(on), zone), end_of(day(on), zone)) == (at(starts), at(ends))


@given(days, zones)
def test_each_day_ends_where_the_next_begins(on: date, zone: str) -> None:
    assert end_of(on, zone) == start_of(on + timedelta(days=1), zone)
    assert start_of(on, zone) <= end_of(on, zone)


@given(days.filter(lambda on: on != date(2011, 12, 30)), zones)
def test_the_first_and_the_last_moment_of_a_day_lie_on_it(on: date, zone: str) -> None:
    assert day_of(start_of(on, zone), zone) == on
    assert day_of(end_of(on, zone) - 1, zone) == on


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        ("2026-03-02T00:00Z", "Europe/London", "2026-03-02"),
        ("2026-03-02T00:00Z", "America/New_York", "2026-03-01"),
        ("2026-07-01T23:30Z", "Europe/London", "2026-07-02"),
        ("2026-03-02T13:30Z", "Australia/Lord_Howe", "2026-03-03"),
    ],
)
def test_a_moment_falls_on_the_local_day(moment: str, zone: str, expected: str) -> None:
    assert day_of(at(moment), zone) == day(expected)


# Elapsed time


def test_hours_and_minutes_are_elapsed_whatever_clocks_do() -> None:
    before_the_change = typed("2026-03-29 00:30", "Europe/London")[0]

    assert shown(add_exact(before_the_change, length("6 hours")), "Europe/London") == "2026-03-29 07:30"
    assert add_exact(before_the_change, length("90 minutes")) == before_the_change + HOUR * 3 // 2
    assert add_exact(before_the_change, length("24 hours before")) == before_the_change - 24 * HOUR


@given(st.integers(0, 10**6), st.sampled_from(["minute", "hour"]))
def test_before_undoes_after(amount: int, unit: str) -> None:
    after = Length(amount, unit)  # type: ignore[arg-type]  # one of the two
    before = Length(amount, unit, before=True)  # type: ignore[arg-type]  # one of the two

    assert add_exact(add_exact(at("2026-03-02T00:00Z"), after), before) == at("2026-03-02T00:00Z")


# What people type


@pytest.mark.parametrize("text", ["2026-11-03", " 2026-11-03 "])
def test_a_day_typed_without_a_time_is_its_first_moment(text: str) -> None:
    assert typed(text, "America/New_York") == (at("2026-11-03T05:00Z"), True)


def test_a_day_typed_without_a_time_begins_at_its_first_moment_where_midnight_does_not_come() -> None:
    assert typed("2024-04-26", "Africa/Cairo") == (at("2024-04-26T01:00+03:00"), True)


@pytest.mark.parametrize("text", ["2026-11-03 14:30", "2026-11-03T14:30"])
def test_a_time_is_local_time(text: str) -> None:
    assert typed(text, "America/New_York") == (at("2026-11-03T19:30Z"), False)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2026-03-29 01:30", "Europe/London"),
        ("2026-03-29 01:00", "Europe/London"),
        ("2026-03-08 02:30", "America/New_York"),
        ("2026-10-04 02:15", "Australia/Lord_Howe"),
        ("2024-04-26 00:30", "Africa/Cairo"),
        ("2011-12-30 12:00", "Pacific/Apia"),
    ],
)
def test_a_time_that_does_not_happen_is_refused(text: str, zone: str) -> None:
    with pytest.raises(
        UnreadableTime, match=rf"did not happen on {text[:10]} in {zone}: the clocks went forward"
    ):
        typed(text, zone)


@pytest.mark.parametrize(
    ("text", "zone", "first", "second"),
    [
        ("2026-10-25 01:30", "Europe/London", "01:30+01:00", "01:30+00:00"),
        ("2026-11-01 01:30", "America/New_York", "01:30-04:00", "01:30-05:00"),
        ("2026-04-05 01:45", "Australia/Lord_Howe", "01:45+11:00", "01:45+10:30"),
        ("2024-10-31 23:30", "Africa/Cairo", "23:30+03:00", "23:30+02:00"),
    ],
)
def test_a_time_that_happens_twice_means_the_first_unless_its_offset_says_otherwise(
    text: str, zone: str, first: str, second: str
) -> None:
    on = text[:10]

    assert typed(text, zone)[0] == typed(f"{on} {first}", zone)[0] == at(f"{on}T{first}")
    assert typed(f"{on} {second}", zone)[0] == at(f"{on}T{second}") > typed(text, zone)[0]


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-03-29 00:59", "Europe/London", "2026-03-29T00:59Z"),
        ("2026-03-29 02:00", "Europe/London", "2026-03-29T01:00Z"),
        ("2026-10-04 02:30", "Australia/Lord_Howe", "2026-10-03T15:30Z"),
        ("2026-03-02 14:30Z", "America/New_York", "2026-03-02T14:30Z"),
        ("2026-03-02T14:30+02:00", "America/New_York", "2026-03-02T12:30Z"),
    ],
)
def test_the_minutes_around_a_change_and_other_offsets_are_read_exactly(
    text: str, zone: str, moment: str
) -> None:
    assert typed(text, zone) == (at(moment), False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "14:30",
        "2026-11-03 14",
        "2026-11-03 14:30:15",
        "2026-11-03 14:30+25:00",
        "2026-11-03 14:30+05:99",
        "2026-11-3 14:30",
    ],
)
def test_what_is_neither_a_day_nor_a_time_is_refused(text: str) -> None:
    with pytest.raises(
        UnreadableTime, match="is not a day or a time: write 2026-11-03 or '2026-11-03 14:30'"
    ):
        typed(text, "UTC")


@pytest.mark.parametrize("text", ["2026-11-03 24:00", "2026-11-03 14:60", "2026-11-03 99:99"])
def test_a_time_of_day_ends_at_one_minute_to_midnight(text: str) -> None:
    with pytest.raises(UnreadableTime, match="is not a time of day: hours go from 00 to 23"):
        typed(text, "UTC")


@pytest.mark.parametrize("text", ["2026-02-30", "2026-02-30 14:30", "1066-10-14 09:00"])
def test_a_typed_day_must_be_one(text: str) -> None:
    with pytest.raises(UnreadableTime, match=text[:10]):
        typed(text, "UTC")


# What people and machines read


@given(days, zones)
def test_a_day_that_is_shown_can_be_typed_again(on: date, zone: str) -> None:
    text = shown(start_of(on, zone), zone, only_day=True)

    assert typed(text, zone) == (start_of(on, zone), True)


def test_a_moment_is_shown_in_local_time() -> None:
    moment = at("2026-07-01T23:30Z")

    assert shown(moment, "Europe/London") == "2026-07-02 00:30"
    assert shown(moment, "Europe/London", only_day=True) == "2026-07-02"


@given(st.integers(-(10**15), 4 * 10**15))
def test_a_moment_survives_being_written_for_a_machine(moment: Moment) -> None:
    assert from_iso(iso(moment)) == moment
    assert moment_of(datetime_of(moment)) == moment


def test_moments_for_machines_are_in_utc_with_microseconds_where_they_have_any() -> None:
    assert iso(at("2026-11-03T14:30:00+02:00")) == "2026-11-03T12:30:00Z"
    assert iso(at("2026-11-03T14:30:00Z") + 1) == "2026-11-03T14:30:00.000001Z"
    assert iso(-1) == "1969-12-31T23:59:59.999999Z"


@pytest.mark.parametrize("text", ["", "now", "2026-11-03", "2026-11-03T14:30:00"])
def test_a_time_for_a_machine_has_an_offset(text: str) -> None:
    with pytest.raises(UnreadableTime, match="is not a time with an offset"):
        from_iso(text)


def test_a_moment_is_the_same_whatever_offset_it_was_given_with() -> None:
    there = datetime(2026, 11, 3, 14, 30, tzinfo=timezone(timedelta(hours=2)))

    assert moment_of(there) == moment_of(datetime(2026, 11, 3, 12, 30, tzinfo=UTC)) == at("2026-11-03T12:30Z")
    assert datetime_of(moment_of(there)) == there


# Zones


@pytest.mark.parametrize("name", ["UTC", "Europe/London", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
def test_zones_go_by_their_names_in_the_time_zone_database(name: str) -> None:
    assert is_zone(name)


@pytest.mark.parametrize(
    "name", ["", "London", "Europe", "Europe/Atlantis", "+01:00", "../Europe/London", " UTC", "UTC\n"]
)
def test_anything_else_is_no_zone(name: str) -> None:
    assert not is_zone(name)


@pytest.mark.parametrize("name", ["localtime", "posix/Europe/London", "posixrules"])
def test_what_a_machine_calls_a_zone_is_none(name: str) -> None:
    assert not is_zone(name)


# What is done every day at a time of day


@pytest.mark.parametrize(
    ("zone", "clock", "day_and_moment"),
    [
        ("Europe/London", "01:30", ("2026-03-29", "2026-03-29T01:00:00Z")),
        ("America/New_York", "02:30", ("2026-03-08", "2026-03-08T07:00:00Z")),
        ("Australia/Lord_Howe", "02:15", ("2026-10-04", "2026-10-03T15:30:00Z")),
        ("Africa/Cairo", "00:30", ("2026-04-24", "2026-04-23T22:00:00Z")),
    ],
)
def test_a_time_that_does_not_happen_is_the_first_moment_after_it(
    zone: str, clock: str, day_and_moment: tuple[str, str]
) -> None:
    on, moment = day_and_moment

    assert at_clock(date.fromisoformat(on), clock, zone) == at(moment)


@pytest.mark.parametrize(
    ("zone", "clock", "day_and_moment"),
    [
        ("Europe/London", "01:30", ("2026-10-25", "2026-10-25T00:30:00Z")),
        ("America/New_York", "01:30", ("2026-11-01", "2026-11-01T05:30:00Z")),
        ("Australia/Lord_Howe", "01:45", ("2026-04-05", "2026-04-04T14:45:00Z")),
        ("Africa/Cairo", "23:30", ("2026-10-29", "2026-10-29T20:30:00Z")),
    ],
)
def test_a_time_that_happens_twice_is_the_first(
    zone: str, clock: str, day_and_moment: tuple[str, str]
) -> None:
    on, moment = day_and_moment

    assert at_clock(date.fromisoformat(on), clock, zone) == at(moment)


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"])
@pytest.mark.parametrize("clock", ["00:00", "00:30", "01:30", "01:45", "02:15", "02:30", "07:30", "23:30"])
def test_every_day_of_a_year_has_one_moment_of_a_time(zone: str, clock: str) -> None:
    moment, seen = start_of(date(2026, 1, 1), zone) - 1, []
    while (moment := next_at_clock(moment, clock, zone)) < start_of(date(2027, 1, 1), zone):
        seen.append(moment)

    assert [day_of(each, zone) for each in seen] == [
        date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(365)
    ]
    other = [shown(each, zone)[11:] for each in seen if shown(each, zone)[11:] != clock]
    assert len(other) <= 1, "on one day of the year clocks go forward over it"


@given(days, st.times(), zones)
def test_the_next_time_of_day_lies_ahead_and_none_is_passed_over(on: date, clock: object, zone: str) -> None:
    text = f"{clock:%H:%M}"
    after = start_of(on, zone)

    following = next_at_clock(after, text, zone)

    assert after < following <= after + 50 * HOUR
    assert next_at_clock(following - 1, text, zone) == following


@pytest.mark.parametrize("text", ["7:30", "24:00", "07:60", "0730", "", "\u0660\u0667:30"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTime, match="from 00:00 to 23:59"):
        clock_time(text)
