"""Whoever holds an unanswered stop is told of it, however they came to hold it.

One that somebody took on who is away or has left since is unanswered again.

Somebody goes on leave or comes back, a role is given to another, a caseload is handed over, a channel is
added, somebody is there again at last: of none of these is anything stored that could be told. So those who
hold stops are looked for before each round of posting.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from caseload.moved_stops import taken_by
from caseload.rota import rota_of
from pathways.moments import Moment
from scheduler.failures import lead_heard, tell_unreached
from scheduler.routing import Routes
from storage.connection import Database
from storage.rows import DeliveryRow, NewDelivery
from storage.stops import Told
from storage.store import Store


class Untold(NamedTuple):
    """What is still to be told of stops: to who holds them, or to a lead as they have no channel for it."""

    routes: Routes
    rows: list[NewDelivery]
    unreached: list[DeliveryRow]


def tell_holders(database: Database, now: Moment) -> int:
    """Queue a message to each who holds an unanswered stop and has heard nothing of it; say how many.

    Of who has no channel for it a lead hears, once a day while that is so.
    """
    with database.reading() as store:
        untold = _untold(store, now)
    if not untold:
        return 0
    # Looked for again, as somebody may have answered meanwhile.
    with database.writing() as store:
        untold = _untold(store, now)
        return _tell(store, untold) if untold else 0


def _tell(store: Store, untold: Untold) -> int:
    for deed in untold.unreached:
        tell_unreached(store, untold.routes, deed)
    return store.add_deliveries(untold.rows) + len(untold.unreached)


def _untold(store: Store, now: Moment) -> Untold | None:
    deeds = [*store.deeds_of_stops(now), *_left_behind(store, now)]
    if not deeds:
        return None
    routes, told = Routes.read(store, now), _by_deed(store.told_of(each.ledger_id for each in deeds))
    unheard = [deed for stop in _by_stop(deeds) for deed in _unheard(routes, stop, told)]
    rows = [row for deed in unheard for row in _rows(routes, deed, told)]
    unreached = [deed for deed in unheard if _is_news(store, routes, deed)]
    return Untold(routes, rows, unreached) if rows or unreached else None


def _is_news(store: Store, routes: Routes, deed: DeliveryRow) -> bool:
    """Whether a lead, where one can be reached, still has to hear that nothing tells its holder of a stop."""
    return (
        not routes.rows(deed) and bool(routes.for_failures(None)[1]) and not lead_heard(store, routes, deed)
    )


def _left_behind(store: Store, now: Moment) -> list[DeliveryRow]:
    """Return what was done about the stops that somebody took on who is not there any more."""
    taken = store.taken_stops(now)
    if not taken:
        return []
    rota = rota_of(store, now)
    return store.deeds_of(each for each in taken if not taken_by(rota, each, now))


def _unheard(
    routes: Routes, deeds: Sequence[DeliveryRow], told: Mapping[int, list[Told]]
) -> Iterator[DeliveryRow]:
    """Give for each who holds a stop and was told of none of its deeds the latest that is theirs to know."""
    latest = {routes.holder_of(deed).person: deed for deed in deeds}
    heard = {each.staff for deed in deeds for each in told.get(deed.ledger_id, ()) if each.state == "sent"}
    return (deed for person, deed in latest.items() if person and person not in heard)


def _rows(routes: Routes, deed: DeliveryRow, told: Mapping[int, list[Told]]) -> Iterator[NewDelivery]:
    """Make what tells of a deed through each channel through which nothing is on its way."""
    there = {(each.staff, each.channel) for each in told.get(deed.ledger_id, ())}
    return (row for row in routes.rows(deed) if (row.staff, row.channel) not in there)


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
