"""A pathway as a command names it: a file, or the name of one that is installed."""

from pathlib import Path
from typing import NamedTuple

from caseload.cases import pathway_of
from caseload.pathway_rows import newest
from caseload.reviewing import starting
from pathways.model import Pathway, Review
from pathways.moments import shown
from storage.connection import Database


class Chosen(NamedTuple):
    """A pathway, how far it is reviewed, and who said so; of a file, as far as a file can say."""

    pathway: Pathway
    review: Review
    said_by: str = ""


def chosen_pathway(path: Path, name: str, version: int | None) -> Chosen:
    """Return a pathway that a command names."""
    if Path(name).is_file():
        from pathways.reading import read_file

        found = read_file(Path(name))
        return Chosen(found, starting(found, ()))
    with Database(path) as database:
        with database.reading() as store:
            row = newest(store.pathways(), name, version)
            found = pathway_of(store, row.digest)
        with database.listing() as lists:
            on = shown(row.reviewed_at, lists.site_zone(), only_day=True)
    return Chosen(found, row.review, f"{row.reviewed_by} on {on}")
