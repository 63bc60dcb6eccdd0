"""Whether the process that a worker is named after is still there, as far as this machine can tell."""

import os
import platform
from contextlib import suppress
from pathlib import Path

from caseload.foot import STEP
from pathways.moments import Moment
from pathways.spans import SECOND
from scheduler.clocks import uptime

_PROCESSES = Path("/proc")
# Of what is said of a process behind its name: when it began, counted from the start of the machine.
_BEGAN = 19


def this_process() -> str:
    """Name who is at work by this machine and process."""
    return f"{platform.node()}-{os.getpid()}"


def gone(worker: str) -> bool:
    """Say whether a worker was a process of this machine that is no more; when in doubt it is there."""
    number = _here(worker)
    return number is not None and not _there(number)


def has_in_hand(worker: str, file: Path, *, since: Moment, now: Moment) -> bool:
    """Say whether a worker that was at work at a moment is another process of this machine with a file open.

    Where nobody may ask what it has open, it has, unless it began later: numbers are given again.
    """
    number = _here(worker)
    if number is None or number == os.getpid() or not _there(number):
        return False
    try:
        return _has_open(_PROCESSES / str(number) / "fd", file)
    except OSError:
        return not _began_after(number, since, now)


def _has_open(opened: Path, file: Path) -> bool:
    there = file.stat()
    for each in opened.iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            if os.path.samestat(each.stat(), there):
                return True
    return False


def _began_after(number: int, since: Moment, now: Moment) -> bool:
    try:
        # Behind the name, which may hold anything.
        said = (_PROCESSES / str(number) / "stat").read_text().rpartition(")")[2].split()
        age = uptime() - int(said[_BEGAN]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return False
    return now - int(age * SECOND) > since + STEP


def _here(worker: str) -> int | None:
    """Return the number of the process, of one on this machine."""
    host, _, number = worker.rpartition("-")
    if host != platform.node() or not number.isdecimal() or os.name == "nt":
        return None
    return int(number)


def _there(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
