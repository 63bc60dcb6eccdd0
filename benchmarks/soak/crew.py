"""The processes of a soak: started, killed, stopped and woken, and put back to work."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from benchmarks.soak.shift import Shift

ROOT = Path(__file__).parents[2]
AT_WORK = {"coordinator": 3, "scheduler": 2, "keeper": 1}
ENDS_WITHIN = 60.0  # seconds; a second is meant, on a machine that does nothing else


class Crew:
    """Who is at work. What ends by itself is `wrong`: nothing that happens is a reason to end."""

    def __init__(self, shift: Shift, random: Random) -> None:
        self._shift, self._random = shift, random
        self._numbers: Counter[str] = Counter()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.wrong: list[str] = []
        for what, times in AT_WORK.items():
            for _ in range(times):
                self._start(what)

    def faults(self) -> dict[str, Callable[[float], None]]:
        """Return what can happen to them."""
        return {"killed": self.killed, "told to end": self.told_to_end, "stopped": self.stopped}

    def killed(self, _: float) -> None:
        """Kill one of them, and put another in its place."""
        name = self._one()
        self._running[name].kill()
        self._replace(name)

    def told_to_end(self, _: float) -> None:
        """Tell a scheduler to end, which it does properly once it has begun."""
        name = self._one("scheduler")
        self._begun(name)
        self._running[name].terminate()
        self._ended(name)
        self._replace(name)

    def stopped(self, seconds: float) -> None:
        """Let one of them stand still for a while, whatever it holds."""
        process = self._running[self._one()]
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.send_signal(signal.SIGCONT)

    def look(self) -> None:
        """Notice who ended, and put another in the place."""
        for name, process in list(self._running.items()):
            if process.poll() is not None:
                self.wrong.append(f"{name} ended by itself with {process.returncode}: {self._last(name)}")
                self._replace(name)

    def knock_off(self) -> None:
        """Let all end: schedulers properly."""
        self.look()
        for name, process in self._running.items():
            if name.startswith("scheduler"):
                self._begun(name)
                process.terminate()
            else:
                process.kill()
        for name, process in self._running.items():
            if name.startswith("scheduler"):
                self._ended(name)
            process.wait()

    def _ended(self, name: str) -> None:
        process = self._running[name]
        try:
            code = process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self.wrong.append(f"{name} did not end within {ENDS_WITHIN:g} s of being told to")
            process.kill()
            return
        if code:
            self.wrong.append(f"{name} was told to end, and did with {code}: {self._last(name)}")

    def _begun(self, name: str) -> None:
        log, until = self._shift.file(f"{name}.log"), time.monotonic() + ENDS_WITHIN
        while not log.stat().st_size and time.monotonic() < until:
            time.sleep(0.05)

    def _one(self, what: str = "") -> str:
        return self._random.choice(sorted(name for name in self._running if name.startswith(what)))

    def _replace(self, name: str) -> None:
        self._running.pop(name).wait()
        self._start(name.partition("-")[0])

    def _start(self, what: str) -> None:
        self._numbers[what] += 1
        name = f"{what}-{self._numbers[what]}"
        with self._shift.file(f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(
                [
                    *(bound_by_modes() or ()),
                    sys.executable,
                    "-m",
                    "benchmarks.soak.work",
                    what,
                    self._shift.folder,
                    name,
                ],
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )

    def _last(self, name: str) -> str:
        return " / ".join(self._shift.file(f"{name}.log").read_text(encoding="utf-8").splitlines()[-3:])


def bound_by_modes() -> list[str] | None:
    """Begin a command to which a read-only file is one, which for root needs help; none if it has none."""
    if os.geteuid() != 0:
        return []
    helper = shutil.which("setpriv")
    return [helper, "--bounding-set=-dac_override"] if helper else None
