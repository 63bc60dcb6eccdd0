"""Writing to a history: append entries, take the steps, write what changed, in one transaction.

Every action that changes a patient goes through `act`. With `rehearse` the same work is done and rolled
back, so that a person sees the consequences of a late entry before they are real.
"""

from collections.abc import Callable, Sequence
from typing import NoReturn, TypeAlias, TypeVar, cast

from msgspec import Struct, structs

from caseload.cases import Case, load_case
from caseload.on_staff import refuse_absent_author
from caseload.projecting import escalation_moment
from caseload.requests import Request
from caseload.saving import save
from pathways.calendars import Place
from pathways.errors import ChangedMeanwhile, Refused
from pathways.follow import follow, resume
from pathways.history import Entry
from pathways.model import Pathway, Review
from pathways.moments import Moment, shown
from pathways.standing import Standing
from storage.connection import Database
from storage.rows import EnrolmentRow, PromptRow
from storage.store import Store


class Outcome(Struct, frozen=True, kw_only=True):
    """What an action wrote and what changed by it.

    `prompts` holds each prompt that is new or changed, as it was (none: it is new) and as it is. `late` says
    that the entries do not come last, so that what followed them was worked out again. `review` is how far
    the pathway is reviewed here.
    """

    patient_id: str
    pathway: Pathway
    review: Review
    row: EnrolmentRow
    entries: tuple[Entry, ...]
    before: Standing
    after: Standing
    prompts: tuple[tuple[PromptRow | None, PromptRow], ...]
    late: bool


# What an action decides to write, having seen the case inside the transaction.
Decide: TypeAlias = Callable[[Store, Case], Sequence[Entry]]


Done = TypeVar("Done")


class _Rehearsed(Exception):
    """Not an error: it carries what was done out of a transaction that is to be taken back."""

    def __init__(self, done: object) -> None:
        super().__init__()
        self.done = done


def act(database: Database, patient_id: str, decide: Decide, request: Request) -> Outcome:
    """Load a case, let `decide` say what to write, and write it with all that follows.

    Raises `ChangedMeanwhile`, having written nothing, when there are entries newer than `request.seen`.
    """

    def work(store: Store) -> Outcome:
        return decided(store, load_case(store, patient_id, request.pathway), decide, request)

    return transact(database, work, patient_id=patient_id, rehearse=request.rehearse)


def decided(store: Store, case: Case, decide: Decide, request: Request) -> Outcome:
    """Write what was decided for a case that nobody changed meanwhile."""
    refuse_if_changed(store, case, request.seen)
    return write(store, case, decide(store, case), request.author.now)


def transact(
    database: Database, work: Callable[[Store], Done], *, patient_id: str = "", rehearse: bool
) -> Done:
    """Do some work in one transaction; when it is a rehearsal, take all of it back.

    What is about one patient holds that patient, and goes on beside what is about others.
    """

    def whole(store: Store) -> Done:
        if patient_id:
            store.hold(patient_id)
        done = work(store)
        return _taken_back(done) if rehearse else done

    try:
        return database.transact(whole, beside=bool(patient_id))
    except _Rehearsed as rehearsed:
        return cast(Done, rehearsed.done)


def _taken_back(done: object) -> NoReturn:
    raise _Rehearsed(done)


def write(store: Store, case: Case, entries: Sequence[Entry], now: Moment) -> Outcome:
    """Append entries to a case and bring everything that follows from its history up to date."""
    for by in {entry.by for entry in entries}:
        refuse_absent_author(store, by, now)
    store.append(case.row.id, entries)
    after = resume(case.pathway, case.standing, entries)
    late = after is None
    if after is None:
        after = follow(case.pathway, store.entries(case.row.id))
    row = _with_standing(store, case.row, after)
    by_entry = entries[-1].number if entries else 0
    prompts = save(store, case, row, after, now=now, by_entry=by_entry, whole=late)
    if row.place != case.row.place:
        # What was told late is escalated by the calendar of the enrolment.
        store.replan(row.id, escalation_moment)
    return Outcome(
        patient_id=case.patient_id,
        pathway=case.pathway,
        review=store.review(row.digest),
        row=row,
        entries=tuple(entries),
        before=case.standing,
        after=after,
        prompts=tuple(prompts),
        late=late and case.standing.at is not None,
    )


def refuse_if_left(case: Case) -> None:
    """Refuse what only makes sense on an open enrolment."""
    left = case.standing.exit
    if left:
        on = shown(left.at, case.zone, only_day=True)
        msg = (
            f"{case.patient_id} left {case.row.pathway} on {on} ({left.reason}). "
            f"If that is wrong, withdraw {case.patient_id}:{left.entry}; "
            f"`carepath enrol` begins anew."
        )
        raise Refused(msg)


def _with_standing(store: Store, row: EnrolmentRow, after: Standing) -> EnrolmentRow:
    """Bring the enrolment itself up to date with its `enrolled` and `exit` entries."""
    left_at, reason = (after.exit.at, after.exit.reason) if after.exit else (None, None)
    if left_at is None and row.left_at is not None:
        _refuse_second(store, row)
    enrolled_at = row.enrolled_at if after.enrolled_at is None else after.enrolled_at
    if (left_at, reason) != (row.left_at, row.left_reason):
        store.set_left(row.id, at=left_at, reason=reason)
    place = Place(after.zone, after.calendar)
    if (enrolled_at, place) != (row.enrolled_at, row.place):
        store.set_enrolled(row.id, at=enrolled_at, place=place)
    return structs.replace(
        row,
        left_at=left_at,
        left_reason=reason,
        enrolled_at=enrolled_at,
        zone=place.zone,
        calendar=place.calendar,
    )


def _refuse_second(store: Store, row: EnrolmentRow) -> None:
    """Refuse to open an enrolment again beside a later one on the same pathway."""
    for other in store.enrolments(row.patient_id):
        if other.id != row.id and other.pathway == row.pathway and other.left_at is None:
            since = shown(other.enrolled_at, other.zone, only_day=True)
            msg = (
                f"{row.patient_id} is on {row.pathway} again since {since}, "
                "and cannot be on it twice: close that enrolment first."
            )
            raise Refused(msg)


def refuse_if_changed(store: Store, case: Case, seen: int | None) -> None:
    """Refuse to act on a patient whom somebody else changed since the person deciding had looked."""
    if seen is None or case.last == seen:
        return
    newer = [each for each in store.entries(case.row.id) if each.number > seen]
    if not newer:  # on another pathway of the patient, which this action does not touch
        return
    what = "; ".join(
        f"{case.patient_id}:{each.number} {each.kind} {each.name} "
        f"by {each.by} at {shown(each.recorded_at, case.zone)}"
        for each in newer
    )
    msg = f"{case.patient_id} was changed meanwhile ({what}). Nothing was recorded: look again, then repeat."
    raise ChangedMeanwhile(msg)
