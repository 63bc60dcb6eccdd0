"""What an action is asked to write: who, when it happened, why; and the entries made of that."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from caseload.cases import Case
from pathways.errors import CarepathError, NotFound
from pathways.fact_values import BadValue, Typed
from pathways.history import Entry
from pathways.moments import Moment, day_of, shown, typed
from pathways.plausible import refuse_far_day
from storage.store import Store


class Author(Struct, frozen=True, kw_only=True):
    """Who writes, and when: read once, where the command or the request came in."""

    by: str
    now: Moment


class When(Struct, frozen=True):
    """When something happened: a moment, and whether only its day was given."""

    at: Moment
    only_day: bool


class Request(Struct, frozen=True, kw_only=True):
    """What every action may be told: when it happened, why, on which pathway, and how sure to be.

    `at` is as typed (`2026-11-03` or `2026-11-03 14:30`, local), empty for now. `seen` is the number of the
    patient's last entry that the person deciding had seen. With `rehearse` everything is worked out, told
    and taken back.
    """

    author: Author
    at: str = ""
    because: str = ""
    pathway: str | None = None
    seen: int | None = None
    rehearse: bool = False


def happened(case: Case, request: Request) -> When:
    """Return when a request says it happened; nothing has happened in the future."""
    return moment_typed(request.at, case.zone, request.author.now)


def moment_typed(text: str, zone: str, now: Moment) -> When:
    """Read when something happened, empty meaning now; raises when that lies in the future."""
    if not text:
        return When(now, only_day=False)
    at, only_day = typed(text, zone)
    if at > now:
        msg = f"{text} lies in the future (it is {shown(now, zone)}): record things once they have happened."
        raise CarepathError(msg)
    return When(at, only_day)


def entry_of(
    case: Case,
    request: Request,
    when: When,
    offset: int,
    **fields: Any,  # noqa: ANN401  # fields of Entry
) -> Entry:
    """Make the entry that comes `offset` after the patient's last one."""
    return Entry(
        number=case.last + offset,
        happened_at=when.at,
        only_day=when.only_day,
        recorded_at=request.author.now,
        by=request.author.by,
        because=request.because,
        **fields,
    )


def fact_entries(
    store: Store, case: Case, request: Request, when: When, typed_facts: Sequence[Typed], *, after: int = 0
) -> list[Entry]:
    """Make the entries of some facts; a new booking gets the next number that was never used."""
    entries: list[Entry] = []
    for each in typed_facts:
        booking = each.booking
        refuse_far_day(each, day_of(when.at, case.zone))
        if booking:
            _refuse_unknown_booking(case, each)
            _refuse_end_ahead(case, each, day_of(when.at, case.zone))
        elif each.fact.many:
            used = [*store.entries(case.row.id), *entries]
            booking = 1 + max((old.booking for old in used if old.name == each.fact.name), default=0)
        entries.append(
            entry_of(
                case,
                request,
                when,
                after + len(entries) + 1,
                kind="fact",
                name=each.fact.name,
                value=each.value,
                booking=booking,
            )
        )
    return entries


def _refuse_end_ahead(case: Case, each: Typed, on: date) -> None:
    booking = case.standing.bookings[each.fact.name][each.booking]
    if each.value == "done" and booking.on > on:
        name = f"{each.fact.name}#{each.booking}"
        msg = f"{name} is on {booking.on}, which lies ahead: write {name}=cancelled, or give it another day."
        raise BadValue(msg)


def _refuse_unknown_booking(case: Case, each: Typed) -> None:
    bookings = case.standing.bookings.get(each.fact.name, {})
    if each.booking not in bookings:
        known = ", ".join(f"#{number} ({booking.on})" for number, booking in sorted(bookings.items()))
        msg = f"{case.patient_id} has no {each.fact.name}#{each.booking}: there is {known or 'none'}."
        raise NotFound(msg)
