"""Patients, pathways and enrolments, and the history of each."""

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import structs

from pathways.calendars import Place
from pathways.history import Entry, PromptKey
from pathways.moments import Moment
from storage import rendered as sql
from storage.encoding import texts_in, texts_out, value_in, value_out
from storage.queries import Found, Given, Queries
from storage.rows import EnrolmentRow, Fold, PatientRow

if TYPE_CHECKING:
    from storage.connection import Connection


class Histories(Queries):
    """The part of the store that holds what people recorded."""

    def __init__(self, connection: "Connection") -> None:
        super().__init__(connection)
        self._calendars: dict[str, str] = {}

    def site_zone(self) -> str:
        return str(self._value(sql.SITE_ZONE))

    def holders(self) -> dict[str, str]:
        """Return who holds each role."""
        return dict(self._all(sql.HOLDERS))

    def put_holder(self, role: str, holder: str) -> None:
        """Say who holds a role; nobody, when `holder` is empty."""
        self._run(sql.PUT_HOLDER, role=role, holder=holder)

    def hold(self, patient_id: str) -> None:
        """Let nobody else read this patient to write until the transaction ends; asked before all else."""
        self._one(sql.HOLD_PATIENT, patient_id=patient_id)

    def patient(self, patient_id: str) -> PatientRow | None:
        found = self._one(sql.PATIENT, patient_id=patient_id)
        return PatientRow(*found) if found else None

    def add_patient(self, row: PatientRow, *, name: str = "", contact: str = "") -> None:
        """Add a patient, with details when there are any, in the transaction of what else is written."""
        self._run(sql.ADD_PATIENT, id=row.id, zone=row.zone, created_at=row.created_at)
        if name or contact:
            self._run(sql.ADD_IDENTITY, patient_id=row.id, name=name, contact=contact)

    def pathway_packed(self, digest: str) -> bytes | None:
        packed: bytes | None = self._value(sql.PATHWAY_PACKED, digest=digest)
        return packed

    def pathway_text(self, digest: str) -> str | None:
        text: str | None = self._value(sql.PATHWAY_TEXT, digest=digest)
        return text

    def calendar(self, digest: str | None) -> str:
        """Return the text of a calendar; none has none."""
        if not digest:
            return ""
        if digest not in self._calendars:
            self._calendars[digest] = str(self._value(sql.CALENDAR, digest=digest))
        return self._calendars[digest]

    def _keep_calendar(self, text: str) -> str | None:
        """Keep a calendar once, whoever has it; return what it is known by."""
        if not text:
            return None
        digest = sha256(text.encode()).hexdigest()
        self._run(sql.ADD_CALENDAR, digest=digest, text=text)
        return digest

    def enrolment(self, enrolment_id: int) -> EnrolmentRow | None:
        found = self._one(sql.ENROLMENT, enrolment_id=enrolment_id)
        return self._enrolment(found) if found else None

    def enrolments(self, patient_id: str) -> list[EnrolmentRow]:
        """List the enrolments of a patient, open and left, in the order they were made."""
        return [self._enrolment(found) for found in self._all(sql.ENROLMENTS, patient_id=patient_id)]

    def all_enrolments(self) -> list[EnrolmentRow]:
        return [self._enrolment(found) for found in self._all(sql.ALL_ENROLMENTS)]

    def open_enrolments_of(self, owner: str) -> list[EnrolmentRow]:
        """List the caseload of an owner, by patient."""
        return [self._enrolment(found) for found in self._all(sql.OPEN_ENROLMENTS_OF, owner=owner)]

    def _enrolment(self, found: Found) -> EnrolmentRow:
        return _enrolment(found, self.calendar(found[-1]))

    def changed_since(self, owner: str, since: Moment) -> list[int]:
        """Return which open enrolments of an owner have entries written since a moment."""
        return [enrolment_id for (enrolment_id,) in self._all(sql.CHANGED_SINCE, owner=owner, since=since)]

    def enrolment_ids(self) -> list[int]:
        return [row.id for row in self.all_enrolments()]

    def add_enrolment(self, row: EnrolmentRow) -> int:
        """Store an enrolment and return its id."""
        number = int(self._value(sql.NEXT_ENROLMENT))
        self._run(
            sql.ADD_ENROLMENT,
            id=number,
            patient_id=row.patient_id,
            pathway=row.pathway,
            digest=row.digest,
            owner=row.owner,
            zone=row.zone,
            enrolled_at=row.enrolled_at,
            left_at=row.left_at,
            left_reason=row.left_reason,
            calendar=self._keep_calendar(row.calendar),
        )
        return number

    def set_left(self, enrolment_id: int, *, at: Moment | None, reason: str | None) -> None:
        """Say that the patient left, or (with none) that they did not after all."""
        self._run(sql.SET_LEFT, enrolment_id=enrolment_id, left_at=at, left_reason=reason)

    def set_enrolled(self, enrolment_id: int, *, at: Moment, place: Place) -> None:
        """Follow a correction of the `enrolled` entry."""
        calendar = self._keep_calendar(place.calendar)
        self._run(
            sql.SET_ENROLLED, enrolment_id=enrolment_id, enrolled_at=at, zone=place.zone, calendar=calendar
        )

    def set_owner(self, enrolment_id: int, owner: str) -> None:
        """Hand an enrolment and all its prompts to another coordinator."""
        self._run(sql.SET_OWNER, enrolment_id=enrolment_id, owner=owner)
        self._run(sql.SET_OWNER_OF_PROMPTS, enrolment_id=enrolment_id, owner=owner)

    def last_entry_number(self, patient_id: str) -> int:
        return self._value(sql.LAST_ENTRY, patient_id=patient_id) or 0

    def entry(self, patient_id: str, number: int) -> tuple[int, Entry] | None:
        """Return an entry with the id of its enrolment."""
        found = self._one(sql.ENTRY, patient_id=patient_id, number=number)
        return (found[2], self._entry(found)) if found else None

    def entries(self, enrolment_id: int) -> list[Entry]:
        """Return the history of an enrolment in the order it was written."""
        return [self._entry(found) for found in self._all(sql.ENTRIES, enrolment_id=enrolment_id)]

    def entries_of_patient(self, patient_id: str) -> list[tuple[int, Entry]]:
        """Return all a patient's entries in the order they were written, each with its enrolment's id."""
        found = self._all(sql.ENTRIES_OF_PATIENT, patient_id=patient_id)
        return [(columns[2], self._entry(columns)) for columns in found]

    def _entry(self, found: Found) -> Entry:
        entry = entry_in(found)
        return structs.replace(entry, calendar=self.calendar(entry.calendar)) if entry.calendar else entry

    def append(self, enrolment_id: int, entries: Iterable[Entry]) -> None:
        rows = [_entry_out(enrolment_id, entry, self._keep_calendar(entry.calendar)) for entry in entries]
        self._each(sql.APPEND, rows)

    def fold(self, enrolment_id: int) -> Fold | None:
        found = self._one(sql.FOLD, enrolment_id=enrolment_id)
        return Fold(*found) if found else None

    def save_fold(self, enrolment_id: int, fold: Fold) -> None:
        self._run(
            sql.SAVE_FOLD, enrolment_id=enrolment_id, last=fold.last, digest=fold.digest, body=fold.body
        )


