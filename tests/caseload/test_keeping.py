"""Which backups are kept: the last of so many days, weeks and months."""

from datetime import date, timedelta

import pytest

from caseload.keeping import Keep, keep_of, kept, made_ahead
from pathways.errors import CarepathError
from pathways.moments import Moment, at_clock, day_of

ZONE = "Europe/London"
TODAY = date(2026, 11, 22)
NOW = at_clock(TODAY, "12:00", ZONE)


def night(days_ago: int, clock: str = "00:30") -> Moment:
    return at_clock(TODAY - timedelta(days=days_ago), clock, ZONE)


def days_kept(made: list[Moment], keep: Keep) -> list[str]:
    found = kept(made, keep, zone=ZONE, now=NOW)
    return [day_of(each, ZONE).isoformat() for each in sorted(found, reverse=True)]


def test_of_a_year_of_nights_days_weeks_and_months_stay() -> None:
    made = [night(ago) for ago in range(400)]

    assert days_kept(made, keep_of("3 days, 2 weeks, 4 months")) == [
        "2026-11-22",  # a Sunday: the last of its week and month as well
        "2026-11-21",
        "2026-11-20",
        "2026-11-15",
        "2026-10-31",
        "2026-09-30",
        "2026-08-31",
    ]


def test_thinning_every_night_keeps_the_same_as_thinning_once() -> None:
    keep, left = keep_of("7 days, 4 weeks, 12 months"), set[Moment]()
    for ago in range(399, -1, -1):
        left.add(night(ago))
        left = kept(list(left), keep, zone=ZONE, now=night(ago))

    assert left == kept([night(ago) for ago in range(400)], keep, zone=ZONE, now=NOW)


def test_all_of_the_day_itself_stay_and_of_earlier_days_the_last() -> None:
    made = [night(0), night(0, "10:00"), night(1), night(1, "10:00")]

    assert kept(made, Keep(days=2), zone=ZONE, now=NOW) == {
        night(0),
        night(0, "10:00"),
        night(1, "10:00"),
    }


def test_however_long_nobody_made_one_the_last_ones_stay() -> None:
    assert days_kept([night(900), night(901), night(902)], Keep(days=2)) == ["2024-06-05", "2024-06-04"]


def test_the_last_there_is_stays_whatever_was_said() -> None:
    assert kept([night(50)], Keep(), zone=ZONE, now=NOW) == {night(50)}


def test_what_a_clock_that_was_ahead_made_takes_no_place_and_is_never_removed() -> None:
    real, ahead = [night(1), night(2), night(9)], [night(-365), night(-366)]

    assert kept(real + ahead, Keep(days=2), zone=ZONE, now=NOW) == {*real[:2], *ahead}
    assert made_ahead(real + ahead, NOW) == set(ahead)


def test_while_a_clock_is_behind_nothing_goes() -> None:
    made = [night(ago) for ago in range(20)]

    assert kept(made, Keep(days=1), zone=ZONE, now=night(400)) == set(made)


def test_the_day_is_that_of_the_site() -> None:
    late = [at_clock(TODAY, "00:30", "Pacific/Auckland"), at_clock(TODAY, "23:30", "Pacific/Auckland")]

    assert kept(
        late,
        Keep(days=1),
        zone="Pacific/Auckland",
        now=at_clock(TODAY + timedelta(days=1), "12:00", "Pacific/Auckland"),
    ) == {late[1]}


@pytest.mark.parametrize(
    "text", ["", "7", "days", "0 days", "7 days 4 weeks", "1 year", "-1 days", "7 days, 3 days", "2 days,"]
)
def test_what_says_nothing_of_the_kind_is_refused(text: str) -> None:
    with pytest.raises(CarepathError, match="7 days, 4 weeks, 12 months"):
        keep_of(text)


def test_one_of_something_is_written_as_it_is_said() -> None:
    assert keep_of(" 1 day,  2 months ") == Keep(days=1, months=2)
