from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.connection import Database
from tests.storage.databases import fresh


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with fresh(tmp_path) as opened:
        yield opened
