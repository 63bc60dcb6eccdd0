"""Threads that do rounds beside the ticks, each with its own connection: what takes long delays no tick."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeAlias

from pathways.errors import CarepathError
from storage.connection import Database

log = logging.getLogger(__name__)

LOOKS_EVERY = 30.0  # seconds; a tick wakes them too
ENDS_WITHIN = 10.0

Stopping: TypeAlias = Callable[[], bool]
# What is done, given the database and how to ask whether it is enough.
Round: TypeAlias = Callable[[Database, Stopping], None]


class Beside:
    """Does a round when it is woken, and now and then by itself; a round that fails does not end it.

    The first comes with the first tick, so that what it says of the clock is not of the time before.

    `rounds` makes what is done in a round, given how to ask whether the scheduler is ending. `may` says
    whether a round may begin, and go on: a scheduler that stands by does none, and who lost the lease in the
    midst of one comes to its next safe point.
    """

    def __init__(
        self,
        name: str,
        open_database: Callable[[], Database],
        rounds: Callable[[Stopping], Round],
        *,
        interval: float,
        may: Callable[[], bool] = lambda: True,
    ) -> None:
        self._may = may
        self._name = name
        self._open = open_database
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._round = rounds(self._stopped.is_set)
        self._every = min(LOOKS_EVERY, interval)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def wake(self) -> None:
        """Begin a round now, or once this one is over."""
        self._woken.set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the round come to its next safe point, and begin no other."""
        self._stopped.set()
        self._woken.set()

    def join(self, within: float) -> None:
        self._thread.join(within)

    def _run(self) -> None:
        while True:
            self._woken.wait(self._every)
            self._woken.clear()
            if self._stopped.is_set():
                return
            if not self._enough():
                self._try()

    def _enough(self) -> bool:
        return self._stopped.is_set() or not self._may()

    def _try(self) -> None:
        try:
            # Opened anew each time, as for a tick.
            with self._open() as database:
                self._round(database, self._enough)
        except CarepathError as error:
            log.error("%s_failed: %s", self._name, error)  # noqa: TRY400 - a sentence for a person, not a fault
        except Exception:
            # Whatever it is, the next round must come: others wait for theirs.
            log.exception("%s_failed", self._name)


@contextmanager
def beside(*threads: Beside) -> Iterator[None]:
    """Let threads do rounds from when the block begins to its end; what is half done then comes again."""
    for each in threads:
        each.start()
    try:
        yield
    finally:
        for each in threads:
            each.stop()
        ends = monotonic() + ENDS_WITHIN
        for each in threads:
            each.join(max(0.0, ends - monotonic()))
