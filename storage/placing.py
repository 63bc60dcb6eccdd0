"""Gives finished files their names, never that of a file that is there, and lets in who may see them."""

import os
import stat
from contextlib import suppress
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


def let_in_as(path: Path, like: Path) -> None:
    """Let those into a new file or folder whom the group of another one lets into that; nobody else."""
    if os.name == "nt":
        return
    wanted = like.stat()
    with suppress(PermissionError):  # who is not in that group keeps it to themselves
        os.chown(path, -1, wanted.st_gid)
    own = path.stat()
    if own.st_gid == wanted.st_gid:
        path.chmod(own.st_mode & stat.S_IRWXU | wanted.st_mode & (stat.S_IRWXG | stat.S_ISGID))
