"""Mending a history: correct an entry, or take its effect away. Both stay, with the reason."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import structs

from caseload.cases import Case, NoSuchPatient, case_of
from caseload.requests import Request, When, happened
from caseload.writing import Outcome, refuse_if_changed, transact, write
from pathways.errors import CarepathError, NotFound, Refused
from pathways.fact_values import read_facts
from pathways.history import Entry, in_force
from pathways.moments import day_of, is_zone, start_of
from pathways.plausible import refuse_far_day
from storage.connection import Database
from storage.store import Store

NEVER_CORRECTED = ("answer", "note", "withdrawn")


class NoSuchEntry(NotFound):
    """An entry number that the patient does not have."""

    def __init__(self, patient_id: str, number: int) -> None:
        super().__init__(f"There is no entry {patient_id}:{number}: `carepath log {patient_id}` lists them.")


def correct(
    database: Database, patient_id: str, number: int, changes: Sequence[str], request: Request
) -> Outcome:
    """Replace an entry: a fact's value, when something happened (`request.at`), an enrolment's zone."""

    def replacement(store: Store, case: Case, old: Entry) -> Entry:
        if old.kind in NEVER_CORRECTED:
            msg = f"{patient_id}:{number} is of kind {old.kind}: withdraw it and record it again instead."
            raise Refused(msg)
        changed = _changed(case, old, changes)
        if "zone" in changed:
            _refuse_to_move_days(store, case, old)
        if not changed and not request.at:
            what = f"{old.name}=..." if old.kind == "fact" else "--at '...'"
            msg = (
                f"Say what is right instead: `carepath correct {patient_id}:{number} {what} --because '...'`."
            )
            raise CarepathError(msg)
        when = happened(case, request) if request.at else _same_day(old, changed)
        for typed in read_facts(case.pathway, changes) if old.kind == "fact" else ():
            refuse_far_day(typed, day_of(when.at, case.zone))
        return over(case, old, when, request, **changed)

    return _mend(database, patient_id, number, replacement, request)


def withdraw(database: Database, patient_id: str, number: int, request: Request) -> Outcome:
    """Take the effect of an entry away; that of a correction brings back what it had replaced."""

    def withdrawal(_: Store, case: Case, old: Entry) -> Entry:
        if old.kind in ("enrolled", "withdrawn"):
            way = "close the enrolment" if old.kind == "enrolled" else "record it again"
            msg = f"{patient_id}:{number} is of kind {old.kind} and cannot be withdrawn: {way} instead."
            raise Refused(msg)
        return Entry(
            number=case.last + 1,
            kind="withdrawn",
            happened_at=request.author.now,
            recorded_at=request.author.now,
            by=request.author.by,
            because=request.because,
            replaces=number,
        )

    return _mend(database, patient_id, number, withdrawal, request)


def _mend(
    database: Database,
    patient_id: str,
    number: int,
    replacement: Callable[[Store, Case, Entry], Entry],
    request: Request,
) -> Outcome:
    if not request.because:
        msg = "Mending the record needs a reason: add --because '...'."
        raise CarepathError(msg)

    def work(store: Store) -> Outcome:
        case, old = _find(store, patient_id, number)
        refuse_if_changed(store, case, request.seen)
        _refuse_if_replaced(store, case, old)
        return write(store, case, [replacement(store, case, old)], request.author.now)

    return transact(database, work, patient_id=patient_id, rehearse=request.rehearse)


def _find(store: Store, patient_id: str, number: int) -> tuple[Case, Entry]:
    if store.patient(patient_id) is None:
        raise NoSuchPatient(patient_id)
    found = store.entry(patient_id, number)
    row = store.enrolment(found[0]) if found else None
    if found is None or row is None:
        raise NoSuchEntry(patient_id, number)
    return case_of(store, row), found[1]


def _refuse_if_replaced(store: Store, case: Case, old: Entry) -> None:
    entries = store.entries(case.row.id)
    withdrawn = {entry.replaces for entry in entries if entry.kind == "withdrawn"}
    for entry in entries:
        if entry.replaces == old.number and entry.number not in withdrawn:
            what = "withdrawn" if entry.kind == "withdrawn" else "corrected"
            msg = (
                f"{case.patient_id}:{old.number} was {what} already, by {case.patient_id}:{entry.number}"
                f"{'.' if entry.kind == 'withdrawn' else ': mend that one.'}"
            )
            raise Refused(msg)


def _same_day(old: Entry, changed: dict[str, Any]) -> When:
    """Keep when an entry happened; a day without a time begins elsewhere in another zone."""
    zone = changed.get("zone")
    if zone is None or not old.only_day:
        return When(old.happened_at, old.only_day)
    return When(start_of(day_of(old.happened_at, old.zone), zone), only_day=True)


def _changed(case: Case, old: Entry, changes: Sequence[str]) -> dict[str, Any]:
    """Read what is right instead; only what the entry itself says can be changed."""
    if not changes:
        return {}
    if old.kind == "enrolled":
        return {"zone": _zone(changes)}
    pairs = read_facts(case.pathway, changes) if old.kind == "fact" else []
    if len(pairs) != 1 or pairs[0].fact.name != old.name or pairs[0].booking not in (0, old.booking):
        what = f"its value ({old.name}=...) or its time (--at)" if old.kind == "fact" else "its time (--at)"
        msg = f"{case.patient_id}:{old.number} is {old.kind} {old.name}: what can be corrected is {what}."
        raise Refused(msg)
    return {"value": pairs[0].value}


def _refuse_to_move_days(store: Store, case: Case, enrolled: Entry) -> None:
    """Refuse another zone once days without a time were recorded: they would begin at another moment."""
    for happening in in_force(store.entries(case.row.id)):
        entry = happening.entry
        if entry.only_day and entry.number != enrolled.number:
            msg = (
                f"{case.patient_id}:{entry.number} was recorded with a day alone, counted in {case.zone}: "
                "with such entries the zone stays. Close this enrolment and enrol anew."
            )
            raise Refused(msg)


def _zone(changes: Sequence[str]) -> str:
    name, _, zone = changes[0].partition("=")
    if len(changes) > 1 or name != "zone" or not is_zone(zone):
        msg = "Of an enrolment its time (--at) and its zone can be corrected, such as zone=Europe/London."
        raise CarepathError(msg)
    return zone


def over(case: Case, old: Entry, when: When, request: Request, **changed: Any) -> Entry:  # noqa: ANN401  # fields of Entry
    """Write an entry again with what is right, over the one it replaces."""
    return structs.replace(
        old,
        number=case.last + 1,
        replaces=old.number,
        happened_at=when.at,
        only_day=when.only_day,
        recorded_at=request.author.now,
        by=request.author.by,
        because=request.because,
        **changed,
    )
