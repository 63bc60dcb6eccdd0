"""A moment as people read it and as machines do: local text beside ISO text in UTC.

Imports nothing slow: the worklist uses it too.
"""

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pathways.spans import SECOND


class LocalTime(NamedTuple):
    """`local` is `2026-11-03` or `2026-11-03 14:30` in the zone of the enrolment, `at` the moment in UTC.

    Of what is due on a day, `local` is that day and `at` the moment from which it is overdue.
    """

    local: str
    at: str

    def __str__(self) -> str:
        return self.local


def local(moment: int, zone: str) -> datetime:
    """Return the time on the clocks of a zone."""
    return datetime.fromtimestamp(moment // SECOND, ZoneInfo(zone))


def minutes(clock: datetime) -> str:
    """Write a time on the clock of a zone to the minute."""
    return clock.replace(tzinfo=None).isoformat(" ", "minutes")


def iso(moment: int) -> str:
    """Write a moment in UTC the way `pathways.moments.iso` does."""
    exact = datetime.fromtimestamp(moment // SECOND, UTC).replace(microsecond=moment % SECOND, tzinfo=None)
    return f"{exact.isoformat()}Z"


def local_minute(moment: int, zone: str) -> LocalTime:
    """Write a moment to the minute, also one at the start of a day."""
    return LocalTime(minutes(local(moment, zone)), iso(moment))
