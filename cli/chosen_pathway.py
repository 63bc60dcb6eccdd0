"""A pathway as a command names it: a file, or the name of one that is installed."""

from pathlib import Path

from caseload.cases import pathway_of
from caseload.pathway_rows import newest
from caseload.reviewing import starting
from pathways.model import Pathway, Review
from storage.connection import Database


def chosen_pathway(path: Path, name: str, version: int | None) -> tuple[Pathway, Review]:
    """Return a pathway, with how far it is reviewed: of a file that is as far as a file can say."""
    if Path(name).is_file():
        from pathways.reading import read_file

        found = read_file(Path(name))
        return found, starting(found, ())
    with Database(path) as database, database.reading() as store:
        row = newest(store.pathways(), name, version)
        return pathway_of(store, row.digest), row.review
