"""Reads histories from JSON Lines, whole patients at a time, and says what is wrong with the others."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from caseload.cases import pathway_of
from caseload.incoming_lines import LineProblem, sorted_out
from caseload.incoming_patients import IncomingPatient, Numbered, Site, incoming
from caseload.landing import land
from caseload.requests import Author
from pathways.errors import NotFound
from pathways.model import Pathway
from storage.connection import Database
from storage.rows import PathwayRow
from storage.store import Store

# Told how many of how many patients are done.
Progress = Callable[[int, int], None]


class Imported(Struct, frozen=True, kw_only=True):
    """What went in, and which patients were left out with what is wrong with them."""

    patients: int
    entries: int
    left_out: tuple[str, ...]
    problems: tuple[LineProblem, ...]


class _TakenBack(Exception):
    """Not an error: it takes a transaction back, and carries what was found out in it."""

    def __init__(self, checked: IncomingPatient) -> None:
        super().__init__()
        self.checked = checked


def import_lines(
    database: Database,
    lines: Iterable[bytes],
    author: Author,
    *,
    owner: str = "",
    progress: Progress | None = None,
    rehearse: bool = False,
) -> Imported:
    """Import histories, one transaction for each patient; one with any problem is left out.

    `owner` is responsible for enrolments that name nobody, and is the author unless said otherwise.
    """
    found = sorted_out(lines)
    problems, left_out, entries = list(found.problems), [], 0
    for done, (patient_id, numbered) in enumerate(found.patients.items(), start=1):
        spoilt = patient_id in found.spoilt
        checked = _import(
            database, patient_id, numbered, author, owner or author.by, rehearse=rehearse or spoilt
        )
        problems += checked.problems
        if checked.problems or spoilt:
            left_out.append(patient_id)
        else:
            entries += sum(len(enrolment.entries) for enrolment in checked.enrolments)
        if progress:
            progress(done, len(found.patients))
    return Imported(
        patients=len(found.patients) - len(left_out),
        entries=entries,
        left_out=tuple(left_out),
        problems=tuple(sorted(problems)),
    )


def _import(
    database: Database,
    patient_id: str,
    lines: Sequence[Numbered],
    author: Author,
    owner: str,
    *,
    rehearse: bool,
) -> IncomingPatient:
    """Check one patient and write them, unless something is wrong or it is a rehearsal."""
    try:
        with database.writing() as store:
            checked = incoming(patient_id, lines, _site(store, patient_id, author, owner))
            if not checked.problems:
                land(store, checked, now=author.now)
            return _kept(checked, rehearse=rehearse)
    except _TakenBack as back:
        return back.checked


def _kept(checked: IncomingPatient, *, rehearse: bool) -> IncomingPatient:
    if rehearse or checked.problems:
        raise _TakenBack(checked)
    return checked


def _site(store: Store, patient_id: str, author: Author, owner: str) -> Site:
    present = store.patient(patient_id)
    return Site(
        author=author,
        owner=owner,
        zone=present.zone if present else store.site_zone(),
        find=lambda name, version, digest: _pathway(store, name, version, digest),
        present=present,
        begun=present is not None and bool(store.enrolments(patient_id)),
    )


def _pathway(store: Store, name: str, version: int | None, digest: str) -> Pathway:
    """Return the installed pathway that a line means."""
    rows = store.pathways()
    found = [row for row in rows if row.name == name and version in {None, row.version}]
    if not found:
        here = ", ".join(f"{row.name} {row.version}" for row in rows) or "none"
        msg = f"there is no pathway {name!r}{'' if version is None else f' version {version}'} here: {here}"
        raise NotFound(msg)
    row = max(found, key=lambda each: each.version)
    _refuse_other_text(row, digest)
    return pathway_of(store, row.digest)


def _refuse_other_text(row: PathwayRow, digest: str) -> None:
    if digest not in {"", row.digest}:
        msg = (
            f"{row.name} {row.version} is installed here with another text than the history was recorded on: "
            "install that file, or leave `digest` out to follow the one here"
        )
        raise NotFound(msg)
