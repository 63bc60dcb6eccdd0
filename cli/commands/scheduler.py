"""`carepath scheduler`: the clock that raises, escalates and tells."""

import os
import platform
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import click

from caseload.reaching import OUTPUT
from cli import clock, options
from cli.command import Group, command
from cli.commands.scheduler_gaps import gaps_
from cli.commands.scheduler_rehearse import rehearse_
from cli.json_shapes import print_json
from cli.logs import begin_log, whole_messages
from cli.metrics import answering
from cli.metrics_port import MetricsPort
from cli.printing import counted, indented, say
from pathways.errors import Refused
from pathways.moments import iso, shown
from scheduler.channels import hand_over
from scheduler.daily import DAILY
from scheduler.delivery import Deliver, Output, through
from scheduler.heartbeats import Worker
from scheduler.lease import seen_at_work
from scheduler.metrics import TickTimes
from scheduler.nightly import Last
from scheduler.posting import Post, post
from scheduler.routines import see_to
from scheduler.status import Status, WorkerStatus, not_come, pace, status
from scheduler.telling import lines, posted
from scheduler.tick import LEASE, NOW_AND_THEN, never, tick
from storage.connection import Database
from storage.filesystems import on_server
from storage.filesystems import shown as shown_place

POSTS_FOR = 60.0  # seconds


class Ticking(NamedTuple):
    """One scheduler. `age` counts seconds since its last tick began; none: it never ticked."""

    worker: str
    age: float | None
    alive: bool


class Failure(NamedTuple):
    """A channel of somebody that does not work: how many messages, one of the reasons."""

    staff: str
    channel: str
    messages: int
    error: str
    given_up: bool


class LastCheck(NamedTuple):
    """The last check by night: when it ended, what it found in short, and whether the next is overdue."""

    at: str
    said: str
    late: bool


class ClockStatus(NamedTuple):
    """The clock as it stands.

    `next_at` is when something next has its moment; if that has passed, it waits for a tick. `given_up`
    counts messages that never arrived, `failing` says through which channels of whom. `checked` is the last
    check by night, none before the first. `lease` is the scheduler that works, while others stand by; on a
    server there is none, as all work.
    """

    at: str
    alive: bool
    next_at: str | None
    undelivered: int
    given_up: int
    failing: tuple[Failure, ...]
    checked: LastCheck | None
    workers: tuple[Ticking, ...]
    lease: str | None


@click.group(cls=Group)
def scheduler() -> None:
    """Run the clock: what has come due is raised once, escalated in time, and told.

    The lists are right without it, but nobody is told.
    """


@command("carepath scheduler run", "carepath scheduler run --every 30", "carepath scheduler run --cluster")
@options.every
@options.log_format
@options.metrics_port
@click.option(
    "--metrics-host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where to answer it; any but this machine itself should be behind a firewall.",
)
@click.option(
    "--cluster",
    is_flag=True,
    help="Be one of many workers over a database on a server, see docs/how-to/run-a-cluster.md.",
)
@options.database
def run(
    path: Path, every: float, log_format: str, metrics_port: int | None, metrics_host: str, *, cluster: bool
) -> None:
    """Tick again and again, until stopped by Ctrl-C or by the system."""
    run_loop = _run_cluster(path) if cluster else _run_alone(path)
    write, times = begin_log(log_format), TickTimes()
    with Database(path) as database, database.reading():
        pass  # a wrong path is better told now than by every tick
    with MetricsPort(partial(answering, path, times, host=metrics_host, port=metrics_port)) as metrics:

        def ticked(seconds: float) -> None:
            times.ticked(seconds)
            metrics.take()  # who stood by, and ticks now, is the one to be asked

        write(f"Ticking every {every:g} seconds over {shown_place(path)}. Ctrl-C stops.")
        run_loop(
            clock=clock.now,
            worker=_worker(every),
            deliver=_deliver(write),
            way=partial(_way, write=whole_messages(log_format, write)),
            routines=DAILY,
            ticked=ticked,
        )


def _run_alone(path: Path) -> Callable[..., None]:
    from scheduler.loop import run as run_loop

    return partial(run_loop, partial(Database, path))


def _run_cluster(path: Path) -> Callable[..., None]:
    """Return how to be one of many, or say what that needs."""
    place = os.fspath(path)
    if not on_server(place):
        raise Refused(
            f"Many workers need a database on a PostgreSQL server, and {place} is a file: move it there "
            "with `carepath copy`, or run without --cluster."
        )
    try:
        from scheduler.cluster import run as run_cluster
    except ModuleNotFoundError as missing:
        raise Refused(
            f"Many workers need {missing.name}, which is not installed: docs/how-to/run-a-cluster.md says "
            "how, and docs/how-to/install-offline.md without internet."
        ) from None
    return partial(run_cluster, place)


