"""Which of many workers does what next: the home of procrastinate.

Its jobs say "look now", and nothing else: what is to be done are rows of ours. So a job may be lost, done
twice or made anew, and its tables may be dropped at any time. Each kind of work has a queue, of which a
process takes one job at a time: what takes long delays nothing else, and who helps with much is another
process.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from typing import NamedTuple, TypeAlias

from procrastinate import App, PsycopgConnector, RetryStrategy, jobs
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from procrastinate.worker import Worker

from storage import neighbours

log = logging.getLogger(__name__)

NAME = "procrastinate"
MINUTE, HOUR = 60, 3_600
# What the database says of a job that was dropped, or retried by another, while it was being done.
GONE = "P0001"
MEND, MENDS_EVERY = "mend", 10
TRIES, AGAIN_AFTER = 10, 1.0


class Patience(NamedTuple):
    """How often a worker says that it lives and looks at the tables, and when a silent one loses its jobs.

    In seconds.
    """

    beats: float = 10.0
    silent: float = 30.0


class Job:
    """What a piece of work is given: how it asks whether to end, and for others to look as well."""

    def __init__(self, stopping: Callable[[], bool], wake: Callable[[str], None]) -> None:
        self.stopping = stopping
        self.wake = wake


Work: TypeAlias = Callable[[Job], None]


class Kind(NamedTuple):
    """A kind of work, and after how many seconds at most it is looked at again."""

    name: str
    every: float
    work: Work


def make_tables(address: str) -> bool:
    """See that the tables of the library are there, as this version of it wants them."""
    return neighbours.keep(address, NAME, version(NAME), SchemaManager.get_schema())


def cron(seconds: float) -> str:
    """Write a length as the library wants it: never longer than asked, with seconds as a sixth field."""
    whole = max(1, int(seconds))
    if whole < MINUTE:
        return f"* * * * * */{whole}"
    if whole < HOUR:
        return f"*/{whole // MINUTE} * * * *"
    return f"0 */{min(whole // HOUR, 23)} * * *"


class Jobs(JobManager):
    """The jobs in the database, put back in a way that always comes to an end.

    The library would fail when it puts back a job of which another one waits already, and leave it as being
    done by somebody for ever.
    """

    async def retry_job(
        self,
        job: jobs.Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Let a job be done again, by the one that waits if there is one."""
        try:
            await super().retry_job(job, retry_at, priority, queue, lock)
        except UniqueViolation:
            await self.finish_job(job, jobs.Status.FAILED, delete_job=True)
        except ConnectorException as error:
            if not _is_gone(error):
                raise

    async def finish_job(self, job: jobs.Job, status: jobs.Status, delete_job: bool) -> None:  # noqa: FBT001 - as the library calls it
        """End a job; one that another has ended meanwhile is ended."""
        for left in range(TRIES, -1, -1):
            try:
                await super().finish_job(job, status, delete_job)
            except ConnectorException as error:
                if _is_gone(error):
                    return
                if not left:
                    raise
                await asyncio.sleep(AGAIN_AFTER)
            else:
                return


def _is_gone(error: ConnectorException) -> bool:
    return getattr(error.__cause__, "sqlstate", None) == GONE


class Engine:
    """The workers of the library in this process, one for each kind, in one event loop."""

    def __init__(self, address: str, *, patience: Patience, stopping: Callable[[], bool]) -> None:
        self._patience = patience
        self._stopping = stopping
        self._connector = PsycopgConnector(
            conninfo=neighbours.address_of(address, NAME),
            min_size=1,
            max_size=4,
            timeout=5.0,
            # After that the next who wants a connection tries anew, instead of ever more rarely.
            reconnect_timeout=5.0,
        )
        self._apps: dict[str, App] = {}
        self._workers: dict[str, Worker] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked: set[asyncio.Task[None]] = set()

    def add(self, kind: Kind) -> None:
        """Let a kind of work be done here, now and then and whenever somebody wakes it."""
        app = self._app(kind.name)
        job = Job(self._stopping, self._wake)

        @app.periodic(cron=cron(kind.every))
        @app.task(
            name=kind.name,
            queue=kind.name,
            queueing_lock=kind.name,
            retry=RetryStrategy(max_attempts=TRIES, wait=1),
        )
        def _do(timestamp: int) -> None:  # noqa: ARG001 - which run of it this is says nothing: rows say what is due
            kind.work(job)

    def add_mending(self) -> None:
        """Give the jobs of workers that are gone to others."""
        app = self._app(MEND)

        @app.periodic(cron=cron(MENDS_EVERY))
        @app.task(name=MEND, queue=MEND, queueing_lock=MEND)
        async def _mend(timestamp: int) -> None:  # noqa: ARG001 - see above
            silent = self._patience.silent
            for each in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent):
                log.info("retried %s: its worker is gone", each.task_name)
                await app.job_manager.retry_job(each)

    async def open(self) -> None:
        """Connect."""
        self._loop = asyncio.get_running_loop()
        await self._connector.open_async()

    async def close(self) -> None:
        """Let go of the server."""
        await self._connector.close_async()

    @property
    def kinds(self) -> list[str]:
        """Name what is done here."""
        return list(self._apps)

    async def work(self, kind: str) -> None:
        """Do jobs of one kind, the first at once, until told to `end`: after the one that is being done."""
        await self._ask(kind)
        worker = self._workers[kind] = Worker(
            self._apps[kind],
            queues=[kind],
            name=kind,
            concurrency=1,
            delete_jobs="always",
            install_signal_handlers=False,
            fetch_job_polling_interval=1.0,
            update_heartbeat_interval=self._patience.beats,
            stalled_worker_timeout=self._patience.silent,
        )
        await worker.run()  # type: ignore[no-untyped-call]  # of the library

    def end(self, kind: str) -> None:
        """Tell who does the jobs of a kind to end; one that is only beginning may have to be told again."""
        if kind in self._workers:
            self._workers[kind].stop()  # type: ignore[no-untyped-call]  # of the library

    def _app(self, name: str) -> App:
        app = self._apps[name] = App(connector=self._connector)
        app.job_manager = Jobs(connector=self._connector)
        return app

    def _wake(self, kind: str) -> None:
        """Let somebody look at once, unless somebody is about to; called from the thread of a job."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ask_soon, kind)

    def _ask_soon(self, kind: str) -> None:
        task = asyncio.ensure_future(self._ask(kind))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def _ask(self, kind: str) -> None:
        try:
            await self._apps[kind].tasks[kind].defer_async(timestamp=0)
        except AlreadyEnqueued:
            pass
        except ConnectorException as error:
            # It comes by itself before long.
            log.debug("not_asked %s: %s", kind, type(error).__name__)
