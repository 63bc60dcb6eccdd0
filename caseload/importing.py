"""Reads histories from JSON Lines, whole patients at a time, and says what is wrong with the others."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from caseload.requests import Author
from storage.connection import Database

# Told how many of how many patients are done.
Progress = Callable[[int, int], None]


class LineProblem(Struct, frozen=True, order=True):
    """What is wrong with a line, and what would be right."""

    line: int
    patient: str
    what: str

    def __str__(self) -> str:
        of = f"{self.patient}: " if self.patient else ""
        return f"line {self.line}: {of}{self.what}"


class Imported(Struct, frozen=True, kw_only=True):
    """What went in, and which patients were left out with all that is wrong with them."""

    patients: int
    entries: int
    left_out: tuple[str, ...]
    problems: tuple[LineProblem, ...]


def import_lines(
    database: Database,
    lines: Iterable[bytes],
    author: Author,
    *,
    owner: str = "",
    progress: Progress | None = None,
    rehearse: bool = False,
) -> Imported:
    """Import histories, one transaction for each patient; one with any problem is left out."""
    raise NotImplementedError
