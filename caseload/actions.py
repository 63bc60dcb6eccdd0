"""What people can do to a patient's history: record, advance, note, close.

Each returns the `Outcome`; each refuses with a sentence and writes nothing when it cannot be.
"""

from collections.abc import Sequence

from msgspec import structs

from caseload.cases import Case
from caseload.requests import Request, When, entry_of, fact_entries, happened
from caseload.writing import Decide, Outcome, act, refuse_if_left
from pathways import guards
from pathways.errors import CarepathError, Refused
from pathways.fact_values import read_facts
from pathways.follow import follow
from pathways.history import Entry
from pathways.moments import shown
from pathways.standing import Standing
from storage.connection import Database
from storage.store import Store


class Unmet(Refused):
    """An event whose needs are not met. `verdict` holds what is missing."""

    def __init__(self, patient_id: str, verdict: guards.Verdict) -> None:
        self.verdict = verdict
        super().__init__(_unmet(patient_id, verdict))


def record(database: Database, patient_id: str, facts: Sequence[str], request: Request) -> Outcome:
    """Record facts, all at one moment."""
    return act(database, patient_id, recording(facts, request), request)


def recording(facts: Sequence[str], request: Request) -> Decide:
    """Return what decides which entries some facts are."""

    def decide(store: Store, case: Case) -> list[Entry]:
        when = happened(case, request)
        return fact_entries(store, case, request, when, read_facts(case.pathway, facts))

    return decide


def advance(
    database: Database,
    patient_id: str,
    event: str,
    facts: Sequence[str],
    request: Request,
    *,
    override: bool = False,
) -> Outcome:
    """Record an event with the facts that go with it, judged by the standing of its moment.

    Raises `guards.NotAllowedHere`, or `Unmet` when needs or warnings stand in the way; a reason answers a
    warning, an override goes past needs too.
    """
    return act(database, patient_id, advancing(event, facts, request, override=override), request)


def advancing(event: str, facts: Sequence[str], request: Request, *, override: bool = False) -> Decide:
    """Return what judges an event, and decides which entries it is."""

    def decide(store: Store, case: Case) -> list[Entry]:
        refuse_if_left(case)
        when = happened(case, request)
        entries = fact_entries(store, case, request, when, read_facts(case.pathway, facts))
        before = standing_at(store, case, when)
        found = judge(case, before, event, entries, when)
        overrode = _go_past(case, found, request, override=override)
        step = found.transition
        state = before.tracks[step.track].state
        return [
            *entries,
            entry_of(
                case,
                request,
                when,
                len(entries) + 1,
                kind="event",
                name=event,
                track=step.track,
                source=state,
                to=step.to,
                overrode=overrode,
            ),
        ]

    return decide


def verdict(store: Store, case: Case, event: str, facts: Sequence[str], request: Request) -> guards.Verdict:
    """Say what an event would still need with these facts, so that a person can be asked for it.

    Nothing is written. Raises as `advance` does when the state does not have the event.
    """
    refuse_if_left(case)
    when = happened(case, request)
    entries = fact_entries(store, case, request, when, read_facts(case.pathway, facts))
    return judge(case, standing_at(store, case, when), event, entries, when)


def note(database: Database, patient_id: str, text: str, request: Request) -> Outcome:
    """Put free text into the history; nothing follows from it."""
    if not text.strip():
        msg = "A note needs some text."
        raise CarepathError(msg)

    def decide(_: Store, case: Case) -> list[Entry]:
        noted = structs.replace(request, because=text.strip())
        return [entry_of(case, noted, happened(case, request), 1, kind="note")]

    return act(database, patient_id, decide, request)


def close(database: Database, patient_id: str, reason: str, request: Request) -> Outcome:
    """Record that the patient leaves the pathway; every open prompt ends."""
    return act(database, patient_id, closing(reason, request), request)


def closing(reason: str, request: Request) -> Decide:
    """Return what decides which entry leaving a pathway is."""

    def decide(_: Store, case: Case) -> list[Entry]:
        refuse_if_left(case)
        if reason not in case.pathway.exits:
            reasons = ", ".join(case.pathway.exits)
            msg = f"{reason!r} is no way to leave {case.pathway.name}: it is one of {reasons}."
            raise Refused(msg)
        return [entry_of(case, request, happened(case, request), 1, kind="exit", name=reason)]

    return decide


def standing_at(store: Store, case: Case, when: When) -> Standing:
    """Return the standing of a moment, which may lie before what is already recorded."""
    latest = case.standing.at
    if latest is None or when.at >= latest:
        return case.standing
    return follow(case.pathway, store.entries(case.row.id), until=when.at)


def judge(case: Case, before: Standing, event: str, facts: Sequence[Entry], when: When) -> guards.Verdict:
    """Judge an event by the standing of its moment and the facts recorded with it."""
    if before.enrolled_at is None:
        on = shown(case.row.enrolled_at, case.zone)
        msg = f"{case.patient_id} was enrolled at {on}: nothing can happen on the pathway before that."
        raise Refused(msg)
    known = guards.with_facts(case.pathway, before, facts, when.at)
    return guards.judge(case.pathway, known, event, when.at, [entry.name for entry in facts])


def _go_past(case: Case, verdict: guards.Verdict, request: Request, *, override: bool) -> tuple[str, ...]:
    """Say what an override goes past, or refuse what it may not."""
    if override and not request.because:
        msg = "An override needs its reason: add --because '...'."
        raise CarepathError(msg)
    unmet = (*verdict.missing, *verdict.stale)
    if unmet and not override:
        raise Unmet(case.patient_id, verdict)
    if verdict.warnings and not request.because:
        raise Unmet(case.patient_id, verdict)
    return (*unmet, *(warning.otherwise for warning in verdict.warnings)) if override else ()


def _unmet(patient_id: str, verdict: guards.Verdict) -> str:
    event = verdict.transition.event
    parts = []
    if verdict.missing or verdict.stale:
        facts = " ".join(f"{fact}=..." for fact in (*verdict.missing, *verdict.stale))
        parts.append(
            f"{event} needs {facts}: add them to the command, or go on with --override --because '...'"
        )
    if verdict.warnings:
        said = "; ".join(warning.otherwise for warning in verdict.warnings)
        parts.append(f"{said}: go on with --because '...'")
    return f"{patient_id} cannot {event} yet. {'. '.join(parts)}."
