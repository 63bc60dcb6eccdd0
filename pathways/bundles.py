"""A pathway with the parts it uses as one text: what is digested, stored and exported.

The text is the pathway file, then each part, divided by lines of `---`. It still knows which lines came from
which file, so that what is wrong with a part is told where its author will look for it.
"""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from pathways.composing import LARGEST, Unreadable, decoded, documents
from pathways.document import Fault, Listing, Mapping, Node, Scalar
from pathways.errors import NotFound
from pathways.problems import PathwayFileRejected, Problem
from pathways.written import Wrong, identifier

LIBRARY = Path(__file__).with_name("library")
FOLDER = "parts"
DIVIDER = "---\n"


class Piece(Struct, frozen=True):
    """The lines of a bundle that came from one file: its name, and the line on which it begins."""

    file: str
    begins: int


class Bundle(Struct, frozen=True):
    """The text of a pathway with its parts; `near` are the names of all the parts that it could use."""

    text: str
    pieces: tuple[Piece, ...]
    near: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """Name the pathway's own file."""
        return self.pieces[0].file

    def problem(self, fault: Fault) -> Problem:
        """Return a problem with the place it has in its own file."""
        line, column = fault.place
        piece = self._piece(line)
        instead = fault.instead
        if fault.first:
            first = f"the first is on {self._spoken(fault.first[0], piece)}"
            instead = f"{instead}; {first}" if instead else first
        file = "" if piece is self.pieces[0] else piece.file
        return Problem(line - piece.begins + 1, column, fault.what, instead, file)

    def _piece(self, line: int) -> Piece:
        return [piece for piece in self.pieces if piece.begins <= line][-1]

    def _spoken(self, line: int, seen_from: Piece) -> str:
        piece = self._piece(line)
        where = f"line {line - piece.begins + 1}"
        return where if piece is seen_from else f"{where} of {piece.file}"


def bundle(content: bytes | str, file: str, beside: Path | None = None) -> Bundle:
    """Join a pathway file with the parts that it uses, from a folder beside it, else from those that ship.

    A part that stands in the file itself wins; one that is nowhere is for the reading of the bundle to tell.
    """
    own = Bundle("", (Piece(file, 1),))
    try:
        text = decoded(content)
    except Unreadable as unreadable:
        raise PathwayFileRejected(file, [own.problem(unreadable.fault)]) from None
    joined = Bundle(text, own.pieces, tuple(sorted({*_names(beside), *_names(LIBRARY)})))
    for name in _missing(text):
        joined = _with_part(joined, name, beside)
    if len(joined.text.encode()) > LARGEST:
        fault = Fault((1, 1), f"with its parts the pathway is larger than {LARGEST >> 20} MiB", "divide it")
        raise PathwayFileRejected(file, [own.problem(fault)])
    return joined


def bundle_of(path: Path) -> Bundle:
    """Return the bundle of a pathway file; raises `NotFound` or `PathwayFileRejected`."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        msg = f"Cannot read {path}: {error.strerror}."
        raise NotFound(msg) from None
    return bundle(content, str(path), path.parent)


def _names(folder: Path | None) -> Iterator[str]:
    parts = folder and folder / FOLDER
    if parts and parts.is_dir():
        yield from (each.name[:-5] for each in parts.iterdir() if each.name.endswith(".yaml"))


def _missing(text: str) -> Iterator[str]:
    """Yield the parts that a pathway uses and that are not in its own file, each once, in order."""
    try:
        own, *others = documents(text, [])
    except Unreadable:
        return
    there = {_said(root, "part") for root in others}
    yield from (name for name in dict.fromkeys(_used(own)) if name not in there)


def _used(root: Node) -> Iterator[str]:
    entry = root.entries.get("use") if isinstance(root, Mapping) else None
    uses: tuple[Node, ...] = ()
    if entry:
        uses = entry.value.items if isinstance(entry.value, Listing) else (entry.value,)
    for use in uses:
        name = use.value if isinstance(use, Scalar) else _said(use, "part")
        try:
            yield identifier(name)
        except Wrong:
            continue  # what is no id is no file either


def _said(node: Node, key: str) -> str:
    entry = node.entries.get(key) if isinstance(node, Mapping) else None
    return entry.value.value if entry and isinstance(entry.value, Scalar) else ""


def _with_part(joined: Bundle, name: str, beside: Path | None) -> Bundle:
    """Add a part to the end; nothing if it is nowhere."""
    found = _part(name, beside)
    if found is None:
        return joined
    before = _ended(joined.text) + DIVIDER
    begins = before.count("\n") + 1
    pieces = (*joined.pieces, Piece(found.file, begins))
    try:
        text = before + _ended(decoded(found.content()))
    except Unreadable as unreadable:
        line, column = unreadable.fault.place
        fault = replace(unreadable.fault, place=(begins - 1 + line, column))
        raise PathwayFileRejected(joined.file, [Bundle("", pieces).problem(fault)]) from None
    return Bundle(text, pieces, joined.near)


class _Found(Struct, frozen=True):
    file: str
    content: Callable[[], bytes]


def _part(name: str, beside: Path | None) -> _Found | None:
    ours = LIBRARY / FOLDER / f"{name}.yaml"
    path = beside / FOLDER / f"{name}.yaml" if beside else None
    if path and os.path.lexists(path) and not _same(path, ours):
        return _Found(str(path), lambda: _content(path))
    return _Found(str(ours), ours.read_bytes) if ours.is_file() else None


def _same(path: Path, other: Path) -> bool:
    return other.exists() and path.exists() and path.samefile(other)


def _content(path: Path) -> bytes:
    """Read a part beside a pathway: a plain file in that folder, so that no name leads elsewhere or waits."""
    if path.is_symlink() or path.parent.is_symlink():
        raise Unreadable((1, 1), "this part is a link to another place", "put the file itself here")
    try:
        at = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(at, "rb") as file:
            content = file.read(LARGEST + 1) if stat.S_ISREG(os.fstat(at).st_mode) else None
    except OSError as error:
        raise Unreadable((1, 1), f"this part cannot be read: {error.strerror}") from None
    if content is None:
        raise Unreadable((1, 1), "this part is not a plain file", "put a file here")
    return content


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"
