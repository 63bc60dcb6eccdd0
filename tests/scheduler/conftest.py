from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.connection import Database
from tests.scheduler.drill import site


@pytest.fixture(autouse=True)
def _on_each(database_kind: str) -> None:
    """Run each test on both kinds of database."""


@pytest.fixture
def database(tmp_path: Path, database_kind: str) -> Iterator[Database]:  # noqa: ARG001 - see site
    """A site with one patient, enrolled on the first morning."""
    with Database(site(tmp_path, patients=1)) as database:
        yield database
