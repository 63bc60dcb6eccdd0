"""Histories as JSON Lines (docs/reference/history-format.md), and everything needed to read them back."""

from collections.abc import Iterator, Sequence

from caseload.cases import NoSuchPatient
from caseload.history_lines import (
    EnrolmentLine,
    Line,
    PatientLine,
    PromptLine,
    encode,
    entry_line,
)
from pathways.history import Entry
from pathways.moments import iso
from storage.connection import Database
from storage.lists import PersonLine
from storage.rows import EnrolmentRow, PathwayRow
from storage.store import Store


def export(
    database: Database, patient_ids: Sequence[str] | None = None, *, identity: bool = False
) -> Iterator[bytes]:
    """Yield the lines of some patients, or of all; names only when `identity` is asked for."""
    with database.listing() as lists:
        people = {person.patient_id: person for person in lists.people()}
    for patient_id in people if patient_ids is None else patient_ids:
        if patient_id not in people:
            raise NoSuchPatient(patient_id)
    with database.reading() as store:
        pathways = {row.digest: row for row in store.pathways()}
        for patient_id in people if patient_ids is None else patient_ids:
            yield from map(encode, _patient(store, people[patient_id], pathways, identity=identity))


def _patient(
    store: Store, person: PersonLine, pathways: dict[str, PathwayRow], *, identity: bool
) -> Iterator[Line]:
    patient_id = person.patient_id
    row = store.patient(patient_id)
    yield PatientLine(
        patient=patient_id,
        zone=person.zone,
        added_at=iso(row.created_at) if row else "",
        name=(identity and person.name) or "",
        contact=(identity and person.contact) or "",
    )
    enrolments = store.enrolments(patient_id)
    places = {enrolment.id: place for place, enrolment in enumerate(enrolments, start=1)}
    for enrolment in enrolments:
        yield _enrolment(enrolment, places[enrolment.id], pathways[enrolment.digest])
    entries = store.entries_of_patient(patient_id)
    zones = _zones(entries)
    for enrolment_id, entry in entries:
        yield entry_line(patient_id, places[enrolment_id], zones[enrolment_id], entry)
    yield from _prompts(store, enrolments, places)


def _enrolment(row: EnrolmentRow, place: int, pathway: PathwayRow) -> EnrolmentLine:
    return EnrolmentLine(
        patient=row.patient_id,
        enrolment=place,
        pathway=pathway.name,
        version=pathway.version,
        digest=pathway.digest,
        owner=row.owner,
    )


def _zones(entries: Sequence[tuple[int, Entry]]) -> dict[int, str]:
    """Return the zone in which each enrolment began: in that its days are written, and read again."""
    zones: dict[int, str] = {}
    for enrolment_id, entry in entries:
        if entry.kind == "enrolled":
            zones.setdefault(enrolment_id, entry.zone)
    return {enrolment_id: zones.get(enrolment_id, "UTC") for enrolment_id, _ in entries}


def _prompts(store: Store, enrolments: Sequence[EnrolmentRow], places: dict[int, int]) -> list[PromptLine]:
    lines = [
        PromptLine(
            patient=row.patient_id,
            enrolment=places[enrolment.id],
            number=row.number,
            rule=row.key.rule,
            episode=row.key.episode,
            occurrence=row.key.occurrence,
            booking=row.key.booking,
        )
        for enrolment in enrolments
        for row in store.prompts(enrolment.id)
    ]
    return sorted(lines, key=lambda line: line.number)
