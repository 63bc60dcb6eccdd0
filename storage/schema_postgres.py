"""Makes the tables on a PostgreSQL server, and says which version they have."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from storage import postgres, postgres_problems, schema
from storage.connection import BUSY_SECONDS
from storage.postgres import Connection
from storage.sessions import changing
from storage.version import VERSION_TABLE

_ENCODING = "SHOW server_encoding"
_THERE = "SELECT to_regclass(%s) IS NOT NULL"


def create(address: str, zone: str) -> None:
    """Make an empty caseload in a database of that address; one that is there already is left alone."""
    with to_write(address) as connection, changing(connection) as through:
        (encoding,) = connection.execute(_ENCODING).fetchone() or ("",)
        if encoding != "UTF8":
            raise postgres_problems.not_utf8(address, encoding)
        if connection.execute(_THERE, (VERSION_TABLE,)).fetchone() == (True,):
            raise postgres_problems.there_already(address)
        schema.build(through)
        schema.describe(through, zone)


def version_of(address: str) -> str:
    """Return the schema version of a database, whichever it is."""
    with to_write(address) as connection:
        return postgres.version_in(connection, address)


@contextmanager
def to_write(address: str) -> Iterator[Connection]:
    """Open a database of any version."""
    with (
        postgres.explained(address),
        closing(Connection(address, busy=BUSY_SECONDS, write=True)) as connection,
    ):
        yield connection
