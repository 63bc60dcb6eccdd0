"""What a database is like from outside: its file, folder and disk, whatever is wrong with what is in it."""

import errno
import os
import shutil
import stat
from pathlib import Path
from typing import NamedTuple, cast

from storage.connection import Database
from storage.filesystems import network_here, which_here

HEADER = 100  # bytes at the beginning of the file, see https://sqlite.org/fileformat.html
MAGIC = b"SQLite format 3\x00"
WAL_VERSION = 2
LARGEST_PAGE = 65_536


class Outside(NamedTuple):
    """A file that is there.

    `strange` names what lies beside it and belongs to somebody else; `shared` is the kind of network
    filesystem it lies on. Of a file that is no database `wal` is none; one that is `cut_off` lacks its end.
    """

    size: int
    readable: bool
    writable: bool
    folder_writable: bool
    others_read: bool
    strange: tuple[str, ...]
    free: int
    filesystem: str
    shared: str
    wal: bool | None
    cut_off: bool


def outside(path: Path) -> Outside | None:
    """Look at a file without opening it as a database; none when there is none. May raise `OSError`."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    readable = stat.S_ISREG(found.st_mode) and os.access(path, os.R_OK)
    header = _header(path) if readable else b""
    return Outside(
        size=found.st_size,
        readable=readable,
        writable=os.access(path, os.W_OK),
        folder_writable=os.access(path.resolve().parent, os.W_OK),
        others_read=os.name != "nt" and bool(found.st_mode & stat.S_IROTH),
        strange=tuple(each.name for each in _beside(path) if _is_strange(each, found)),
        free=shutil.disk_usage(path.resolve().parent).free,
        filesystem=which_here(path),
        shared=network_here(path),
        wal=header[18] == WAL_VERSION if header.startswith(MAGIC) else None,
        cut_off=header.startswith(MAGIC) and _cut_off(path, header, found.st_size),
    )


def size_of(database: Database) -> int:
    """Return how many bytes a database takes: its file with its log, or what its server says."""
    if database.on_server:
        from storage.outside_server import size_on
        from storage.postgres import Connection

        with database.explained():
            return size_on(cast("Connection", database.reader()))
    files = (database.path, database.path.with_name(f"{database.path.name}-wal"))
    return sum(each.stat().st_size for each in files if each.exists())


def _header(path: Path) -> bytes:
    with path.open("rb") as file:
        found = file.read(HEADER)
    return found if len(found) == HEADER else b""


def _beside(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", "-journal"))


def _is_strange(beside: Path, database: os.stat_result) -> bool:
    """Whether who may write the database may not write what lies beside it; a group may share both."""
    try:
        found = beside.stat()
    except OSError:
        return False  # most of the time they are not there
    shared = found.st_gid == database.st_gid and bool(found.st_mode & stat.S_IWGRP)
    return found.st_uid != database.st_uid and not shared


def _cut_off(path: Path, header: bytes, size: int) -> bool:
    """Whether the file is shorter than it says; while a log waits beside it, that may be so for a moment."""
    page = int.from_bytes(header[16:18])
    pages = int.from_bytes(header[28:32])
    log = path.with_name(f"{path.name}-wal")
    waiting = log.exists() and log.stat().st_size > 0
    return not waiting and size < pages * (LARGEST_PAGE if page == 1 else page)
