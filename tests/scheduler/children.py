"""Processes of their own, for what one can do only once: be told to stop, be killed, have a wrong clock."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Thread

from tests.modules import ROOT

PATIENCE = 30.0  # seconds; only ever waited for when something is wrong


class Child:
    """A running program, with the lines it has written."""

    def __init__(self, module: str, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def line(self, *, within: float = PATIENCE) -> str | None:
        """Return the next line, or none when there is none in time."""
        try:
            return self._lines.get(timeout=within)
        except Empty:
            return None

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
        """Return what was written and not read yet, once the program has ended."""
        self._reader.join(PATIENCE)
        return [self._lines.get_nowait() for _ in range(self._lines.qsize())]


@contextmanager
def child(module: str, *arguments: str, **environment: str) -> Iterator[Child]:
    started = Child(module, *arguments, **environment)
    try:
        yield started
    finally:
        started.process.kill()
        started.process.wait()
        started._reader.join(PATIENCE)  # or it reads what is closed
        for stream in (started.process.stdin, started.process.stdout, started.process.stderr):
            if stream:
                stream.close()
