"""Whether there is a good backup by night: made lately, still where it was put, and whether more can be."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from caseload.backing_up import ahead_of_the_clock, unusable
from caseload.foot import NIGHT
from caseload.numbers import counted
from caseload.stuck import BACKUP, MAKE_ONE
from pathways.moments import Moment, shown
from scheduler.looks import SOON, WELL, Look
from storage.connection import Database
from storage.store import Store


def looks(database: Database, now: Moment) -> Iterator[Look]:
    """Look at the last good one and the folder, where this site makes any: on a server it makes none.

    Folders and files are looked at when the database is left: what is wrong with them is no word about it.
    """
    with database.reading() as store:
        if store.on_server:
            return
        kept, zone = _kept(store), store.site_zone()
    wrong = unusable(database)
    if kept is not None:
        yield _last(kept, wrong, zone, now)
    elif wrong:
        yield Look("backup", SOON, wrong)
    if not wrong:
        yield from _ahead(database, now)


def _last(kept: Mapping[str, Any], wrong: str, zone: str, now: Moment) -> Look:
    """Look at the last good one by night, and why there can be no other."""
    good, error = kept.get("good"), wrong or kept.get("error", "")
    if good is None:
        return Look("backup", SOON, f"None was made by night yet{f': {error}' if error else '.'} {MAKE_ONE}")
    made = f"The last good one by night is of {shown(good['at'], zone)}, {good['file']}"
    if unseen := _out_of_sight(good["file"]):
        return Look("backup", SOON, f"{made}, {unseen}")
    if error:
        return Look("backup", SOON, f"{made}; since then: {error} Then `carepath backup` makes one.")
    if now - good["at"] > NIGHT:
        return Look("backup", SOON, f"{made}, which is long ago: {MAKE_ONE}")
    return Look("backup", WELL, f"{made}.")


def _ahead(database: Database, now: Moment) -> Iterator[Look]:
    if found := ahead_of_the_clock(database, now):
        yield Look(
            "backup",
            SOON,
            f"{counted(len(found), 'backup')} in {found[0].parent} have a moment that has not come, such as "
            f"{found[0].name}: the clock was ahead when they were made, or is behind now. Nothing removes "
            "them by itself.",
        )


def _kept(store: Store) -> Mapping[str, Any] | None:
    row = next((each for each in store.routines() if each.name == BACKUP), None)
    if row is None:
        return None
    kept: Mapping[str, Any] = json.loads(row.result)
    return kept


def _out_of_sight(file: str) -> str:
    """Say why a file is not seen; nothing when it is."""
    try:
        Path(file).stat()
    except (FileNotFoundError, NotADirectoryError):
        return f"which is not there any more: {MAKE_ONE}"
    except OSError as problem:
        return (
            f"which cannot be looked at ({problem.strerror}): look as the user who makes it, or let yourself "
            "look into its folder."
        )
    return ""
