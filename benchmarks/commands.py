"""Whole commands, from the start of the process: what a coordinator waits for."""

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import by_hand
from benchmarks.caseloads import actable, large
from benchmarks.course import FIRST
from benchmarks.measuring import Ratio, process, side_by_side

TURNS = 21
PROGRAM = str(Path(sys.executable).with_name("carepath"))


def measure(folder: Path, patients: int) -> Iterator[Ratio]:
    """Measure `today`, which only reads, and `advance`, which writes durably."""
    path = folder / "large.db"
    large(path, patients).close()
    listing, advancing = folder / "listing.py", folder / "advancing.py"
    listing.write_text(by_hand.LISTING)
    advancing.write_text(by_hand.ADVANCING)
    yield side_by_side(
        f"`carepath today`, {patients:,} patients",
        lambda: process(PROGRAM, "today", "--database", str(path), "--owner", "owner-007"),
        lambda: process(sys.executable, str(listing), str(path), "owner-007"),
        turns=TURNS,
        allowed=1.5,
    )
    still = iter(actable(patients))  # one a turn, and one to warm up: 22 in 8,030 patients
    yield side_by_side(
        f"`carepath advance`, {patients:,} patients",
        lambda: process(PROGRAM, "advance", next(still), FIRST, "--database", str(path), "--by", "owner-007"),
        lambda: process(sys.executable, str(advancing), str(folder / "hand.db")),
        turns=TURNS,
        allowed=3,
    )
