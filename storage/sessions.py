"""Lends a connection of ours to SQLAlchemy and SQLModel: for what is done seldom, and may be slow."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool


@contextmanager
def changing(connection: sqlite3.Connection) -> Iterator[Connection]:
    """Begin a transaction, and end it with the block; the connection stays open."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: connection,
        poolclass=StaticPool,
    )
    # The driver is told not to begin anything by itself, so that it can be said how.
    event.listen(engine, "begin", lambda through: through.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.connect() as through, through.begin():
            yield through
    except DBAPIError as error:
        # What the driver said, as everywhere else: a full disk is no matter of SQLAlchemy.
        raise error.orig or error from error
