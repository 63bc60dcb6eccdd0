"""Printing: plain lines, tables that fit a page, and JSON. Never a colour, whoever reads."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

import click

# Commands print numbers too: they have it from here.
from caseload.numbers import counted as counted  # noqa: PLC0414 - which says that it is on purpose

PAGE = 100  # columns, where nobody says how wide the page is
NARROWEST, WIDEST = 60, 140
NARROWEST_COLUMN = 8
LONGEST_WORD = 30  # what is longer breaks, before it makes all other columns narrow
GAP = "  "


def say(text: str = "") -> None:
    """Print a line of the answer."""
    click.echo(visible(text))


def say_all(lines: Iterable[str]) -> None:
    """Print the lines of a long answer in one go: to write each on its own takes as long as to find it."""
    click.echo("\n".join(map(visible, lines)))


def warn(text: str) -> None:
    """Print a line beside the answer: what went wrong, or what a person at a terminal should know."""
    click.echo(visible(text), err=True)


def visible(text: str) -> str:
    """Show what cannot be seen, so that no recorded text moves the cursor or hides a line."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each == "\n" else ascii(each)[1:-1] for each in text)


def page_width() -> int:
    """Say how many columns fit: those of the terminal, within reason."""
    if not sys.stdout.isatty():
        return PAGE
    try:
        width = os.get_terminal_size(sys.stdout.fileno()).columns
    except OSError:
        return PAGE
    # Some terminals do not say how wide they are.
    return max(NARROWEST, min(WIDEST, width or PAGE))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, width: int | None = None) -> list[str]:
    """Lay rows out in columns under their headings."""
    return [line for row in columns([headings, *rows], width=width) for line in row]


def columns(rows: Iterable[Sequence[str]], *, width: int | None = None) -> list[list[str]]:
    """Lay rows out in columns, each row as its lines; what does not fit the page wraps in its column."""
    cells = [tuple(_one_line(cell) for cell in row) for row in rows]
    widths = _fitting(list(zip(*cells, strict=True)), width or page_width())
    return [list(_laid_out(row, widths)) for row in cells]


def indented(text: str, by: int = 2, *, width: int | None = None) -> list[str]:
    """Wrap a text to the page, each line of it moved to the right."""
    return [" " * by + line for line in _wrapped(_one_line(text), (width or page_width()) - by)]


def _fitting(by_column: Sequence[Sequence[str]], space: int) -> list[int]:
    """Narrow the widest columns, one by one, until all fit; one that would break a word comes last."""
    left = space - len(GAP) * (len(by_column) - 1)
    fitting = [min(max(map(len, column)), left) for column in by_column]
    if sum(fitting) <= left:
        return fitting
    words = [max(len(word) for cell in column for word in cell.split(" ")) for column in by_column]
    words = [min(word, LONGEST_WORD) for word in words]
    while sum(fitting) > left and max(fitting) > NARROWEST_COLUMN:
        whole = [
            width if width > max(word, NARROWEST_COLUMN) else 0
            for width, word in zip(fitting, words, strict=True)
        ]
        widest = whole if any(whole) else fitting
        fitting[widest.index(max(widest))] -= 1
    return fitting


def _laid_out(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    wrapped = [_wrapped(cell, max(width, 1)) for cell, width in zip(row, widths, strict=True)]
    for line in zip_longest(*wrapped, fillvalue=""):
        yield GAP.join(f"{text:<{width}}" for text, width in zip(line, widths, strict=True)).rstrip()


def _wrapped(text: str, width: int) -> list[str]:
    """Break a text between its words, and a word only where it is longer than a line."""
    if len(text) <= width:
        return [text]
    lines = [""]
    for word in _pieces(text, width):
        if not lines[-1]:
            lines[-1] = word
        elif len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _pieces(text: str, width: int) -> Iterator[str]:
    for word in text.split(" "):
        yield from (word[start : start + width] for start in range(0, len(word), width))


def _one_line(text: str) -> str:
    return visible(" ".join(text.split()))
