"""What heartbeats say: who ticks, when nobody did, and whether the clock was set back."""

from collections.abc import Sequence
from dataclasses import dataclass

from caseload.foot import STEP, patience
from pathways.moments import Moment
from storage.rows import HeartbeatRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """One running scheduler; `interval` is how often it ticks, in seconds."""

    name: str
    host: str
    interval: float
    started_at: Moment


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """A time in which nobody ticked; `since` is none when nobody ever had."""

    since: Moment | None
    until: Moment


def beginning(before: Sequence[HeartbeatRow], worker: Worker, now: Moment) -> HeartbeatRow:
    """Return the heartbeat of a tick that begins; what the last one did stays until this one is over."""
    own = _own(before, worker)
    return HeartbeatRow(
        worker=worker.name,
        host=worker.host,
        interval=worker.interval,
        started_at=worker.started_at,
        tick_began_at=now,
        tick_ended_at=own.tick_ended_at if own else None,
        raised=own.raised if own else 0,
    )


def gap_before(heartbeats: Sequence[HeartbeatRow], now: Moment) -> Gap | None:
    """Return the time since the last tick that came to its end, when that is too long ago.

    A tick that died half way does not close a gap: the next reports it again, with what is still left.
    """
    ended = [(beat.tick_ended_at, beat.interval) for beat in heartbeats if beat.tick_ended_at is not None]
    if not ended:
        return Gap(since=None, until=now)
    # One in the future was written while the clock was ahead: it says nothing about the time before now.
    past = [each for each in ended if each[0] <= now + STEP]
    if not past:
        return None
    last, interval = max(past)
    return Gap(since=last, until=now) if now - last > patience(interval) else None


def set_back_from(heartbeats: Sequence[HeartbeatRow], now: Moment) -> Moment | None:
    """Return the latest moment at which a tick began, when that lies in the future."""
    latest = max((beat.tick_began_at for beat in heartbeats if beat.tick_began_at is not None), default=now)
    return latest if latest > now + STEP else None


def in_future(heartbeats: Sequence[HeartbeatRow], now: Moment) -> list[HeartbeatRow]:
    """Return those heartbeats that lie in the future."""
    return [beat for beat in heartbeats if set_back_from([beat], now) is not None]


def unticked(heartbeats: Sequence[HeartbeatRow]) -> list[HeartbeatRow]:
    """Return heartbeats as if those workers had never ticked.

    Who lives will tick again; one that died while the clock was ahead would be noticed for ever.
    """
    return [
        HeartbeatRow(worker=beat.worker, host=beat.host, interval=beat.interval, started_at=beat.started_at)
        for beat in heartbeats
    ]


def _own(heartbeats: Sequence[HeartbeatRow], worker: Worker) -> HeartbeatRow | None:
    return next((beat for beat in heartbeats if beat.worker == worker.name), None)
