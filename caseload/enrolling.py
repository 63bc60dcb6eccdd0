"""Putting a patient on a pathway."""

from collections.abc import Sequence

from msgspec import structs

from caseload.cases import Case, NoSuchPatient, pathway_of
from caseload.on_staff import refuse_absent_owner
from caseload.requests import Request, When, entry_of, fact_entries, moment_typed
from caseload.reviewing import admitted
from caseload.site_calendar import calendar_text
from caseload.writing import Outcome, transact, write
from pathways.errors import Refused
from pathways.fact_values import read_facts
from pathways.moments import day_of, shown, start_of
from pathways.standing import Standing
from storage.connection import Database
from storage.rows import EnrolmentRow
from storage.store import Store


def enrol(
    database: Database, patient_id: str, pathway: str, facts: Sequence[str], request: Request, *, owner: str
) -> Outcome:
    """Put a patient on the newest version of a pathway that may be used, with what is known so far.

    Without a time the enrolment happens at the start of today, so that all of today lies after it.
    """

    def work(store: Store) -> Outcome:
        case, when = _new_case(store, patient_id, pathway, request, owner)
        first = entry_of(
            case,
            request,
            when,
            1,
            kind="enrolled",
            name=case.row.pathway,
            zone=case.zone,
            calendar=case.row.calendar,
        )
        known = fact_entries(store, case, request, when, read_facts(case.pathway, facts), after=1)
        return write(store, case, [first, *known], request.author.now)

    return transact(database, work, rehearse=request.rehearse)


def _new_case(store: Store, patient_id: str, pathway: str, request: Request, owner: str) -> tuple[Case, When]:
    patient = store.patient(patient_id)
    if patient is None:
        raise NoSuchPatient(patient_id)
    refuse_absent_owner(store, owner, request.author.now)
    definition = pathway_of(store, admitted(store, pathway).digest)
    _refuse_second(store, patient_id, definition.name)
    when = _enrolment_moment(request, patient.zone)
    row = EnrolmentRow(
        patient_id=patient_id,
        pathway=definition.name,
        digest=definition.digest,
        owner=owner,
        zone=patient.zone,
        calendar=calendar_text(store),
        enrolled_at=when.at,
    )
    row = structs.replace(row, id=store.add_enrolment(row))
    standing = Standing(digest=definition.digest, zone=row.zone, calendar=row.calendar)
    last = store.last_entry_number(patient_id)
    return Case(row=row, pathway=definition, standing=standing, last=last), when


def _enrolment_moment(request: Request, zone: str) -> When:
    now = request.author.now
    if request.at:
        return moment_typed(request.at, zone, now)
    return When(start_of(day_of(now, zone), zone), only_day=True)


def _refuse_second(store: Store, patient_id: str, pathway: str) -> None:
    for row in store.enrolments(patient_id):
        if row.pathway == pathway and row.left_at is None:
            since = shown(row.enrolled_at, row.zone, only_day=True)
            msg = f"{patient_id} is on {pathway} already, since {since}."
            raise Refused(msg)
