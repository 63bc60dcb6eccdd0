"""Writes `storage/rendered.py` and `storage/rendered_postgres.py`: each hot statement as text."""

import re
from collections.abc import Iterator
from importlib import import_module
from textwrap import wrap
from typing import cast

from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql.compiler import SQLCompiler

from storage.statements.dialects import POSTGRESQL, EitherStatement

MODULES = (
    *("history", "reviews", "prompts", "ticks", "deliveries", "messages", "staff", "lists"),
    *("checks", "burden", "stops"),
)
# Run for many rows at once, which a server gets as one value: that takes a third of the time.
EACH = {
    *("APPEND", "SAVE_TRACK", "SAVE_FACT", "SAVE_BANNER", "REMOVE_TRACK", "REMOVE_FACT", "REMOVE_BANNER"),
    *("ADD_PROMPT", "CHANGE_PROMPT", "ADD_WAITING", "REMOVE_WAITING", "ADD_DEED", "REVIVE_OF_PROMPT"),
    *("ADD_DELIVERY", "CLAIM", "GIVE_BACK", "PUT_OFF", "MARK_SENT", "MARK_FAILED", "MARK_OVER"),
    *("CLAIM_MESSAGE", "MARK_MESSAGE_OVER"),
}
OF_ROWS = "_OF_ROWS"
HEAD = '''"""The hot statements as text for {name}, by the names they have in `storage/statements/`.

Written by `python -m tools.generate`; a test renders them again and compares.
"""
'''
WRITTEN: dict[str, tuple[str, Dialect]] = {
    "storage/rendered.py": ("SQLite", sqlite.dialect(paramstyle="named")),
    "storage/rendered_postgres.py": ("PostgreSQL", psycopg.dialect()),  # type: ignore[no-untyped-call]  # it has no types
}


def rendered() -> dict[str, str]:
    """Return the text of the generated modules by their paths."""
    return {path: _module(name, dialect) for path, (name, dialect) in WRITTEN.items()}


def statements(module: str) -> dict[str, ClauseElement]:
    """Return the statements of a module by name."""
    return {
        name: value
        for name, value in vars(import_module(f"storage.statements.{module}")).items()
        if name.isupper() and isinstance(value, ClauseElement)
    }


def text_of(statement: ClauseElement, dialect: Dialect) -> str:
    """Write a statement as a database wants it, with a place by name for each given value."""
    if isinstance(statement, EitherStatement):
        statement = statement.forms[dialect.name]
    return _wrapped(str(statement.compile(dialect=dialect)))


def of_rows(statement: ClauseElement, dialect: Dialect) -> str:
    """Write a statement for PostgreSQL that is run for each of the `rows`, which are given as a JSON list."""
    compiled = cast(SQLCompiler, statement.compile(dialect=dialect))
    typed = (f"{name} {each.type.compile(dialect=dialect)}" for name, each in compiled.binds.items())
    source = f"json_to_recordset(%(rows)s::JSON) AS given({', '.join(typed)})"
    text = re.sub(r"%\((\w+)\)s(::\w+)?", r"given.\1", " ".join(str(compiled).split()))
    if text.startswith("INSERT"):
        into, _, rest = text.partition(" VALUES (")
        values, then = _to_its_bracket(rest)
        return _wrapped(f"{into} SELECT {values} FROM {source}{then}")  # noqa: S608 - a text of ours
    # The first one: what is set and what is removed are never asked for by a question of their own.
    head, _, which = text.partition(" WHERE ")
    return _wrapped(f"{head} {'FROM' if text.startswith('UPDATE') else 'USING'} {source} WHERE {which}")


def _to_its_bracket(text: str) -> tuple[str, str]:
    """Divide a text at the bracket that closes one which stood before it."""
    depth = 1
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if not depth:
            return text[:place], text[place + 1 :]
    msg = f"there is no end to: {text}"
    raise ValueError(msg)


def _wrapped(text: str) -> str:
    # No fixed value has a space in it, so a line may end at any.
    return "\n".join(wrap(" ".join(text.split()), width=106, break_long_words=False, break_on_hyphens=False))


def _module(kind: str, dialect: Dialect) -> str:
    written = [
        f'{each} = """\n{text}\n"""\n'
        for module in MODULES
        for name, statement in statements(module).items()
        for each, text in _forms(name, statement, dialect)
    ]
    return "\n".join([HEAD.format(name=kind), *written])


def _forms(name: str, statement: ClauseElement, dialect: Dialect) -> Iterator[tuple[str, str]]:
    yield name, text_of(statement, dialect)
    if name in EACH and dialect.name == POSTGRESQL:
        yield f"{name}{OF_ROWS}", of_rows(statement, dialect)
