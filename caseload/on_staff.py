"""Whether somebody is on the staff, and the refusal of who is not, or no longer."""

from caseload.rota import Rota, absence, gone, rota_of, staying
from pathways.errors import NotFound, Refused
from pathways.moments import Moment
from storage.staff import StaffRow
from storage.store import Store


def known(rota: Rota, name: str) -> StaffRow:
    """Return a person, or say who there is."""
    row = rota.staff.get(name)
    if row is None:
        there = f"there is {', '.join(rota.staff)}" if rota.staff else "nobody is entered yet"
        msg = f"{name} is not on the staff: {there}. `carepath staff add {name}` adds them."
        raise NotFound(msg)
    return row


def refuse_absent_owner(store: Store, name: str, now: Moment) -> None:
    """Refuse to make somebody responsible who is not on the staff, or no longer."""
    refuse_absent(rota_of(store, now), name, now, "be responsible for a patient")


def refuse_absent_author(store: Store, name: str, now: Moment) -> None:
    """Refuse what somebody writes for a patient who is not on the staff, or no longer.

    Leave does not matter: who is here on a day off may write down what they see.
    """
    rota = rota_of(store, now)
    refuse_absent(rota, name, now, "write for a patient", instead="Say with --by who writes, or ")


def refuse_absent(rota: Rota, name: str, now: Moment, what: str, *, instead: str = "") -> None:
    """Refuse what somebody cannot do who is not on the staff, or no longer; without staff, nobody."""
    if not rota.staff or not gone(rota, name, now):
        return
    there = ", ".join(staying(rota, now)) or "nobody"
    mends = f"depart {name} --stays` takes that back" if name in rota.staff else f"add {name}` adds them"
    msg = (
        f"{name}, {absence(rota, name, now)}, cannot {what}. On the staff: {there}. "
        f"{instead}`carepath staff {mends}."
    )
    raise Refused(msg)
