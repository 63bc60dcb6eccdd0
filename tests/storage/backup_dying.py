"""Dies in the middle of a backup or of restoring one: run by `test_backups.py`, never by hand.

Does it again and again, each time in a process of its own that is killed one step later than the last, and
prints for each death what is left. A step is whatever opens, names or removes a file, and every few pages.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path
from shutil import copytree, rmtree

from storage import backups, restores
from storage.backups import backups_in, make
from storage.connection import Database
from storage.restores import restore
from tests.storage.cases import enrolled, entry
from tests.storage.databases import everything, fresh
from tests.storage.spoiling import damaged

DAMAGED = b"nothing that anybody could read"
EVENTS = {"open", "os.link", "os.rename", "os.remove", "sqlite3.connect", "shutil.copyfile"}


class Killer:
    """Kills its own process at a step."""

    def __init__(self, step: int) -> None:
        self.left = step

    def __call__(self, event: str = "open", given: tuple[object, ...] = ("care",)) -> None:
        if event in EVENTS and "care" in str(given[0]):
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def begin(folder: Path) -> None:
    """Make a database, an older backup of it, and entries that only the database has."""
    with fresh(folder) as database:
        of = enrolled(database)
        (folder / "kept").mkdir()
        with database.writing() as store:
            store.append(of, [entry(n) for n in range(1, 4)])
        make(database.path, folder / "kept", now=1, go_on=lambda: None)
        with database.writing() as store:
            store.append(of, [entry(n, because="x" * 500) for n in range(4, 100)])


def act(which: str, folder: Path, killer: Killer) -> None:
    backups.PAGES, restores.PAGES = 8, 8
    sys.addaudithook(killer)
    [file] = (folder / "kept").glob("*.db")
    if which == "backup":
        make(folder / "care.db", folder / "kept", now=2_000_000, go_on=killer)
    else:
        restore(folder / "care.db", file, now=2_000_000, agreed=lambda _: None, go_on=killer)


def left_in(folder: Path, before: object, restored: object) -> str:
    files = backups_in(folder / "kept", thoroughly=True)
    kept = [] if before == DAMAGED else folder.glob("*before-restore.db")
    aside = [each for each in kept if everything(each) != before]
    if aside or any(each.fault for each in files):
        return f"torn: {files} {aside}"
    if (folder / "care.db").read_bytes() == DAMAGED:
        return f"as damaged as it was, {len(files)} whole"
    with Database(folder / "care.db") as database, database.writing() as store:
        store.routines()
    now = everything(folder / "care.db")
    which = "old" if now == before else "new" if now == restored else "torn"
    return f"{which}, {len(files)} whole"


def main(which: str, folder: Path) -> None:
    begin(folder)
    if which == "spoilt":
        damaged(folder / "care.db")
    before: object = everything(folder / "care.db")
    if which == "damaged":
        before = DAMAGED
        (folder / "care.db").write_bytes(DAMAGED)
    [file] = (folder / "kept").glob("*.db")
    restored = everything(file)
    for step in count(1):
        copy = folder.with_name("copy")
        copytree(folder, copy)
        child = os.fork()
        if child == 0:
            act(which, copy, Killer(step))
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(code, left_in(copy, before, restored))  # noqa: T201 - how it answers
        rmtree(copy)
        if code >= 0:
            return  # it ended by itself, well or not


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
