"""Why a list can be believed: that the scheduler runs, what was checked by night, and what is still unsent.

`carepath today` asks it, so it may import nothing slow.
"""

from typing import TYPE_CHECKING, NamedTuple

from caseload.local_times import LocalTime, local_minute
from pathways.spans import HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from typing import Protocol

    from storage.lists import Tick

    class Source(Protocol):
        """Where a foot is read from: the lists of a reading command, or the store of a transaction."""

        def last_tick(self) -> Tick | None: ...
        def nightly(self) -> tuple[str, int] | None: ...
        def unsent_since(self) -> int | None: ...
        def given_up(self) -> int: ...
        def site_zone(self) -> str: ...


MISSED_TICKS = 2  # a tick may be a little late; two missing in a row are a stopped scheduler
# A clock is put right by less than this all the time; two schedulers may read theirs in either order.
STEP = MINUTE
NIGHT = 36 * HOUR  # a check by night that is older was missed


class Foot(NamedTuple):
    """Why silence can be believed: when the scheduler last ran, what it checked, what is still unsent.

    `at` is when that was so. `late` says that the scheduler should have run since. `checked` says what the
    last nightly check found and `checked_at` when, empty when there was none; `unchecked` says that one is
    missing since. `unsent_since` is when the oldest message was queued that is still on its way, `failed`
    counts those that were given up.
    """

    at: LocalTime
    ticked: LocalTime | None
    late: bool
    checked: str
    checked_at: LocalTime | None
    unchecked: bool
    unsent_since: LocalTime | None
    failed: int


def ticking(found: Foot) -> Foot:
    """Return what a foot says while the scheduler ticks: that it runs, whatever came before."""
    return found._replace(ticked=found.at, late=False)


def patience(interval: float) -> int:
    """Say how long, in microseconds, a scheduler may be silent before it counts as gone: the same for all."""
    return int(MISSED_TICKS * interval * SECOND) + STEP


def foot(lists: "Source", now: int) -> Foot:
    """Read why a list can be believed, as it is now."""
    zone, tick, nightly, unsent = lists.site_zone(), lists.last_tick(), lists.nightly(), lists.unsent_since()
    return Foot(
        at=local_minute(now, zone),
        ticked=local_minute(tick.ended_at, zone) if tick else None,
        # A tick in the future was one of a clock that was ahead: it says nothing about now.
        late=tick is None or not -STEP <= now - tick.ended_at <= patience(tick.interval),
        checked=nightly[0] if nightly else "",
        checked_at=local_minute(nightly[1], zone) if nightly else None,
        unchecked=nightly is None or now - nightly[1] > NIGHT,
        unsent_since=local_minute(unsent, zone) if unsent is not None else None,
        failed=lists.given_up(),
    )
