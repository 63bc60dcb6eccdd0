"""Whoever holds an unanswered stop is told of it, however they came to hold it.

One that somebody took on who is away or has left since is unanswered again.

Somebody goes on leave or comes back, a role is given to another, a caseload is handed over, a channel is
added, somebody is there again at last: of none of these is anything stored that could be told. So those who
hold stops are looked for before each round of posting.
"""

from collections.abc import Iterable, Iterator, Sequence

from caseload.moved_stops import taken_by
from caseload.rota import rota_of
from pathways.moments import Moment
from scheduler.routing import Routes
from storage.connection import Database
from storage.rows import DeliveryRow, NewDelivery
from storage.stops import Told
from storage.store import Store


def tell_holders(database: Database, now: Moment) -> int:
    """Queue a message to each who holds an unanswered stop and has heard nothing of it; say how many."""
    with database.reading() as store:
        if not _untold(store, now):
            return 0
    # Looked for again, as somebody may have answered meanwhile.
    with database.writing() as store:
        return store.add_deliveries(_untold(store, now))


def _untold(store: Store, now: Moment) -> list[NewDelivery]:
    deeds = [*store.deeds_of_stops(now), *_left_behind(store, now)]
    if not deeds:
        return []
    routes, told = Routes.read(store, now), _by_deed(store.told_of(each.ledger_id for each in deeds))
    return [row for stop in _by_stop(deeds) for row in _rows(routes, stop, told)]


def _left_behind(store: Store, now: Moment) -> list[DeliveryRow]:
    """Return what was done about the stops that somebody took on who is not there any more."""
    taken = store.taken_stops(now)
    if not taken:
        return []
    rota = rota_of(store, now)
    return store.deeds_of(each for each in taken if not taken_by(rota, each, now))


def _rows(routes: Routes, deeds: Sequence[DeliveryRow], told: dict[int, list[Told]]) -> Iterator[NewDelivery]:
    """Make what tells of a stop who was told of none of its deeds: of the latest that is theirs to know."""
    latest = {routes.holder_of(deed).person: deed for deed in deeds}
    heard = {each.staff for deed in deeds for each in told.get(deed.ledger_id, ()) if each.state == "sent"}
    for person, deed in latest.items():
        if person not in heard:
            there = {(each.staff, each.channel) for each in told.get(deed.ledger_id, ())}
            yield from (row for row in routes.rows(deed) if (row.staff, row.channel) not in there)


def _by_stop(deeds: Iterable[DeliveryRow]) -> Iterable[list[DeliveryRow]]:
    found: dict[tuple[str, int], list[DeliveryRow]] = {}
    for deed in deeds:
        found.setdefault((deed.patient_id, deed.number), []).append(deed)
    return found.values()


def _by_deed(told: Iterable[Told]) -> dict[int, list[Told]]:
    found: dict[int, list[Told]] = {}
    for each in told:
        found.setdefault(each.ledger_id, []).append(each)
    return found
