"""Writes everything that follows from the histories anew, as a repair. Prompts keep their numbers."""

from msgspec import structs

from caseload.cases import stored
from caseload.comparing import Folded, differences, fold
from caseload.projecting import escalation_moment
from caseload.saving import compare
from caseload.slices import Progress
from pathways.calendars import Place
from pathways.moments import Moment
from storage.connection import Database
from storage.rows import Fold, WaitingRow
from storage.store import Store
from storage.waiting import waiting


def rebuild(database: Database, *, now: Moment, progress: Progress | None = None) -> int:
    """Write all projections anew, one enrolment a transaction; say of how many something had been wrong."""
    with database.reading() as store:
        ids = store.enrolment_ids()
    unplanned, repaired = replan(database), 0
    for done, enrolment_id in enumerate(ids, start=1):
        with database.writing() as store:
            repaired += _rebuild(store, fold(store, enrolment_id), now)
        if progress:
            progress(done, len(ids))
    with database.writing() as store:
        store.remove_waiting(set(store.all_waiting()) - _waiting(store))
    return repaired or int(unplanned > 0)


def replan(database: Database) -> int:
    """Let every prompt wait for just what it should, in one transaction; say how many rows were wrong.

    For after a wrong clock: what a tick passed by as over, or counted from a moment that never was.
    """
    with database.writing() as store:
        had, want = set(store.all_waiting()), _waiting(store)
        store.remove_waiting(had - want)
        store.add_waiting(want - had)
    return len(had ^ want)


def _rebuild(store: Store, folded: Folded, now: Moment) -> bool:
    """Rebuild one enrolment; true when something of it was wrong."""
    row = folded.row
    wrong = any(differences(store, folded, store.prompts(row.id), now))
    store.set_left(row.id, at=row.left_at, reason=row.left_reason)
    store.set_enrolled(row.id, at=row.enrolled_at, place=row.place)
    store.set_owner(row.id, row.owner)
    _rebuild_states(store, folded)
    _rebuild_prompts(store, folded, now)
    standing = folded.standing
    store.save_fold(row.id, Fold(stored(standing), standing.last, standing.digest))
    return wrong


def _rebuild_states(store: Store, folded: Folded) -> None:
    number, rows = folded.row.id, folded.rows
    store.remove_tracks([row for row in store.tracks(number) if row not in rows.tracks.values()])
    store.remove_facts([row for row in store.facts(number) if row not in rows.facts.values()])
    store.remove_banners([row for row in store.banners(number) if row not in rows.banners.values()])
    store.save_tracks(rows.tracks.values())
    store.save_facts(rows.facts.values())
    store.save_banners(rows.banners.values())


def _rebuild_prompts(store: Store, folded: Folded, now: Moment) -> None:
    known = store.prompts(folded.row.id)
    by_entry = folded.standing.last
    new, changed = compare(known, folded.rows.prompts, now=now, by_entry=by_entry)
    after = {row.id: row for _, row in changed}
    # As if none of them had waited for anything: then all that should wait is written again.
    unwaited = [(structs.replace(row, ended="superseded"), after.get(row.id, row)) for row in known]
    store.save_prompts(
        new=new, changed=unwaited, now=now, by_entry=by_entry, escalation_moment=escalation_moment
    )


def _waiting(store: Store) -> set[WaitingRow]:
    """Return all that should wait for its moment."""
    wanted: set[WaitingRow] = set()
    for enrolment in store.all_enrolments():
        deeds = store.deeds_by_prompt(enrolment.id)

        def late(after: str, raised: Moment, place: Place = enrolment.place) -> Moment:
            return escalation_moment(after, raised, place)

        for prompt in store.prompts(enrolment.id):
            wanted |= waiting(prompt, deeds.get(prompt.id, ()), late)
    return wanted
