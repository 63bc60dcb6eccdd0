"""What the statements are built from."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Insert,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    cast,
    literal_column,
    select,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.sql.elements import BindParameter, ColumnElement

from storage.statements.dialects import Either, JsonTexts
from storage.tables import METADATA

TABLES = METADATA.tables


def given(name: str, kind: type[BigInteger | Text] | None = None) -> BindParameter[object]:
    """Leave a place for a value that the caller gives; its kind is known from what it stands beside.

    Where it is only asked whether there is one, PostgreSQL has to be told.
    """
    return bindparam(name, type_=kind)


def fixed(value: str | int) -> ColumnElement[object]:
    """Write a value into the statement itself."""
    return literal_column(f"'{value}'" if isinstance(value, str) else str(value))


def stored(table: Table) -> list[ColumnElement[object]]:
    """List the columns of a table that hold what was put there, in order."""
    return [column for column in table.columns if column.computed is None]


def adding(table: Table, **others: ColumnElement[object]) -> Insert:
    """Add one row; each column is given under its own name, but for the others."""
    values = {c.name: others.get(c.name, given(c.name)) for c in stored(table)}
    # Inline, or SQLAlchemy would ask for the key back, which the driver refuses for many rows at once.
    return insert(table).values(values).inline()


def putting(table: Table) -> Insert:
    """Add one row, or change the one with the same key."""
    adds = insert(table).values({c.name: given(c.name) for c in stored(table)})
    keys = list(table.primary_key)
    return adds.on_conflict_do_update(
        index_elements=keys,
        set_={c.name: adds.excluded[c.name] for c in stored(table) if c not in keys},
    )


def changing(table: Table, *, keep: Iterable[str] = ()) -> Update:
    """Change one row, found by its key, in all columns but those to keep."""
    keys = {c.name for c in table.primary_key}
    return (
        table.update()
        .values({c.name: given(c.name) for c in stored(table) if c.name not in {*keys, *keep}})
        .where(*(c == given(c.name) for c in table.primary_key))
    )


def listed(name: str, kind: type[BigInteger | Text]) -> Select[Any]:
    """Select the values of a JSON list that the caller gives, to stand behind `in`."""
    value = JsonTexts(given(name)).table_valued("value").c.value
    return select(Either(sqlite=value, postgresql=cast(value, kind)))
