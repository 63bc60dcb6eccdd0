"""Pages with examples: which commands are typed in them, when, and what a page shows of what is printed.

An example stands in a fenced `console` block: a command after `$ `, and below it what a person at a terminal
sees. A line `...` stands for lines that the page leaves out. Comments on a line of their own say what a
reader need not see:

    <!-- plays on 2026-11-02 09:00 Europe/London -->   the moment from here on
    <!-- file: stone.yaml -->                          the next block is a file in the folder of the page
    <!-- typed: 2026-10-24 | Enter | y -->             what is typed when the next block asks
    <!-- played: by a script -->                       in the next block there is no terminal
    <!-- not run: it never ends -->                    the next block only shows something
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from difflib import SequenceMatcher
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

LEFT_OUT = "..."
REMARK = re.compile(r"<!-- (?P<what>plays on|file:|typed:|played:|not run:) (?P<says>.+) -->")


class Desk(Protocol):
    """Where the examples of one page are played."""

    @property
    def folder(self) -> Path:
        """The folder of the page."""

    def at(self, moment: datetime) -> None:
        """Let it be that moment."""

    def run(self, command: str, typed: Sequence[str] | None) -> list[str]:
        """Return the lines that a command prints to who types that; without any, to a script."""


class Example(NamedTuple):
    """A command as its lines stand in a page, and what the page shows below it."""

    command: tuple[str, ...]
    shown: tuple[str, ...]


def pages(root: Path) -> list[Path]:
    """List the pages that may hold examples."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]


def has_examples(text: str) -> bool:
    """Say whether there is anything to play in a page."""
    return "```console\n" in text


def played(text: str, desk: Desk) -> str:
    """Return a page with its examples as they print now; the same page when it was true."""
    lines = iter(text.splitlines())
    written, remarks = [], dict[str, str]()
    for line in lines:
        written.append(line)
        if remark := REMARK.fullmatch(line):
            remarks[remark["what"]] = remark["says"]
        elif line.startswith("```"):
            block = list(takewhile(lambda each: each != "```", lines))
            written += [*_block(line, block, remarks, desk), "```"]
            remarks.clear()
        if "plays on" in remarks:
            desk.at(_moment(remarks.pop("plays on")))
    return "\n".join(written) + "\n"


def shortened(shown: Sequence[str], printed: Sequence[str]) -> list[str]:
    """Return what was printed, without what the page leaves out of it.

    Of what was printed otherwise than it is shown, that is kept which lies between the lines most like the
    first and the last of each part that is shown.
    """
    parts = _parts(shown)
    if len(parts) == 1:
        return list(printed)
    kept: list[str] = []
    at = 0
    for number, part in enumerate(parts):
        start, end = _place(part, printed, at, begins=number == 0, ends=number == len(parts) - 1)
        kept += [LEFT_OUT] * (start > at) + list(printed[start:end])
        at = end
    return kept + [LEFT_OUT] * (at < len(printed))


def _block(fence: str, block: list[str], remarks: dict[str, str], desk: Desk) -> Iterable[str]:
    if "file:" in remarks:
        (desk.folder / remarks["file:"]).write_text("\n".join(block) + "\n", encoding="utf-8")
    if fence != "```console" or "not run:" in remarks:
        return block
    answers = [] if "typed:" not in remarks else remarks["typed:"].split(" | ")
    typed = None if "played:" in remarks else ["" if each == "Enter" else each for each in answers]
    return [line for example in _examples(block) for line in _played(example, typed, desk)]


def _played(example: Example, typed: Sequence[str] | None, desk: Desk) -> Iterator[str]:
    printed = desk.run("\n".join(each[2:] for each in example.command), typed)
    shown = list(example.shown)
    gap = len(shown) - len(_trimmed(shown))
    yield from example.command
    yield from shortened(_trimmed(shown), printed)
    yield from [""] * gap


def _examples(block: Sequence[str]) -> Iterator[Example]:
    """Take a block apart; a command goes on in the lines that begin with `> `."""
    starts = [number for number, line in enumerate(block) if line.startswith("$ ")]
    if starts[:1] != [0]:
        msg = f"A console block begins with a command, not with {block[:1]}"
        raise ValueError(msg)
    for start, end in zip(starts, [*starts[1:], len(block)], strict=True):
        more = takewhile(lambda line: line.startswith("> "), block[start + 1 : end])
        command = (block[start], *more)
        yield Example(command, tuple(block[start + len(command) : end]))


def _parts(shown: Iterable[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for line in shown:
        if line.strip() == LEFT_OUT:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def _place(
    part: Sequence[str], printed: Sequence[str], at: int, *, begins: bool, ends: bool
) -> tuple[int, int]:
    """Return from where to where a part lies in what was printed, the rest of it from `at` on."""
    if not part:
        return (at, at) if begins or not ends else (len(printed), len(printed))
    if ends:
        return _most_like(part[0], printed, len(printed) - len(part), at, len(printed)), len(printed)
    start = 0 if begins else _most_like(part[0], printed, at, at, len(printed))
    # A part may have grown or shrunk, but hardly beyond its double.
    last = _most_like(part[-1], printed, start + len(part) - 1, start, start + 2 * len(part))
    return start, min(last + 1, len(printed))


def _most_like(shown: str, printed: Sequence[str], expected: int, start: int, end: int) -> int:
    """Return which line is most like one that is shown; of several, that nearest to where it is expected."""

    def likeness(at: int) -> tuple[float, int]:
        return SequenceMatcher(None, shown, printed[at]).ratio(), -abs(at - expected)

    return max(range(start, min(end, len(printed))), key=likeness, default=start)


def _trimmed(lines: Sequence[str]) -> Sequence[str]:
    end = len(lines)
    while end and not lines[end - 1]:
        end -= 1
    return lines[:end]


def _moment(says: str) -> datetime:
    day, time, zone = says.split()
    return datetime.fromisoformat(f"{day} {time}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
