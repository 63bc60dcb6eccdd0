"""The public holidays of countries and their parts, some years ahead: the home of `holidays`.

Names are in the language of the country, whatever machine asks.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from pathways.calendars import holiday_name
from pathways.errors import CarepathError


class Public(Struct, frozen=True, kw_only=True):
    """The holidays of a country or a part of it, and the days of the week on which it rests."""

    days: Mapping[date, str]
    rest: frozenset[int]


def parts(country: str) -> tuple[str, ...]:
    """Return the parts of a country that have holidays of their own."""
    import holidays

    return tuple(holidays.list_supported_countries().get(country, ()))


def public(country: str, subdivision: str, years: Sequence[int]) -> Public:
    """Look up holidays, or raise a `CarepathError`; a country of which none are known is refused."""
    # Imported when a calendar is set, and at no other time: it is slow.
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        msg = f"There is no country {country!r}: write its two letters, such as GB or DE."
        raise CarepathError(msg)
    if subdivision and subdivision not in known[country]:
        parts = ", ".join(known[country]) or "none"
        msg = f"{country} has no part {subdivision!r} whose holidays are known: there is {parts}."
        raise CarepathError(msg)
    plain = holidays.country_holidays(country, subdiv=subdivision or None, years=years[0])
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=years, language=plain.default_language
    )
    without = [year for year in years if not any(day.year == year for day in found)]
    if without:
        msg = (
            f"No holidays of {country} are known for {without[0]}: set a calendar without --country, "
            "and add each day with `carepath calendar add`."
        )
        raise CarepathError(msg)
    days = {day: holiday_name(name.replace("\n", ", ")) for day, name in found.items() if day.year in years}
    return Public(days=days, rest=frozenset(found.weekend))
