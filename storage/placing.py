"""Gives finished files their names: never half of one, never that of a file that is there."""

import os
from pathlib import Path

from storage import problems


def put(made: Path, path: Path) -> None:
    """Give a finished file its name, but never the name of a file that came meanwhile."""
    try:
        os.link(made, path)
    except FileExistsError:
        raise problems.there_already(path) from None
    except OSError:
        if path.exists():
            raise problems.there_already(path) from None
        made.rename(path)  # some filesystems have no links


def followed(path: Path) -> Path:
    """Return the file that a link leads to, beside which SQLite keeps what belongs to it, else the path."""
    with problems.explained(path):
        return Path(os.path.realpath(path)) if path.is_symlink() else path


def written_down(path: Path) -> None:
    """Make the disk keep a file as it is; of a folder, the names in it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        if path.is_file() and hasattr(os, "posix_fadvise"):
            # What is read next comes from the disk, not from what was kept in memory of it.
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
