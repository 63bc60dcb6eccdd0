"""Run the benchmarks and print them as a table: `python -m benchmarks [--patients 100000] [--only NAME]`."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import (
    advancing,
    burdening,
    clustering,
    commands,
    digesting,
    posting,
    proving,
    telling,
    ticking,
)
from benchmarks.measuring import HEAD, Ratio

KINDS: dict[str, Callable[[Path, int], Iterator[Ratio]]] = {
    "commands": commands.measure,
    "advancing": advancing.measure,
    "ticking": ticking.measure,
    "telling": telling.measure,
    "posting": posting.measure,
    "digesting": digesting.measure,
    "burdening": burdening.measure,
    "proving": proving.measure,
    "clustering": clustering.measure,
}


def main() -> int:
    """Measure what was asked for; the answer is 1 when something is over its limit."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--patients", type=int, default=100_000)
    asked.add_argument("--only", choices=KINDS)
    chosen = asked.parse_args()
    print(HEAD)
    over = False
    for name, measure in KINDS.items():
        if chosen.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                for ratio in measure(Path(folder), chosen.patients):
                    print(ratio.line(), flush=True)
                    over = over or ratio.ours > ratio.allowed * ratio.limit
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
