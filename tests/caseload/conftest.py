from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.connection import Database
from tests.caseload.clinic import prepared


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Give a database with the pathway installed and three patients added."""
    with prepared(tmp_path / "care.db", "P-001", "P-002", "P-003") as made:
        yield made


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """Give a second database, with the pathway and nobody in it."""
    with prepared(tmp_path / "empty.db") as made:
        yield made
