"""`carepath upgrade` as it is typed, over sites that earlier versions left."""

import platform
from contextlib import closing
from pathlib import Path

import pytest

from storage.connection import open_to_write
from storage.version import SCHEMA
from tests.cli.conftest import Desk, sitting_at
from tests.storage.earlier_sites import VERSIONS, left_by


def site(folder: Path, version: str) -> Path:
    return left_by(version, folder / "carepath.db")


def beating(path: Path, worker: str, host: str, at: str) -> None:
    """Let a heartbeat be there, as a scheduler that ticks every minute writes it."""
    with closing(open_to_write(path)) as connection:
        connection.execute(
            "INSERT INTO heartbeat SELECT ?, ?, 60, m, m, m, 0 FROM (SELECT unixepoch(?) * 1000000 AS m)",
            (worker, host, at),
        )


@pytest.mark.parametrize("version", VERSIONS)
def test_after_the_upgrade_the_check_is_content_and_a_day_of_work_goes_on(
    version: str, tmp_path: Path
) -> None:
    path = site(tmp_path, version)
    with sitting_at(tmp_path, "2026-11-24 09:00:00") as desk:
        if version != SCHEMA:
            assert "run 'carepath upgrade'" in desk.refused("today", 6)
            said = desk.done("upgrade")
            assert f"upgraded from schema {version} to {SCHEMA}; as it was: {tmp_path}" in said
            assert "Run `carepath check`" in said
        assert desk.done("upgrade") == f"{path} is up to date (schema {SCHEMA}).\n"
        # What is worked out in another way since then is said, and written anew from the histories.
        if version != SCHEMA:
            assert "P-2/4: acknowledged_by is stored as '', but follows as 'anna'" in desk("check").err
        desk.done("check --rebuild")
        assert "Everything that is stored follows from the histories" in desk.done("check")
        # What the disk of the output had no room for is told now, and nothing that was told before.
        told = desk.done("scheduler once")
        assert told.count("escalated P-1/8 assess for lead") == 1
        assert "raised" not in told.partition("ticked:")[0]
        assert "P-2/3" in desk.done("today")
        desk.done("record P-2 first_dose=2026-11-20 sampled=yes")
        desk.done("advance P-2 start-treatment")
        desk.done("ack P-2/4")
        desk.at("2026-11-25 09:00:00")
        desk.done("scheduler once")
        assert "start-treatment" in desk.done("log P-2")
        assert "Everything that is stored follows from the histories" in desk.done("check")


def test_an_upgrade_is_refused_while_a_scheduler_runs(tmp_path: Path) -> None:
    path = site(tmp_path, "0001")
    beating(path, "ward-4711", "ward", "2026-11-24 08:59:30")
    with sitting_at(tmp_path, "2026-11-24 09:00:00") as desk:
        before = desk.content()
        said = desk.refused("upgrade", 4)
        assert f"The scheduler ward-4711 runs over {path}: stop it, then upgrade." in said
        assert desk.content() == before
        assert list(tmp_path.glob("*schema*")) == []
        # It was silent for long enough to be gone.
        desk.at("2026-11-24 09:10:00")
        assert "upgraded" in desk.done("upgrade")


def test_a_scheduler_of_this_machine_that_is_no_more_stands_against_nothing(tmp_path: Path) -> None:
    path = site(tmp_path, "0002")
    beating(path, f"{platform.node()}-999999999", platform.node(), "2026-11-24 08:59:30")
    with sitting_at(tmp_path, "2026-11-24 09:00:00") as desk:
        assert "upgraded" in desk.done("upgrade")


def test_single_ticks_stand_against_nothing(tmp_path: Path) -> None:
    path = site(tmp_path, "0003")
    beating(path, "elsewhere-once", "elsewhere", "2026-11-24 08:59:30")
    with sitting_at(tmp_path, "2026-11-24 09:00:00") as desk:
        assert "upgraded" in desk.done("upgrade")


@pytest.mark.only("sqlite")
def test_a_newer_database_is_left_to_a_newer_program(desk: Desk) -> None:
    with closing(open_to_write(desk.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = desk.content()
    assert "use that version of the program" in desk.refused("upgrade", 6)
    assert desk.content() == before
