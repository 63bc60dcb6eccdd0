"""Opens a database by its path or address, and begins and ends transactions.

What concerns a server is in `storage/postgres.py`, imported when there is one: a list must not wait for it.
"""

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import sleep
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias, TypeVar, cast

from storage import problems
from storage.filesystems import AnyPath, network_here, on_server
from storage.version import MOVED, MOVING, SCHEMA, VERSION_TABLE

if TYPE_CHECKING:
    from pathlib import Path

    from storage.lists import Lists
    from storage.postgres import Connection as ServerConnection
    from storage.store import Store
    from storage.watching import OnStatement

_PLAIN = {ord(letter): "x" for letter in "_.~/-"}
_NOT_IN_A_URI = r"[^A-Za-z0-9_.~/-]+"
BUSY_SECONDS = 5.0
ASKED_AGAIN_MS = 2
Done = TypeVar("Done")
Connection: TypeAlias = "sqlite3.Connection | ServerConnection"
_VERSION = f"SELECT version_num FROM {VERSION_TABLE}"  # noqa: S608 - a name of ours


class Database:
    """One database. It belongs to the thread that first uses it: open another for another."""

    def __init__(
        self,
        path: AnyPath,
        *,
        busy: float = BUSY_SECONDS,
        on_statement: "OnStatement | None" = None,
        moved: bool = False,
    ) -> None:
        self._path = os.fspath(path)
        self.on_server = on_server(self._path)
        self._busy = busy
        self._on_statement = on_statement
        # A file whose caseload is elsewhere is refused to everybody but those who end or undo the move.
        self._moved = moved
        self._writer: Connection | None = None
        self._reader: Connection | None = None

    @property
    def place(self) -> str:
        """The path of the file, or the address on the server, with its password."""
        return self._path

    @property
    def path(self) -> "Path":
        """The file, of one that is no database on a server."""
        from pathlib import Path  # a list must not wait for it

        return Path(self._path)

    @contextmanager
    def writing(self, *, beside: bool = False) -> Iterator["Store"]:
        """Give a store whose writing takes effect as a whole, when the block ends without an error.

        Nobody else writes meanwhile, unless on a server both write `beside` others: what they read to decide
        what to write is then held by row, see `Store.hold` and `claim_due`.
        """
        # Imported here: the values it gives take a while to import, and a list needs none of them.
        from storage.store import Store

        with self.explained(), self._begun(self.writer(), write=True, beside=beside) as connection:
            yield Store(connection)

    def transact(self, work: Callable[["Store"], Done], *, beside: bool = False) -> Done:
        """Do some work in a transaction of its own, again when a server took it back for another's sake.

        So work that is done `beside` others changes nothing but the store, and what it returns.
        """
        if not self.on_server:
            return self._once(work, beside=beside)
        from storage import postgres

        return postgres.again(lambda: self._once(work, beside=beside))

    def _once(self, work: Callable[["Store"], Done], *, beside: bool) -> Done:
        with self.writing(beside=beside) as store:
            return work(store)

    @contextmanager
    def reading(self) -> Iterator["Store"]:
        """Give a store to read from, as the database was at one moment, however long the block takes."""
        from storage.store import Store

        with self.explained(), self._begun(self.reader()) as connection:
            yield Store(connection)

    @contextmanager
    def listing(self) -> Iterator["Lists"]:
        """Give the lists of reading commands, with little to import."""
        from storage.lists import Lists

        with self.explained(), self._begun(self.reader()) as connection:
            yield Lists(connection)

    def writer(self) -> Connection:
        """Return the one connection that writes, checked and set up."""
        if self._writer is None:
            with self.explained():
                self._writer = self._opened(write=True)
        return self._writer

    def reader(self) -> Connection:
        """Return a connection that cannot write."""
        if self._reader is None:
            with self.explained():
                self._reader = self._opened(write=False)
        return self._reader

    def check_again(self) -> None:
        """Refuse within a transaction what has moved or been upgraded since it was opened."""
        if self.on_server:
            from storage import postgres

            postgres.check_version(cast("ServerConnection", self.writer()), self._path)
        else:
            check_version(cast(sqlite3.Connection, self.writer()), self._path, moved=self._moved)

    def explained(self) -> AbstractContextManager[None]:
        """Turn what is wrong with the database within the block into a sentence."""
        if self.on_server:
            from storage import postgres

            return postgres.explained(self._path)
        return problems.explained(self._path)

    def close(self) -> None:
        # The writer last: only one that may write can fold the log into the file, so that a copy has it all.
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()
        self._writer = self._reader = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _opened(self, *, write: bool) -> Connection:
        if self.on_server:
            from storage import postgres

            return postgres.opened(self._path, busy=self._busy, write=write, on_statement=self._on_statement)
        path = found_here(self._path)
        if not write:
            return self._checked(open_to_read(path, self._busy, self._on_statement))
        # Asked before it is set up, which may write: it may be somebody else's.
        return _set_up(self._checked(open_as_it_is(path, self._busy, self._on_statement)))

    def _begun(
        self, connection: Connection, *, write: bool = False, beside: bool = False
    ) -> AbstractContextManager[Connection]:
        if self.on_server:
            from storage import postgres

            how = (postgres.BESIDE if beside else postgres.ALONE) if write else postgres.READ
            return postgres.transaction(cast("ServerConnection", connection), how, checked=write)
        file = cast(sqlite3.Connection, connection)
        return self._begun_to_write(file) if write else _transaction(file)

    @contextmanager
    def _begun_to_write(self, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        with _transaction(connection, write=True):
            # While we waited for the lock, the caseload may have moved elsewhere or been upgraded.
            check_version(connection, self._path, moved=self._moved)
            yield connection

    def _checked(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        try:
            check_version(connection, self._path, moved=self._moved)
        except BaseException:
            connection.close()
            raise
        return connection


def found_here(path: AnyPath) -> str:
    """Return the path of a file that is there and may be opened: SQLite would already write beside it."""
    if not os.path.exists(path):
        raise problems.missing(path)
    if kind := network_here(path):
        raise problems.on_a_network(path, kind)
    return os.fspath(path)


def open_to_write(
    path: AnyPath, busy: float = BUSY_SECONDS, on_statement: "OnStatement | None" = None
) -> sqlite3.Connection:
    """Open a file that exists and is known to be ours, with every setting that a writing connection needs."""
    return _set_up(_connect(path, "rw", busy, on_statement))


def open_as_it_is(
    path: AnyPath, busy: float = BUSY_SECONDS, on_statement: "OnStatement | None" = None
) -> sqlite3.Connection:
    """Open a file that may be somebody else's, to ask what it is: nothing about it is changed by that."""
    # Not to read only: who opens a file of ours like that leaves two empty ones beside it.
    return _connect(path, "rw", busy, on_statement)


def _set_up(connection: sqlite3.Connection) -> sqlite3.Connection:
    # SQLite has them off in every new connection.
    connection.execute("PRAGMA foreign_keys = ON")
    # Lists are read while somebody writes. The file remembers, but one restored by hand may not.
    connection.execute("PRAGMA journal_mode = WAL")
    # A commit returns when the disk has it: acknowledged means still there after a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    # 32 MB, taken as needed: a tick that raises thousands goes back to more pages than the usual 2 MB hold.
    connection.execute("PRAGMA cache_size = -32000")
    return connection


def open_to_read(
    path: AnyPath, busy: float = BUSY_SECONDS, on_statement: "OnStatement | None" = None
) -> sqlite3.Connection:
    """Open a file in a way that cannot change it."""
    connection = _connect(path, "ro", busy, on_statement)
    # `mode=ro` already refuses; this says so before a lock is asked for.
    connection.execute("PRAGMA query_only = ON")
    return connection


def open_copy(path: AnyPath) -> sqlite3.Connection:
    """Open a file that nobody changes, such as a backup, also where nothing can be written beside it."""
    # One with a log beside it was copied by other means, and needs its log to be whole. The log of one that
    # is named by a link lies beside the file itself.
    mode = "ro" if os.path.exists(f"{os.path.realpath(path)}-wal") else "ro&immutable=1"
    connection = _connect(path, mode, BUSY_SECONDS, None)
    connection.execute("PRAGMA query_only = ON")
    return connection


def check_version(connection: sqlite3.Connection, path: AnyPath, *, moved: bool = False) -> None:
    """Refuse a database that is older or newer than the program, or whose caseload is elsewhere."""
    found = used_version_in(connection, path, moved=moved)
    if found != SCHEMA:
        raise problems.other_version(path, found, SCHEMA)


def used_version_in(connection: sqlite3.Connection, path: AnyPath, *, moved: bool = False) -> str:
    """Return the schema version of a database whose caseload is there, or if it may, elsewhere."""
    found = version_in(connection, path)
    if found in {MOVED, MOVING}:
        from storage.moved import said  # seldom asked

        before, to = said(connection)
        if not moved:
            raise problems.elsewhere(path, found, to)
        return before
    return found


def version_in(connection: sqlite3.Connection, path: AnyPath) -> str:
    """Return the schema version that a database says it has."""
    try:
        found = connection.execute(_VERSION).fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        raise problems.not_ours(path) from error
    if found is None:
        raise problems.not_ours(path)
    return str(found[0])


def _connect(path: AnyPath, mode: str, busy: float, on_statement: "OnStatement | None") -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{uri_of(path)}?mode={mode}",
        uri=True,
        # How long to wait for another writer before giving up (PRAGMA busy_timeout).
        timeout=busy,
        # The driver never begins a transaction by itself: `_transaction` says BEGIN, and which kind.
        isolation_level=None,
        factory=_watched() if on_statement else sqlite3.Connection,
    )
    if on_statement:
        connection.on_statement = on_statement  # type: ignore[attr-defined]  # of a watched one
    return connection


def uri_of(path: AnyPath) -> str:
    """Write a path as a URI, as `Path.as_uri` does, which takes longer to import than a list to read."""
    if os.name == "nt":
        from pathlib import Path

        return Path(path).absolute().as_uri()
    # Not tidied: what stands before `..` may be a link to elsewhere.
    whole = os.path.join("" if os.path.isabs(path) else os.getcwd(), path)
    plain = whole.isascii() and whole.translate(_PLAIN).isalnum()  # most are: no pattern has to be compiled
    return f"file://{whole if plain else re.sub(_NOT_IN_A_URI, _percent, whole)}"


def _percent(letters: "re.Match[str]") -> str:
    return "".join(f"%{byte:02X}" for byte in os.fsencode(letters[0]))


def _watched() -> type[sqlite3.Connection]:
    # Imported here: only tests watch, and a list must not wait for it.
    from storage.watching import Watched

    return Watched


def begin_to_write(connection: sqlite3.Connection) -> None:
    """Begin as soon as the lock is free, asking every few milliseconds.

    SQLite itself asks ever more rarely, and would miss the moments between the batches of a long tick.
    """
    (busy,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        for _ in range(max(1, int(busy / ASKED_AGAIN_MS))):
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                last = error
                sleep(ASKED_AGAIN_MS / 1000)
            else:
                return
        raise last
    finally:
        connection.execute(f"PRAGMA busy_timeout = {busy}")


@contextmanager
def _transaction(connection: sqlite3.Connection, *, write: bool = False) -> Iterator[sqlite3.Connection]:
    if write:
        # A writer takes the write lock before it reads: two that both read a state and then both moved it on
        # would otherwise each believe that their move was allowed.
        begin_to_write(connection)
    else:
        connection.execute("BEGIN")  # takes no lock yet
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        # After a full disk or a fault of it SQLite has rolled back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
