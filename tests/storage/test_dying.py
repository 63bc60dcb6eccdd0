"""A program that dies in the middle leaves all of a transaction or nothing of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.modules import ROOT

pytestmark = pytest.mark.only("sqlite")


def test_wherever_a_writer_dies_all_of_its_transaction_stays_or_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "begun"
    folder.mkdir()
    told = subprocess.run(
        [sys.executable, "-m", "tests.storage.dying", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    *deaths, committed, finished = told
    assert len(deaths) > 50
    assert set(deaths) == {"1 as before"}
    assert (committed, finished) == ("2 as after", "0 as after")
