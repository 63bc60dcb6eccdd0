"""Where the database of a soak lies, what can happen to it there, and how it is backed up."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeAlias
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from benchmarks.kinds import beside
from benchmarks.soak.crew import bound_by_modes
from benchmarks.soak.shift import Shift
from caseload.backing_up import back_up as back_up_file
from caseload.restoring import restore
from pathways.errors import DatabaseProblem
from storage.connection import Database
from storage.filesystems import on_server
from tests.servers import Machine, folder_of_tools

MEGABYTES = 48
# Does something to the place, and after so many seconds lets it be as before.
Fault: TypeAlias = Callable[[float], None]
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
)


class Place(NamedTuple):
    """A path or an address, and what can be done to it; `missing` says what cannot, and why."""

    place: str
    faults: Mapping[str, Fault]
    missing: str = ""


@contextmanager
def a_file(folder: Path) -> Iterator[Place]:
    """Give a place for a file: on a small disk of its own, where one can be mounted."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = _mounted(disk)
    faults: dict[str, Fault] = {}
    if bound_by_modes() is not None:
        faults["read-only"] = lambda seconds: _read_only(disk, seconds)
    if mounted:
        faults["disk full"] = lambda seconds: _full(disk, seconds)
    try:
        left_out = [name for name in ("read-only", "disk full") if name not in faults]
        missing = f"{' and '.join(left_out)}, for which root and its tools are wanted" if left_out else ""
        yield Place(str(disk / "site.db"), faults, missing)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(disk)], check=True)  # noqa: S607 - of the system


def _mounted(disk: Path) -> bool:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    words = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "soak", str(disk)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _read_only(disk: Path, seconds: float) -> None:
    """Let nobody write who opens it from now on; the processes are not those of the owner."""
    before = {each: each.stat().st_mode for each in (disk, *disk.glob("site.db*"))}
    try:
        for each in before:
            each.chmod(0o555 if each == disk else 0o444)
        time.sleep(seconds)
    finally:
        for each, mode in before.items():
            with suppress(FileNotFoundError):
                each.chmod(mode)


def _full(disk: Path, seconds: float) -> None:
    filler = disk / "filler"
    try:
        with filler.open("wb", buffering=0) as into, suppress(OSError):
            while True:
                into.write(b"x" * 4096)
        time.sleep(seconds)
    finally:
        filler.unlink()


@contextmanager
def a_server(address: str = "") -> Iterator[Place]:
    """Give a database on a server: of its own, to which anything may happen, or a named one."""
    if address:
        missing = "the server is not ours: it is only ever cut off"
        yield Place(address, {"cut off": lambda _: _cut(address, address)}, missing)
        return
    machine = Machine()
    try:
        with psycopg.connect(machine.address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE soak")
        soak = beside(machine.address, "soak")
        yield Place(soak, _of_a_server(machine, soak))
    finally:
        machine.gone()


def _of_a_server(machine: Machine, soak: str) -> dict[str, Fault]:
    def restarted(seconds: float) -> None:
        machine.stop()
        time.sleep(seconds)
        machine.start()

    def killed(seconds: float) -> None:
        machine.kill()
        time.sleep(seconds)
        machine.start()

    return {
        "server restarted": restarted,
        "server killed": killed,
        "cut off": lambda _: _cut(machine.address, soak),
        "refusing": lambda seconds: _set(
            machine.address, soak, seconds, "ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"
        ),
        "read-only": lambda seconds: _set(
            machine.address,
            soak,
            seconds,
            "SET default_transaction_read_only = on",
            "RESET default_transaction_read_only",
        ),
        "server stands still": lambda seconds: _still(machine, seconds),
    }


def _cut(address: str, soak: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(OTHERS, (urlsplit(soak).path.strip("/"),))


def _set(address: str, soak: str, seconds: float, this: str, back: str) -> None:
    name = Identifier(urlsplit(soak).path.strip("/"))
    with psycopg.connect(address, autocommit=True) as connection:
        # Written here, not given: neither is a value.
        connection.execute(SQL("ALTER DATABASE {} ").format(name) + SQL(this))
        _cut(address, soak)
        time.sleep(seconds)
        connection.execute(SQL("ALTER DATABASE {} ").format(name) + SQL(back))


def _still(machine: Machine, seconds: float) -> None:
    """Stop every process of the server, which then neither answers nor hangs up."""
    processes = machine.processes()
    for each in processes:
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGSTOP)
    time.sleep(seconds)
    for each in processes:
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGCONT)


def back_up(shift: Shift) -> Path:
    """Make a backup beside what is written down, with the tools that a site has."""
    folder = shift.file("backups")
    if not on_server(shift.place):
        with Database(shift.place) as database:
            return back_up_file(database, folder, now=shift.now()).backup.file
    file = folder / f"{shift.now()}.dump"
    _tool("pg_dump", "-Fc", "-f", str(file), "-d", shift.place)
    return file


def restored(shift: Shift, file: Path) -> str:
    """Put a backup where there is nothing yet, and say where."""
    if not on_server(shift.place):
        target = shift.file("restored.db")
        restore(target, file, now=shift.now(), although_newer=False, running=lambda _: "")
        return str(target)
    with psycopg.connect(shift.place, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS restored")
        connection.execute("CREATE DATABASE restored")
    address = beside(shift.place, "restored")
    _tool("pg_restore", "--no-owner", "-d", address, str(file))
    return address


def _tool(name: str, *words: str) -> None:
    done = subprocess.run(
        [str(folder_of_tools() / name), *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DatabaseProblem(f"{name} says: {done.stderr.strip()}")
