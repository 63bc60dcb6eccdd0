"""The thread that posts beside the ticks: who hangs delays no tick."""

import logging
from collections.abc import Callable
from typing import TypeAlias

from scheduler.beside import Beside, Round, Stopping
from scheduler.clocks import Clock, SteadyClock
from scheduler.heartbeats import Worker
from scheduler.posting import Post, post
from scheduler.telling import posted
from scheduler.tick import LEASE
from storage.connection import Database

log = logging.getLogger(__name__)

# Makes a way out for letters, given how to ask whether the scheduler is ending.
Way: TypeAlias = Callable[[Stopping], Post]


def postman(
    open_database: Callable[[], Database],
    way: Way,
    *,
    clock: Clock,
    worker: Worker,
    may: Callable[[], bool],
) -> Beside:
    """Make the thread; what is on its way when it ends is tried again later.

    What is on its way when it may not go on arrives first: to break off would only repeat it.
    """

    def rounds(stopping: Stopping) -> Round:
        out, steady = way(stopping), SteadyClock(clock)

        def posting(database: Database, enough: Stopping) -> None:
            sent = post(database, out, clock=steady, worker=worker.name, lease=LEASE, enough=enough)
            for line in posted(sent):
                log.info(line)

        return posting

    return Beside("post", open_database, rounds, interval=worker.interval, may=may)
