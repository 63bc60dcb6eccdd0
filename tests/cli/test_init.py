"""A new database."""

import pytest

from pathways.story_files import shipped
from tests.cli.conftest import Desk

# A file is made; tests/cli/test_postgres.py makes a caseload on a server.
pytestmark = pytest.mark.only("sqlite")


def test_a_new_database_has_the_pathways_that_ship(desk: Desk) -> None:
    desk.database.unlink()

    said = desk.done("init --zone Europe/London --coordinator anna --clinician dr-cole --lead dr-berg")

    assert "days counted in Europe/London, with " in said
    assert all(file.stem in said for file in shipped())
    assert "Nobody is" not in said
    assert "immune-pns" in desk.done("pathway list")
    assert "dr-berg" in desk.done("role list")
    assert "Everything that is stored follows from the histories.\n" in desk.done("check")


def test_a_role_that_nobody_holds_is_named(desk: Desk) -> None:
    desk.database.unlink()

    assert "Nobody is clinician yet" in desk.done("init --zone UTC --coordinator anna --lead dr-berg")


def test_the_zone_is_never_guessed(desk: Desk) -> None:
    desk.database.unlink()

    assert "--zone" in desk.refused("init", 2)
    assert "did you mean Europe/London" in desk.refused("init --zone Europe/Londn", 2)
    assert not desk.database.exists()


def test_a_database_that_is_there_is_left_alone(desk: Desk) -> None:
    before = desk.content()

    assert "already" in desk.refused("init --zone Europe/London", 6)
    assert desk.content() == before


def test_what_is_remembered_need_not_be_said_again(desk: Desk) -> None:
    there = desk.folder / "there.db"

    said = desk.done(f"init --zone Europe/London --database {there} --remember")

    assert "config.toml remembers" in said
    assert desk("patient add P-1", CAREPATH_DATABASE=None, CAREPATH_BY=None).code == 0
    assert "P-1" in desk.done(f"patient list --database {there}")


def test_what_was_configured_is_not_overwritten(desk: Desk) -> None:
    desk.done(f"init --zone Europe/London --database {desk.folder}/one.db --remember")

    assert "is there already" in desk.refused(
        f"init --zone Europe/London --database {desk.folder}/two.db --remember", 2
    )
    assert not (desk.folder / "two.db").exists()


def test_the_usual_place_is_made_when_it_is_not_there(desk: Desk) -> None:
    assert desk("init --zone Europe/London", CAREPATH_DATABASE=None).code == 0
    assert (desk.folder / "data" / "carepath" / "carepath.db").exists()


def test_an_up_to_date_database_needs_no_upgrade(desk: Desk) -> None:
    assert "is up to date" in desk.done("upgrade")
