"""What all processes of a soak share: where the database is, what time it is, and what each writes down.

Time runs fast, and is one for all: the monotonic clock of the machine, at a greater speed.
What somebody may rely on afterwards is written to a file of theirs once it was acknowledged.
"""

import time
from pathlib import Path
from typing import Self

import msgspec

from benchmarks.caseloads import moment
from pathways.moments import Moment
from pathways.spans import SECOND
from storage.rows import DeliveryRow

# Ten minutes a second: a lease on a message is over after one, a day after two and a half minutes.
SPEED = 600
BEGINS = moment("2026-03-02 08:00")
_FILE = "shift.json"


class Shift(msgspec.Struct, frozen=True):
    """Where the work is done, and when it began (monotonic seconds)."""

    folder: str
    place: str
    began: float
    port: int

    @classmethod
    def read(cls, folder: str) -> Self:
        """Read what the parent has written."""
        return msgspec.json.decode(Path(folder, _FILE).read_bytes(), type=cls)

    def keep(self) -> None:
        """Write it where the processes find it."""
        self.file(_FILE).write_bytes(msgspec.json.encode(self))

    def now(self) -> Moment:
        """Say what time it is."""
        return BEGINS + int(self.uptime() * SECOND)

    def uptime(self) -> float:
        """Say for how many of its seconds the machine has been up since the beginning."""
        return (time.monotonic() - self.began) * SPEED

    def file(self, name: str) -> Path:
        """Name a file beside the others."""
        return Path(self.folder, name)

    def write_down(self, name: str, line: str) -> None:
        """Add a line, as a whole."""
        with self.file(name).open("ab", buffering=0) as lines:
            lines.write(f"{line}\n".encode())

    def lines(self, kind: str) -> list[list[str]]:
        """Return what was written down under all names that begin so."""
        return [
            line.split()
            for file in sorted(Path(self.folder).glob(f"{kind}-*.lines"))
            for line in file.read_text(encoding="utf-8").splitlines()
        ]

    def told(self, name: str) -> "Told":
        """Give the output of a scheduler, which writes down what it was given."""
        return Told(self, name)


class Told:
    """A channel that writes down the number of each message, so that it is known whatever comes after."""

    def __init__(self, shift: Shift, name: str) -> None:
        self._shift, self._file = shift, f"told-{name}.lines"

    def __call__(self, message: DeliveryRow, _: Moment) -> None:
        self._shift.write_down(self._file, str(message.ledger_id))
