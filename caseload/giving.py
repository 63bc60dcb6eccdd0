"""Giving one enrolment to another owner, with all its prompts and a note in its history."""

from msgspec import structs

from caseload.cases import Case
from caseload.requests import Author, Request, When, entry_of
from caseload.writing import Outcome, write
from storage.store import Store


def give(store: Store, case: Case, owner: str, author: Author, *, because: str = "") -> Outcome:
    """Make somebody else responsible, and note from whom to whom, and why if that was said."""
    said = f"Handed over from {case.row.owner} to {owner}{f': {because}' if because else ''}"
    store.set_owner(case.row.id, owner)
    case = structs.replace(case, row=structs.replace(case.row, owner=owner))
    request = Request(author=author, because=said)
    note = entry_of(case, request, When(author.now, only_day=False), 1, kind="note")
    return write(store, case, [note], author.now)
