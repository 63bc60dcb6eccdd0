"""Takes a server away when whoever used it has ended, however they did: a killed run cleans nothing up.

Run as a program of its own, with the folder of the server and the numbers of others who may use it; its
input closes when its parent is gone.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

_watching: list[subprocess.Popen[bytes]] = []


def watch(folder: Path, *users: int) -> None:
    """Let a process that outlives this one, and other users, look after the server in a folder."""
    # In a session of its own: what kills all processes of a run leaves it alive.
    command = [sys.executable, __file__, str(folder), *(str(pid) for pid in users)]
    # Nor does it keep a pipe open that somebody reads to its end to know that this one has ended.
    closed = subprocess.DEVNULL
    _watching.append(
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=closed, stderr=closed, start_new_session=True)
    )


def _take_away(folder: Path, users: list[int]) -> None:
    while any(map(_lives, [*users, *_users(folder)])):
        time.sleep(0.2)  # the one who watches for them may have been killed too
    with suppress(OSError, ValueError, IndexError):
        os.kill(int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
    for _ in range(50):
        if not (folder / "postmaster.pid").exists():
            break
        time.sleep(0.1)
    shutil.rmtree(folder, ignore_errors=True)


def _users(folder: Path) -> list[int]:
    with suppress(OSError, ValueError):
        return [int(pid) for pid in json.loads((folder / ".handle_pids.json").read_text())]
    return []


def _lives(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


if __name__ == "__main__":
    sys.stdin.read()
    _take_away(Path(sys.argv[1]), [int(each) for each in sys.argv[2:]])
