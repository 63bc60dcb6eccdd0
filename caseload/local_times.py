"""A moment as people read it and as machines do: local text beside ISO text in UTC.

Imports nothing slow: the worklist uses it too.
"""

from typing import NamedTuple


class LocalTime(NamedTuple):
    """`local` is `2026-11-03` or `2026-11-03 14:30` in the zone of the enrolment, `at` the moment in UTC.

    Of what is due on a day, `local` is that day and `at` the moment from which it is overdue.
    """

    local: str
    at: str

    def __str__(self) -> str:
        return self.local
