from pathlib import Path

import pytest

from tests.crash.acts import busy_site


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site where much is going on: to be copied, never used."""
    return busy_site(tmp_path_factory.mktemp("busy"))
