"""What can be wrong with a database as seen from outside, and how to mend it."""

from collections.abc import Iterator
from pathlib import Path

from scheduler.looks import MEGABYTE, NOW, SOON, WELL, Look, size
from storage import problems
from storage.outside import Outside

LEAST_FREE = 50 * MEGABYTE
ENOUGH_FREE = 500 * MEGABYTE
# As much again for the copy that an upgrade or a backup makes, and as much for the log beside it.
COPIES = 2
FLEETING = frozenset({"tmpfs", "ramfs"})


def looks(path: Path, found: Outside | None) -> Iterator[Look]:
    """Judge a file, one look after the other."""
    if found is None:
        yield Look("file", NOW, str(problems.missing(path)))
        return
    yield _file(path, found)
    yield _rights(path, found)
    yield _disk(path, found)
    yield _filesystem(path, found)
    if found.wal is not None:
        yield _journal(path, wal=found.wal)


def _file(path: Path, found: Outside) -> Look:
    if found.readable and found.wal is None:
        return Look(
            "file", NOW, f"{path} is not a database: name the right file, or restore the latest backup."
        )
    if found.cut_off:
        return Look(
            "file",
            NOW,
            f"{path} is damaged, its end is missing: stop carepath, keep the file as it is and restore the "
            "latest backup.",
        )
    return Look("file", WELL, f"{path}, {size(found.size)}.")


def _rights(path: Path, found: Outside) -> Look:
    if not found.readable:
        return Look("rights", NOW, f"{path} cannot be read: let yourself read and write it, and its folder.")
    if not (found.writable and found.folder_writable):
        what = f"You may read {path}, but not write to {'its folder' if found.writable else 'it'}"
        return Look("rights", NOW, f"{what}: let yourself write to both the file and its folder.")
    if found.strange:
        names = " and ".join(found.strange)
        return Look(
            "rights",
            NOW,
            f"{names} beside {path} belongs to another user than the database, so one of you cannot write: "
            "run all of carepath as one user, and give them that file.",
        )
    if found.others_read:
        return Look(
            "rights", SOON, f"Everybody on this machine can read {path}: take that away with `chmod o-rwx`."
        )
    return Look("rights", WELL, "The file and its folder can be read and written, and not by everybody.")


def _disk(path: Path, found: Outside) -> Look:
    left = f"The disk of {path} has {size(found.free)} left"
    if found.free < LEAST_FREE:
        return Look("disk", NOW, f"{left}: make room before nothing can be recorded any more.")
    if found.free < max(ENOUGH_FREE, COPIES * found.size):
        return Look("disk", SOON, f"{left}, too little for copies of the database: make room.")
    return Look("disk", WELL, f"{left}.")


def _filesystem(path: Path, found: Outside) -> Look:
    if found.shared:
        return Look("filesystem", NOW, str(problems.on_a_network(path, found.shared)))
    if found.filesystem in FLEETING:
        return Look(
            "filesystem",
            SOON,
            f"{path} lies in memory ({found.filesystem}) and is gone when the machine starts anew: "
            "move it to a disk.",
        )
    return Look("filesystem", WELL, f"A local one ({found.filesystem or 'of a kind that cannot be known'}).")


def _journal(path: Path, *, wal: bool) -> Look:
    if not wal:
        return Look(
            "journal",
            SOON,
            f"{path} does not use a write-ahead log, so lists wait for who writes: "
            "`carepath scheduler once`, or whatever writes next, puts that right.",
        )
    return Look("journal", WELL, "A write-ahead log: lists do not wait for who writes.")
