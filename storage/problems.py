"""What can be wrong with the file, each as one sentence that says what to do."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from pathways.errors import DatabaseProblem
from storage.filesystems import AnyPath
from storage.version import MOVED, MOVING

_EXTENDED = 0xFF  # the low byte of a code of SQLite is its kind
_ROOM = 128 * 1024  # less is too little for the files that SQLite keeps beside a database


def missing(path: AnyPath) -> DatabaseProblem:
    """Say that there is none, or that nobody can see from here whether there is."""
    if _hidden(path):
        return DatabaseProblem(_DENIED.format(path=path))
    return DatabaseProblem(
        f"There is no database at {path}. If there was one: see that its disk is mounted, or put a backup in "
        "its place with 'carepath restore FILE'. Only for a new site: 'carepath init'."
    )


def there_already(path: AnyPath) -> DatabaseProblem:
    return DatabaseProblem(f"There is a file at {path} already: use it, or name another.")


def other_version(path: AnyPath, found: str, wanted: str) -> DatabaseProblem:
    """Say that the database is older or newer than the program."""
    if found in {MOVED, MOVING}:
        return elsewhere(path, found)
    if found > wanted:
        return DatabaseProblem(
            f"{path} was written by a newer carepath (schema {found}, this one knows {wanted}): "
            "use that version of the program."
        )
    return DatabaseProblem(
        f"{path} was written by an older carepath (schema {found}, this one wants {wanted}): "
        "run 'carepath upgrade', which keeps a copy."
    )


def elsewhere(path: AnyPath, found: str, to: str = "") -> DatabaseProblem:
    """Say that a caseload is on a server now, or on its way there; on which one if that is known."""
    return moving(path, to) if found == MOVING else moved(path, to)


def moving(path: AnyPath, to: str = "") -> DatabaseProblem:
    """Say that a copy was interrupted, or is at work, when nobody may write to either side."""
    return DatabaseProblem(
        f"The caseload of {path} is about to move to a server{to and f', {to}'}: say `carepath copy --to` "
        "with that address again to end it. If it is to stay in the file: `carepath copy --take-back`."
    )


def moved(path: AnyPath, to: str = "") -> DatabaseProblem:
    """Say that a caseload is on a server now, on which one if that is known."""
    return DatabaseProblem(
        f"The caseload of {path} was moved to a server{to and f', {to}'}: name that one, as with "
        "CAREPATH_DATABASE. If it is not to be used after all: `carepath copy --take-back`."
    )


def not_ours(path: AnyPath) -> DatabaseProblem:
    return DatabaseProblem(
        f"{path} is a database, but not one of carepath: "
        "name the right file, or make one with 'carepath init'."
    )


def on_a_network(path: AnyPath, kind: str) -> DatabaseProblem:
    return DatabaseProblem(
        f"{path} lies on a network filesystem ({kind}), where two programs can damage it: "
        "move it to a local disk."
    )


def in_use(path: AnyPath) -> DatabaseProblem:
    return DatabaseProblem(_LOCKED.format(path=path))


@contextmanager
def explained(path: AnyPath) -> Iterator[None]:
    """Turn what the driver says about the file into a `DatabaseProblem`; faults of ours stay as they are."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise
    except sqlite3.Error as error:
        sentence = _sentence(path, error)
        if sentence is None:
            raise
        raise DatabaseProblem(sentence) from error
    except OSError as error:
        if error.errno not in _OF_THE_DISK:
            raise
        raise DatabaseProblem(_OF_THE_DISK[error.errno].format(path=path)) from error


def _sentence(path: AnyPath, error: sqlite3.Error) -> str | None:
    code = getattr(error, "sqlite_errorcode", None)
    kind = None if code is None else code & _EXTENDED
    said = _OF_SQLITE.get(kind or 0)
    if kind in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}:
        said = _said_by_the_path(path) or said
    return said and said.format(path=path)


def _said_by_the_path(path: AnyPath) -> str:
    """Say what SQLite does not: it only says that a file could not be opened, made or read."""
    from pathlib import Path  # a list must not wait for it

    if Path(path).is_dir():
        return _OF_THE_DISK[errno.EISDIR]
    return _FULL if _no_room(path) else ""


def _hidden(path: AnyPath) -> bool:
    """Whether the folder of a file lets you not look into it."""
    from pathlib import Path  # a list must not wait for it

    try:
        Path(path).stat()
    except PermissionError:
        return True
    except OSError:
        pass
    return False


def _no_room(path: AnyPath) -> bool:
    import shutil  # a list must not wait for it
    from pathlib import Path

    try:
        return shutil.disk_usage(Path(path).resolve().parent).free < _ROOM
    except OSError:
        return False


_DENIED = (
    "{path} cannot be opened: check that you may read and write the file and its folder. "
    "What a service has made, its group may: whoever runs it can add you to that."
)
_READ_ONLY = (
    "{path} is read-only: let yourself write to the file and its folder, or use another. Nothing was changed."
)
_FULL = "The disk of {path} is full: make room and try again. Nothing was changed."
_BROKEN = "{path} is damaged: stop carepath, keep the file as it is and restore the latest backup."
_UNREADABLE = "The disk of {path} does not read or write as it should: check the disk. Nothing was changed."
_LOCKED = (
    "{path} is in use by another program that does not let go: try again in a moment. Nothing was changed."
)

_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _DENIED,
    sqlite3.SQLITE_CANTOPEN: _DENIED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _UNREADABLE,
    sqlite3.SQLITE_CORRUPT: _BROKEN,
    sqlite3.SQLITE_NOTADB: "{path} is not a database: name the right file, or restore the latest backup.",
}
_OF_THE_DISK = {
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: _READ_ONLY,
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EIO: _UNREADABLE,
    errno.EISDIR: "{path} is a folder: name a file in it.",
    errno.ENOTDIR: "{path} cannot be there: a part of its path is a file, not a folder.",
    errno.ENAMETOOLONG: "{path} cannot be there: its name is longer than the disk allows.",
    errno.ELOOP: "{path} leads back to itself: it is a link, or lies behind one, that has to lead to a file.",
    # On a network, after its server was set up anew.
    errno.ESTALE: "The disk of {path} is no longer the one that it was: mount it anew.",
    errno.ENOENT: "The folder of {path} does not exist: see that its disk is mounted, or make it.",
}
