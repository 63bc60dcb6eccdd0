"""The calendar of the site: where it comes from, who counts by it, and giving it to those who are there."""

from datetime import date

import pytest

from caseload import recalendaring, site_calendar
from caseload.checking import check
from caseload.public_holidays import public
from caseload.requests import Author, Request
from pathways.calendars import WEEKENDS, UnreadableCalendar
from pathways.errors import CarepathError, NotFound, Refused
from storage.connection import Database
from tests.caseload.clinic import enrol, moment

NOW = moment("2026-05-04 09:00")
ANNA = Author(by="anna", now=NOW)


def england(database: Database) -> site_calendar.SiteCalendar:
    return site_calendar.set_calendar(database, "gb", "eng", None, ANNA)


def test_the_holidays_of_a_country_are_kept_ten_years_ahead(database: Database) -> None:
    found = england(database)

    assert (found.country, found.subdivision, found.known_until) == ("GB", "ENG", 2036)
    assert found.calendar().holidays[date(2027, 3, 29)] == "Easter Monday"
    assert site_calendar.shown(database) == found


def test_names_of_holidays_do_not_depend_on_the_language_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for language in ("en_US", "fr"):
        monkeypatch.setenv("LANGUAGE", language)
        assert public("DE", "BE", [2026]).days[date(2026, 4, 6)] == "Ostermontag"


@pytest.mark.parametrize(
    ("country", "subdivision", "said"),
    [
        ("XX", "", "There is no country 'XX'"),
        ("GB", "QQ", "there is ENG, NIR, SCT, WLS"),
        # The library has this country, and not one holiday of it: taken silently, nobody would ever rest.
        ("UA", "", "No holidays of UA are known for 2025"),
        ("", "ENG", "needs the country"),
    ],
)
def test_a_country_without_holidays_is_refused(
    database: Database, country: str, subdivision: str, said: str
) -> None:
    with pytest.raises(CarepathError, match=said):
        site_calendar.set_calendar(database, country, subdivision, None, ANNA)
    assert site_calendar.shown(database) is None


def test_rest_days_are_those_of_the_country_or_those_that_are_named(database: Database) -> None:
    assert site_calendar.set_calendar(database, "IR", "", None, ANNA).rest == (4,)
    assert site_calendar.set_calendar(database, "", "", frozenset({3, 4}), ANNA).rest == (3, 4)


def test_days_of_the_site_come_and_go_and_survive_another_country(database: Database) -> None:
    england(database)
    site_calendar.add_day(database, date(2027, 5, 5), "  The day of the\nfoundation ", ANNA)
    site_calendar.remove_day(database, date(2027, 3, 29), ANNA)
    found = site_calendar.set_calendar(database, "GB", "SCT", None, ANNA).calendar()

    assert found.holidays[date(2027, 5, 5)] == "The day of the foundation"
    assert found.works(date(2027, 3, 29))
    site_calendar.add_day(database, date(2027, 3, 29), "Easter Monday", ANNA)
    site_calendar.remove_day(database, date(2027, 5, 5), ANNA)
    after = site_calendar.shown(database)
    assert after
    assert after.calendar().works(date(2027, 5, 5))
    assert not after.calendar().works(date(2027, 3, 29))


def test_a_day_that_is_there_already_or_is_not_is_refused(database: Database) -> None:
    england(database)
    with pytest.raises(Refused, match="a holiday already: Good Friday"):
        site_calendar.add_day(database, date(2027, 3, 26), "Good Friday", ANNA)
    with pytest.raises(NotFound, match="no holiday here"):
        site_calendar.remove_day(database, date(2027, 3, 25), ANNA)


def test_a_day_in_a_year_whose_holidays_are_not_known_is_refused(database: Database) -> None:
    england(database)
    day = date(2027, 5, 6)
    for year in (2024, 2037):
        with pytest.raises(Refused, match="known from 2025 to 2036: set the calendar again, nearer to"):
            site_calendar.add_day(database, day.replace(year=year), "The day of the foundation", ANNA)
    site_calendar.add_day(database, day.replace(year=2036), "The day of the foundation", ANNA)
    site_calendar.set_calendar(database, "", "", None, ANNA)
    site_calendar.add_day(database, day.replace(year=2037), "The day of the foundation", ANNA)


def test_a_calendar_that_no_enrolment_could_read_is_refused(database: Database) -> None:
    for day in range(8, 19):
        site_calendar.add_day(database, date(2026, 6, day), "The feast", ANNA)
    site_calendar.add_day(database, date(2026, 6, 4), "The day before the last", ANNA)
    with pytest.raises(UnreadableCalendar, match="nobody works from 2026-06-04 to 2026-06-18"):
        site_calendar.add_day(database, date(2026, 6, 5), "The eve", ANNA)
    found = site_calendar.shown(database)
    assert found
    assert found.calendar().works(date(2026, 6, 5))


def test_without_a_calendar_the_site_rests_at_weekends(database: Database) -> None:
    with database.reading() as store:
        assert site_calendar.calendar_text(store) == ""
        assert site_calendar.days_off(store) == WEEKENDS
    with pytest.raises(Refused, match="no calendar yet"):
        recalendaring.behind(database)


def test_a_calendar_is_applied_to_open_enrolments_and_everything_stored_follows(database: Database) -> None:
    enrol(database)
    england(database)
    request = Request(author=ANNA, because="the calendar of the hospital", rehearse=True)

    assert [outcome.patient_id for outcome in recalendaring.apply(database, request)] == ["P-001"]
    assert len(recalendaring.behind(database)) == 1  # a rehearsal takes everything back
    [outcome] = recalendaring.apply(database, Request(author=ANNA, because="the calendar of the hospital"))

    [entry] = outcome.entries
    assert (entry.kind, entry.replaces, entry.because) == ("enrolled", 1, "the calendar of the hospital")
    assert "Easter Monday" in outcome.row.calendar
    assert recalendaring.behind(database) == []
    assert check(database, now=NOW).differences == ()
