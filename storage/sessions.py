"""Lends a connection of ours to SQLAlchemy and SQLModel: for what is done seldom, and may be slow."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.connection import Connection as Ours


@contextmanager
def changing(connection: Ours) -> Iterator[Connection]:
    """Begin a transaction in which nobody else writes; end it with the block, not the connection."""
    engine, begin = _lent(connection)
    # The driver is told not to begin anything by itself, so that it can be said how.
    event.listen(engine, "begin", begin)
    try:
        with engine.connect() as through, through.begin():
            yield through
    except DBAPIError as error:
        # What the driver said, as everywhere else: a full disk is no matter of SQLAlchemy.
        raise error.orig or error from error


def _lent(connection: Ours) -> tuple[Engine, Callable[[Connection], object]]:
    if isinstance(connection, sqlite3.Connection):
        engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
        return engine, lambda through: through.exec_driver_sql("BEGIN IMMEDIATE")
    from storage import postgres

    engine = create_engine(
        "postgresql+psycopg://",
        creator=connection.revive,
        poolclass=StaticPool,
        # Who has lost the server cannot take anything back, and need not.
        pool_reset_on_return=None,
        use_native_hstore=False,
    )
    # Said here, so that it is told when nobody knows what became of it; the engine then has none to say.
    event.listen(engine, "commit", lambda _: connection.commit())

    def begin(_: Connection) -> None:
        try:
            connection.begin(postgres.ALONE)
        except BaseException:
            connection.rollback()
            raise

    return engine, begin
