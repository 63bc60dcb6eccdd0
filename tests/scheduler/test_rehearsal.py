"""The rehearsal of clock changes: what it walks, what it says, and that what ships holds in any zone."""

from datetime import date

import pytest

from caseload.pathway_files import library
from pathways.calendars import Place
from pathways.moments import length
from pathways.reading import read
from pathways.spans import HOUR
from scheduler.rehearsal import changes_of, lengths_of, rehearse, walk
from storage.connection import Database
from tests.strategies import ZONES

pytestmark = pytest.mark.only("sqlite")


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Europe/London", ["2027-03-28", "2027-10-31"]),
        ("America/New_York", ["2027-03-14", "2027-11-07"]),
        ("Australia/Lord_Howe", ["2027-04-04", "2027-10-03"]),
        ("UTC", []),
    ],
)
def test_the_days_on_which_clocks_change_are_found(zone: str, days: list[str]) -> None:
    assert list(map(str, changes_of(zone, 2027))) == days


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("year", [2026, pytest.param(2027, marks=pytest.mark.long)])
def test_every_length_of_every_pathway_that_ships_keeps_its_days(zone: str, year: int) -> None:
    pathways = [read(content) for _, content in library()]
    lengths = sorted({each for pathway in pathways for each in lengths_of(pathway)}, key=str)

    assert len(lengths) > 20
    for on in changes_of(zone, year):
        walked = walk(Place(zone), on, lengths, [("anna", "07:30"), ("ben", "02:30")])
        assert walked.wrong == ()


def test_hours_stand_elsewhere_on_the_clock_and_days_do_not() -> None:
    place = Place("Europe/London", "sat sun\nEaster Monday: 2027-03-29")
    lengths = [length("24 hours"), length("1 day"), length("1 working day")]
    walked = walk(place, date(2027, 3, 28), lengths, [("anna", "01:30"), ("ben", "07:30")])

    assert walked.hours == 23
    assert walked.moves == (
        "24 hours from 2027-03-27 12:00 ends at 2027-03-28 13:00, not at 12:00",
        "the digest of anna goes at 2027-03-28 02:00, as there is no 01:30 on that day",
    )
    autumn = walk(place, date(2027, 10, 31), lengths, [("anna", "01:30")])
    assert autumn.moves[-1] == "the digest of anna goes at the first 01:30 of that day, and not at the second"


def test_the_zones_in_use_are_those_of_the_site_of_people_and_of_enrolments(database: Database) -> None:
    found = rehearse(database, 2027)

    assert [(each.zone, each.on) for each in found] == [
        ("Europe/London", "2027-03-28"),
        ("Europe/London", "2027-10-31"),
    ]
    assert all(not each.wrong for each in found)


def test_a_length_that_did_not_keep_its_day_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # As a library did that added 24 hours for a day.
    monkeypatch.setattr(
        "scheduler.rehearsal.closing", lambda counted, after, _: counted.at + after.amount * 24 * HOUR
    )

    walked = walk(Place("Europe/London"), date(2027, 3, 28), [length("1 day")], [])

    assert "1 day from 2027-03-27 does not keep to the day 2027-03-28" in walked.wrong
