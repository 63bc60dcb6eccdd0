from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.connection import Database
from tests.caseload.clinic import opened
from tests.storage.databases import fresh


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Give a database with the pathway installed and three patients added."""
    with fresh(tmp_path) as made:
        opened(made, "P-001", "P-002", "P-003")
        yield made
