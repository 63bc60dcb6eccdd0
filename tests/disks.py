"""Disks of their own, so small that they fill up: mounted for a test, where this machine allows it."""

import errno
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

import pytest

PATIENCE = 120.0  # seconds; only ever waited for when something is wrong


class Disk:
    """A disk that can be filled and emptied, and made read-only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filling = folder / "in-the-way"

    def fill(self, *, but: int = 0) -> None:
        """Leave no byte, or so many."""
        over = monotonic() + PATIENCE
        self._fill()
        while self.free:  # somebody at work on it gave room back meanwhile
            assert monotonic() < over
            self._fill()
        if but:
            with self._filling.open("ab", 0) as file:
                file.truncate(self._filling.stat().st_size - but)

    def _fill(self) -> None:
        with suppress(OSError), self._filling.open("ab", 0) as file:
            while True:
                file.write(bytes(4096))

    @property
    def free(self) -> int:
        return shutil.disk_usage(self.folder).free

    def make_room(self) -> None:
        self._filling.unlink()

    def read_only(self) -> None:
        """Wait for a moment at which nobody has a file open to write: before, it cannot be done."""
        over = monotonic() + PATIENCE
        while not self._mounted("remount,ro"):
            if monotonic() > over:
                raise OSError(errno.EBUSY, "somebody always writes")

    def writable(self) -> None:
        assert self._mounted("remount,rw")

    def _mounted(self, how: str) -> bool:
        words = ["mount", "-o", how, str(self.folder)]
        return subprocess.run(words, check=False, capture_output=True).returncode == 0


@contextmanager
def small_disk(folder: Path, megabytes: int, *, owner: str = "") -> Iterator[Disk]:
    """Mount a disk of that size; skip the test where that is not allowed."""
    folder.mkdir(exist_ok=True)
    options = f"size={megabytes}m" + (f",uid={owner},mode=700" if owner else "")
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine does not let us mount a small disk")
    try:
        yield Disk(folder)
    finally:
        # Also while something that died of the test still has a file open.
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607
