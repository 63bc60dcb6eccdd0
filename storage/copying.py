"""Copies a whole caseload from a file to a server: in pieces, so that it can go on after an interruption.

Nobody can use the copy before it is whole: only then does it say which version it has.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any, TypeAlias, cast

from msgspec import Struct
from sqlalchemy import Table

from pathways.errors import DatabaseProblem
from storage import moved, postgres, postgres_problems, schema
from storage.connection import BUSY_SECONDS, Connection, Database
from storage.filesystems import shown
from storage.postgres import Connection as ServerConnection
from storage.sessions import changing
from storage.tables import METADATA
from storage.version import SCHEMA, VERSION_TABLE
from storage.views import VIEWS

PIECE = 10_000
COPYING = "copying"
# Called with the name of a table and how many rows of how many are there.
Told: TypeAlias = Callable[[str, int, int], None]
Row: TypeAlias = tuple[Any, ...]


class Copied(Struct, frozen=True):
    """How many rows each table has, all of them compared; `resumed` says that some were there before."""

    rows: dict[str, int]
    resumed: bool


def copy(source: Database, address: str, told: Told | None = None, *, moves: bool = False) -> Copied:
    """Copy all rows of a file to a server and compare every one; nobody writes to the file meanwhile.

    When the caseload moves with it, nobody writes to the file afterwards either.
    """
    told = told or (lambda _table, _done, _of: None)
    with source.writing() as store:
        site = store.site()
        with (
            postgres.explained(address),
            closing(ServerConnection(address, busy=BUSY_SECONDS, write=True)) as target,
        ):
            # One that was interrupted at the very end only has to be said of the file.
            resumed = moves and _is_whole(source.writer(), target, site)
            if resumed:
                rows = _counts(source.writer())
            else:
                resumed, rows = _copied(source.writer(), target, address, site, told)
            if moves:
                moved.mark(cast(sqlite3.Connection, source.writer()), shown(address))
    return Copied(rows, resumed)


def _copied(
    source: Connection, target: ServerConnection, address: str, site: str, told: Told
) -> tuple[bool, dict[str, int]]:
    resumed = _prepared(target, address, site)
    rows = _filled(source, target, told)
    if resumed and _difference(source, target):
        # Something was recorded since it was interrupted, and what is there cannot be changed.
        _cleared(target)
        _prepared(target, address, site)
        rows = _filled(source, target, told)
    if difference := _difference(source, target):
        raise DatabaseProblem(
            f"{shown(address)} did not come out like the file (in {difference}): nothing uses it; "
            "look at the server, then copy again."
        )
    _finished(target)
    return resumed, rows


def _is_whole(source: Connection, target: ServerConnection, site: str) -> bool:
    """Say whether the server has this very caseload, as the file has it, and says its version."""
    if target.execute("SELECT to_regclass(%s) IS NULL", (VERSION_TABLE,)).fetchone() == (True,):
        return False
    of = target.execute("SELECT value FROM meta WHERE key = 'site'").fetchone()
    versions = target.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall()  # noqa: S608 - ours
    return (of, versions) == ((site,), [(SCHEMA,)]) and not _difference(source, target)


def _prepared(target: ServerConnection, address: str, site: str) -> bool:
    """Make the tables, without a version; true when a copy of the same caseload was begun before."""
    with changing(target) as through:
        if target.execute("SELECT to_regclass(%s) IS NOT NULL", (VERSION_TABLE,)).fetchone() == (True,):
            if target.execute(f"SELECT count(*) FROM {VERSION_TABLE}").fetchone() != (0,):  # noqa: S608 - ours
                raise postgres_problems.there_already(address)
            if target.execute("SELECT value FROM meta WHERE key = %s", (COPYING,)).fetchone() != (site,):
                raise postgres_problems.not_ours(address)
            return True
        schema.build(through)
        target.execute(f"DELETE FROM {VERSION_TABLE}")  # noqa: S608 - a name of ours
        target.execute("INSERT INTO meta VALUES (%s, %s)", (COPYING, site))
        return False


def _filled(source: Connection, target: ServerConnection, told: Told) -> dict[str, int]:
    counts = _counts(source)
    for table in METADATA.sorted_tables:
        (done,) = target.execute(
            f'SELECT count(*) FROM "{table.name}" {_but_the_mark(table)}'  # noqa: S608 - ours
        ).fetchone() or (0,)
        rows = iter(source.execute(_after(table, target)).fetchall()) if done else _each(source, table)
        while piece := list(islice(rows, PIECE)):
            _put(target, table, piece)
            done += len(piece)
            told(table.name, done, counts[table.name])
    return counts


def _counts(source: Connection) -> dict[str, int]:
    return {
        table.name: source.execute(f'SELECT count(*) FROM "{table.name}"').fetchall()[0][0]  # noqa: S608 - ours
        for table in METADATA.sorted_tables
    }


def _put(target: ServerConnection, table: Table, rows: Iterable[Row]) -> None:
    with (
        postgres.transaction(target, postgres.ALONE),
        target.driver.cursor().copy(f'COPY "{table.name}" ({_columns(table)}) FROM STDIN') as into,
    ):
        for row in rows:
            into.write_row(row)


def _difference(source: Connection, target: ServerConnection) -> str:
    """Name the first table in which a row differs; nothing when all are alike."""
    for table in METADATA.sorted_tables:
        theirs, ours = _each(source, table), _on_server(target, table)
        for one in theirs:
            if next(ours, None) != one:
                return table.name
        if next(ours, None) is not None:
            return table.name
    return ""


def _cleared(target: ServerConnection) -> None:
    """Take away what was copied so far: nobody has ever used it."""
    with changing(target) as through:
        for view in VIEWS:
            target.execute(f"DROP VIEW {view.name}")
        METADATA.drop_all(through)
        target.execute(f"DROP TABLE {VERSION_TABLE}")
        for function in target.execute(_FUNCTIONS).fetchall():
            target.execute(f'DROP FUNCTION "{function[0]}"')


_FUNCTIONS = """
SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
AND (proname = 'only_ever_added' OR right(proname, 18) = '_one_after_another')
"""


def _finished(target: ServerConnection) -> None:
    """Let new rows be numbered on, and the copy say its version: from now on it is a caseload."""
    with postgres.transaction(target, postgres.ALONE):
        for table in METADATA.sorted_tables:
            column = table.autoincrement_column
            if column is not None:
                target.execute(
                    f"SELECT setval('{table.name}_{column.name}_seq', "  # noqa: S608 - names of ours
                    f'(SELECT coalesce(max("{column.name}"), 0) + 1 FROM "{table.name}"), false)'
                )
        target.execute("DELETE FROM meta WHERE key = %s", (COPYING,))
        target.execute(f"INSERT INTO {VERSION_TABLE} VALUES (%s)", (SCHEMA,))  # noqa: S608 - a name of ours
    # What it has grown to, for those who plan how to look something up.
    target.execute("ANALYZE")


def _each(connection: Connection, table: Table) -> Iterator[Row]:
    return iter(connection.execute(_all(table)))


def _on_server(target: ServerConnection, table: Table) -> Iterator[Row]:
    with postgres.transaction(target, postgres.READ), target.driver.cursor(name="compared") as cursor:
        cursor.itersize = PIECE
        cursor.execute(_all(table, only_ours=True))
        yield from cursor


def _all(table: Table, *, only_ours: bool = False) -> str:
    these = _but_the_mark(table) if only_ours else ""
    return f'SELECT {_columns(table)} FROM "{table.name}" {these} ORDER BY {_keys(table)}'  # noqa: S608 - ours


def _after(table: Table, target: ServerConnection) -> str:
    """Ask for the rows behind those that are there: they were copied in the order of their keys."""
    keys = _keys(table)
    backwards = ", ".join(f"{key} DESC" for key in keys.split(", "))
    last = target.execute(
        f'SELECT {keys} FROM "{table.name}" {_but_the_mark(table)} ORDER BY {backwards} LIMIT 1'  # noqa: S608 - ours
    ).fetchone()
    behind = ", ".join(_literal(each) for each in last or ())
    return (
        f'SELECT {_columns(table)} FROM "{table.name}" '  # noqa: S608 - names and keys of ours
        f"WHERE ({keys}) > ({behind}) ORDER BY {keys}"
    )


def _literal(value: object) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _but_the_mark(table: Table) -> str:
    """Leave out the one row that only the copy has."""
    return f"WHERE key <> '{COPYING}'" if table.name == "meta" else ""


def _columns(table: Table) -> str:
    return ", ".join(_names(column.name for column in table.columns if column.computed is None))


def _keys(table: Table) -> str:
    return ", ".join(_names(column.name for column in table.primary_key))


def _names(names: Iterable[str]) -> Sequence[str]:
    return [f'"{name}"' for name in names]
