"""A scheduler that dies in the middle of a tick, for `carepath demo`: `python -m cli.demo_crash FILE NOW`."""

import os
import sys
from pathlib import Path
from typing import Literal

from scheduler.delivery import Output, through
from scheduler.tick import once
from storage.connection import Database

# The heartbeat is the first commit of a tick; what has come due is claimed in the second.
DIES_BEFORE_COMMIT = 2
DIED = 9


def main() -> None:
    """Tick, and die just before what was claimed would have been committed."""
    path, now = Path(sys.argv[1]), int(sys.argv[2])
    commits = 0

    def die(moment: Literal["before", "after"], statement: str) -> None:
        nonlocal commits
        if moment == "before" and statement == "COMMIT":
            commits += 1
            if commits == DIES_BEFORE_COMMIT:
                os._exit(DIED)

    once(
        Database(path, on_statement=die),
        now=now,
        name="demo-1",
        host="demo",
        deliver=through({"output": Output(print)}),
    )


if __name__ == "__main__":
    main()
