"""Who holds each role: whom reminders and escalations reach."""

from caseload.rota import COORDINATOR, Holder, holder, rota_of
from pathways.errors import CarepathError, Refused
from pathways.moments import Moment
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
    _refuse_unknown(database, holder.strip())
    assign_role(database, role, holder.strip())


def held_now(database: Database, *, now: Moment) -> dict[str, Holder]:
    """Return with whom each role rests now; that of coordinator only if the site names one."""
    with database.listing() as lists:
        rota = rota_of(lists, now)
    coordinator = rota.held.get(COORDINATOR, "")
    asked = ROLES if coordinator else [role for role in ROLES if role != COORDINATOR]
    return {role: holder(rota, role, coordinator, now) for role in asked}


def unheld(database: Database) -> list[str]:
    """List the roles that nobody holds."""
    return [role for role, holder in roles(database).items() if not holder]


def _refuse_unknown(database: Database, holder: str) -> None:
    """Refuse a name that is none of the staff, once there is any: nobody would be told."""
    with database.listing() as lists:
        staff = [row.id for row in lists.staff()]
    if holder and staff and holder not in staff:
        msg = (
            f"{holder} is not on the staff, who is there: {', '.join(staff)}. "
            f"`carepath staff add {holder}` adds them."
        )
        raise Refused(msg)
