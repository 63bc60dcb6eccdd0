"""Opens a database on a PostgreSQL server: the home of psycopg.

Call sites say the statements of SQLite; they are looked up here in their other form.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from random import uniform
from time import sleep
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from storage import postgres_problems as problems
from storage import rendered, rendered_postgres
from storage.filesystems import AnyPath
from storage.version import SCHEMA, VERSION_TABLE

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
except ImportError:  # pragma: no cover - the tests have it
    raise problems.no_driver() from None

if TYPE_CHECKING:
    from storage.watching import OnStatement

Cursor: TypeAlias = psycopg.Cursor[tuple[Any, ...]]

Denied = psycopg.errors.InsufficientPrivilege

TEXTS: dict[str, str] = {
    text: getattr(rendered_postgres, name) for name, text in vars(rendered).items() if name.isupper()
}
# The same, for many rows at once.
OF_ROWS: dict[str, str] = {
    getattr(rendered, name.removesuffix("_OF_ROWS")): text
    for name, text in vars(rendered_postgres).items()
    if name.endswith("_OF_ROWS")
}
OLDEST = 14  # the version of the server that the statements want
# Whoever writes to all holds this alone; whoever writes to one patient, or claims, shares it.
LOCK = 7_233_145
READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Whatever a server is set to: who waited for a lock must see what was written meanwhile.
WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"
ALONE = f"{WRITE}; SELECT pg_advisory_xact_lock({LOCK})"
BESIDE = f"{WRITE}; SELECT pg_advisory_xact_lock_shared({LOCK})"
# Unless the address says otherwise: notice within a minute that a server is gone without a word.
PATIENCE: dict[str, str] = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "application_name": "carepath",
    "client_encoding": "UTF8",
}
# A worker that was stopped in the middle of writing must not keep everybody else waiting.
STOPPED_MS = 60_000
# For so long at most (in seconds) one that was taken back waits before each further try: by chance, so that
# two who were in each other's way are not so again.
PAUSES = (0.01, 0.03, 0.1, 0.3)
Done = TypeVar("Done")
_VERSION = f"SELECT version_num FROM {VERSION_TABLE}"  # noqa: S608 - a name of ours


class Connection:
    """A connection that is asked as one to SQLite is, and comes back after the server was gone."""

    beside_others = True

    def __init__(
        self, address: str, *, busy: float, write: bool, on_statement: "OnStatement | None" = None
    ) -> None:
        self._address = address
        self._busy = int(busy * 1000)
        self._write = write
        self._on_statement = on_statement
        self.driver = self._connected()

    def execute(self, statement: str, given: Mapping[str, Any] | Sequence[Any] | None = None, /) -> Cursor:
        """Run a statement of ours, or any other as it stands."""
        with self._told(statement):
            return self.driver.execute(TEXTS.get(statement, statement), given)

    def executemany(self, statement: str, rows: Sequence[Mapping[str, Any]], /) -> Cursor:
        """Run a statement of ours once for each row, all of them on one way to the server."""
        import msgspec  # a list must not wait for it

        with self._told(statement):
            return self.driver.execute(OF_ROWS[statement], {"rows": msgspec.json.encode(rows).decode()})

    def begin(self, how: str, *, checked: bool = False) -> None:
        """Begin a transaction; a connection that was lost since the last one is made anew.

        When it is checked, a database of another version is refused: asked on the same way to the server.
        """
        if not checked:
            self._begun(how)
            return
        # While we waited for the lock, the database may have been upgraded, or taken back to its file.
        found = _version(lambda: self._begun(f"{how}; {_VERSION}"), self._address)
        _refuse_other(found, self._address)

    def commit(self) -> None:
        """Let the transaction take effect."""
        try:
            self.execute("COMMIT")
        except psycopg.OperationalError:
            if not self.lost:
                raise
            raise problems.nobody_knows(self._address) from None

    def rollback(self) -> None:
        """Take the transaction back; the server does so by itself when it or the connection is gone."""
        if not self.lost and self.in_transaction:
            with suppress(psycopg.OperationalError):
                self.execute("ROLLBACK")

    def revive(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """Return a driver's connection that works, for those who begin transactions themselves."""
        try:
            self.driver.execute("SELECT 1")
        except psycopg.OperationalError:
            if not self.lost:
                raise
            self.driver = self._connected()
        return self.driver

    @property
    def lost(self) -> bool:
        """Whether the connection is of no use any more."""
        return self.driver.closed

    @property
    def in_transaction(self) -> bool:
        """Whether something was begun and is not over."""
        return self.driver.info.transaction_status != psycopg.pq.TransactionStatus.IDLE

    def close(self) -> None:
        """Let go of the server."""
        self.driver.close()

    def _begun(self, how: str) -> Cursor:
        try:
            return self.execute(how)
        except psycopg.OperationalError:
            if not self.lost:
                raise
            # Nothing of this transaction was done yet.
            self.driver = self._connected()
            return self.execute(how)

    @contextmanager
    def _told(self, statement: str) -> Iterator[None]:
        if self._on_statement is None:
            yield
            return
        self._on_statement("before", statement)
        yield
        self._on_statement("after", statement)

    def _connected(self) -> "psycopg.Connection[tuple[Any, ...]]":
        driver = psycopg.connect(_patient(self._address), autocommit=True)
        try:
            self._refuse_too_old(driver.info.server_version)
            driver.execute(self._settings())
        except BaseException:
            driver.close()
            raise
        return driver

    def _refuse_too_old(self, found: int) -> None:
        if found < OLDEST * 10_000:
            raise problems.too_old(self._address, found // 10_000, OLDEST)

    def _settings(self) -> str:
        waits = f"SET lock_timeout = {self._busy}"
        if not self._write:
            return f"{waits}; SET default_transaction_read_only = on"
        return f"{waits}; SET idle_in_transaction_session_timeout = {STOPPED_MS}"


@contextmanager
def transaction(connection: Connection, how: str, *, checked: bool = False) -> Iterator[Connection]:
    """Begin, and end with the block: all of it, or nothing."""
    try:
        connection.begin(how, checked=checked)
        yield connection
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def again(once: Callable[[], Done]) -> Done:
    """Do a whole transaction, and a few times more when the server took it back for another's sake."""
    for longest in PAUSES:
        try:
            return once()
        except problems.Clashed:
            sleep(uniform(0, longest))  # noqa: S311 - nothing secret
    return once()


def check_version(connection: Connection, place: AnyPath) -> None:
    """Refuse a database that is older or newer than the program."""
    _refuse_other(version_in(connection, place), place)


def version_in(connection: Connection, place: AnyPath) -> str:
    """Return the schema version that a database says it has."""
    return _version(lambda: connection.execute(_VERSION), place)


def _version(asked: Callable[[], Cursor], place: AnyPath) -> str:
    try:
        answer = asked()
    except psycopg.errors.UndefinedTable:
        raise problems.not_ours(place) from None
    while answer.nextset():
        pass  # the last of several statements is the one that asks
    found = answer.fetchone()
    if found is None:
        # The tables are there: a copy says its version last of all.
        raise problems.not_whole(place)
    return str(found[0])


def _refuse_other(found: str, place: AnyPath) -> None:
    if found != SCHEMA:
        raise problems.other_version(place, found, SCHEMA)


@contextmanager
def explained(place: AnyPath) -> Iterator[None]:
    """Turn what the server or the driver says into a `DatabaseProblem`; faults of ours stay as they are."""
    try:
        yield
    except (psycopg.IntegrityError, psycopg.InterfaceError):
        raise
    except psycopg.Error as error:
        asked = isinstance(error, psycopg.ProgrammingError)
        problem = problems.of(place, error.sqlstate, str(error), asked=asked)
        if problem is None:
            raise
        # Not from the error: in a log, what the driver says would name the server or hold what was recorded.
        raise problem from None


def with_options(address: str, options: str) -> str:
    """Add to an address what a connection shall set as it begins."""
    said = conninfo_to_dict(_patient(address))
    return make_conninfo("", **(said | {"options": f"{said.get('options') or ''} {options}".strip()}))


def _patient(address: str) -> str:
    try:
        said = conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        raise problems.no_address(address) from None
    return make_conninfo("", **(PATIENCE | {name: str(value) for name, value in said.items()}))


def opened(
    address: str, *, busy: float, write: bool, on_statement: "OnStatement | None" = None
) -> Connection:
    """Open a database on a server, and refuse one of another version."""
    connection = Connection(address, busy=busy, write=write, on_statement=on_statement)
    try:
        check_version(connection, address)
    except BaseException:
        connection.close()
        raise
    return connection
