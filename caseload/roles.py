"""Who holds each role: whom reminders and escalations reach."""

from typing import NamedTuple

from caseload.moved_stops import PassedOn, Stops, moved
from caseload.on_staff import refuse_absent
from caseload.rota import COORDINATOR, Holder, Rota, holder, rota_of
from pathways.errors import CarepathError
from pathways.moments import Moment
from storage.connection import Database

ROLES = ("coordinator", "clinician", "lead")


class Assigned(NamedTuple):
    """With whom a role rests that was given to somebody, and which open stops change hands with it."""

    held: Holder | None
    stops: tuple[PassedOn, ...]


def roles(database: Database) -> dict[str, str]:
    """Return who holds each role; empty where nobody does. Of a coordinator, the owner comes first."""
    with database.listing() as lists:
        holders = lists.holders()
    return {role: holders.get(role, "") for role in dict.fromkeys((*ROLES, *holders))}


def assign(database: Database, role: str, holder: str, *, now: Moment) -> Assigned:
    """Say who holds a role; nobody, when `holder` is empty."""
    if role not in ROLES:
        msg = f"There is no role {role!r}: it is one of {', '.join(ROLES)}."
        raise CarepathError(msg)
    name = holder.strip()
    with database.writing() as store:
        if name:
            refuse_absent(rota_of(store, now), name, now, "hold a role")
        before = Stops.read(store, now)
        store.put_holder(role, name)
        after = Stops.read(store, now)
        return Assigned(_held(after.rota, now).get(role), moved(before, after, now))


def held_now(database: Database, *, now: Moment) -> dict[str, Holder]:
    """Return with whom each role rests now; that of coordinator only if the site names one."""
    with database.listing() as lists:
        return _held(rota_of(lists, now), now)


def unheld(database: Database) -> list[str]:
    """List the roles that nobody holds."""
    return [role for role, holder in roles(database).items() if not holder]


def _held(rota: Rota, now: Moment) -> dict[str, Holder]:
    coordinator = rota.held.get(COORDINATOR, "")
    asked = ROLES if coordinator else [role for role in ROLES if role != COORDINATOR]
    return {role: holder(rota, role, coordinator, now) for role in asked}
