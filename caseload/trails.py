"""The way of a patient through the tracks of a pathway: where they are, were, and how they came there."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from caseload.cases import load_case
from pathways.history import Entry, in_force
from pathways.model import Pathway
from pathways.moments import Moment, shown
from pathways.standing import Misfit
from storage.connection import Database


class Stay(Struct, frozen=True):
    """The state a track is in, and the day it was entered."""

    state: str
    since: str


class Move(Struct, frozen=True):
    """One step of a track: the state that was left, and the one that was entered."""

    track: str
    source: str
    to: str


class Trail(Struct, frozen=True, kw_only=True):
    """The way of a patient, known by the id only. `been` has every state that was entered, by track."""

    patient: str
    now: str
    here: dict[str, Stay]
    been: frozenset[tuple[str, str]]
    moves: frozenset[Move]


def trail(
    database: Database, patient_id: str, *, now: Moment, pathway: str | None = None
) -> tuple[Pathway, Trail]:
    """Return the pathway of a patient, in the version that they are on, and their way through it."""
    with database.reading() as store:
        case = load_case(store, patient_id, pathway)
        entries = store.entries(case.row.id)
    tracks = case.standing.tracks
    return case.pathway, Trail(
        patient=patient_id,
        now=shown(now, case.zone, only_day=True),
        here={
            name: Stay(each.state, shown(each.entered_at, case.zone, only_day=True))
            for name, each in tracks.items()
        },
        been=frozenset((name, state) for name, each in tracks.items() for state in each.visits),
        moves=frozenset(_moves(entries, case.standing.misfits)),
    )


def _moves(entries: Iterable[Entry], misfits: Iterable[Misfit]) -> Iterator[Move]:
    """Yield the moves that were made; an event before the enrolment or after an exit moved nothing."""
    unmoved = {each.entry for each in misfits if each.kind != "no-such-transition"}
    for each in in_force(entries):
        entry = each.entry
        if entry.kind == "event" and entry.number not in unmoved:
            yield Move(entry.track, entry.source, entry.to)
