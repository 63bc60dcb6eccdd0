"""Who holds each role: whom reminders and escalations reach."""

from caseload.rota import COORDINATOR, Holder, absence, gone, holder, rota_of, staying
from pathways.errors import CarepathError, Refused
from pathways.moments import Moment
from storage.connection import Database

ROLES = ("coordinator", "clinician", "lead")


def roles(database: Database) -> dict[str, str]:
    """Return who holds each role; empty where nobody does. Of a coordinator, the owner comes first."""
    with database.listing() as lists:
        holders = lists.holders()
    return {role: holders.get(role, "") for role in dict.fromkeys((*ROLES, *holders))}


def assign(database: Database, role: str, holder: str, *, now: Moment = 0) -> None:
    """Say who holds a role; nobody, when `holder` is empty. By `now` it is known who has left."""
    from storage.setup import assign_role  # SQLModel, which takes long to import

    if role not in ROLES:
        msg = f"There is no role {role!r}: it is one of {', '.join(ROLES)}."
        raise CarepathError(msg)
    _refuse_gone(database, holder.strip(), now)
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


def _refuse_gone(database: Database, holder: str, now: Moment) -> None:
    """Refuse a name that is none of the staff, or no longer, once there is any: nobody would be told."""
    with database.listing() as lists:
        rota = rota_of(lists, now)
    if not holder or not rota.staff or not gone(rota, holder, now):
        return
    there = ", ".join(staying(rota, now)) or "nobody"
    what = f"depart {holder} --stays` takes that back" if holder in rota.staff else f"add {holder}` adds them"
    why = absence(rota, holder, now)
    msg = f"{holder}, {why}, cannot hold a role. On the staff: {there}. `carepath staff {what}."
    raise Refused(msg)
