"""Working days as people see them: the calendar of the site, and the sums of those who count by it."""

from tests.cli.conftest import Desk
from tests.modules import ROOT

WORKING_DAYS = ROOT / "tests" / "stories" / "rules" / "working_days.yaml"
ENGLAND = "calendar set --country GB --subdivision ENG"


def before_christmas(desk: Desk) -> None:
    """Sit down on Monday the 21st of December, with a patient whose sample is of that day."""
    desk.at("2026-12-21 09:00:00")
    desk.done(f"pathway install {WORKING_DAYS}")
    desk.done("patient add P-1")
    desk.done("enrol P-1 made-up-working-days sample=2026-12-21")


def test_why_says_which_holidays_were_skipped(desk: Desk) -> None:
    desk.done(ENGLAND)
    before_christmas(desk)

    said = " ".join(desk.done("why P-1/1").split())

    assert "+ 5 working days (Christmas Day and Boxing Day (observed) skipped) = 2026-12-30" in said
    assert "by a calendar with" in desk.done("log P-1")


def why_of_a_sample(desk: Desk, day: str) -> str:
    """Enrol a patient with a sample of a day, and return how its prompt came to its dates."""
    desk.done(f"pathway install {WORKING_DAYS}")
    desk.done("patient add P-1")
    desk.done(f"enrol P-1 made-up-working-days sample={day}")
    said = " ".join(desk.done("why P-1/1").split())
    return said[said.index("opens:") : said.index("It is wanted")]


def test_a_holiday_on_which_a_count_begins_is_not_among_those_skipped(desk: Desk) -> None:
    desk.at("2027-03-24 09:00:00")
    desk.done(ENGLAND)
    said = why_of_a_sample(desk, "2027-03-26")

    assert "+ 2 working days (Easter Monday skipped) = 2027-03-31" in said
    assert "+ 5 working days (Easter Monday skipped) = 2027-04-05" in said
    assert "Good Friday" not in said


def test_a_holiday_on_a_day_of_rest_is_not_said_to_be_skipped(desk: Desk) -> None:
    desk.at("2027-12-20 09:00:00")
    desk.done(ENGLAND)
    said = why_of_a_sample(desk, "2027-12-23")

    # Christmas and Boxing Day of 2027 are a Saturday and a Sunday.
    assert "(Christmas Day (observed) and Boxing Day (observed) skipped) = 2027-12-29" in said


def test_a_count_into_a_year_of_which_no_holidays_are_known_says_so(desk: Desk) -> None:
    desk.at("2036-12-22 09:00:00")
    desk.done("calendar set --country GB --subdivision ENG")
    desk.at("2046-12-28 09:00:00")
    said = why_of_a_sample(desk, "2046-12-27")

    assert "+ 2 working days = 2046-12-31" in said
    assert "+ 5 working days (no holidays of 2047 are known) = 2047-01-03" in said


def test_a_site_without_a_calendar_is_told_that_no_holidays_are_known(desk: Desk) -> None:
    desk.at("2026-12-30 09:00:00")
    said = why_of_a_sample(desk, "2026-12-30")

    assert "+ 2 working days (no holidays of 2026 and 2027 are known) = 2027-01-01" in said


def test_an_enrolment_keeps_its_calendar_until_another_is_applied(desk: Desk) -> None:
    before_christmas(desk)
    assert "due 2026-12-28" in desk.done("show P-1")
    before = desk.content()

    said = desk.done(ENGLAND)
    assert "1 open enrolment counts by another calendar" in said
    assert "due 2026-12-28" in desk.done("show P-1")
    set_now = desk.content()
    said = desk.done("calendar apply --dry-run")
    assert "due 2026-12-30, was 2026-12-28" in said
    assert "1 open enrolment would be given" in said
    assert desk.content() == set_now != before

    desk.done("calendar apply --because 'the calendar of the hospital'")
    assert "due 2026-12-30" in desk.done("show P-1")
    assert "because the calendar of the hospital" in " ".join(desk.done("log P-1").split())
    assert "0 open enrolments have been given" in desk.done("calendar apply --because again")
    assert desk("check").code == 0


def test_applying_needs_a_reason_and_a_calendar(desk: Desk) -> None:
    assert "calendar set --country" in desk.refused("calendar apply --because it", 4)
    desk.done(ENGLAND)
    assert "--because" in desk.refused("calendar apply", 2)


def test_the_calendar_is_shown_by_year_with_days_of_the_site(desk: Desk) -> None:
    assert "No calendar is set" in desk.done("calendar show")
    desk.done(ENGLAND)
    desk.done("calendar add 2027-05-05 'The day of the foundation'")
    desk.done("calendar remove 2027-12-27")

    said = desk.done("calendar show --year 2027").splitlines()

    assert said[:2] == [
        "Nobody works on sat and sun.",
        "Holidays of GB-ENG are known until 2036; set it again to look further.",
    ]
    assert "2027-03-29  mon  Easter Monday" in said
    assert "2027-05-05  wed  The day of the foundation (of the site)" in said
    assert "2027-12-27  mon  worked here" in said


def test_a_country_that_is_refused_by_init_leaves_nothing_behind(desk: Desk) -> None:
    other = desk.folder / "other.db"

    said = desk.refused(f"init --zone UTC --country UA --database {other}", 2)

    assert "No holidays of UA are known" in said
    assert not other.exists()
    desk.done(f"init --zone UTC --country GB --subdivision ENG --database {other}")
    assert "Easter Monday" in desk.done(f"calendar show --year 2027 --database {other}")


def test_a_country_without_its_part_says_what_is_missing(desk: Desk) -> None:
    # Easter Monday is a holiday in England and in Wales, but not in Great Britain as a whole.
    assert "ENG, NIR, SCT, WLS" in desk.done("calendar set --country GB")
    assert "ENG, NIR" not in desk.done(ENGLAND)


def test_days_that_mean_nothing_are_refused(desk: Desk) -> None:
    assert "not a day of the week" in desk.refused("calendar set --rest sat,caturday", 2)
    assert "no working day" in desk.refused("calendar set --rest mon,tue,wed,thu,fri,sat,sun", 2)
    desk.refused("calendar add 2027-02-30 Nothing", 2)
    desk.refused("calendar remove 2027-03-03", 3)
