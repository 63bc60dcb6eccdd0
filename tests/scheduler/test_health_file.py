"""What is seen of a database without opening it."""

import os
from pathlib import Path

import pytest

from scheduler.health_file import looks
from scheduler.looks import GIGABYTE, MEGABYTE
from storage.connection import Database
from storage.outside import Outside, outside
from storage.schema import create

SOUND = Outside(
    size=10 * MEGABYTE,
    readable=True,
    writable=True,
    folder_writable=True,
    others_read=False,
    strange=(),
    free=100 * GIGABYTE,
    filesystem="ext4",
    shared="",
    wal=True,
    cut_off=False,
)


def test_a_new_database_is_whole_and_has_a_log(tmp_path: Path) -> None:
    path = tmp_path / "care.db"
    create(path, "Europe/London")

    found = outside(path)

    assert found is not None
    assert (found.wal, found.cut_off, found.readable, found.strange) == (True, False, True, ())


def test_one_with_a_log_beside_it_is_not_called_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "care.db"
    create(path, "Europe/London")
    with Database(path) as database:
        with database.writing() as store:
            store.add_setting("budget", "30", because="less", at=1, by="anna")
        path.write_bytes(path.read_bytes()[:-4096])
        found = outside(path)

    assert found is not None
    assert not found.cut_off


def test_there_is_nothing_to_see_of_one_that_is_not_there(tmp_path: Path) -> None:
    assert outside(tmp_path / "care.db") is None


@pytest.mark.skipif(os.name == "nt", reason="there rights are another matter")
def test_one_that_everybody_can_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "care.db"
    create(path, "Europe/London")

    for mode, seen in ((0o644, True), (0o640, False)):
        path.chmod(mode)
        found = outside(path)
        assert found is not None
        assert found.others_read is seen


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_log_of_another_user_is_noticed_unless_a_group_shares_both(tmp_path: Path) -> None:
    path = tmp_path / "care.db"
    create(path, "Europe/London")
    log = tmp_path / "care.db-wal"
    log.write_bytes(b"")
    os.chown(log, 12_345, path.stat().st_gid)

    for mode, seen in ((0o600, ("care.db-wal",)), (0o660, ())):
        log.chmod(mode)
        found = outside(path)
        assert found is not None
        assert found.strange == seen


@pytest.mark.parametrize(
    ("of", "state", "says"),
    [
        ({"free": 10 * MEGABYTE}, "now", "make room before"),
        ({"free": 400 * MEGABYTE}, "soon", "too little for copies"),
        ({"size": 60 * GIGABYTE}, "soon", "too little for copies"),
        ({"readable": False, "wal": None}, "now", "cannot be read"),
        ({"writable": False}, "now", "but not write to it: let yourself"),
        ({"folder_writable": False}, "now", "but not write to its folder: let yourself"),
        ({"strange": ("care.db-wal",)}, "now", "care.db-wal beside"),
        ({"others_read": True}, "soon", "chmod o-rwx"),
        ({"shared": "nfs4"}, "now", "network filesystem (nfs4)"),
        ({"filesystem": "tmpfs"}, "soon", "gone when the machine starts anew"),
        ({"wal": False}, "soon", "write-ahead log"),
        ({"cut_off": True}, "now", "its end is missing"),
    ],
)
def test_each_thing_that_is_wrong_is_said_with_how_to_mend_it(
    of: dict[str, object], state: str, says: str
) -> None:
    path = Path("care.db")

    assert {look.state for look in looks(path, SOUND)} == {"well"}
    [found] = [look for look in looks(path, SOUND._replace(**of)) if look.state != "well"]  # type: ignore[arg-type]
    assert (found.state, says in found.says) == (state, True), found
