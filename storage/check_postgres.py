"""Looks whether a database on a server came back whole from a backup: its parts and its references.

The pages are the server's business; what a restore can leave out is what it was told to, or could not make.
"""

from collections.abc import Iterator

from storage.postgres import Connection
from storage.tables import METADATA
from storage.triggers import NUMBERED, ONLY_ADDED
from storage.views import VIEWS

_TABLES = "SELECT c.relname, c.relkind FROM pg_class c WHERE pg_table_is_visible(c.oid)"
_TRIGGERS = """
SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE pg_table_is_visible(c.oid) AND t.tgenabled <> 'D'
"""
_CONSTRAINTS = """
SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, c.conkey, c.confkey
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype = 'f' AND pg_table_is_visible(t.oid) ORDER BY c.conrelid::regclass::text, c.conname
"""


def missing_parts(connection: Connection) -> Iterator[str]:
    """Name every table, view, index and trigger that should be there and is not."""
    there = {(kind, name) for name, kind in connection.execute(_TABLES).fetchall()}
    kinds = {"table": ("r", "p"), "view": ("v",), "index": ("i",)}
    for what, names in _wanted().items():
        for name in names:
            if not any((kind, name) in there for kind in kinds[what]):
                yield f"The {what} {name} is missing."
    triggers = {name for (name,) in connection.execute(_TRIGGERS).fetchall()}
    for name in sorted(_triggers() - triggers):
        yield f"The trigger {name} is missing, or switched off."
    wanted = sum(len(table.foreign_key_constraints) for table in METADATA.sorted_tables)
    if len(connection.execute(_CONSTRAINTS).fetchall()) < wanted:
        yield "References between tables are not kept: some foreign keys are missing."


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
        "index": sorted(str(index.name) for table in tables for index in table.indexes),
    }


def _triggers() -> set[str]:
    events = ("update", "delete", "truncate")
    refusing = {f"{table}_{event}_refused" for table in ONLY_ADDED for event in events}
    return refusing | {f"{table}_numbered" for table in NUMBERED}
