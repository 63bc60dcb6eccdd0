"""`carepath doctor`: everything that can be wrong with a site, and how to mend it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from cli import clock, configuration, options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import counted, indented, say
from pathways.errors import DatabaseProblem, LooseEnds, Urgent
from pathways.moments import Moment, iso
from scheduler import health, health_file
from scheduler.looks import NOW, SOON, WELL, Look, State
from storage import problems
from storage.connection import Database
from storage.filesystems import on_server
from storage.outside import outside

BUSY = 0.5  # seconds; a database that is locked longer is itself a finding
LOCALTIME = Path("/etc/localtime")
WORDS: dict[State, str] = {WELL: "well", SOON: "TO MEND", NOW: "AT ONCE"}


class Health(NamedTuple):
    """How a site is: the worst of all looks, and each of them."""

    at: str
    database: str
    state: State
    looks: tuple[Look, ...]


@command("carepath doctor", "carepath doctor --json")
@options.as_json
@click.option(
    "--database",
    "typed",
    type=options.DatabaseType(),
    envvar=configuration.DATABASE,
    show_envvar=True,
    metavar="PLACE",
    help="The database, if not the usual one: a file, or postgresql://user@host/name.",
)
def doctor(typed: Path | None, *, as_json: bool) -> None:
    """Look at everything that can be wrong with this site, and say how to mend each.

    Takes moments and writes nothing, whatever state the database is in. For monitors the exit code is 0 when
    all is well, 8 when something is to be mended, 9 when that is so at once: nobody is told, or nothing kept.
    """
    now = clock.now()
    path, configured = _database(typed)
    looks = tuple([configured, *_looks(path, now)] if path else [configured])
    state = next(each for each in (NOW, SOON, WELL) if each in {look.state for look in looks})
    if as_json:
        print_json(Health(iso(now), str(path or ""), state, looks))
    else:
        _show(looks)
    _leave(looks, state)


def _database(typed: Path | None) -> tuple[Path | None, Look]:
    """Find the database; a configuration that cannot be followed is a finding like others."""
    try:
        path = typed or options.DatabaseType().convert(configuration.database_path(), None, None)
        configuration.configured_by()
    except configuration.ConfigurationProblem as problem:
        return typed, Look("configuration", NOW, str(problem))
    return path, Look("configuration", WELL, f"It can be read; the database is {path}.")


def _looks(path: Path, now: Moment) -> Iterator[Look]:
    if on_server(path):
        yield from _looks_at_server(path, now)
        return
    try:
        with problems.explained(path):
            seen = outside(path)
    except DatabaseProblem as problem:
        yield Look("file", NOW, str(problem))
        return
    except OSError as problem:  # whatever else a disk may say
        yield Look("file", NOW, f"{path} cannot be looked at ({problem.strerror}): check its disk.")
        return
    yield from health_file.looks(path, seen)
    if seen is None or seen.wal is None or seen.shared:
        return
    with Database(path, busy=BUSY) as database:
        yield from health.looks(database, now, machine_zone=_machine_zone())


def _looks_at_server(address: Path, now: Moment) -> Iterator[Look]:
    try:
        # Imported here: who has no server need not have its driver.
        from scheduler import health_server
        from storage import outside_server

        seen = outside_server.on_server(address, clock.now, busy=BUSY)
    except DatabaseProblem as problem:
        yield Look("server", NOW, str(problem))
        return
    yield from health_server.looks(address, seen)
    with Database(address, busy=BUSY) as database:
        yield from health.looks(database, now, machine_zone=_machine_zone())


def _machine_zone() -> str:
    """Return the time zone of this machine; empty where it does not say."""
    stated = os.environ.get("TZ", "").removeprefix(":")
    _, found, name = str(LOCALTIME.resolve()).partition("zoneinfo/")
    return stated or (name if found else "")


def _show(looks: tuple[Look, ...]) -> None:
    widest = max(len(look.what) for look in looks)
    for look in looks:
        first, *more = indented(f"{WORDS[look.state]}: {look.says}", widest + 2)
        say(f"{look.what:<{widest}}  {first.lstrip()}")
        for line in more:
            say(line)


def _leave(looks: tuple[Look, ...], state: State) -> None:
    """Leave with the code that a monitor reads."""
    at_once, soon = (sum(look.state == each for look in looks) for each in (NOW, SOON))
    if state == NOW:
        more = f", and {counted(soon, 'thing')} later" if soon else ""
        raise Urgent(f"{counted(at_once, 'thing')} to mend at once{more}: see above how.")
    if state == SOON:
        raise LooseEnds(f"{counted(soon, 'thing')} to mend: see above how.")
