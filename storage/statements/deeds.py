"""What every message about a deed is made of, in the order of `DeliveryRow`."""

from storage.statements.reviews import status_of
from storage.statements.words import TABLES

_enrolment = TABLES["enrolment"]
_ledger = TABLES["ledger"]
_prompt = TABLES["prompt"]

OF_DEED = (
    *(_ledger.c[name] for name in ("kind", "moment", "tell", "at")),
    *(_prompt.c[name] for name in ("patient_id", "number", "rule", "tier", "role", "owner", "say", "due_at")),
    _enrolment.c.zone,
    *(_prompt.c[name] for name in ("ended_at", "ended")),
    status_of(_enrolment.c.digest),
)
