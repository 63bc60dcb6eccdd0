"""How single values are written in a pathway file: from text to value, or `Wrong`."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from pathways import moments
from pathways.problems import near, one_of

LONGEST_NAME = 60
LONGEST_LINE = 300
LONGEST_TEXT = 10_000
YES_NO = {"yes": True, "true": True, "no": False, "false": False}

T = TypeVar("T")


class Wrong(ValueError):
    """A value that is not written as it should be: what is wrong, and what would be right."""

    def __init__(self, what: str, instead: str = "") -> None:
        self.what, self.instead = what, instead
        super().__init__(what)


def text(value: object, *, longest: int = LONGEST_TEXT) -> str:
    """Read a text of any number of lines."""
    if not isinstance(value, str):
        raise Wrong("a text belongs here, not a list or a map", "put it in quotation marks if it has a `:`")
    read = value.strip()
    if not read:
        raise Wrong("this is empty", "write a text, or leave the key out")
    if len(read) > longest:
        raise Wrong(f"this is longer than {longest} characters", "shorten it")
    return read


def line(value: object) -> str:
    """Read a text that must fit on one line of a list."""
    read = text(value, longest=LONGEST_LINE)
    if "\n" in read:
        raise Wrong("this has more than one line", "write it on one, or join its lines with `>`")
    return read


def condition(value: object) -> str:
    """Read a condition with its leading space, so that places in it can be found in the file."""
    text(value)
    return str(value).rstrip()


class Pattern(Generic[T]):
    """Reads texts that are written in one way."""

    def __init__(self, form: str, kind: Callable[[str], T], what: str, instead: str = "") -> None:
        self.form, self._kind, self._what, self._instead = form, kind, what, instead
        self._compiled = re.compile(form, re.ASCII)

    def __call__(self, value: object) -> T:
        found = text(value, longest=LONGEST_LINE)
        # As it stands: `" pain "` in quotation marks is not what a condition calls `pain`.
        if not self._compiled.fullmatch(str(value)):
            raise Wrong(f"`{found}` is not {self._what}", self._instead)
        return self._kind(found)


class Among:
    """Reads one of a few words."""

    def __init__(self, words: Sequence[str], what: str) -> None:
        self.words, self._what = tuple(words), what

    def __call__(self, value: object) -> str:
        found = line(value)
        if value not in self.words:
            hint = near(found, self.words)
            instead = hint if hint.startswith("write") else f"{hint} ({one_of(self.words)})"
            raise Wrong(f"`{found}` is not {self._what}", instead)
        return found


name = Pattern(
    rf"(?=.{{1,{LONGEST_NAME}}}$)[a-z][a-z0-9]*(_[a-z0-9]+)*",
    str,
    "a name for conditions to use",
    "write small letters, digits and `_`, such as `begun_on`",
)
identifier = Pattern(
    rf"(?=.{{1,{LONGEST_NAME}}}$)[a-z0-9]+(-[a-z0-9]+)*",
    str,
    "an id",
    "write small letters, digits and `-`, such as `under-treatment`",
)
whole = Pattern(r"\d{1,6}", int, "a whole number")
positive = Pattern(r"[1-9]\d{0,5}", int, "a whole number from 1")
points = Pattern(r"-?\d{1,3}", int, "a whole number of points", "write one such as `2` or `-1`")
number = Pattern(r"-?\d{1,9}(\.\d{1,9})?", float, "a number such as 2.6")
doi = Pattern(
    r"10\.\d{4,9}/\S+", str, "a DOI", "write it like `10.1212/NXI.0000000000001014`, without `https://`"
)


def length(value: object) -> moments.Length:
    """Read a length such as `14 days`."""
    try:
        return moments.length(line(value))
    except moments.UnreadableTime as unreadable:
        raise Wrong(str(unreadable)) from None


def yes_no(value: object) -> bool:
    """Read `true` or `false`."""
    found = line(value)
    if value not in YES_NO:
        raise Wrong(f"`{found}` is neither true nor false", "write `true` or `false`")
    return YES_NO[found]


def one_or_list(value: object) -> list[Any]:
    """Let a single value stand for a list of one."""
    found = value if isinstance(value, list) else [value]
    if not found:
        raise Wrong("this list is empty", "write something in it, or leave the key out")
    return found


def distinct(values: list[T]) -> list[T]:
    """Refuse a list that has the same value twice."""
    seen: set[T] = set()
    for value in values:
        if value in seen:
            raise Wrong(f"`{value}` is here twice", "write it once")
        seen.add(value)
    return values


def keyed(value: object) -> dict[str, Any]:
    """Read a map whose values are read later."""
    if value == "":
        return {}
    if not isinstance(value, dict):
        raise Wrong("keys with values belong here", "write `key: value`, each on a line of its own")
    return value


def listed(value: object) -> list[Any]:
    """Read a list whose items are read later."""
    if value == "":
        return []
    if not isinstance(value, list):
        raise Wrong("a list belongs here", "begin each of its items with `-`")
    return value
