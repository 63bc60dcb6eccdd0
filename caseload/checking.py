"""Shows that what is stored follows from the histories, and writes it anew from them."""

from collections.abc import Callable

from msgspec import Struct

from pathways.moments import Moment
from storage.connection import Database

# Told how many of how many enrolments are done.
Progress = Callable[[int, int], None]


class Report(Struct, frozen=True, kw_only=True):
    """What a check found: nothing wrong when `differences` is empty. Each is one sentence."""

    enrolments: int
    entries: int
    prompts: int
    differences: tuple[str, ...]


def check(database: Database, *, progress: Progress | None = None) -> Report:
    """Fold every history from the start and compare every projection with what is stored."""
    raise NotImplementedError


def rebuild(database: Database, *, now: Moment, progress: Progress | None = None) -> int:
    """Write every projection anew from the histories; prompts keep their numbers. Says how many changed."""
    raise NotImplementedError
