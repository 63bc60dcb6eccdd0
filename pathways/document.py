"""A file as a tree of texts, lists and maps that know their places.

Every scalar is a text here, exactly as written: what it means is for the schema to say, so that `no`,
`12:30` and `1e3` never turn into something else on the way.
"""

from typing import TypeAlias

from msgspec import Struct

from pathways.findings import Where

Place: TypeAlias = tuple[int, int]
"""Line and column, both from 1."""


class Scalar(Struct, frozen=True):
    """A text, and what stands in the file for it: with quotation marks, escapes and indentation."""

    value: str
    place: Place
    written: str


class Listing(Struct, frozen=True):
    """A list."""

    items: "tuple[Node, ...]"
    place: Place


class Entry(Struct, frozen=True):
    """A key of a map, and its value."""

    key: Scalar
    value: "Node"


class Mapping(Struct, frozen=True):
    """A map; of a key that was given twice only the first is here."""

    entries: dict[str, Entry]
    place: Place


Node: TypeAlias = Scalar | Listing | Mapping
Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"


class Fault(Struct, frozen=True):
    """What is wrong at a place of a text; `first` is where the same stands that is wrong a second time."""

    place: Place
    what: str
    instead: str = ""
    first: Place | None = None


def plain(node: Node) -> Plain:
    """Return a node as plain values, without places."""
    match node:
        case Scalar():
            return node.value
        case Listing():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key: plain(entry.value) for key, entry in node.entries.items()}


def place(root: Node, where: Where, *, of_key: bool = False, offset: int = 0) -> Place:
    """Return the place of the value (or its key) that `where` leads to, as far as it leads."""
    node, found = root, root.place
    for at, step in enumerate(where):
        match node, step:
            case Mapping(entries), str() if step in entries:
                key, node = entries[step].key, entries[step].value
                found = key.place if of_key and at == len(where) - 1 else node.place
            case Listing(items), int() if step < len(items):
                node = items[step]
                found = node.place
            case Mapping() | Scalar(), 0:
                pass  # one that stands for a list of one
            case _:
                return found
    return inside(node, offset) if offset and isinstance(node, Scalar) else found


def inside(scalar: Scalar, offset: int) -> Place:
    """Return the place of the character that lies `offset` characters into the value of a scalar.

    What is written differs from the value by quotation marks, escapes, indentation and joined lines, so
    the two are walked along together. Where escapes make that impossible the line is still right.
    """
    at = scalar.written.find("\n") + 1 if scalar.written[:1] in ("|", ">") else 0
    for character in scalar.value[: offset + 1]:
        at = _next(scalar.written, at, character) + 1
    before = scalar.written[: at - 1 if offset < len(scalar.value) else at]
    line, column = scalar.place
    if "\n" not in before:
        return line, column + len(before)
    return line + before.count("\n"), len(before) - before.rindex("\n")


def _next(written: str, start: int, character: str) -> int:
    """Return where a character of the value stands, at or after `start`."""
    if character in " \n" and written[start : start + 1] == "\n":
        return start  # a joined line: its indentation is passed over when the next character is looked for
    found = written.find(character, start)
    return found if found >= 0 else start
