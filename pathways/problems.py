"""Problems of a pathway file, each with its place: what is wrong, and what would be right instead."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from difflib import get_close_matches

from msgspec import Struct

from pathways.errors import CarepathError, PathwayRejected

LISTED_AT_MOST = 12
LONGEST_WORD = 80  # what is longer is not a word that somebody misspelt


class Problem(Struct, frozen=True, order=True):
    """One thing that is wrong with a file. Lines and columns count from 1, columns in characters.

    `file` is the file of the part that it is in, empty for the pathway's own.
    """

    line: int
    column: int
    what: str
    instead: str = ""
    file: str = ""

    def __str__(self) -> str:
        return sentence(self.what, self.instead)


class PathwayFileRejected(PathwayRejected):
    """A pathway file is wrong: holds all its problems, and prints one a line as `file:line:column: ...`."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.file = file
        self.problems = tuple(problems)
        super().__init__(
            "\n".join(f"{each.file or file}:{each.line}:{each.column}: {each}" for each in self.problems)
        )


class Flaw(Struct, frozen=True, order=True):
    """One thing that is wrong with a condition; `offset` counts characters from its start."""

    offset: int
    what: str
    instead: str = ""

    @property
    def message(self) -> str:
        """Say it in one sentence."""
        return sentence(self.what, self.instead)


class ConditionRejected(CarepathError):
    """A condition does not mean anything in this pathway; holds all its flaws."""

    exit_code = PathwayRejected.exit_code

    def __init__(self, text: str, flaws: Sequence[Flaw]) -> None:
        self.text = text
        self.flaws = tuple(flaws)
        super().__init__("\n".join(flaw.message for flaw in self.flaws))


def sentence(what: str, instead: str) -> str:
    """Join what is wrong and what would be right."""
    return f"{what}; {instead}" if instead else what


def near(word: str, known: Iterable[str]) -> str:
    """Say which of the known words was probably meant, or which there are; empty when there are none."""
    words = sorted(known) if isinstance(known, AbstractSet) else list(dict.fromkeys(known))
    close = nearest(word, words)
    if close:
        return f"did you mean `{close}`?"
    return f"write {one_of(words)}" if words else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that a misspelt one resembles; empty when none does."""
    close = get_close_matches(word[:LONGEST_WORD], known, n=1)
    return close[0] if close else ""


def one_of(words: Sequence[str]) -> str:
    """List what there is to choose from, in its own order, cut where it gets long."""
    shown = [f"`{word}`" for word in words[:LISTED_AT_MOST]]
    more = len(words) - len(shown)
    if len(shown) == 1:
        return shown[0]
    return f"one of {', '.join(shown)}" + (f" or {more} more" if more > 0 else "")
