"""Looks whether a database on a server came back whole from a backup: its parts and its references.

The pages are the server's business; what a restore can leave out is what it was told to, or could not make.
"""

from collections.abc import Iterator

from sqlalchemy import Table, UniqueConstraint

from storage.postgres import Connection
from storage.tables import METADATA
from storage.triggers import NUMBERED, ONLY_ADDED
from storage.views import VIEWS

_TABLES = "SELECT c.relname, c.relkind FROM pg_class c WHERE pg_table_is_visible(c.oid)"
_TRIGGERS = """
SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE pg_table_is_visible(c.oid) AND t.tgenabled <> 'D'
"""
# A number comes from a default that takes it from a sequence; a restore can leave out each of the two.
_NUMBERS = """
SELECT c.relname::text, pg_get_serial_sequence(quote_ident(c.relname), a.attname),
    pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%'
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE pg_table_is_visible(c.oid) AND c.relkind IN ('r', 'p')
"""
_SEQUENCE = "SELECT pg_get_serial_sequence(%(table)s, %(column)s)"
_OF_SITE = "SELECT count(*) FROM meta WHERE key IN ('site', 'zone')"
_CONSTRAINTS = """
SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, c.conkey, c.confkey
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype = 'f' AND pg_table_is_visible(t.oid) ORDER BY c.conrelid::regclass::text, c.conname
"""


def missing_parts(connection: Connection) -> Iterator[str]:
    """Name every table, view, key, index, trigger and numbering that should be there and is not."""
    there = {(kind, name) for name, kind in connection.execute(_TABLES).fetchall()}
    kinds = {"table": ("r", "p"), "view": ("v",), "key": ("i",), "index": ("i",)}
    for what, names in _wanted().items():
        for name in names:
            if not any((kind, name) in there for kind in kinds[what]):
                yield f"The {what} {name} is missing."
    triggers = {name for (name,) in connection.execute(_TRIGGERS).fetchall()}
    for name in sorted(_triggers() - triggers):
        yield f"The trigger {name} is missing, or switched off."
    numbered = {
        table for table, sequence, given in connection.execute(_NUMBERS).fetchall() if sequence and given
    }
    for table in sorted(_numbering().keys() - numbered):
        yield f"New rows of {table} get no number: their sequence, or the default that asks it, is missing."
    wanted = sum(len(table.foreign_key_constraints) for table in METADATA.sorted_tables)
    if len(connection.execute(_CONSTRAINTS).fetchall()) < wanted:
        yield "References between tables are not kept: some foreign keys are missing."


def taken_numbers(connection: Connection) -> Iterator[str]:
    """Name the tables whose next number is taken, as when a restore left out how far their sequence was."""
    for table, column in _numbering().items():
        given = {"table": f'"{table}"', "column": column}
        [(sequence,)] = connection.execute(_SEQUENCE, given).fetchall()
        sql = (
            f'SELECT (SELECT coalesce(max("{column}"), 0) FROM "{table}"), '  # noqa: S608 - names of ours
            f"last_value + is_called::int FROM {sequence}"
        )
        [(highest, following)] = connection.execute(sql).fetchall()
        if following <= highest:
            yield f"The next row of {table} would get the number {following}, but {highest} is taken already."


def nothing_of_site(connection: Connection) -> Iterator[str]:
    """Say that the few rows are missing that say what site this is."""
    if connection.execute(_OF_SITE).fetchall() != [(2,)]:
        yield "The table meta does not say what site this is, and in which zone it counts its days."


def orphans(connection: Connection) -> Iterator[str]:
    """Name the tables with rows that refer to nothing, which a restore without its triggers can leave."""
    for table in METADATA.sorted_tables:
        for key in sorted(table.foreign_key_constraints, key=lambda each: tuple(each.column_keys)):
            parent = key.referred_table.name
            pairs = [(each.parent.name, each.column.name) for each in key.elements]
            same = " AND ".join(f'p."{there}" = c."{here}"' for here, there in pairs)
            given = " AND ".join(f'c."{here}" IS NOT NULL' for here, _ in pairs)
            sql = (
                f'SELECT count(*) FROM "{table.name}" c WHERE {given} '  # noqa: S608 - names of ours
                f'AND NOT EXISTS (SELECT 1 FROM "{parent}" p WHERE {same})'
            )
            (count,) = connection.execute(sql).fetchone() or (0,)
            if count:
                yield f"{count} rows of {table.name} refer to a row of {parent} that is not there."


def _wanted() -> dict[str, list[str]]:
    tables = METADATA.sorted_tables
    return {
        "table": sorted(table.name for table in tables),
        "view": sorted(view.name for view in VIEWS),
        # A key is kept by an index that has its name.
        "key": sorted(name for table in tables for name in _keys(table)),
        "index": sorted(str(index.name) for table in tables for index in table.indexes),
    }


def _keys(table: Table) -> Iterator[str]:
    yield f"{table.name}_pkey"
    yield from (str(each.name) for each in table.constraints if isinstance(each, UniqueConstraint))


def _numbering() -> dict[str, str]:
    """Say which column of which table is numbered by the server."""
    found = {table.name: table.autoincrement_column for table in METADATA.sorted_tables}
    return {table: column.name for table, column in found.items() if column is not None}


def _triggers() -> set[str]:
    events = ("update", "delete", "truncate")
    refusing = {f"{table}_{event}_refused" for table in ONLY_ADDED for event in events}
    return refusing | {f"{table}_numbered" for table in NUMBERED}
