"""Writes `storage/rendered.py` and `storage/rendered_postgres.py`: each hot statement as text."""

from importlib import import_module
from textwrap import wrap

from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg

from storage.statements.dialects import EitherStatement

MODULES = (
    *("history", "reviews", "prompts", "ticks", "deliveries", "messages", "staff", "lists"),
    *("checks", "burden", "stops"),
)
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
    text = str(statement.compile(dialect=dialect))
    # No fixed value has a space in it, so a line may end at any.
    return "\n".join(wrap(" ".join(text.split()), width=106, break_long_words=False, break_on_hyphens=False))


def _module(name: str, dialect: Dialect) -> str:
    written = [
        f'{each} = """\n{text_of(statement, dialect)}\n"""\n'
        for module in MODULES
        for each, statement in statements(module).items()
    ]
    return "\n".join([HEAD.format(name=name), *written])
