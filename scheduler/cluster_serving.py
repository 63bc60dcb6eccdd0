"""The engine at work in one process: each kind of work goes its own way, and begins anew when it must."""

import asyncio
import logging

from caseload.foot import STEP
from pathways.spans import SECOND
from scheduler.clocks import Clock
from scheduler.cluster_engine import Engine
from scheduler.cluster_tables import Tables

log = logging.getLogger(__name__)

LOOKS_EVERY = 1.0  # seconds
TOLD_AGAIN = 0.5
PAUSE = 2.0


class Serving:
    """An engine that is open, until told to stop; its tables are looked at every so many seconds."""

    def __init__(self, engine: Engine, tables: Tables, *, clock: Clock, every: float) -> None:
        self._engine = engine
        self._tables = tables
        self._clock = clock
        self._every = every
        self._lost: list[str] = []
        self._stop = asyncio.Event()
        self._anew = asyncio.Event()
        # Of these two one is set.
        self._ready = asyncio.Event()
        self._doubted = asyncio.Event()
        self._ready.set()

    def stop(self) -> None:
        """Let what is being done come to its next safe point, and begin nothing."""
        self._stop.set()

    async def run(self) -> None:
        """Work until told to stop."""
        kinds = (self._keep(kind) for kind in self._engine.kinds)
        await asyncio.gather(self._watch_clock(), self._watch_tables(), *kinds)

    async def _keep(self, kind: str) -> None:
        """Work on one kind whenever the tables are there."""
        while not self._stop.is_set():
            if self._ready.is_set():
                await self._work(kind)
            else:
                await _first(self._stop, self._ready)

    async def _work(self, kind: str) -> None:
        """Work on one kind until all must stop or begin anew, or it ended by itself."""
        work = asyncio.create_task(self._engine.work(kind))
        await _first(self._stop, self._anew, beside=work)
        by_itself = work.done()
        work.cancel()
        while not work.done():
            # To be cancelled goes unnoticed now and then, just as a connection is waited for.
            self._engine.end(kind)
            await asyncio.wait({work}, timeout=TOLD_AGAIN)
        [found] = await asyncio.gather(work, return_exceptions=True)
        if by_itself:
            self._lost.append(type(found).__name__)
            self._doubt()

    async def _watch_tables(self) -> None:
        """Look at the tables now and then, and soon when they are in doubt: then nobody begins anything."""
        while not self._stop.is_set():
            await _first(self._stop, self._doubted, within=self._every)
            if self._doubted.is_set():
                # What ended one kind ends the others about now; and what fails at once is not tried at once.
                await _first(self._stop, within=PAUSE)
            if not self._stop.is_set():
                await self._look()

    async def _look(self) -> None:
        lost, self._lost = self._lost, []
        found = await asyncio.to_thread(self._tables.look, lost)
        if found == "away":
            self._doubt()
        else:
            self._doubted.clear()
            self._ready.set()
        if found != "there":
            self._begin_anew()

    def _doubt(self) -> None:
        self._ready.clear()
        self._doubted.set()

    def _begin_anew(self) -> None:
        self._anew.set()
        self._anew.clear()

    async def _watch_clock(self) -> None:
        """Notice when the clock did not go as time does.

        The library counts its runs by the clock on the wall: set back by an hour it would be silent for one,
        and after a leap of a year it would make up for each run that it thinks it has missed.
        """
        before = self._clock()
        while not self._stop.is_set():
            await _first(self._stop, within=LOOKS_EVERY)
            now = self._clock()
            if abs(now - before - LOOKS_EVERY * SECOND) > STEP and not self._stop.is_set():
                log.warning("clock_leapt: the engine begins anew")
                self._begin_anew()
            before = now


async def _first(
    *events: asyncio.Event, beside: "asyncio.Task[None] | None" = None, within: float | None = None
) -> None:
    """Wait until one of some events is set, a task beside them is done, or the time is over."""
    waits = [asyncio.create_task(each.wait()) for each in events]
    tasks: set[asyncio.Task[object]] = {*waits, *({beside} if beside else ())}
    await asyncio.wait(tasks, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    for each in waits:
        each.cancel()
