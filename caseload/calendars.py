"""The holidays of a place by their names. The home of holidays."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from caseload.settings import COUNTRY, EXTRA, SUBDIVISION, extra_days, setting
from pathways.errors import CarepathError
from pathways.moments import Moment, datetime_of
from storage.reviews import Reviews


def holidays_of(country: str, subdivision: str, years: Iterable[int]) -> dict[date, str]:
    """Return the holidays of some years, such as of `CH` and `ZH`; without a country there are none."""
    if not country:
        return {}
    from holidays import country_holidays

    try:
        found = country_holidays(
            country, subdiv=subdivision or None, years=list(years), expand=False, language="en_US"
        )
    except NotImplementedError:
        where = f"{country}, {subdivision}" if subdivision else country
        msg = f"No holidays are known of {where!r}: write codes such as CH and ZH, or GB and SCT."
        raise CarepathError(msg) from None
    return dict(sorted(found.items()))


def free_days(store: Reviews, at: Moment) -> frozenset[date]:
    """Return the holidays of the site around a moment."""
    year = datetime_of(at).year
    named = (setting(store, COUNTRY), setting(store, SUBDIVISION))
    return _free(*named, setting(store, EXTRA), year)


@lru_cache(maxsize=16)
def _free(country: str, subdivision: str, extra: str, year: int) -> frozenset[date]:
    """Work holidays out once: it takes a while, and every message asks."""
    return frozenset(holidays_of(country, subdivision, (year, year + 1))) | frozenset(extra_days(extra))
