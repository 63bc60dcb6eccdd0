"""Who holds each role: whom reminders and escalations reach."""

from pathways.errors import CarepathError
from storage.connection import Database

ROLES = ("coordinator", "clinician", "lead")


def roles(database: Database) -> dict[str, str]:
    """Return who holds each role; empty where nobody does. Of a coordinator, the owner comes first."""
    with database.listing() as lists:
        holders = lists.holders()
    return {role: holders.get(role, "") for role in dict.fromkeys((*ROLES, *holders))}


def assign(database: Database, role: str, holder: str) -> None:
    """Say who holds a role; nobody, when `holder` is empty."""
    from storage.setup import assign_role  # SQLModel, which takes long to import

    if role not in ROLES:
        msg = f"There is no role {role!r}: it is one of {', '.join(ROLES)}."
        raise CarepathError(msg)
    assign_role(database, role, holder.strip())


def unheld(database: Database) -> list[str]:
    """List the roles that nobody holds."""
    return [role for role, holder in roles(database).items() if not holder]
