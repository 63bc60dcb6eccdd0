"""Whether there is a good backup by night: made lately, and still where it was put."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from caseload.foot import NIGHT
from caseload.stuck import BACKUP, MAKE_ONE
from pathways.moments import Moment, shown
from scheduler.looks import SOON, WELL, Look
from storage.connection import Database
from storage.store import Store


def looks(database: Database, now: Moment) -> Iterator[Look]:
    """Look at the last good one, where this site makes any by night: on a server it makes none.

    Whether its file is there is asked when the database is left: what is wrong with that folder is no word
    about the database.
    """
    with database.reading() as store:
        kept, zone = _kept(store), store.site_zone()
    if kept is None:
        return
    good, error = kept.get("good"), kept.get("error", "")
    if good is None:
        yield Look("backup", SOON, f"None was made by night yet{f': {error}' if error else '.'} {MAKE_ONE}")
        return
    made = f"The last good one by night is of {shown(good['at'], zone)}, {good['file']}"
    if wrong := _out_of_sight(good["file"]):
        yield Look("backup", SOON, f"{made}, {wrong}")
    elif error:
        yield Look("backup", SOON, f"{made}; since then: {error} Then `carepath backup` makes one.")
    elif now - good["at"] > NIGHT:
        yield Look("backup", SOON, f"{made}, which is long ago: {MAKE_ONE}")
    else:
        yield Look("backup", WELL, f"{made}.")


def _kept(store: Store) -> Mapping[str, Any] | None:
    if store.on_server:
        return None
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
