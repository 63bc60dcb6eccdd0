"""Whole commands, from the start of the process: what a coordinator waits for."""

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import by_hand, by_hand_server
from benchmarks.caseloads import actable
from benchmarks.course import FIRST
from benchmarks.kinds import Sites
from benchmarks.measuring import Ratio, process, side_by_side

TURNS = 21
PROGRAM = str(Path(sys.executable).with_name("carepath"))


def measure(sites: Sites, patients: int) -> Iterator[Ratio]:
    """Measure `today`, which only reads, and `advance`, which writes durably."""
    with sites.large("large", patients) as database:
        path = database.place
    hand, script = sites.empty("hand"), by_hand_server if sites.on_server else by_hand
    listing, advancing = sites.folder / "listing.py", sites.folder / "advancing.py"
    listing.write_text(script.LISTING)
    advancing.write_text(script.ADVANCING)
    yield side_by_side(
        f"`carepath today`, {patients:,} patients",
        lambda: process(PROGRAM, "today", "--database", path, "--owner", "owner-007"),
        lambda: process(sys.executable, str(listing), path, "owner-007"),
        turns=TURNS,
        allowed=1.5,
    )
    still = iter(actable(patients))  # one a turn, and one to warm up: 22 in 8,030 patients
    yield side_by_side(
        f"`carepath advance`, {patients:,} patients",
        lambda: process(PROGRAM, "advance", next(still), FIRST, "--database", path, "--by", "owner-007"),
        lambda: process(sys.executable, str(advancing), hand),
        turns=TURNS,
        allowed=3,
    )