@command("carepath scheduler once", "carepath scheduler once --every 300")
@click.option(
    "--every",
    type=click.FloatRange(1, 86_400),
    metavar="SECONDS",
    help="How often it is called: later than that, the lists say that nobody is told. Unless it is said, as "
    "often as the one ticked who ran here in the last week, or once a day.",
)
@options.log_format
@options.database
def once(path: Path, every: float | None, log_format: str) -> None:
    """Tick once: raise and tell what has come due, then end. For a system that has a clock of its own.

    Messages to people go out for a minute; the rest goes with the next tick.
    """
    write = begin_log(log_format, quiet=True)
    with Database(path) as database, seen_at_work(database, clock.now()):
        worker = _worker(every or _pace(database), name="once")
        report = tick(database, now=clock.now(), worker=worker, deliver=_deliver(write))
        see_to(database, DAILY, clock=clock.now, worker=worker.name, lease=LEASE, enough=never)
        ends = monotonic() + POSTS_FOR

        def enough() -> bool:
            return monotonic() > ends

        sent = post(
            database,
            _way(enough, write=whole_messages(log_format, write)),
            clock=clock.now,
            worker=worker.name,
            lease=LEASE,
            enough=enough,
        )
    for line in (*lines(report), *posted(sent)):
        write(line)


@command("carepath scheduler status", "carepath scheduler status --json")
@options.reads
def status_(path: Path, *, as_json: bool) -> None:
    """Say who ticks, when last, and what waits."""
    with Database(path) as database:
        found = status(database, now=clock.now())
        with database.listing() as lists:
            zone = lists.site_zone()
    if as_json:
        print_json(_plain(found))
        return
    if not found.workers:
        say("No scheduler has ever run: `carepath scheduler run`.")
    for worker in found.workers:
        for line in indented(f"{worker.heartbeat.worker}: {_ticked(worker, zone)}", 0):
            say(line)
    if found.holder is not None:
        say(f"{found.holder} holds the lease; any other stands by.")
    if found.all_work and found.workers:
        say("On a server there is no lease: all schedulers share what is due.")
    say(f"Next moment: {shown(found.next_at, zone) if found.next_at is not None else 'none'}.")
    say(f"{counted(found.undelivered, 'message')} to deliver, {found.failed} given up.")
    for each in found.failing:
        trying = "given up" if each.given_up else "tried again"
        say(f"{each.staff} by {each.channel}: {counted(each.messages, 'message')} {trying}, {each.error}.")
    for line in indented(_checked(found.checked, zone), 0):
        say(line)


def _ticked(worker: WorkerStatus, zone: str) -> str:
    """Say when somebody last ticked; a moment that has not come was written by a clock that was ahead."""
    if worker.age is None:
        return f"never ticked, {_how(worker)}"
    if worker.ahead:
        return f"last ticked at {not_come(worker, zone)}"
    return f"last ticked {worker.seconds:.0f} seconds ago, {_how(worker)}"


def _how(worker: WorkerStatus) -> str:
    if worker.alive:
        return "alive"
    return "gone" if worker.gone else "silent"


def _checked(last: Last | None, zone: str) -> str:
    """Say what the last check by night found; loudly when another should have come long ago."""
    if last is None:
        return "Nothing was checked by night yet; until then `carepath check` does it."
    if last.late:
        return (
            f"NOT CHECKED SINCE {shown(last.at, zone)}, when it said: {last.said}. "
            "`carepath check` does it now; see that `carepath scheduler run` runs, and what it logs."
        )
    return f"Checked by night at {shown(last.at, zone)}: {last.said}."


def _plain(found: Status) -> ClockStatus:
    return ClockStatus(
        at=iso(found.at),
        alive=found.alive,
        next_at=None if found.next_at is None else iso(found.next_at),
        undelivered=found.undelivered,
        given_up=found.failed,
        failing=tuple(Failure(*each) for each in found.failing),
        checked=None if found.checked is None else LastCheck(iso(found.checked.at), *found.checked[1:]),
        workers=tuple(Ticking(each.heartbeat.worker, each.age, each.alive) for each in found.workers),
        lease=found.holder,
    )


def _pace(database: Database) -> float:
    with database.reading() as store:
        return pace(store, clock.now()) or NOW_AND_THEN


def _worker(interval: float, name: str = "") -> Worker:
    """Name who ticks: by its process, or (as every single tick of a host) by a name that stays."""
    host = platform.node()
    return Worker(name=f"{host}-{name or os.getpid()}", host=host, interval=interval, started_at=clock.now())


def _way(stopped: Callable[[], bool], *, write: Callable[[str], None]) -> Post:
    return Post(partial(hand_over, stopped=stopped), write)


def _deliver(write: Callable[[str], None]) -> Deliver:
    return through({OUTPUT: Output(write=write)})


scheduler.add_command(gaps_, "gaps")
scheduler.add_command(run, "run")
scheduler.add_command(once, "once")
scheduler.add_command(status_, "status")
scheduler.add_command(rehearse_, "rehearse")
