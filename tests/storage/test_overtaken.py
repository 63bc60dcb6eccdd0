"""Whoever had a database open, or waited for it, while it was upgraded or written to by another."""

from collections.abc import Callable, Iterator
from threading import Thread

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from pathways.errors import DatabaseProblem
from storage import schema_postgres
from storage.connection import Database
from storage.sessions import changing
from storage.setup import add_patient
from storage.version import VERSION_TABLE
from tests import servers
from tests.storage.cases import enrolled, entry
from tests.storage.databases import ZONE, everything, run

NEWER = f"UPDATE {VERSION_TABLE} SET version_num = '9999'"  # noqa: S608 - a name of ours
GONE = f"DELETE FROM {VERSION_TABLE}"  # noqa: S608 - a name of ours


def _writes(beside: bool) -> Callable[[Database], object]:
    def write(database: Database) -> None:
        with database.writing(beside=beside) as store:
            store.append(1, [entry(1)])

    return write


WAYS = {
    "alone": _writes(beside=False),
    "beside others": _writes(beside=True),
    "what is set up": lambda database: add_patient(database, "P-2", zone=ZONE, now=1),
}
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


@every_way
@pytest.mark.parametrize(("changed", "says"), [(NEWER, "newer carepath"), (GONE, "not one of|not whole")])
def test_who_has_a_database_open_that_is_upgraded_meanwhile_writes_nothing_more(
    database: Database, way: Callable[[Database], object], changed: str, says: str
) -> None:
    enrolled(database)
    with Database(database.place) as own:
        own.writer()
        run(database, changed)
        before = everything(database)
        with pytest.raises(DatabaseProblem, match=says):
            way(own)
    assert everything(database) == before


@every_way
@pytest.mark.only("postgres")
def test_who_waits_while_a_database_is_upgraded_writes_nothing_into_it(
    database: Database, way: Callable[[Database], object]
) -> None:
    enrolled(database)
    servers.spoilt(database.place)
    before = everything(database)
    said: list[str] = []
    with schema_postgres.to_write(database.place) as upgrading:
        with changing(upgrading):
            other = Thread(target=_told, args=(database.place, way, said))
            other.start()
            _until_somebody_waits(database)
            upgrading.execute(NEWER)
        other.join()
    assert "newer carepath" in said[0]
    assert {**everything(database), VERSION_TABLE: before[VERSION_TABLE]} == before


@pytest.mark.only("postgres")
def test_a_connection_that_is_made_anew_is_asked_for_the_version_too(database: Database) -> None:
    enrolled(database)
    with Database(database.place) as own:
        own.writer()
        run(database, NEWER)
        _cut_off(own)
        with pytest.raises(DatabaseProblem, match="newer carepath"):
            _writes(beside=False)(own)


@pytest.mark.only("postgres")
@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
@pytest.mark.parametrize("beside", [False, True])
def test_who_waits_sees_what_was_recorded_meanwhile_whatever_the_server_is_set_to(
    set_to: Callable[[str], None],
    database: Database,
    isolation: str,
    beside: bool,
) -> None:
    of = enrolled(database)
    set_to(isolation)

    def add() -> None:
        with Database(database.place, busy=servers.PATIENCE) as own, own.writing(beside=beside) as store:
            store.hold("P-014")
            store.append(of, [entry(store.last_entry_number("P-014") + 1)])

    other = Thread(target=add)
    with Database(database.place) as first:
        with first.writing(beside=beside) as store:
            store.hold("P-014")
            other.start()
            _until_somebody_waits(database)
            store.append(of, [entry(1)])
        other.join()
        with first.reading() as store:
            assert [each.number for each in store.entries(of)] == [1, 2]


@pytest.fixture
def set_to(database: Database) -> Iterator[Callable[[str], None]]:
    """Set the isolation of all transactions that do not say which they want, until the test is over."""
    server, name = servers.administering(), Identifier(servers.name_in(database.place))

    def use(isolation: str) -> None:
        server.execute(
            SQL("ALTER DATABASE {} SET default_transaction_isolation = {}").format(name, isolation)
        )

    yield use
    server.execute(SQL("ALTER DATABASE {} RESET default_transaction_isolation").format(name))


def _told(place: str, way: Callable[[Database], object], said: list[str]) -> None:
    with Database(place, busy=servers.PATIENCE) as own:
        try:
            way(own)
        except DatabaseProblem as problem:
            said.append(str(problem))


def _until_somebody_waits(database: Database) -> None:
    waits = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
        (servers.name_in(database.place),),
    )
    with psycopg.connect(servers.address("postgres"), autocommit=True) as looking:
        while looking.execute(*waits).fetchone() == (0,):
            pass


def _cut_off(own: Database) -> None:
    servers.administering().execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
        (servers.name_in(own.place),),
    )
