"""The pages of the documentation, and what of them is prose."""

import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from tests.modules import ROOT

CODE = re.compile(r"(`+)(?:(?!`).)+\1")
COMMENT = re.compile(r"<!--.*?-->")
HEADING = re.compile(r"#+ (?P<says>.+)")


def pages() -> list[str]:
    """List every page, as a path from the top folder."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "pathways").rglob("*.md")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines that stand outside of blocks, numbered from 1, without comments."""
    numbered = iter(enumerate(text.splitlines(), start=1))
    for number, line in numbered:
        if fence := re.match(r"\s*(```+|~~~+)", line):
            # All up to the end of the block, which is left out too.
            list(takewhile(lambda each: each[1].strip() != fence[1], numbered))
        else:
            yield number, COMMENT.sub("", line)


def prose_of(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines that are read as sentences: no headings, no tables, nothing in code marks."""
    for number, line in lines_of(text):
        if not line.lstrip().startswith(("#", "|")):
            yield number, CODE.sub("`x`", line)


def blocks_of(text: str, language: str) -> list[str]:
    """Give what stands in the blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def anchors_of(text: str) -> set[str]:
    """Name the headings of a page the way links do."""
    headings = (found["says"] for _, line in lines_of(text) if (found := HEADING.fullmatch(line)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def where(page: str, number: int) -> str:
    return f"{Path(page)}:{number}"
