"""Whose lists there are, and what rests with somebody beside their own caseload.

`carepath today` asks it, so it may import nothing slow.
"""

from typing import TYPE_CHECKING

from caseload.rota import CLINICIAN, COORDINATOR, LEAD, Holders, rota_of
from pathways.errors import NotFound
from storage.lists import Whose

if TYPE_CHECKING:
    from storage.connection import Database
    from storage.lists import Lists

NAMED = 10


def held_besides(lists: "Lists", holders: Holders, name: str) -> Whose:
    """Say what rests with somebody beside their own caseload: those of others, and the prompts of roles.

    Without staff nobody stands in for anybody: everybody's list is their caseload and their roles.
    """
    owners = (each for each in lists.owners() if each != name) if holders.rota.staff else ()
    return Whose(
        tuple(each for each in owners if holders.of(COORDINATOR, each).person == name),
        tuple(role for role in (CLINICIAN, LEAD) if holders.of(role, "").person == name),
    )


def has_list(database: "Database", name: str, *, now: int) -> bool:
    """Say whether somebody has a list of their own: a caseload, a role, or somebody to stand in for."""
    with database.listing() as lists:
        if name in lists.owners():
            return True
        holders = Holders(rota_of(lists, now), now)
        # Without staff a role is a name only: whoever has it sees to everybody's patients as before.
        return bool(holders.rota.staff) and held_besides(lists, holders, name) != Whose(())


def refuse_unknown(database: "Database", name: str, *, now: int) -> None:
    """Refuse a slip of the pen: an empty list would look like good news."""
    if has_list(database, name, now=now):
        return
    with database.listing() as lists:
        staff, held, owners = (row.id for row in lists.staff()), lists.holders().values(), lists.owners()
    known = sorted({*staff, *held, *owners})
    if name not in known:
        msg = f"Nobody is called {name} here: {_meant(name, known)} (`carepath staff list`)."
        raise NotFound(msg)


def _meant(name: str, known: "list[str]") -> str:
    from difflib import get_close_matches  # only after a slip

    if close := get_close_matches(name, known, 1):
        return f"did you mean {close[0]}?"
    more = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
    return f"there is {', '.join(known[:NAMED])}{more}" if known else "nobody is entered yet"
