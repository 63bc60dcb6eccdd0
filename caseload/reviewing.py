"""What people say of pathways: how far each is reviewed here, and whether only approved ones are used.

What a file says of itself is a claim. It counts as far as a file can know: nobody is approved by a file.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from caseload.pathway_rows import newest, versions
from caseload.requests import Author
from pathways.errors import CarepathError, Refused
from pathways.model import Pathway, Review
from storage.connection import Database
from storage.rows import PathwayRow, ReviewRow, SettingRow
from storage.store import Store

ORDER: tuple[Review, ...] = ("submitted", "under-review", "approved", "retired")
ONLY_APPROVED = "only-approved"
YES, NO = "yes", "no"


class Reviewed(Struct, frozen=True, kw_only=True):
    """A pathway as installed, with everything that was said of it."""

    row: PathwayRow
    said: tuple[ReviewRow, ...]


def starting(pathway: Pathway, rows: Iterable[PathwayRow]) -> Review:
    """Return the status a pathway begins with: what its file claims, as far as a file may.

    A new version of an approved pathway begins at the beginning: another text has been approved.
    """
    if pathway.review == "retired":
        return "retired"
    if any(row.review == "approved" for row in rows if row.name == pathway.name):
        return "submitted"
    return "under-review" if pathway.review == "approved" else pathway.review


def review(
    database: Database, name: str, version: int | None, status: Review, *, because: str, author: Author
) -> Reviewed:
    """Say what a pathway is from now on: one step forwards, back to `submitted`, or `retired`."""
    if not because.strip():
        msg = "Say why it is so: add --because '...', which stands beside it for good."
        raise CarepathError(msg)
    with database.writing() as store:
        row = newest(store.pathways(), name, version)
        _refuse_step(row, status)
        store.add_review(row.digest, status, because=because.strip(), at=author.now, by=author.by)
        return _reviewed(store, name, row.version)


def reviewed(database: Database, name: str, version: int | None = None) -> Reviewed:
    """Return a pathway with everything that was said of it."""
    with database.reading() as store:
        return _reviewed(store, name, version)


def only_approved(store: Store) -> bool:
    """Whether this site puts patients only on pathways that were approved here."""
    said = store.settings(ONLY_APPROVED)
    return bool(said) and said[-1].value == YES


def policy(database: Database) -> list[SettingRow]:
    """Return what the site decided about approval, in order; nothing was decided when there is nothing."""
    with database.reading() as store:
        return store.settings(ONLY_APPROVED)


def require_approval(database: Database, *, only: bool, because: str, author: Author) -> None:
    """Decide whether patients are put on approved pathways only, from now on."""
    if not because.strip():
        msg = "Say why: add --because '...', which stands beside it for good."
        raise CarepathError(msg)
    with database.writing() as store:
        if only_approved(store) is only:
            msg = f"It is so already: only approved pathways are used: {YES if only else NO}."
            raise Refused(msg)
        value = YES if only else NO
        store.add_setting(ONLY_APPROVED, value, because=because.strip(), at=author.now, by=author.by)


def admitted(store: Store, name: str) -> PathwayRow:
    """Return the newest version of a pathway that patients may be put on, or say why there is none."""
    rows = versions(store.pathways(), name)
    only = only_approved(store)
    good = [row for row in rows if row.review == "approved" or not (only or row.review == "retired")]
    if not good:
        raise Refused(_why_not(rows[-1]))
    return good[-1]


def _why_not(row: PathwayRow) -> str:
    which = f"{row.name}, version {row.version},"
    if row.review == "retired":
        return (
            f"{which} is retired ({row.reviewed_by}: {row.because}), so nobody new is put on it: "
            f"install a newer version, or choose another pathway (`carepath pathway list`)."
        )
    return (
        f"{which} is {row.review}, and only approved pathways are used here: "
        f"`carepath pathway review {row.name}` says how far it is, and `carepath pathway list` which others "
        "there are."
    )


def _refuse_step(row: PathwayRow, status: Review) -> None:
    possible = steps(row.review)
    if status not in possible:
        words = " or ".join(possible)
        already = "already" if status == row.review else f"and cannot become {status} from there"
        msg = f"{row.name}, version {row.version}, is {row.review} {already}: it can become {words}."
        raise Refused(msg)


def steps(status: Review) -> Sequence[Review]:
    """List what a pathway can become next: one step on, retired, or submitted again."""
    at = ORDER.index(status)
    found = [*ORDER[at + 1 : at + 2], *ORDER[-1:], *ORDER[:1]]
    return tuple(dict.fromkeys(each for each in found if each != status))


def _reviewed(store: Store, name: str, version: int | None) -> Reviewed:
    row = newest(store.pathways(), name, version)
    return Reviewed(row=row, said=tuple(store.reviews(row.digest)))
