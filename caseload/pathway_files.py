"""Pathways in a database: the ones that ship, installing, listing, finding one."""

from collections.abc import Iterator

from msgspec import Struct

from pathways.model import Pathway
from pathways.moments import Moment
from storage.connection import Database
from storage.rows import PathwayRow


class Installed(Struct, frozen=True):
    """A pathway in the database; `fresh` says that it was not there before."""

    pathway: Pathway
    fresh: bool


def library() -> Iterator[tuple[str, bytes]]:
    """Yield the pathways that ship, each as the name and the content of its file."""
    raise NotImplementedError


def install(database: Database, content: bytes, *, file: str, by: str, now: Moment) -> Installed:
    """Check a pathway file and put it into the database; the same file again changes nothing.

    Raises `PathwayFileRejected`, or `Refused` when that version is installed with another content.
    """
    raise NotImplementedError


def installed(database: Database) -> list[PathwayRow]:
    """List what is installed, by name and version."""
    raise NotImplementedError


def pathway(database: Database, name: str, version: int | None = None) -> Pathway:
    """Return an installed pathway, its newest version unless one is named."""
    raise NotImplementedError


def text(database: Database, name: str, version: int | None = None) -> str:
    """Return the file of an installed pathway as it was."""
    raise NotImplementedError
