"""A patient on a pathway, and prompts as a standing would ask for them.

Moments are small numbers: what they mean is for other layers to say.
"""

from msgspec.structs import replace

from pathways.calendars import Place
from pathways.history import Entry, PromptKey
from pathways.moments import Moment
from storage.connection import Database
from storage.rows import Claimed, EnrolmentRow, Escalation, PromptRow
from storage.setup import PathwayText, add_patient, install_pathway
from storage.store import Store

DIGEST = "d" * 64
NOW = 1_000


_PATHWAY = PathwayText(
    digest=DIGEST,
    name="immune-pns",
    version=1,
    title="Immune-mediated",
    review="approved",
    starts_as="under-review",
    because="as its file says",
    text="pathway: immune-pns",
    packed=b"packed",
)
_ENTRY = Entry(number=1, kind="note", happened_at=10, recorded_at=20, by="ana")
_PROMPT = PromptRow(
    enrolment_id=1,
    patient_id="P-014",
    key=PromptKey("reassess", 1),
    tier="due",
    role="clinician",
    owner="ana",
    say="Assess the response",
    began_at=10,
    began_by=1,
    opens_at=2_000,
    due_at=3_000,
    escalates=(Escalation("3 days", "lead", 3_300),),
)


def pathway_text(**changes: object) -> PathwayText:
    return replace(_PATHWAY, **changes)


def entry(number: int, **changes: object) -> Entry:
    return replace(_ENTRY, number=number, **changes)


def prompt(enrolment_id: int, rule: str = "reassess", **changes: object) -> PromptRow:
    return replace(_PROMPT, enrolment_id=enrolment_id, key=PromptKey(rule, 1), **changes)


def enrolled(database: Database, patient_id: str = "P-014", owner: str = "ana") -> int:
    """Add a patient and enrol them; return the id of the enrolment."""
    install_pathway(database, pathway_text(), by="ana", now=1)
    add_patient(
        database, patient_id, zone="Europe/London", now=1, name="Jane Roe", contact="jane@example.org"
    )
    with database.writing() as store:
        return store.add_enrolment(
            EnrolmentRow(
                patient_id=patient_id,
                pathway="immune-pns",
                digest=DIGEST,
                owner=owner,
                zone="Europe/London",
                enrolled_at=10,
            )
        )


def late_by_three_hundred(after: str, raised_at: Moment, place: Place) -> Moment:
    """Stand in for the calendar: every escalation comes 300 after the prompt was raised."""
    assert (after, place) == ("3 days", Place("Europe/London"))
    return raised_at + 300


def save(
    store: Store, *new: PromptRow, changed: tuple[tuple[PromptRow, PromptRow], ...] = (), now: Moment = NOW
) -> list[PromptRow]:
    return store.save_prompts(
        new=new, changed=changed, now=now, by_entry=7, escalation_moment=late_by_three_hundred
    )


def tick(store: Store, now: Moment, limit: int = 1_000) -> Claimed:
    return store.claim_due(now=now, limit=limit, worker="w", escalation_moment=late_by_three_hundred)


def deeds(store: Store, enrolment_id: int) -> list[tuple[str, Moment, str]]:
    return [(deed.kind, deed.moment, deed.tell) for deed in store.ledger(enrolment_id)]


def waits(store: Store) -> list[tuple[Moment, str, str]]:
    return [(row.at, row.kind, row.tell) for row in sorted(store.all_waiting())]
