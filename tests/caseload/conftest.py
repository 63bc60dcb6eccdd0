from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.connection import Database
from tests.caseload.clinic import prepared


@pytest.fixture(autouse=True)
def _on_each(database_kind: str) -> None:
    """Run each test on both kinds of database."""


@pytest.fixture
def database(tmp_path: Path, database_kind: str) -> Iterator[Database]:  # noqa: ARG001 - see prepared
    """Give a database with the pathway installed and three patients added."""
    with prepared(tmp_path / "care.db", "P-001", "P-002", "P-003") as made:
        yield made


@pytest.fixture
def empty(tmp_path: Path, database_kind: str) -> Iterator[Database]:  # noqa: ARG001 - see prepared
    """Give a second database, with the pathway and nobody in it."""
    with prepared(tmp_path / "empty.db") as made:
        yield made
