from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.connection import Database
from tests.storage.databases import fresh


@pytest.fixture(autouse=True)
def _on_each(database_kind: str) -> None:
    """Run each test on both kinds of database."""


@pytest.fixture
def database(tmp_path: Path, database_kind: str) -> Iterator[Database]:  # noqa: ARG001 - see fresh
    with fresh(tmp_path) as opened:
        yield opened
