from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.connection import Database
from tests.scheduler.drill import site


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A site with one patient, enrolled on the first morning."""
    with Database(site(tmp_path, patients=1)) as database:
        yield database
