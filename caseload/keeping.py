"""Which backups are kept: the last one of so many days, weeks and months, and all of the day itself."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pathways.errors import CarepathError
from pathways.moments import Moment, day_of

_PART = re.compile(r"(?P<many>\d{1,4}) (?P<unit>day|week|month)s?", re.ASCII)


class Keep(NamedTuple):
    """Of how many days, weeks and months the last backup is kept; only those count that have one."""

    days: int = 0
    weeks: int = 0
    months: int = 0


def keep_of(text: str) -> Keep:
    """Read how long backups are kept, such as `7 days, 4 weeks, 12 months`."""
    found: dict[str, int] = {}
    for part in text.strip().split(","):
        read = _PART.fullmatch(" ".join(part.split()))
        if not read or (unit := f"{read['unit']}s") in found or not int(read["many"]):
            msg = f"{text!r} does not say which backups are kept: write it like '7 days, 4 weeks, 12 months'."
            raise CarepathError(msg)
        found[unit] = int(read["many"])
    return Keep(**found)


def kept(made: Sequence[Moment], keep: Keep, *, zone: str, now: Moment) -> set[Moment]:
    """Say which of some backups are kept, by when they were made."""
    ahead = made_ahead(made, now)
    newest_first, today = sorted(set(made) - ahead, reverse=True), day_of(now, zone)
    days = {moment: day_of(moment, zone) for moment in newest_first}
    weeks = {moment: day.isocalendar()[:2] for moment, day in days.items()}
    months = {moment: (day.year, day.month) for moment, day in days.items()}
    found = {moment for moment, day in days.items() if day == today}
    found |= _last_of_each(days, keep.days) | _last_of_each(weeks, keep.weeks)
    found |= _last_of_each(months, keep.months)
    # The last there is stays, and nobody knows the day of what a wrong clock made.
    return found | set(newest_first[:1]) | ahead


def made_ahead(made: Sequence[Moment], now: Moment) -> set[Moment]:
    """Return those of a moment still to come: the clock was ahead when they were made, or is behind now.

    They take no place of another's, or a clock that was once ahead would cost every backup made after it.
    """
    return {moment for moment in made if moment > now}


def _last_of_each(units: Mapping[Moment, object], many: int) -> set[Moment]:
    """Return the last backup of so many units, given the unit of each backup, the newest first."""
    last: dict[object, Moment] = {}
    for moment, unit in units.items():
        last.setdefault(unit, moment)
    return set(list(last.values())[:many])
