"""The holidays of a site."""

from datetime import date

import pytest

from caseload.calendars import holidays_of
from caseload.settings import extra_days
from pathways.errors import CarepathError


def test_holidays_are_those_of_the_place_by_name() -> None:
    assert holidays_of("CH", "ZH", [2026])[date(2026, 4, 6)] == "Easter Monday"
    assert date(2026, 4, 6) not in holidays_of("GB", "SCT", [2026])
    assert holidays_of("", "", [2026]) == {}


@pytest.mark.parametrize(("country", "subdivision"), [("XX", ""), ("CH", "QQ")])
def test_a_place_nobody_knows_is_refused_with_an_example(country: str, subdivision: str) -> None:
    with pytest.raises(CarepathError, match="such as CH and ZH"):
        holidays_of(country, subdivision, [2026])


def test_further_holidays_have_a_day_and_may_have_a_name() -> None:
    assert extra_days("2026-12-24 Christmas Eve, 2026-12-31") == {
        date(2026, 12, 24): "Christmas Eve",
        date(2026, 12, 31): "closed",
    }
