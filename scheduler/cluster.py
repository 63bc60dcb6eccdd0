"""Many workers over one database on a server: each ready to tick, post, write digests and check.

The library says which of them does what next, see `cluster_engine`; what they do is what one scheduler does,
and each prompt and message is claimed as there. No worker is special: any may be killed, stopped or cut off.
"""

import asyncio
import logging
from collections.abc import Callable
from queue import Empty, SimpleQueue

from scheduler.clocks import Clock
from scheduler.cluster_engine import Engine, Kind, Patience
from scheduler.cluster_serving import PAUSE, Serving
from scheduler.cluster_tables import Tables
from scheduler.cluster_work import kinds
from scheduler.delivery import Deliver
from scheduler.heartbeats import Worker
from scheduler.loop import stopped_by_signals
from scheduler.postman import Way
from scheduler.routines import NOTHING, Routines
from storage.connection import Database

log = logging.getLogger(__name__)

QUIET = ("procrastinate", "psycopg.pool", "asyncio")


def run(
    place: str,
    *,
    clock: Clock,
    worker: Worker,
    deliver: Deliver,
    way: Way,
    routines: Routines = NOTHING,
    patience: Patience | None = None,
    ticked: Callable[[float], None] = lambda _: None,
) -> None:
    """Be one of many workers until SIGTERM or SIGINT; what is half done then is left to the others."""
    for name in QUIET:
        # What goes wrong is said here, in a sentence.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    member = Member(place, clock, patience or Patience())
    works = kinds(
        lambda: Database(place),
        clock=clock,
        worker=worker,
        deliver=deliver,
        way=way,
        routines=routines,
        ticked=ticked,
        stopping=member.stopping,
    )
    with stopped_by_signals(member):
        member.run(works)


class Member:
    """One process of the cluster, which comes back by itself when the database was away."""

    def __init__(self, place: str, clock: Clock, patience: Patience) -> None:
        self._place = place
        self._clock = clock
        self._patience = patience
        # Not an Event: setting one is not safe in a signal that interrupts the waiting for it.
        self._told: SimpleQueue[str] = SimpleQueue()
        self._stopping = False
        self._serving: tuple[asyncio.AbstractEventLoop, Serving] | None = None

    def stop(self, why: str = "asked") -> None:
        """Let what is being done come to its next safe point, then end."""
        self._stopping = True
        self._told.put(why)
        if self._serving is not None:
            loop, serving = self._serving
            loop.call_soon_threadsafe(serving.stop)

    def stopping(self) -> bool:
        """Say whether the end was asked for."""
        return self._stopping

    def run(self, works: tuple[Kind, ...]) -> None:
        """Work until `stop`, beginning anew whenever the database was away."""
        tables = Tables(self._place)
        lost: list[str] = []
        while not self._stopping:
            if tables.look(lost) != "away":
                lost = self._served(works, tables)
            if not self._stopping:
                self._wait()
        log.info("stopping: %s", self._told.get())

    def _wait(self) -> None:
        try:
            why = self._told.get(timeout=PAUSE)
        except Empty:
            return
        self._told.put(why)

    def _served(self, works: tuple[Kind, ...], tables: Tables) -> list[str]:
        """Work until told to stop; say by which kind of fault if the engine fell down as a whole."""
        try:
            asyncio.run(self._serve(works, tables))
        except Exception as error:  # noqa: BLE001 - whatever it is, the work must go on
            return [type(error).__name__]
        return []

    async def _serve(self, works: tuple[Kind, ...], tables: Tables) -> None:
        engine = Engine(self._place, patience=self._patience, stopping=self.stopping)
        for each in works:
            engine.add(each)
        engine.add_mending()
        serving = Serving(engine, tables, clock=self._clock, every=self._patience.beats)
        try:
            self._serving = asyncio.get_running_loop(), serving
            if self._stopping:
                return
            await engine.open()
            log.info("cluster_joined: %s", ", ".join(each.name for each in works))
            await serving.run()
        finally:
            self._serving = None
            await engine.close()
