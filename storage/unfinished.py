"""Files that are being made: hidden under a name of their own, and gone again when nothing came of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from pathways.errors import DatabaseProblem
from storage import problems

UNFINISHED = ".unfinished"
GIVEN_UP_AFTER = 3_600.0  # seconds since anybody wrote to one
_BESIDE = ("", "-wal", "-shm", "-journal")  # what SQLite may leave beside a file


@contextmanager
def unfinished(folder: Path, path: Path) -> Iterator[Path]:
    """Give an empty file in a folder, for a copy of a database; nothing of that name is there afterwards."""
    copy = folder / f".{path.stem}-{token_hex(8)}{UNFINISHED}"
    with problems.explained(folder):
        if not folder.is_dir():
            raise no_folder(folder)
        copy.touch(mode=0o600, exist_ok=False)  # people's details: for those whom its owner lets in
    try:
        _sweep(folder, path, copy)
        yield copy
    finally:
        for end in _BESIDE:
            _gone(copy.with_name(copy.name + end))


def no_folder(folder: Path) -> DatabaseProblem:
    return DatabaseProblem(
        f"There is no folder {folder} for backups: make it, see that its disk is there, or name another."
    )


def _sweep(folder: Path, path: Path, copy: Path) -> None:
    """Remove what those left who were killed while they copied this database; nobody else's files."""
    ours = re.compile(rf"\.{re.escape(path.stem)}-[0-9a-f]{{16}}{re.escape(UNFINISHED)}(-\w+)?")
    # What cannot be looked at or removed stands in nobody's way.
    with suppress(OSError):
        now = copy.stat().st_mtime  # by the clock of that disk
        for each in [found for found in folder.iterdir() if ours.fullmatch(found.name)]:
            with suppress(OSError):
                if now - each.lstat().st_mtime > GIVEN_UP_AFTER:
                    each.unlink()


def _gone(file: Path) -> None:
    # Where it cannot be removed, the next one that is made here sweeps it away.
    with suppress(OSError):
        file.unlink(missing_ok=True)
