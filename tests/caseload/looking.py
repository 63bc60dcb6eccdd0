"""A process that checks a database in processes of its own: `python -m tests.caseload.looking PLACE`.

It writes the numbers of those processes, and goes on when it is told to.
"""

import sys
from multiprocessing import active_children

from caseload.checking import check
from cli import clock
from storage.connection import Database


def wait(_done: int, _of: int) -> None:
    print(*(each.pid for each in active_children()), flush=True)  # noqa: T201 - how it answers the test
    sys.stdin.readline()


if __name__ == "__main__":
    with Database(sys.argv[1]) as database:
        check(database, now=clock.now(), jobs=2, progress=wait)
