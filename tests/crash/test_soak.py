"""A short soak: random faults on real processes over a real database, and the whole history checked."""

from pathlib import Path

import pytest

from benchmarks.soak.__main__ import soak


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_whatever_happens_to_a_site_for_a_while_its_history_comes_out_right(
    database: str, tmp_path: Path
) -> None:
    assert soak(tmp_path, database, seconds=15, seed=7) == []
