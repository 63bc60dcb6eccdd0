"""Gives open enrolments the calendar of the site, as corrections of their `enrolled` entries."""

from collections.abc import Iterator
from functools import partial

from caseload.cases import case_of
from caseload.mending import over
from caseload.requests import Request, When
from caseload.site_calendar import calendar_text
from caseload.writing import Outcome, transact, write
from pathways.errors import Refused
from pathways.history import Entry, in_force
from storage.connection import Database
from storage.rows import EnrolmentRow
from storage.store import Store


def behind(database: Database) -> list[EnrolmentRow]:
    """List the open enrolments whose calendar is another than that of the site."""
    with database.reading() as store:
        text = calendar_text(store)
        if not text:
            msg = "The site has no calendar yet: `carepath calendar set --country GB` sets one."
            raise Refused(msg)
        return [row for row in store.all_enrolments() if row.left_at is None and row.calendar != text]


def apply(database: Database, request: Request) -> Iterator[Outcome]:
    """Give each open enrolment the calendar of the site, one transaction each; `rehearse` takes it back."""
    for row in behind(database):
        yield transact(database, partial(_apply, row=row, request=request), rehearse=request.rehearse)


def _apply(store: Store, row: EnrolmentRow, request: Request) -> Outcome:
    case = case_of(store, store.enrolment(row.id) or row)
    old = _enrolled(store.entries(row.id))
    when = When(old.happened_at, old.only_day)
    entry = over(case, old, when, request, calendar=calendar_text(store))
    return write(store, case, [entry], request.author.now)


def _enrolled(entries: list[Entry]) -> Entry:
    return next(each.entry for each in in_force(entries) if each.entry.kind == "enrolled")
