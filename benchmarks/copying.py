"""A caseload copied from a file to a server, every row compared, against COPY by hand."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import psycopg
from psycopg.sql import SQL, Identifier

from benchmarks.caseloads import large
from benchmarks.kinds import Sites
from benchmarks.measuring import Ratio, ratio, spent
from storage import copying, schema
from storage.connection import Database
from storage.tables import METADATA


def measure(sites: Sites, patients: int) -> Iterator[Ratio]:
    """Measure the whole copy once: ten rows and more for each patient."""
    with large(sites.folder / "large.db", patients) as database:
        ours, hand = sites.empty("ours"), sites.empty("hand")
        limit = spent(lambda: _by_hand(database, hand))
        copied: list[copying.Copied] = []
        mine = spent(lambda: copied.append(copying.copy(database, ours)))
        rows = sum(copied[0].rows.values())
        yield ratio(f"`copy` of {rows:,} rows, each compared, against COPY by hand", mine, limit, allowed=4)


def _by_hand(database: Database, address: str) -> None:
    """Copy each table as it is, with its indexes there, in one transaction, and compare nothing."""
    schema.create(address, "Europe/London")
    with closing(sqlite3.connect(database.path)) as source, psycopg.connect(address) as target:
        target.execute("DELETE FROM meta")
        for table in METADATA.sorted_tables:
            names = [column.name for column in table.columns if column.computed is None]
            columns = SQL(", ").join(map(Identifier, names))
            words = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), columns)
            listed = ", ".join(f'"{name}"' for name in names)
            with target.cursor().copy(words) as into:
                for row in source.execute(f'SELECT {listed} FROM "{table.name}"'):  # noqa: S608 - ours
                    into.write_row(row)
