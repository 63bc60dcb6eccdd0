"""Copies a whole caseload from a file to a server: in pieces, so that it can go on after an interruption.

Nobody can use the copy before it is whole: only then does it say which version it has.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any, TypeAlias, cast

from msgspec import Struct
from sqlalchemy import Table

from pathways.errors import DatabaseProblem
from storage import moved, postgres, postgres_problems, problems, schema
from storage.connection import BUSY_SECONDS, Connection, Database, version_in
from storage.filesystems import shown
from storage.postgres import Connection as ServerConnection
from storage.sessions import changing
from storage.tables import METADATA
from storage.triggers import ONLY_ADDED
from storage.version import MOVED, MOVING, SCHEMA, VERSION_TABLE
from storage.views import VIEWS
from storage.watching import OnStatement

PIECE = 10_000
COPYING = "copying"
_SITE = "SELECT value FROM meta WHERE key = 'site'"
# Called with the name of a table and how many rows of how many are there.
Told: TypeAlias = Callable[[str, int, int], None]
Row: TypeAlias = tuple[Any, ...]


class Copied(Struct, frozen=True):
    """How many rows each table has, all of them compared; `resumed` says that some were there before."""

    rows: dict[str, int]
    resumed: bool


def copy(
    source: Database,
    address: str,
    told: Told | None = None,
    *,
    moves: bool = False,
    on_statement: OnStatement | None = None,
) -> Copied:
    """Copy all rows of a file to a server and compare every one; nobody writes to the file meanwhile.

    When the caseload moves with it, nobody writes to the file afterwards either: it says so before the copy
    says its version. An interrupted move goes on from a file that is opened as one that moved.
    """
    told = told or (lambda _table, _done, _of: None)
    with (
        source.writing() as store,
        postgres.explained(address),
        closing(
            ServerConnection(address, busy=BUSY_SECONDS, write=True, on_statement=on_statement)
        ) as target,
    ):
        file, site, to = cast(sqlite3.Connection, source.writer()), store.site(), shown(address)
        begun = _begun(source, file, target, to)
        # One that was interrupted at the very end only has to be said of the file.
        if resumed := moves and _is_whole(file, target, begun=begun):
            rows = _counts(file)
            if not begun:
                moved.begin(file, source.place, to)
        else:
            resumed, rows = _filled_up(file, target, address, site, told)
            with _finishing(file, target, address):
                if moves:
                    moved.begin(file, source.place, to)
        if moves:
            moved.end(file)
    return Copied(rows, resumed)


def _begun(source: Database, file: sqlite3.Connection, target: ServerConnection, to: str) -> bool:
    """Say whether the file is on its way to an address already; one that is elsewhere is refused.

    One that arrived is on its way again where the copy is not whole any more: it was to be taken back.
    """
    said = version_in(file, source.place)
    if said not in {MOVED, MOVING}:
        return False
    where = moved.said(file)[1]
    arrived = said == MOVED and not _is_begun(target, file.execute(_SITE).fetchone())
    if where != to or arrived:
        raise problems.elsewhere(source.place, said, where)
    return True


def _filled_up(
    source: Connection, target: ServerConnection, address: str, site: str, told: Told
) -> tuple[bool, dict[str, int]]:
    resumed = _prepared(target, address, site)
    rows = _filled(source, target, told)
    if resumed and _compared(source, target):
        # Something was recorded since it was interrupted, and what is there cannot be changed.
        _cleared(target)
        _prepared(target, address, site)
        rows = _filled(source, target, told)
    # What it has grown to, for those who plan how to look something up.
    target.execute("ANALYZE")
    return resumed, rows


def given_up(source: Connection, target: ServerConnection, address: str) -> bool:
    """Let nobody use a copy within a transaction; false when it is another than the file by now.

    It is what it was before it was whole, so that the file can be copied there again.
    """
    [ours] = source.execute(_SITE).fetchall()
    if not (versions := _versions(target)):
        if not _is_begun(target, ours):
            raise postgres_problems.not_ours(address)
        return True
    if target.execute(_SITE).fetchone() != ours:
        raise postgres_problems.there_already(address)
    if versions != [(SCHEMA,)] or _difference(source, target):
        return False
    target.execute(f"DELETE FROM {VERSION_TABLE}")  # noqa: S608 - a name of ours
    target.execute("INSERT INTO meta VALUES (%s, %s)", (COPYING, ours[0]))
    return True


def _is_begun(target: ServerConnection, site: Row) -> bool:
    """Say whether a copy of this caseload was begun, of a database without a version."""
    if target.execute("SELECT to_regclass('meta') IS NULL").fetchone() == (True,):
        return False
    return target.execute("SELECT value FROM meta WHERE key = %s", (COPYING,)).fetchone() == site


def _is_whole(source: Connection, target: ServerConnection, *, begun: bool) -> bool:
    """Say whether the server has this very caseload, as the file has it, and says its version.

    Once a move has begun nobody writes to the file: then the server may have been used since.
    """
    if _versions(target) != [(SCHEMA,)]:
        return False
    if target.execute(_SITE).fetchone() != source.execute(_SITE).fetchone():
        return False
    return _has_all(source, target) if begun else not _compared(source, target)


def _versions(target: ServerConnection) -> list[Row]:
    """Return the version that a database says: none of one without tables, or that is not whole yet."""
    if target.execute("SELECT to_regclass(%s) IS NULL", (VERSION_TABLE,)).fetchone() == (True,):
        return []
    return target.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall()  # noqa: S608 - ours


def _prepared(target: ServerConnection, address: str, site: str) -> bool:
    """Make the tables, without a version; true when a copy of the same caseload was begun before."""
    with changing(target) as through:
        if target.execute("SELECT to_regclass(%s) IS NOT NULL", (VERSION_TABLE,)).fetchone() == (True,):
            if _versions(target):
                raise postgres_problems.there_already(address)
            if target.execute("SELECT value FROM meta WHERE key = %s", (COPYING,)).fetchone() != (site,):
                raise postgres_problems.not_whole(address)
            return True
        schema.build(through)
        target.execute(f"DELETE FROM {VERSION_TABLE}")  # noqa: S608 - a name of ours
        target.execute("INSERT INTO meta VALUES (%s, %s)", (COPYING, site))
        return False


def _filled(source: Connection, target: ServerConnection, told: Told) -> dict[str, int]:
    counts = _counts(source)
    for table in METADATA.sorted_tables:
        (done,) = target.execute(
            f'SELECT count(*) FROM "{table.name}" {_but_the_marks(table)}'  # noqa: S608 - ours
        ).fetchone() or (0,)
        rows = iter(source.execute(_after(table, target)).fetchall()) if done else _each(source, table)
        while piece := list(islice(rows, PIECE)):
            _put(target, table, piece)
            done += len(piece)
            told(table.name, done, counts[table.name])
    return counts


def _counts(source: Connection) -> dict[str, int]:
    return {
        table.name: source.execute(
            f'SELECT count(*) FROM "{table.name}" {_but_the_marks(table)}'  # noqa: S608 - ours
        ).fetchall()[0][0]
        for table in METADATA.sorted_tables
    }


def _put(target: ServerConnection, table: Table, rows: Iterable[Row]) -> None:
    with (
        postgres.transaction(target, postgres.ALONE),
        target.driver.cursor().copy(f'COPY "{table.name}" ({_columns(table)}) FROM STDIN') as into,
    ):
        for row in rows:
            into.write_row(row)


def _compared(source: Connection, target: ServerConnection) -> str:
    with postgres.transaction(target, postgres.READ):
        return _difference(source, target)


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


def _has_all(source: Connection, target: ServerConnection) -> bool:
    """Say whether all that was ever recorded in the file is there too, and perhaps more."""
    with postgres.transaction(target, postgres.READ):
        tables = [METADATA.tables[name] for name in ONLY_ADDED]
        return all(_is_within(_each(source, each), _on_server(target, each)) for each in tables)


def _is_within(some: Iterator[Row], more: Iterator[Row]) -> bool:
    # Both in the order of their keys: what was looked past does not come again.
    return all(row in more for row in some)


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


@contextmanager
def _finishing(source: Connection, target: ServerConnection, address: str) -> Iterator[None]:
    """Compare, and let the copy say its version when the block ends: from then on it is a caseload.

    All in one transaction: a server that was lost meanwhile, and came back with less, is not declared whole.
    """
    with postgres.transaction(target, postgres.ALONE):
        if difference := _difference(source, target):
            raise DatabaseProblem(
                f"{shown(address)} did not come out like the file (in {difference}): nothing uses it; "
                "look at the server, then copy again."
            )
        _number_on(target)
        target.execute("DELETE FROM meta WHERE key = %s", (COPYING,))
        target.execute(f"INSERT INTO {VERSION_TABLE} VALUES (%s)", (SCHEMA,))  # noqa: S608 - a name of ours
        yield


def _number_on(target: ServerConnection) -> None:
    for table in METADATA.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            target.execute(
                f"SELECT setval('{table.name}_{column.name}_seq', "  # noqa: S608 - names of ours
                f'(SELECT coalesce(max("{column.name}"), 0) + 1 FROM "{table.name}"), false)'
            )


def _each(connection: Connection, table: Table) -> Iterator[Row]:
    return iter(connection.execute(_all(table)))


def _on_server(target: ServerConnection, table: Table) -> Iterator[Row]:
    with target.driver.cursor(name="compared") as cursor:
        cursor.itersize = PIECE
        cursor.execute(_all(table))
        yield from cursor


def _all(table: Table) -> str:
    return (
        f'SELECT {_columns(table)} FROM "{table.name}" '  # noqa: S608 - names of ours
        f"{_but_the_marks(table)} ORDER BY {_keys(table)}"
    )


def _after(table: Table, target: ServerConnection) -> str:
    """Ask for the rows behind those that are there: they were copied in the order of their keys."""
    keys = _keys(table)
    backwards = ", ".join(f"{key} DESC" for key in keys.split(", "))
    last = target.execute(
        f'SELECT {keys} FROM "{table.name}" {_but_the_marks(table)} ORDER BY {backwards} LIMIT 1'  # noqa: S608 - ours
    ).fetchone()
    behind = ", ".join(_literal(each) for each in last or ())
    return (
        f'SELECT {_columns(table)} FROM "{table.name}" '  # noqa: S608 - names and keys of ours
        f"{_but_the_marks(table) or 'WHERE true'} AND ({keys}) > ({behind}) ORDER BY {keys}"
    )


def _literal(value: object) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _but_the_marks(table: Table) -> str:
    """Leave out the row that only the copy has, and the one that only a file has that moves."""
    return f"WHERE key NOT IN ('{COPYING}', '{moved.TO}')" if table.name == "meta" else ""


def _columns(table: Table) -> str:
    return ", ".join(_names(column.name for column in table.columns if column.computed is None))


def _keys(table: Table) -> str:
    return ", ".join(_names(column.name for column in table.primary_key))


def _names(names: Iterable[str]) -> Sequence[str]:
    return [f'"{name}"' for name in names]
