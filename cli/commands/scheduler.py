"""`carepath scheduler`: the clock that raises, escalates and tells."""

import logging
import os
import platform
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click

from cli import clock, options
from cli.command import Group, command
from cli.json_shapes import print_json
from cli.printing import counted, say
from pathways.moments import iso
from scheduler.delivery import Deliver, Output, through
from scheduler.heartbeats import Worker
from scheduler.status import Status, status
from scheduler.telling import lines
from scheduler.tick import NOW_AND_THEN, tick
from storage.connection import Database

EVERY = 60.0  # seconds


class Ticking(NamedTuple):
    """One scheduler. `age` counts seconds since its last tick began; none: it never ticked."""

    worker: str
    age: float | None
    alive: bool


class ClockStatus(NamedTuple):
    """The clock as it stands.

    `next_at` is when something next has its moment; if that has passed, it waits for a tick.
    """

    at: str
    alive: bool
    next_at: str | None
    undelivered: int
    workers: tuple[Ticking, ...]


@click.group(cls=Group)
def scheduler() -> None:
    """Run the clock: what has come due is raised once, escalated in time, and told.

    The lists are right without it, but nobody is told.
    """


@command("carepath scheduler run", "carepath scheduler run --every 30")
@click.option(
    "--every",
    type=click.FloatRange(1, 3600),
    metavar="SECONDS",
    default=EVERY,
    show_default=True,
    help="Seconds between two ticks.",
)
@options.database
def run(path: Path, every: float) -> None:
    """Tick again and again, until stopped by Ctrl-C or by the system."""
    from scheduler.loop import run as run_loop

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with Database(path) as database, database.reading():
        pass  # a wrong path is better told now than by every tick
    say(f"Ticking every {every:g} seconds over {path}. Ctrl-C stops.")
    run_loop(partial(Database, path), clock=clock.now, worker=_worker(every), deliver=_deliver())


@command("carepath scheduler once", "carepath scheduler once --every 300")
@click.option(
    "--every",
    type=click.FloatRange(1, 86_400),
    default=NOW_AND_THEN,
    show_default=True,
    metavar="SECONDS",
    help="How often it is called: later than that, the lists say that nobody is told.",
)
@options.database
def once(path: Path, every: float) -> None:
    """Tick once: raise and tell what has come due, then end. For a system that has a clock of its own."""
    with Database(path) as database:
        report = tick(database, now=clock.now(), worker=_worker(every, name="once"), deliver=_deliver())
    for line in lines(report):
        say(line)


@command("carepath scheduler status", "carepath scheduler status --json")
@options.reads
def status_(path: Path, *, as_json: bool) -> None:
    """Say who ticks, when last, and what waits."""
    with Database(path) as database:
        found = status(database, now=clock.now())
    if as_json:
        print_json(_plain(found))
        return
    if not found.workers:
        say("No scheduler has ever run: `carepath scheduler run`.")
    for worker in found.workers:
        beat = worker.heartbeat
        ticked = "never ticked" if worker.age is None else f"last ticked {worker.age:.0f} seconds ago"
        say(f"{beat.worker}: {ticked}, {'alive' if worker.alive else 'silent'}")
    say(f"Next moment: {iso(found.next_at) if found.next_at is not None else 'none'}.")
    say(f"{counted(found.undelivered, 'message')} to deliver.")


def _plain(found: Status) -> ClockStatus:
    return ClockStatus(
        at=iso(found.at),
        alive=found.alive,
        next_at=None if found.next_at is None else iso(found.next_at),
        undelivered=found.undelivered,
        workers=tuple(Ticking(each.heartbeat.worker, each.age, each.alive) for each in found.workers),
    )


def _worker(interval: float, name: str = "") -> Worker:
    """Name who ticks: by its process, or (as every single tick of a host) by a name that stays."""
    host = platform.node()
    return Worker(name=f"{host}-{name or os.getpid()}", host=host, interval=interval, started_at=clock.now())


def _deliver() -> Deliver:
    return through({"output": Output(write=say)})


scheduler.add_command(run, "run")
scheduler.add_command(once, "once")
scheduler.add_command(status_, "status")
