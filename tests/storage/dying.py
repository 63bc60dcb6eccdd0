"""Dies in the middle of writing: run by `test_dying.py`, never by hand.

Writes one transaction again and again, each time in a process of its own that dies one step later than
the last, and prints for each death what is left: `as before`, `as after` or `torn`.
"""

import os
import sys
from itertools import count
from pathlib import Path
from shutil import copytree, rmtree
from typing import Literal

from msgspec.structs import replace

from storage.check import check_file
from storage.connection import Database
from storage.rows import Fold, TrackRow
from tests.storage.cases import DIGEST, enrolled, entry, late_by_three_hundred, prompt, save, tick
from tests.storage.databases import everything, fresh
from tests.storage.waits import check_waiting


class Killer:
    """Ends the process at once, as a kill does, at the given step."""

    def __init__(self, step: int) -> None:
        self.left = step

    def __call__(self, when: Literal["before", "after"], statement: str) -> None:
        self.left -= 1
        if self.left == 0:
            os._exit(2 if (when, statement) == ("after", "COMMIT") else 1)


def begin(folder: Path) -> None:
    with fresh(folder) as database:
        of = enrolled(database)
        with database.writing() as store:
            store.append(of, [entry(1)])
            save(store, prompt(of, "one", opens_at=500), prompt(of, "two", opens_at=600), prompt(of, "three"))
            store.save_fold(of, Fold(b"before", 1, DIGEST))


def act(database: Database) -> None:
    """Record, answer, supersede, tick: everything that must happen together or not at all."""
    with database.writing() as store:
        store.append(1, [entry(2), entry(3)])
        one, two, _ = store.unsettled(1)
        save(
            store,
            prompt(1, "four", opens_at=700),
            changed=(
                (one, replace(one, ended_at=1_500, ended="done", ended_by=2, settled=True)),
                (two, replace(two, ended_at=1_500, ended="superseded", ended_by=3, settled=True)),
            ),
            now=1_500,
        )
        store.save_tracks([TrackRow(1, "syndrome", "workup", 1_500, 2)])
        store.save_fold(1, Fold(b"after", 3, DIGEST))
        tick(store, 2_500)


def left_in(path: Path, before: object) -> str:
    with Database(path) as database:
        found = check_file(database)
        with database.reading() as store:
            found += check_waiting(store, now=2_500, escalation_moment=late_by_three_hundred)
            whole = (store.fold(1), len(store.entries(1)), len(store.prompts(1)), len(store.ledger(1)))
    if found:
        return f"torn: {found}"
    if everything(path) == before:
        return "as before"
    return "as after" if whole == (Fold(b"after", 3, DIGEST), 3, 4, 5) else f"torn: {whole}"


def main(folder: Path) -> None:
    begin(folder)
    before = everything(folder / "care.db")
    for step in count(1):
        copy = folder.with_name(f"{folder.name}-copy")
        copytree(folder, copy)
        child = os.fork()
        if child == 0:
            act(Database(copy / "care.db", on_statement=Killer(step)))
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(code, left_in(copy / "care.db", before))  # noqa: T201 - how it answers
        rmtree(copy)
        if code == 0:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