def entry_in(found: Found) -> Entry:
    """Read an entry from its columns in the order of the table; of its calendar, what that is known by."""
    # fmt: off
    (
        _, number, _, kind, name, value, booking, track, source, target, overrode, rule, episode,
        occurrence, of_booking, until, zone, calendar, because, second, replaces, happened_at, only_day,
        recorded_at, actor,
    ) = found
    # fmt: on
    return Entry(
        number=number,
        kind=kind,
        happened_at=happened_at,
        recorded_at=recorded_at,
        by=actor,
        name=name,
        only_day=bool(only_day),
        value=value_in(value),
        booking=booking,
        track=track,
        source=source,
        to=target,
        overrode=texts_in(overrode),
        prompt=None if rule is None else PromptKey(rule, episode, occurrence, of_booking),
        until=until,
        zone=zone,
        calendar=calendar or "",
        because=because,
        second=second or "",
        replaces=replaces,
    )


def _entry_out(enrolment_id: int, entry: Entry, calendar: str | None) -> dict[str, Given]:
    key = entry.prompt
    return {
        "enrolment_id": enrolment_id,
        "number": entry.number,
        "kind": entry.kind,
        "name": entry.name,
        "value": value_out(entry.value),
        "booking": entry.booking,
        "track": entry.track,
        "source": entry.source,
        "target": entry.to,
        "overrode": texts_out(entry.overrode),
        "prompt_rule": key.rule if key else None,
        "prompt_episode": key.episode if key else None,
        "prompt_occurrence": key.occurrence if key else None,
        "prompt_booking": key.booking if key else None,
        "until": entry.until,
        "zone": entry.zone,
        "calendar": calendar,
        "because": entry.because,
        "second": entry.second or None,
        "replaces": entry.replaces,
        "happened_at": entry.happened_at,
        "only_day": entry.only_day,
        "recorded_at": entry.recorded_at,
        "actor": entry.by,
    }


def _enrolment(found: Found, calendar: str) -> EnrolmentRow:
    number, patient_id, pathway, digest, owner, zone, enrolled_at, left_at, left_reason, _ = found
    return EnrolmentRow(
        id=number,
        patient_id=patient_id,
        pathway=pathway,
        digest=digest,
        owner=owner,
        zone=zone,
        enrolled_at=enrolled_at,
        left_at=left_at,
        left_reason=left_reason,
        calendar=calendar,
    )
