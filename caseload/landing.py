"""Writes a patient of a history file with all that follows from their history, in one transaction."""

from collections.abc import Iterator, Sequence
from itertools import count, groupby

from msgspec import Struct, structs

from caseload.cases import stored
from caseload.incoming_patients import Incoming, IncomingPatient
from caseload.projecting import Projection, escalation_moment, project
from pathways.follow import follow
from pathways.history import PromptKey
from pathways.lookup import lookup_of
from pathways.moments import Moment
from pathways.standing import Standing
from storage.rows import EnrolmentRow, Fold, PromptRow
from storage.store import Store


class _Landed(Struct, frozen=True, kw_only=True):
    """An enrolment as it is written, and what follows from it."""

    of: Incoming
    row: EnrolmentRow
    standing: Standing


def land(store: Store, patient: IncomingPatient, *, now: Moment) -> None:
    """Write a patient who has no history here yet."""
    if patient.fresh:
        store.add_patient(patient.row, name=patient.name, contact=patient.contact)
    landed = [_enrol(store, patient.row.id, each) for each in patient.enrolments]
    _append(store, landed)
    given = [number for each in patient.enrolments for number in each.numbers.values()]
    fresh = count(max(given, default=0) + 1)
    for each in landed:
        _save(store, each, fresh, now)


def _enrol(store: Store, patient_id: str, enrolment: Incoming) -> _Landed:
    standing = follow(enrolment.pathway, enrolment.entries)
    left = standing.exit
    row = EnrolmentRow(
        patient_id=patient_id,
        pathway=enrolment.pathway.name,
        digest=enrolment.pathway.digest,
        owner=enrolment.owner,
        zone=standing.zone,
        calendar=standing.calendar,
        enrolled_at=standing.enrolled_at or 0,
        left_at=left.at if left else None,
        left_reason=left.reason if left else None,
    )
    return _Landed(of=enrolment, row=structs.replace(row, id=store.add_enrolment(row)), standing=standing)


def _append(store: Store, landed: Sequence[_Landed]) -> None:
    """Append the entries of all enrolments in the one order in which they are numbered."""
    entries = sorted(
        ((entry, each.row.id) for each in landed for entry in each.of.entries),
        key=lambda pair: pair[0].number,
    )
    for enrolment_id, run in groupby(entries, key=lambda pair: pair[1]):
        store.append(enrolment_id, [entry for entry, _ in run])


def _save(store: Store, landed: _Landed, fresh: Iterator[int], now: Moment) -> None:
    rows = project(landed.of.pathway, landed.row, landed.standing)
    store.save_tracks(rows.tracks.values())
    store.save_facts(rows.facts.values())
    store.save_banners(rows.banners.values())
    store.save_prompts(
        new=[*_numbered(landed, rows, fresh), *_gone(landed, rows, now)],
        changed=(),
        now=now,
        by_entry=landed.standing.last,
        escalation_moment=escalation_moment,
    )
    standing = landed.standing
    store.save_fold(landed.row.id, Fold(stored(standing), standing.last, standing.digest))


def _numbered(landed: _Landed, rows: Projection, fresh: Iterator[int]) -> Iterator[PromptRow]:
    for prompt in sorted(rows.prompts, key=lambda row: (row.began_at, row.key)):
        number = landed.of.numbers.get(prompt.key)
        yield structs.replace(prompt, number=next(fresh) if number is None else number)


def _gone(landed: _Landed, rows: Projection, now: Moment) -> Iterator[PromptRow]:
    """Keep the numbers of prompts that no longer follow, so that no other prompt ever gets them."""
    for key in landed.of.numbers.keys() - {prompt.key for prompt in rows.prompts}:
        yield _superseded(landed, key, now)


def _superseded(landed: _Landed, key: PromptKey, now: Moment) -> PromptRow:
    rule, row = lookup_of(landed.of.pathway).rules[key.rule], landed.row
    return PromptRow(
        enrolment_id=row.id,
        patient_id=row.patient_id,
        number=landed.of.numbers[key],
        key=key,
        tier=rule.tier,
        role=rule.role,
        owner=row.owner,
        say=rule.say,
        began_at=now,
        began_by=0,
        opens_at=now,
        source=rule.source,
        counted_from=str(rule.counted_from),
        ended_at=now,
        ended="superseded",
        ended_by=landed.standing.last,
    )
