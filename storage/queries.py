"""Runs one statement at a time; each value goes by its name."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from storage.connection import Connection

Given: TypeAlias = str | int | float | bytes | None
Found: TypeAlias = tuple[Any, ...]


class Queries:
    """A transaction that somebody else began and will end."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        # On a server others may write meanwhile, and what is decided upon has to be held.
        self._beside_others: bool = getattr(connection, "beside_others", False)

    @property
    def on_server(self) -> bool:
        """Whether it is a database on a server, which others share, and which has tools of its own."""
        return self._beside_others

    def _one(self, statement: str, **given: Given) -> Found | None:
        found: Found | None = self._connection.execute(statement, given).fetchone()
        return found

    def _value(self, statement: str, **given: Given) -> Any:  # noqa: ANN401 - as the column has it
        found = self._one(statement, **given)
        return None if found is None else found[0]

    def _all(self, statement: str, **given: Given) -> list[Found]:
        return self._connection.execute(statement, given).fetchall()

    def _run(self, statement: str, **given: Given) -> int:
        """Run a statement and say how many rows it changed."""
        return self._connection.execute(statement, given).rowcount

    def _each(self, statement: str, rows: Iterable[Mapping[str, Given]]) -> int:
        """Run a statement for each of some rows, and say how many it changed."""
        given = list(rows)
        return self._connection.executemany(statement, given).rowcount if given else 0
