"""Writes `storage/rendered.py`: each hot statement as the text that SQLite is given."""

from importlib import import_module
from textwrap import wrap

from sqlalchemy import ClauseElement
from sqlalchemy.dialects import sqlite

MODULES = (
    *("history", "reviews", "prompts", "ticks", "deliveries", "messages", "staff", "lists"),
    *("checks", "burden", "stops"),
)
HEAD = '''"""The hot statements as text for SQLite, by the names they have in `storage/statements/`.

Written by `python -m tools.generate`; a test renders them again and compares.
"""
'''


def rendered() -> dict[str, str]:
    """Return the text of the generated module by its path."""
    written = [_assignment(*each) for module in MODULES for each in statements(module).items()]
    return {"storage/rendered.py": "\n".join([HEAD, *written])}


def statements(module: str) -> dict[str, ClauseElement]:
    """Return the statements of a module by name."""
    return {
        name: value
        for name, value in vars(import_module(f"storage.statements.{module}")).items()
        if name.isupper() and isinstance(value, ClauseElement)
    }


def text_of(statement: ClauseElement) -> str:
    """Write a statement as SQLite wants it, each given value as `:name`."""
    text = str(statement.compile(dialect=sqlite.dialect(paramstyle="named")))
    # No fixed value has a space in it, so a line may end at any.
    return "\n".join(wrap(" ".join(text.split()), width=106, break_long_words=False, break_on_hyphens=False))


def _assignment(name: str, statement: ClauseElement) -> str:
    return f'{name} = """\n{text_of(statement)}\n"""\n'
