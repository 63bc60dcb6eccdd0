"""What a database is made of, to compare one that was upgraded with a fresh one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

Shape = dict[tuple[str, str], list[str]]

_ON_SERVER = """
SELECT 'column', table_name || '.' || column_name,
    concat_ws(' ', data_type, is_nullable, column_default, is_generated, generation_expression)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, pg_get_functiondef(oid)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def shape(path: Path) -> Shape:
    """Say what a file is made of; the order in which a table names its parts means nothing."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ).fetchall()
    return {(kind, name): sorted(" ".join(part.split()) for part in _parts(sql)) for kind, name, sql in found}


def shape_on_server(address: str) -> Shape:
    """Say the same of a database on a server."""
    with psycopg.connect(address) as connection:
        return {(kind, name): [said] for kind, name, said in connection.execute(_ON_SERVER)}


def _parts(sql: str) -> list[str]:
    """Divide a statement at the commas of its outer list: a column that was added later stands on no line."""
    parts, depth = [""], 0
    for character in sql:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if (depth == 1 and character in "(,") or (depth == 0 and character == ")"):
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part.strip()]
