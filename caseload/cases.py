"""A case: one enrolment loaded whole inside a transaction, with its pathway and present standing."""

from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from pathways.errors import CarepathError, DatabaseProblem, NotFound
from pathways.follow import follow
from pathways.history import Entry
from pathways.model import Pathway
from pathways.packed import unpack
from pathways.standing import Standing
from storage.rows import EnrolmentRow, Fold


class Reads(Protocol):
    """What loading a case asks of a store."""

    def patient(self, patient_id: str) -> object | None: ...
    def enrolments(self, patient_id: str) -> list[EnrolmentRow]: ...
    def entries(self, enrolment_id: int) -> list[Entry]: ...
    def fold(self, enrolment_id: int) -> Fold | None: ...
    def last_entry_number(self, patient_id: str) -> int: ...
    def pathway_packed(self, digest: str) -> bytes | None: ...


class Case(Struct, frozen=True, kw_only=True):
    """`last` is the number of the patient's last entry, over all their enrolments."""

    row: EnrolmentRow
    pathway: Pathway
    standing: Standing
    last: int

    @property
    def patient_id(self) -> str:
        """The patient, by the opaque id that people type."""
        return self.row.patient_id

    @property
    def zone(self) -> str:
        """The time zone in which the days of this enrolment are counted."""
        return self.row.zone


class NoSuchPatient(NotFound):
    """A patient id that is not in the database."""

    def __init__(self, patient_id: str) -> None:
        super().__init__(
            f"There is no patient {patient_id!r}: `carepath patient list` shows them, "
            f"`carepath patient add {patient_id}` adds one."
        )


class NotEnrolled(NotFound):
    """A patient who is on no pathway (or not on that one)."""

    def __init__(self, patient_id: str, pathway: str | None, on: Sequence[str] = ()) -> None:
        where = (
            f"on {pathway}, but on {' and '.join(dict.fromkeys(on))}"
            if on
            else f"on {pathway or 'a pathway'}"
        )
        super().__init__(f"{patient_id} is not {where}: `carepath enrol {patient_id} PATHWAY` begins one.")


class WhichEnrolment(CarepathError):
    """A patient on several pathways, and no word which is meant."""

    def __init__(self, patient_id: str, pathways: list[str]) -> None:
        super().__init__(
            f"{patient_id} is on {' and '.join(pathways)}: say which with --pathway, "
            f"such as --pathway {pathways[0]}."
        )


def load_case(store: Reads, patient_id: str, pathway: str | None = None) -> Case:
    """Load the open enrolment of a patient, or the one left last when none is open."""
    rows = meant(store, patient_id, pathway)
    if len(rows) > 1:
        raise WhichEnrolment(patient_id, [row.pathway for row in rows])
    return case_of(store, rows[0])


def meant(store: Reads, patient_id: str, pathway: str | None = None) -> list[EnrolmentRow]:
    """List the open enrolments of a patient, or the one left last when none is open."""
    if store.patient(patient_id) is None:
        raise NoSuchPatient(patient_id)
    every = store.enrolments(patient_id)
    rows = [row for row in every if pathway in (None, row.pathway)]
    if not rows:
        raise NotEnrolled(patient_id, pathway, [row.pathway for row in every if row.left_at is None])
    still_open = [row for row in rows if row.left_at is None]
    return still_open or [max(rows, key=lambda row: row.left_at or 0)]


def case_of(store: Reads, row: EnrolmentRow) -> Case:
    """Load the case of an enrolment."""
    pathway = pathway_of(store, row.digest)
    return Case(
        row=row,
        pathway=pathway,
        standing=_standing(store, row, pathway),
        last=store.last_entry_number(row.patient_id),
    )


def pathway_of(store: Reads, digest: str) -> Pathway:
    """Return an installed pathway, read once per process: what has one digest is one pathway."""
    found = _pathways.get(digest)
    if found is None:
        packed = store.pathway_packed(digest)
        if packed is None:
            msg = f"The pathway {digest[:12]} of this enrolment is missing from the database."
            raise DatabaseProblem(msg)
        found = _pathways[digest] = unpack(packed)
    return found


def stored(standing: Standing) -> bytes:
    """Write a standing the way it is kept: what later steps need, without what has ended.

    Nor with its calendar, which many enrolments share and the row of each names.
    """
    return msgspec.json.encode(msgspec.structs.replace(standing, ended=(), past_banners=(), calendar=""))


def _standing(store: Reads, row: EnrolmentRow, pathway: Pathway) -> Standing:
    """Read the stored standing, or fold the history when there is none for this pathway."""
    fold = store.fold(row.id)
    if fold is not None and fold.digest == pathway.digest:
        return msgspec.structs.replace(_decoder.decode(fold.body), calendar=row.calendar)
    return follow(pathway, store.entries(row.id))


_decoder = msgspec.json.Decoder(Standing)
_pathways: dict[str, Pathway] = {}
