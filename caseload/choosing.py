"""Which pathways a patient can be put on, and what each is for."""

import re

from msgspec import Struct

from caseload.cases import NoSuchPatient, pathway_of
from caseload.describing import REVIEWS
from caseload.reviewing import admitted
from pathways.errors import Refused
from pathways.model import Pathway, Review
from pathways.moments import shown
from storage.connection import Database
from storage.rows import EnrolmentRow
from storage.store import Store

# A stop within an abbreviation or a number ends no sentence.
_FIRST = re.compile(r"(.+?\w\w[.!?])(?= [A-Z]|$)")


class Choice(Struct, frozen=True, kw_only=True):
    """A pathway that could be chosen. `purpose` is the first sentence of what it says of itself.

    `since` is the day since which the patient is on it, `version` then the one that they are on; `why_not`
    says why nobody new is put on it here. Both are empty for one that can be chosen.
    """

    name: str
    version: int
    title: str
    purpose: str
    review: Review
    review_means: str
    since: str = ""
    why_not: str = ""

    @property
    def possible(self) -> bool:
        """Whether the patient can be put on it now."""
        return not (self.since or self.why_not)


def choices(database: Database, patient_id: str) -> tuple[Choice, ...]:
    """List the pathways installed here, by name, as a patient could choose among them."""
    with database.reading() as store:
        if store.patient(patient_id) is None:
            raise NoSuchPatient(patient_id)
        on = {row.pathway: row for row in store.enrolments(patient_id) if row.left_at is None}
        names = dict.fromkeys(row.name for row in store.pathways())
        return tuple(_choice(store, name, on.get(name)) for name in names)


def _choice(store: Store, name: str, enrolment: EnrolmentRow | None) -> Choice:
    rows = [row for row in store.pathways() if row.name == name]
    newest, why_not = max(rows, key=lambda row: row.version), ""
    try:
        row = admitted(store, name)
    except Refused as refused:
        row, why_not = newest, str(refused)
    if enrolment:
        row = next(each for each in rows if each.digest == enrolment.digest)
    return Choice(
        name=name,
        version=row.version,
        title=row.title,
        purpose=purpose(pathway_of(store, row.digest)),
        review=row.review,
        review_means=REVIEWS[row.review],
        since=shown(enrolment.enrolled_at, enrolment.zone, only_day=True) if enrolment else "",
        why_not="" if enrolment else why_not,
    )


def purpose(pathway: Pathway) -> str:
    """Return the first sentence of what a pathway says of itself; empty when it says nothing."""
    text = " ".join(pathway.say.split())
    found = _FIRST.match(text)
    return found[1] if found else text
