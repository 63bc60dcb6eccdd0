"""A wall clock that is not believed at once when it leaps far ahead.

A prompt raised too early cannot be taken back, and what is escalated is counted from when it was raised. A
clock set a year ahead by mistake would raise the year at once and count its escalations from then. So for a
while the loop goes on by the old time. A clock that is right (the machine stood still) is believed after
that; one that was put right meanwhile has done no harm. Either way the leap is remembered until it was told.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from caseload.foot import STEP
from pathways.moments import Moment, iso
from pathways.spans import DAY, SECOND

log = logging.getLogger(__name__)

Clock: TypeAlias = Callable[[], Moment]

MOST_AHEAD = DAY
HOLD_FOR = 15 * 60.0  # seconds

# Counts the time asleep too, where the system does: then a machine that slept is no clock that leapt.
_COUNTING_SLEEP: Any = getattr(time, "CLOCK_BOOTTIME", None)
uptime: Callable[[], float] = (
    time.monotonic if _COUNTING_SLEEP is None else partial(time.clock_gettime, _COUNTING_SLEEP)
)


class Claim:
    """How long what was claimed is surely ours, by a clock that goes on while we are stopped or asleep.

    Only the first half of a lease counts: handing over takes a while, and others take what is over.
    """

    def __init__(self, lease: int, *, uptime: Callable[[], float] = uptime) -> None:
        self._uptime = uptime
        self._began = uptime()
        self._ours_for = lease / SECOND / 2

    def ours(self) -> bool:
        return self.since() < self._ours_for

    def since(self) -> float:
        """Return for how many seconds it has been claimed."""
        return self._uptime() - self._began


class Leap(NamedTuple):
    """That the clock went from one moment to another in no time; `held`, it is not believed yet."""

    since: Moment
    until: Moment
    held: bool


class SteadyClock:
    """Reads a clock, and compares how far it went with how long that took.

    `leap` is the last leap, until `told` says that it is known.
    """

    def __init__(self, clock: Clock, *, monotonic: Callable[[], float] = uptime) -> None:
        self.leap: Leap | None = None
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
        if now - expected > STEP:
            self.leap = Leap(expected, now, held=False)
        self._now, self._at = now, at
        return now

    def told(self) -> None:
        """Forget the last leap: somebody knows of it now."""
        self.leap = None

    def _hold(self, now: Moment, expected: Moment, at: float) -> bool:
        if self._held_since is None:
            self._held_since = at
            self.leap = Leap(expected, now, held=True)
            log.warning(
                "clock_leapt to %s: going on from %s for %d minutes, in case that is a mistake",
                iso(now),
                iso(expected),
                HOLD_FOR // 60,
            )
        return at - self._held_since < HOLD_FOR
