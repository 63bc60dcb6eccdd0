"""What checks find wrong with a pathway, by its way in the file; reading turns it into lines and columns."""

from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct

Where: TypeAlias = tuple[str | int, ...]
"""The way to a value in the file, key by key: `("prompts", 3, "due")`."""


class Finding(Struct, frozen=True):
    """One thing that is wrong, and what would be right.

    `of_key` means the last key itself rather than its value; `offset` counts characters into a text.
    `rests_on` are the parts of the file that the finding was made from, if they are not `where` it is.
    `first` is where the same name stands that `where` takes a second time.
    """

    where: Where
    what: str
    instead: str = ""
    of_key: bool = False
    offset: int = 0
    rests_on: tuple[Where, ...] = ()
    first: Where = ()


MOST_TOLD = 200
"""Findings of a file that are told at a time: whoever has so many needs no more to begin with."""


class TooMany(Exception):
    """There is more wrong with a file than is told at a time."""


class Notes:
    """Collects what is wrong with a file, and which of its parts had something put in their place.

    A check that looks at what was put in their place would find what nobody wrote.
    """

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._doubtful: set[Where] = set()
        self._around: set[Where] = set()

    def add(self, finding: Finding) -> None:
        """Note what is wrong; raises `TooMany` when that is more than is told."""
        if len(self.findings) >= MOST_TOLD:
            raise TooMany
        self.findings.append(finding)

    def stand_in(self, finding: Finding) -> None:
        """Note what is wrong with a value, and that something stands in for it."""
        self.add(finding)
        self.doubt(finding.where)

    def doubt(self, where: Where) -> None:
        """Note that something stands in for a value."""
        self._doubtful.add(where)
        self._around.update(where[:length] for length in range(len(where)))

    def doubted(self, *ways: Where) -> bool:
        """Say whether something stands in for a value, a part of it, or a whole that it is a part of."""
        return any(
            way in self._around or any(way[: length + 1] in self._doubtful for length in range(len(way)))
            for way in ways
        )

    def add_sure(self, findings: Iterable[Finding]) -> None:
        """Note those of the findings that rest on nothing doubtful."""
        for each in findings:
            if not self.doubted(*(each.rests_on or [each.where])):
                self.add(each)
