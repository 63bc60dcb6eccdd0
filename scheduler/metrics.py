"""How the scheduler is, as numbers that Prometheus reads: its text format, version 0.0.4."""

from collections.abc import Iterator
from math import inf
from threading import Lock
from typing import NamedTuple

from pathways.moments import Moment
from scheduler.status import Status, status_of
from storage.connection import Database
from storage.outside import size_of

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metric(NamedTuple):
    """One number; none is left out, as Prometheus wants what is not known."""

    name: str
    kind: str
    says: str
    value: float | None


class TickTimes:
    """How many ticks this process did, and how long the last took. Written by one thread, read by others."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = 0
        self._last: float | None = None

    def ticked(self, seconds: float) -> None:
        """Keep that a tick took so long."""
        with self._lock:
            self._count += 1
            self._last = seconds

    def read(self) -> tuple[int, float | None]:
        """Return how many there were, and the length of the last."""
        with self._lock:
            return self._count, self._last


def metrics(database: Database, times: TickTimes, *, now: Moment) -> Iterator[Metric]:
    """Read all numbers."""
    with database.reading() as store:
        found, untaken = status_of(store, now), store.untaken(before=now)
    count, last = times.read()
    yield Metric("up", "gauge", "Whether the database can be read.", 1)
    yield Metric("heartbeat_age_seconds", "gauge", "Since the last tick of anybody began.", _age(found))
    yield Metric(
        "due", "gauge", "Moments that have come and that no tick has taken.", untaken.many if untaken else 0
    )
    yield Metric("unsent", "gauge", "Messages on their way.", found.undelivered)
    yield Metric("failed", "gauge", "Messages that were given up.", found.failed)
    yield Metric("ticks_total", "counter", "Ticks of this process.", count)
    yield Metric("tick_seconds", "gauge", "How long the last tick of this process took.", last)
    yield Metric("database_bytes", "gauge", "Size of the database with its log.", size_of(database))


def unreadable() -> Iterator[Metric]:
    """Say that nothing can be read."""
    yield Metric("up", "gauge", "Whether the database can be read.", 0)


def written(found: Iterator[Metric]) -> str:
    """Write numbers as Prometheus reads them."""
    return "".join(
        f"# HELP carepath_{name} {says}\n# TYPE carepath_{name} {kind}\ncarepath_{name} {_written(value)}\n"
        for name, kind, says, value in found
        if value is not None
    )


def _age(found: Status) -> float | None:
    """Return how long nobody has ticked: for ever, where the only ticks lie in the future."""
    ticked = [each for each in found.workers if each.age is not None]
    return min((inf if each.ahead else each.seconds for each in ticked), default=None)


def _written(value: float) -> str:
    return "+Inf" if value == inf else repr(value)
