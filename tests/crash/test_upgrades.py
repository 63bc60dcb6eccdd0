"""An upgrade that dies anywhere leaves the database as it was, or as it should be, and can be done again."""

from pathlib import Path
from random import Random

import pytest

from storage import schema
from storage.check import check_file
from storage.connection import Database
from storage.upgrades import upgrade as bring_up_to_date
from storage.version import SCHEMA
from tests.crash import upgrading
from tests.crash.stage import KILLED, DiesAt, Dump, boundaries, copy, dump, in_a_process, telling
from tests.storage.earlier_sites import left_by
from tests.storage.shapes import Shape, shape

MOST = 8  # places to die at, of some hundreds, in the tests that everybody runs


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return left_by("0001", tmp_path_factory.mktemp("old") / "care.db")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Shape:
    """What a database of this version is made of."""
    path = tmp_path_factory.mktemp("fresh") / "care.db"
    schema.create(path, "Europe/London")
    return shape(path)


def places(path: Path, most: int | None) -> list[int]:
    found = boundaries(path, upgrading.upgrade)
    everywhere = list(range(1, len(found) + 1))
    if most is None:
        return everywhere
    return sorted({*telling(found), *Random(most).sample(everywhere, most)})  # noqa: S311 - repeatable


def die_at(place: int, old: Path, target: Path, fresh: Shape) -> None:
    before, had = dump(old), shape(old)
    path = copy(old, target)
    assert in_a_process(upgrading.upgrade, path, DiesAt(place)) == KILLED

    version = schema.version_of(path)
    assert shape(path) == (fresh if version == SCHEMA else had)
    assert version in {"0001", SCHEMA}
    # What has the name of a copy is one; what was half done has another name.
    copies = list(path.parent.glob(f"{path.stem}.schema-*"))
    assert all(dump(each) == before for each in copies)
    assert version == "0001" or len(copies) == 1, "no upgrade without a copy"
    if version == "0001":
        assert dump(path) == before

    bring_up_to_date(path)
    assert shape(path) == fresh
    assert_kept(before, dump(path))
    with Database(path) as database:
        assert check_file(database) == []
    assert list(path.parent.glob(".*")) == []
    for each in path.parent.glob(f"{path.stem}.schema-*"):
        each.unlink()


def assert_kept(before: Dump, after: Dump) -> None:
    for table in ("entry", "ledger", "prompt", "delivery", "waiting"):
        assert len(after[table]) == len(before[table])


def test_an_upgrade_that_dies_around_its_commit_or_before_is_done_again(
    old: Path, fresh: Shape, tmp_path: Path
) -> None:
    for place in places(copy(old, tmp_path / "listed.db"), MOST):
        die_at(place, old, tmp_path / "care.db", fresh)


@pytest.mark.long
def test_an_upgrade_that_dies_anywhere_is_done_again(old: Path, fresh: Shape, tmp_path: Path) -> None:
    for place in places(copy(old, tmp_path / "listed.db"), None):
        die_at(place, old, tmp_path / "care.db", fresh)
