"""Many workers over one database on a server: each ready to tick, post, write digests and check.

The library says which of them does what next, see `cluster_engine`; what they do is what one scheduler does,
and each prompt and message is claimed as there. No worker is special: any may be killed, stopped or cut off.
"""

import asyncio
import logging
from collections.abc import Callable
from queue import Empty, SimpleQueue

from caseload.foot import STEP
from pathways.errors import CarepathError
from pathways.spans import SECOND
from scheduler.clocks import Clock
from scheduler.cluster_engine import Engine, Kind, Patience, make_tables
from scheduler.cluster_work import kinds
from scheduler.delivery import Deliver
from scheduler.heartbeats import Worker
from scheduler.loop import stopped_by_signals
from scheduler.postman import Way
from scheduler.routines import NOTHING, Routines
from storage.connection import Database

log = logging.getLogger(__name__)

LOOKS_EVERY = 1.0  # seconds
TOLD_AGAIN = 0.5
PAUSE = 2.0
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
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._leapt = asyncio.Event()
        self._said = ""

    def stop(self, why: str = "asked") -> None:
        """Let what is being done come to its next safe point, then end."""
        self._stopping = True
        self._told.put(why)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    def stopping(self) -> bool:
        """Say whether the end was asked for."""
        return self._stopping

    def run(self, works: tuple[Kind, ...]) -> None:
        """Work until `stop`, beginning anew whenever the database was away."""
        while not self._stopping:
            try:
                if make_tables(self._place):
                    log.info("cluster_made: the tables of the engine")
                asyncio.run(self._serve(works))
            except CarepathError as error:
                self._say(str(error))
            except Exception as error:  # noqa: BLE001 - whatever it is, the work must go on
                self._look(error)
            if not self._stopping:
                self._wait()
        log.info("stopping: %s", self._told.get())

    def _wait(self) -> None:
        try:
            why = self._told.get(timeout=PAUSE)
        except Empty:
            return
        self._told.put(why)

    async def _serve(self, works: tuple[Kind, ...]) -> None:
        """Open the engine, and let each kind of work go its own way."""
        self._loop, self._stop, self._leapt = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        if self._stopping:
            return
        engine = Engine(self._place, patience=self._patience, stopping=self.stopping)
        for each in works:
            engine.add(each)
        engine.add_mending()
        try:
            await engine.open()
            log.info("cluster_joined: %s", ", ".join(each.name for each in works))
            self._said = ""
            await asyncio.gather(self._watch_clock(), *(self._keep(engine, kind) for kind in engine.kinds))
        finally:
            self._loop = None
            await engine.close()

    async def _keep(self, engine: Engine, kind: str) -> None:
        """Work on one kind until told to stop; begin anew when that ended by itself or the clock leapt."""
        while not self._stop.is_set():
            work = asyncio.create_task(engine.work(kind))
            waits = [asyncio.create_task(each.wait()) for each in (self._stop, self._leapt)]
            await asyncio.wait({work, *waits}, return_when=asyncio.FIRST_COMPLETED)
            by_itself = work.done()
            for each in (work, *waits):
                each.cancel()
            while not work.done():
                # To be cancelled goes unnoticed now and then, just as a connection is waited for.
                engine.end(kind)
                await asyncio.wait({work}, timeout=TOLD_AGAIN)
            found = await asyncio.gather(work, *waits, return_exceptions=True)
            if by_itself and not self._stop.is_set():
                await asyncio.to_thread(self._look, found[0])
                await asyncio.sleep(PAUSE)

    async def _watch_clock(self) -> None:
        """Notice when the clock did not go as time does.

        The library counts its runs by the clock on the wall: set back by an hour it would be silent for one,
        and after a leap of a year it would make up for each run that it thinks it has missed.
        """
        before = self._clock()
        while not self._stop.is_set():
            try:
                await asyncio.wait_for(self._stop.wait(), LOOKS_EVERY)
            except TimeoutError:
                now = self._clock()
                if abs(now - before - LOOKS_EVERY * SECOND) > STEP:
                    log.warning("clock_leapt: the engine begins anew")
                    self._leapt.set()
                    self._leapt.clear()
                before = now

    def _look(self, error: object) -> None:
        """Say why the engine ended: in a sentence of the database, or by the kind of fault."""
        try:
            with Database(self._place) as database, database.reading():
                pass
        except CarepathError as problem:
            self._say(str(problem))
        else:
            kind = "" if error is None else f" ({type(error).__name__})"
            log.info("cluster_begins_anew: the engine had lost the database%s", kind)
            self._said = ""

    def _say(self, sentence: str) -> None:
        if sentence != self._said:
            log.error("cluster_waits: %s", sentence)
        self._said = sentence
