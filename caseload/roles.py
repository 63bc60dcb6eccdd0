"""Who holds each role: whom reminders and escalations reach."""

from collections.abc import Sequence

from storage.connection import Database

ROLES = ("coordinator", "clinician", "lead")


def roles(database: Database) -> dict[str, str]:
    """Return who holds each role; empty where nobody does. Of a coordinator, the owner comes first."""
    raise NotImplementedError


def assign(database: Database, role: str, holder: str) -> None:
    """Say who holds a role."""
    raise NotImplementedError


def unheld(database: Database) -> Sequence[str]:
    """List the roles that nobody holds."""
    raise NotImplementedError
