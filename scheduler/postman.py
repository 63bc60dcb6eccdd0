"""The thread that posts beside the ticks, with a connection of its own: who hangs delays no tick."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeAlias

from pathways.errors import CarepathError
from scheduler.clocks import Clock, SteadyClock
from scheduler.heartbeats import Worker
from scheduler.posting import Post, post
from scheduler.telling import posted
from scheduler.tick import LEASE
from storage.connection import Database

log = logging.getLogger(__name__)

LOOKS_EVERY = 30.0  # seconds; a tick wakes it too
ENDS_WITHIN = 10.0

# Makes a way out for letters, given how to ask whether the scheduler is ending.
Way: TypeAlias = Callable[[Callable[[], bool]], Post]


class Postman:
    """Posts from when the block begins until it ends; what is on its way then is tried again later."""

    def __init__(
        self, open_database: Callable[[], Database], way: Way, *, clock: Clock, worker: Worker
    ) -> None:
        self._open = open_database
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._way = way(self._stopped.is_set)
        self._clock = SteadyClock(clock)
        self._worker = worker
        self._thread = threading.Thread(target=self._run, name="postman", daemon=True)

    def wake(self) -> None:
        """Look for letters now."""
        self._woken.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._woken.set()
        self._thread.join(ENDS_WITHIN)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                self._round()
            except CarepathError as error:
                log.error("post_failed: %s", error)  # noqa: TRY400 - a sentence for a person, not a fault of ours
            except Exception:
                # Whatever it is, the next round must come: others wait for their messages.
                log.exception("post_failed")
            self._woken.wait(min(LOOKS_EVERY, self._worker.interval))

    def _round(self) -> None:
        # Opened anew each time, as for a tick.
        with self._open() as database:
            sent = post(
                database,
                self._way,
                clock=self._clock,
                worker=self._worker.name,
                lease=LEASE,
                enough=self._stopped.is_set,
            )
        for line in posted(sent):
            log.info(line)
