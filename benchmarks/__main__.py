"""Run the benchmarks and print them as a table: `python -m benchmarks [--only NAME] [--database sqlite]`."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import (
    advancing,
    backing_up,
    burdening,
    clustering,
    commands,
    copying,
    digesting,
    listing,
    posting,
    proving,
    telling,
    ticking,
)
from benchmarks.kinds import POSTGRES, SQLITE, Sites, sites
from benchmarks.measuring import HEAD, Ratio

# On either kind of database.
KINDS: dict[str, Callable[[Sites, int], Iterator[Ratio]]] = {
    "commands": commands.measure,
    "advancing": advancing.measure,
    "listing": listing.measure,
    "ticking": ticking.measure,
}
# About files alone: what they measure beyond the database is the same on both.
FILES: dict[str, Callable[[Path, int], Iterator[Ratio]]] = {
    "telling": telling.measure,
    "posting": posting.measure,
    "digesting": digesting.measure,
    "burdening": burdening.measure,
    "proving": proving.measure,
    "backing-up": backing_up.measure,
}
# About a server alone.
SERVERS: dict[str, Callable[[Sites, int], Iterator[Ratio]]] = {
    "copying": copying.measure,
    # It starts a server of its own.
    "clustering": lambda made, patients: clustering.measure(made.folder, patients),
}


def main() -> int:
    """Measure what was asked for; the answer is 1 when something is over its limit."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--patients", type=int, default=100_000)
    asked.add_argument("--only", choices=[*KINDS, *FILES, *SERVERS])
    asked.add_argument("--database", choices=[SQLITE, POSTGRES], default=SQLITE)
    chosen = asked.parse_args()
    print(HEAD)
    over = False
    for ratio in _measured(chosen.only, chosen.database, chosen.patients):
        print(ratio.line(), flush=True)
        over = over or ratio.ours > ratio.allowed * ratio.limit
    return 1 if over else 0


def _measured(only: str | None, kind: str, patients: int) -> Iterator[Ratio]:
    """Measure each that is asked for in a folder of its own."""
    both = {**KINDS, **(SERVERS if kind == POSTGRES or only in SERVERS else {})}
    for name in [*both, *(FILES if kind == SQLITE or only in FILES else {})]:
        if only not in {None, name}:
            continue
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            if name in FILES:
                yield from FILES[name](Path(folder), patients)
                continue
            with sites(Path(folder), POSTGRES if name in SERVERS else kind) as made:
                yield from both[name](made, patients)


if __name__ == "__main__":
    sys.exit(main())
