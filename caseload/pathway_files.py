"""Pathways in a database: the ones that ship, installing, listing, finding one."""

from collections.abc import Iterator

from msgspec import Struct

from caseload.cases import pathway_of
from caseload.pathway_rows import newest
from caseload.reviewing import starting
from pathways.bundles import Bundle, bundle, bundle_of
from pathways.model import Pathway
from pathways.moments import Moment
from pathways.packed import pack
from pathways.reading import read
from pathways.story_files import shipped
from storage.connection import Database
from storage.rows import PathwayRow


class Installed(Struct, frozen=True):
    """A pathway in the database; `fresh` says that it was not there before."""

    pathway: Pathway
    fresh: bool
    row: PathwayRow


def library() -> Iterator[tuple[str, bytes]]:
    """Yield the pathways that ship, each as the name of its file and its text with its parts."""
    for file in shipped():
        yield file.name, bundle_of(file).text.encode()


def install(database: Database, content: Bundle | bytes, *, file: str, by: str, now: Moment) -> Installed:
    """Check a pathway file with its parts and put it into the database; the same file again changes nothing.

    Raises `PathwayFileRejected`, or `Refused` when that version is installed with another content.
    """
    from storage.setup import PathwayText, install_pathway  # SQLModel, which takes long to import

    given = content if isinstance(content, Bundle) else bundle(content, file)
    pathway = read(given)
    starts_as = starting(pathway, installed(database))
    row = PathwayText(
        digest=pathway.digest,
        name=pathway.name,
        version=pathway.version,
        title=pathway.title,
        review=pathway.review,
        starts_as=starts_as,
        because=f"its file says {pathway.review}",
        text=given.text,
        packed=pack(pathway),
    )
    fresh = install_pathway(database, row, by=by, now=now)
    return Installed(pathway, fresh, newest(installed(database), pathway.name, pathway.version))


def installed(database: Database) -> list[PathwayRow]:
    """List what is installed, by name and version."""
    with database.reading() as store:
        return store.pathways()


def pathway(database: Database, name: str, version: int | None = None) -> Pathway:
    """Return an installed pathway, its newest version unless one is named."""
    with database.reading() as store:
        return pathway_of(store, newest(store.pathways(), name, version).digest)


def text(database: Database, name: str, version: int | None = None) -> str:
    """Return the text of an installed pathway, with the parts that it uses."""
    with database.reading() as store:
        return store.pathway_text(newest(store.pathways(), name, version).digest) or ""
