"""Processes of their own, for what one can do only once: be told to stop, be killed, have a wrong clock."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Thread

from tests.modules import ROOT

# As of a process that is no more; the number of one that has just ended may be given to another.
GONE = 2**22 + 1
PATIENCE = 120.0  # seconds; only ever waited for when something is wrong


class Child:
    """A running program, with the lines it has written; with too many unread ones it has to wait."""

    def __init__(
        self, module: str, *arguments: str, unread: int = 0, environment: Mapping[str, str] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=os.environ | (environment or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: Queue[str | None] = Queue(unread)
        self._over = False
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def line(self, *, within: float = PATIENCE) -> str | None:
        """Return the next line, or none when there is none in time, or ever."""
        if self._over:
            return None
        try:
            found = self._lines.get(timeout=within)
        except Empty:
            return None
        self._over = found is None
        return found

    def until(self, wanted: str) -> None:
        while (line := self.line()) != wanted:
            assert line is not None, f"no {wanted!r} in time"

    def until_begins(self, wanted: str | tuple[str, ...]) -> str:
        while not (line := self.line() or "").startswith(wanted):
            assert line, f"nothing in time that begins with {wanted!r}"
        return line

    def say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def drained(self) -> list[str]:
        """Return what was written and not read yet, up to the end of the program."""
        lines = []
        while (line := self.line()) is not None:
            lines.append(line)
        assert self._over, "it does not end"
        return lines

    def stand_still(self) -> None:
        """Stop the program, and wait until all of it stands: a thread may go on for a moment."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.process.pid, os.WUNTRACED)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def child(
    module: str, *arguments: str, unread: int = 0, environment: Mapping[str, str] | None = None
) -> Iterator[Child]:
    started = Child(module, *arguments, unread=unread, environment=environment)
    try:
        yield started
    finally:
        started.process.kill()
        started.process.wait()
        started.drained()  # or it is read from what is closed
        for stream in (started.process.stdin, started.process.stdout, started.process.stderr):
            if stream:
                stream.close()
