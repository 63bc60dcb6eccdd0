"""Backups in one folder, made by several databases of one site: none removes what another one made."""

import json
import shutil
from pathlib import Path

import pytest

from caseload.backing_up import back_up
from pathways.moments import from_iso
from storage.connection import Database, open_to_write
from tests.cli.conftest import Desk

# A server is backed up with its own tools.
pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def site(patient: Desk) -> Desk:
    """Back up P-1 into a folder with a name, of which one day is kept."""
    (patient.folder / "copies").mkdir()
    patient.done(f"site set backup.folder {patient.folder}/copies")
    patient.done("site set backup.keep '1 day'")
    patient.done("backup")
    return patient


def files(desk: Desk) -> list[str]:
    return sorted(each.name for each in (desk.folder / "copies").iterdir() if each.suffix == ".db")


def made(day: int, name: str = "carepath") -> str:
    return f"{name}-202611{day}T090000Z.db"


def go_on_until(desk: Desk, day: int) -> None:
    desk.at(f"2026-11-{day} 09:00:00")


def test_a_backup_that_is_used_as_the_database_where_it_lies_is_never_removed(site: Desk) -> None:
    site.database.unlink()
    used = site.folder / "copies" / made(10)
    site.environment["CAREPATH_DATABASE"] = str(used)
    site.done("patient add P-2")
    go_on_until(site, 12)
    said = site.done("backup")

    assert "No longer kept" not in said
    assert "P-2" in site.done("patient list")
    [line] = [line for line in site.done("backup list").splitlines() if ".db" in line]
    assert line.startswith(f"{used.stem}-20261112T090000Z.db")


def test_a_backup_that_somebody_works_on_is_removed_by_no_other_database(site: Desk) -> None:
    used = site.folder / "copies" / made(10)
    open_to_write(used).close()  # as every command that records something does
    go_on_until(site, 12)
    said = site.done("backup")

    assert files(site) == [made(10), made(12)]
    assert "1 backup of this site" in said
    assert "will never be removed" in said


def test_a_copy_to_try_says_where_its_backups_go_and_takes_none_of_the_site_away(site: Desk) -> None:
    tried = site.folder / "tried.db"
    said = site.done(f"restore {site.folder}/copies/{made(10)} --database {tried}")
    assert f"Its backups will go to {site.folder}/copies" in said

    for day in (12, 13):
        go_on_until(site, day)
        said = site.done(f"backup --database {tried}")
    assert files(site) == [made(10), made(13, "tried")]
    assert "1 backup of this site" in said

    go_on_until(site, 14)
    assert f"No longer kept: {made(10)}." in site.done("backup")
    assert files(site) == [made(14), made(13, "tried")]


def test_what_a_copy_to_try_made_is_told_apart_where_backups_are_listed(site: Desk) -> None:
    tried = site.folder / "tried.db"
    site.done(f"restore {site.folder}/copies/{made(10)} --database {tried}")
    go_on_until(site, 12)
    site.done(f"backup --database {tried}")
    said = site.done("backup list")

    assert [line.split()[0] for line in said.splitlines() if line.endswith("  elsewhere")] == [
        made(12, "tried")
    ]
    assert "elsewhere: another database of this site made it" in said
    assert [each["elsewhere"] for each in json.loads(site.done("backup list --json"))] == [True, False]


def test_a_copy_on_another_machine_in_the_same_place_is_another_one_as_well(site: Desk) -> None:
    away = site.database.with_name("of the other machine")
    site.database.rename(away)
    for end in ("-wal", "-shm"):
        Path(f"{site.database}{end}").unlink(missing_ok=True)
    site.done(f"restore {site.folder}/copies/{made(10)}")
    go_on_until(site, 12)
    site.done("backup")

    assert files(site) == [made(10), made(12)]


def test_a_copy_by_hand_is_another_one_as_well(site: Desk) -> None:
    by_hand = site.folder / "by-hand.db"
    shutil.copy(site.folder / "copies" / made(10), by_hand)
    go_on_until(site, 12)
    site.done(f"backup --database {by_hand}")

    assert files(site) == [made(12, "by-hand"), made(10)]


def test_a_link_to_the_database_is_no_other_one(site: Desk) -> None:
    (site.folder / "home").mkdir()
    link = site.folder / "home" / "mine.db"
    link.symlink_to(site.database)
    go_on_until(site, 12)
    site.done(f"backup --database {link}")

    assert files(site) == [made(12)]


def test_the_backups_of_a_database_lie_beside_it_whatever_link_names_it(patient: Desk) -> None:
    (patient.folder / "home").mkdir()
    link = patient.folder / "home" / "mine.db"
    link.symlink_to(patient.database)
    patient.done(f"backup --database {link}")

    assert not (patient.folder / "home" / "backups").exists()
    assert "carepath-20261110T090000Z.db" in patient.done("backup list")


def test_where_it_cannot_be_written_down_who_makes_them_a_backup_is_made_all_the_same(site: Desk) -> None:
    moved = site.folder / "moved.db"
    shutil.copy(site.folder / "copies" / made(10), moved)
    with Database(moved) as somebody, somebody.writing(), Database(moved, busy=0.0) as database:
        done = back_up(database, None, now=from_iso("2026-11-12T09:00:00Z"))

    assert (done.removed, done.backup.fault) == ((), "")
    assert files(site) == [made(10), made(12, "moved")]
