"""A wall clock that is not believed at once when it leaps far ahead.

A prompt raised too early cannot be taken back, and what is escalated is counted from when it was raised. A
clock set a year ahead by mistake would raise the year at once and count its escalations from then. So for a
while the loop goes on by the old time. A clock that is right (the machine slept) is believed after that; one
that was put right meanwhile has done no harm.
"""

import logging
import time
from collections.abc import Callable
from typing import TypeAlias

from pathways.moments import Moment, iso

log = logging.getLogger(__name__)

Clock: TypeAlias = Callable[[], Moment]

SECOND = 1_000_000
MOST_AHEAD = 24 * 60 * 60 * SECOND
HOLD_FOR = 15 * 60.0  # seconds


class SteadyClock:
    """Reads a clock, and compares how far it went with how long that took."""

    def __init__(self, clock: Clock, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._now = clock()
        self._at = monotonic()
        self._held_since: float | None = None

    def __call__(self) -> Moment:
        now, at = self._clock(), self._monotonic()
        expected = self._now + int((at - self._at) * SECOND)
        if now - expected > MOST_AHEAD and self._hold(now, expected, at):
            return expected
        if self._held_since is not None:
            log.warning("clock_believed %s", iso(now))
            self._held_since = None
        self._now, self._at = now, at
        return now

    def _hold(self, now: Moment, expected: Moment, at: float) -> bool:
        if self._held_since is None:
            self._held_since = at
            log.warning(
                "clock_leapt to %s: going on from %s for %d minutes, in case that is a mistake",
                iso(now),
                iso(expected),
                HOLD_FOR // 60,
            )
        return at - self._held_since < HOLD_FOR
