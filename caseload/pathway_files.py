"""Pathways in a database: the ones that ship, installing, listing, finding one."""

from collections.abc import Iterator
from importlib import resources

from msgspec import Struct

from caseload.cases import pathway_of
from pathways.errors import NotFound
from pathways.model import Pathway
from pathways.moments import Moment
from pathways.packed import pack
from pathways.reading import read
from storage.connection import Database
from storage.rows import PathwayRow
from storage.store import Store


class Installed(Struct, frozen=True):
    """A pathway in the database; `fresh` says that it was not there before."""

    pathway: Pathway
    fresh: bool


def library() -> Iterator[tuple[str, bytes]]:
    """Yield the pathways that ship, each as the name and the content of its file."""
    shipped = resources.files("pathways") / "library"
    for file in sorted(shipped.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            yield file.name, file.read_bytes()


def install(database: Database, content: bytes, *, file: str, by: str, now: Moment) -> Installed:
    """Check a pathway file and put it into the database; the same file again changes nothing.

    Raises `PathwayFileRejected`, or `Refused` when that version is installed with another content.
    """
    from storage.setup import PathwayText, install_pathway  # SQLModel, which takes long to import

    pathway = read(content, file)
    row = PathwayText(
        digest=pathway.digest,
        name=pathway.name,
        version=pathway.version,
        title=pathway.title,
        review=pathway.review,
        text=content.decode("utf-8-sig"),
        packed=pack(pathway),
    )
    return Installed(pathway, install_pathway(database, row, by=by, now=now))


def installed(database: Database) -> list[PathwayRow]:
    """List what is installed, by name and version."""
    with database.reading() as store:
        return store.pathways()


def pathway(database: Database, name: str, version: int | None = None) -> Pathway:
    """Return an installed pathway, its newest version unless one is named."""
    with database.reading() as store:
        return pathway_of(store, _row(store, name, version).digest)


def text(database: Database, name: str, version: int | None = None) -> str:
    """Return the file of an installed pathway as it was."""
    with database.reading() as store:
        return store.pathway_text(_row(store, name, version).digest) or ""


def _row(store: Store, name: str, version: int | None) -> PathwayRow:
    rows = store.pathways()
    found = [row for row in rows if row.name == name and version in (None, row.version)]
    if not found:
        names = ", ".join(f"{row.name} {row.version}" for row in rows)
        what = f"{name!r}" if version is None else f"{name!r} version {version}"
        msg = f"There is no pathway {what} here. Installed: {names or 'none'}."
        raise NotFound(msg)
    return max(found, key=lambda row: row.version)
