"""Gives finished files their names, never that of a file that is there, and lets in who may see them."""

import os
import stat
from pathlib import Path

from storage import problems


def put(made: Path, path: Path) -> None:
    """Give a finished file its name, but never the name of a file that came meanwhile."""
    try:
        os.link(made, path)
    except FileExistsError:
        raise problems.there_already(path) from None
    except OSError:
        _without_links(made, path)


def _without_links(made: Path, path: Path) -> None:
    """Do the same on a filesystem that has no links.

    The name is taken first, by an empty file that the finished one replaces. Who is killed between the two
    leaves the empty file, which no program takes for a database and which can be removed.
    """
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise problems.there_already(path) from None
    try:
        made.replace(path)
    except BaseException:
        path.unlink()
        raise


def let_in(made: Path, like: Path) -> None:
    """Give a file or folder to those who have another one: its group, from root its owner too.

    Never to everybody; where it cannot be, it stays for whoever made it alone.
    """
    if not hasattr(os, "chown"):
        return  # rights are other things there
    has, wanted = made.stat(), like.stat()
    shared = stat.S_ISGID | stat.S_IRWXG if made.is_dir() else stat.S_IRGRP | stat.S_IWGRP
    try:
        if (has.st_uid, has.st_gid) != (wanted.st_uid, wanted.st_gid):
            os.chown(made, -1 if os.geteuid() else wanted.st_uid, wanted.st_gid)
        made.chmod(stat.S_IMODE(has.st_mode) & ~stat.S_IRWXG | wanted.st_mode & shared)
    except OSError:
        return


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
