"""Who is at work over a file, for those who would put another in its place: also who stands still."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from cli import clock
from pathways.spans import SECOND
from scheduler.heartbeats import beginning
from scheduler.lease import ONCE, Lease, seen_at_work
from scheduler.status import running
from storage.connection import Database
from tests.modules import ROOT
from tests.scheduler.children import PATIENCE
from tests.scheduler.drill import HOUR, at, site, worker

pytestmark = [
    pytest.mark.only("sqlite"),
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="what a process has open is not shown"),
]

PROGRAM = (sys.executable, "-c", "from cli.main import main; main()", "scheduler")
CLAIMED = "SELECT count(*) FROM delivery WHERE state = 'claimed'"
NOW = at(1, "09:00")


@contextmanager
def standing_still(path: Path, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a scheduler whose output nobody takes, until it waits with messages in hand."""
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writes, b"x" * 512)
    os.set_blocking(writes, True)
    program = [*PROGRAM, *words, "--database", str(path)]
    started = subprocess.Popen(program, cwd=ROOT, stdout=writes, stderr=subprocess.DEVNULL)
    try:
        _until_claimed(path, started)
        yield started
    finally:
        started.kill()
        started.wait()
        os.close(reads)
        os.close(writes)


def _until_claimed(path: Path, started: "subprocess.Popen[bytes]") -> None:
    for _ in range(int(PATIENCE / 0.05)):
        with Database(path) as database:
            if database.reader().execute(CLAIMED).fetchall() != [(0,)]:
                return
        with suppress(subprocess.TimeoutExpired):
            started.wait(0.05)
            break
    raise AssertionError("it claimed nothing")


def test_a_single_tick_that_stands_still_is_at_work_and_one_that_was_killed_is_not(tmp_path: Path) -> None:
    path = site(tmp_path, patients=1)
    with standing_still(path, "once") as once, Database(path) as database:
        name = f"{platform.node()}-{once.pid}"
        assert running(database, clock.now() + 9 * HOUR) == name

        once.kill()
        once.wait()
        assert running(database, clock.now()) == ""
        with seen_at_work(database, clock.now()), database.reading() as store:
            assert [row.name for row in store.routines()] == [f"{ONCE}{platform.node()}-{os.getpid()}"]
        with database.reading() as store:
            assert store.routines() == []


@contextmanager
def having_open(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Let another process have a file open."""
    program = [sys.executable, "-c", f"kept = open({str(path)!r}); print('open', flush=True); input()"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        yield other
        other.kill()


def test_who_has_lost_its_lease_is_at_work_as_long_as_it_has_the_file_open(tmp_path: Path) -> None:
    path = site(tmp_path)
    with having_open(path) as other, Database(path) as database:
        stopped = worker(f"{platform.node()}-{other.pid}")
        assert Lease(stopped, lasts=1.0).take(database, NOW)
        with database.writing() as store:
            store.begin_tick(beginning([], stopped, NOW))
        assert Lease(worker("next"), lasts=1.0).take(database, NOW + 2 * SECOND)

        assert running(database, NOW + HOUR) == stopped.name


def test_a_process_that_has_another_file_open_is_at_work_elsewhere(tmp_path: Path) -> None:
    """As is one that got the number of a scheduler that is no more."""
    path, elsewhere = site(tmp_path), tmp_path / "elsewhere.db"
    elsewhere.touch()
    with having_open(elsewhere) as other, Database(path) as database:
        assert Lease(worker(f"{platform.node()}-{other.pid}"), lasts=1.0).take(database, NOW)

        assert running(database, NOW + HOUR) == ""
