"""A connection that tells of each statement, for tests in which the program dies at any of them.

`on_statement` is called with `before` and the text just before a statement runs, and with `after` when it
has; `BEGIN IMMEDIATE` and `COMMIT` are statements too, and many rows at once are one. It may end the
process there, or raise. A database opened without it has plain connections, and pays nothing.
"""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, Literal, Self, TypeAlias

OnStatement: TypeAlias = Callable[[Literal["before", "after"], str], None]


class Watched(sqlite3.Connection):
    on_statement: OnStatement

    def cursor(self, *_: object) -> "WatchedCursor":  # type: ignore[override]  # always of our kind
        return super().cursor(WatchedCursor)

    def execute(self, statement: str, *given: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as the driver has it
        return self.cursor().execute(statement, *given)

    def executemany(self, statement: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
        return self.cursor().executemany(statement, rows)

    def commit(self) -> None:
        self.on_statement("before", "COMMIT")
        super().commit()
        self.on_statement("after", "COMMIT")


class WatchedCursor(sqlite3.Cursor):
    connection: Watched

    def execute(self, statement: str, *given: Any) -> Self:  # noqa: ANN401 - as the driver has it
        self.connection.on_statement("before", statement)
        super().execute(statement, *given)
        self.connection.on_statement("after", statement)
        return self

    def executemany(self, statement: str, rows: Iterable[Any], /) -> Self:
        self.connection.on_statement("before", statement)
        super().executemany(statement, rows)
        self.connection.on_statement("after", statement)
        return self
