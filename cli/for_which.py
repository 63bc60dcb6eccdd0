"""Asking for which pathway something is meant, when a patient is on several."""

from collections.abc import Callable, Sequence

from caseload.several import OnSeveral, names_of
from cli.asking import ask_until, at_terminal
from cli.options import Said
from cli.printing import warn
from storage.connection import Database

ALL = "all"


def settled(said: Said, act: Callable[[Said], None]) -> None:
    """Do something; when it may be meant for several pathways, ask a person for which, and do it then."""
    try:
        act(said)
    except OnSeveral as several:
        if not at_terminal():
            raise
        warn(str(several))
        act(_chosen(said, several.pathways, everywhere=several.everywhere))


def for_which(said: Said, patient_id: str, *, everywhere: bool = True) -> Said:
    """Ask for which pathway, before anything else is asked, when a patient is on several."""
    if said.pathway or said.everywhere or not at_terminal():
        return said
    with Database(said.path) as database:
        names = names_of(database, patient_id)
    return _chosen(said, names, everywhere=everywhere) if len(names) > 1 else said


def still_on(said: Said, patient_id: str) -> list[str]:
    """Name the pathways that a patient is on."""
    with Database(said.path) as database, database.reading() as store:
        return [row.pathway for row in store.enrolments(patient_id) if row.left_at is None]


def _chosen(said: Said, names: Sequence[str], *, everywhere: bool) -> Said:
    ways = [*names, *([ALL] if everywhere else [])]
    while True:
        answer = ask_until(f"For which? [{', '.join(ways)}]", "Ctrl-C stops, and records nothing.")
        # A pathway may be called like the word that stands for all of them.
        if answer in names:
            return said._replace(pathway=answer)
        if answer in ways:
            return said._replace(everywhere=True)
        warn(f"It is one of {', '.join(ways)}.")
