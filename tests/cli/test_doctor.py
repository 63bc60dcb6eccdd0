"""What `carepath doctor` finds, whatever state the site is in."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Desk
from tests.modules import ROOT

# It looks at a file from outside.
pytestmark = pytest.mark.only("sqlite")

MACHINE = {"filesystem", "disk", "rights"}  # they say how the machine of the tests is


def looked(desk: Desk, **environment: str | None) -> dict[str, list[dict[str, str]]]:
    """Return every look by what was looked at."""
    answer = desk("doctor --json", **environment)
    found = json.loads(answer.out)
    assert {0: "well", 8: "soon", 9: "now"}[answer.code] == found["state"]
    by: dict[str, list[dict[str, str]]] = {}
    for each in found["looks"]:
        by.setdefault(each["what"], []).append(each)
    return by


def unwell(desk: Desk) -> dict[str, str]:
    """Return what is not well and does not depend on the machine, with what was said of it."""
    return {
        what: " ".join(each["says"] for each in looks if each["state"] != "well")
        for what, looks in looked(desk).items()
        if what not in MACHINE and any(each["state"] != "well" for each in looks)
    }


def approve(desk: Desk) -> None:
    desk.done("pathway review watch --status under-review --because 'read it'")
    desk.done("pathway review watch --status approved --because 'good'")


def test_a_site_that_is_looked_after_is_well(patient: Desk) -> None:
    approve(patient)
    patient.done("scheduler once")
    patient.at("2026-11-11 03:30:00")
    patient.done("scheduler once")

    assert unwell(patient) == {}


def test_a_site_where_nobody_ticks_is_told_so_at_once(patient: Desk) -> None:
    answer = patient("doctor")

    assert answer.code == 9
    assert "AT ONCE: No scheduler ever ticked" in answer.out
    assert "to mend at once" in answer.err


def test_a_scheduler_that_fell_silent_is_found(patient: Desk) -> None:
    patient.done("scheduler once --every 60")
    patient.at("2026-11-10 10:00:00")

    assert "nobody since, so nobody is told" in unwell(patient)["scheduler"]


def test_a_pathway_in_use_that_nobody_approved_is_found(patient: Desk) -> None:
    assert "watch, version 1, has patients and is " in unwell(patient)["pathways"]

    approve(patient)
    assert "pathways" not in unwell(patient)


def test_a_clock_that_is_behind_what_was_recorded_is_found(patient: Desk) -> None:
    patient.at("2026-11-01 09:00:00")

    assert "this clock is behind" in unwell(patient)["clock"]


def test_an_owner_for_whom_nobody_stands_in_is_found(patient: Desk) -> None:
    patient.done("staff add anna --role coordinator")
    patient.done("staff leave anna --from 2026-11-09 --to 2026-11-20")

    assert "What anna owns rests with nobody" in unwell(patient)["people"]


def test_where_nobody_has_a_channel_none_is_called_tested(patient: Desk) -> None:
    [found] = looked(patient)["channels"]

    assert (found["state"], "on the output of the scheduler alone" in found["says"]) == ("well", True)


def test_a_channel_that_was_never_tested_is_found(patient: Desk) -> None:
    patient.done("staff add anna --role coordinator")
    patient.done("staff channel add anna desk jsons://server.example/secret-path")

    found = looked(patient)["channels"]
    assert [each["state"] for each in found] == ["soon"]
    assert "secret" not in json.dumps(found)


def test_a_site_whose_backup_is_gone_or_long_ago_is_told_so(patient: Desk) -> None:
    patient.done("scheduler once")
    assert "None was made by night yet" in unwell(patient)["backup"]

    patient.at("2026-11-11 03:30:00")
    patient.done("scheduler once")
    [found] = looked(patient)["backup"]
    assert found["state"] == "well"

    patient.at("2026-11-14 03:30:00")
    assert "which is long ago" in unwell(patient)["backup"]
    Path(found["says"].rpartition(", ")[2].rstrip(".")).unlink()
    assert "not there any more" in unwell(patient)["backup"]


def test_a_folder_of_backups_that_cannot_be_looked_into_is_no_word_about_the_database(patient: Desk) -> None:
    patient.done("scheduler once")
    patient.at("2026-11-11 03:30:00")
    patient.done("scheduler once")
    folder = patient.database.with_name("backups")
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to(folder)  # it leads nowhere: even the administrator cannot look into it

    [found] = looked(patient)["backup"]

    assert found["state"] == "soon"
    assert f"{folder}/carepath-20261111T033000Z.db, which cannot be looked at (" in found["says"]


def test_what_failed_by_night_is_told_once(patient: Desk) -> None:
    patient.done("scheduler once")
    patient.done("site set backup.folder /nowhere/at-all --because 'a new disk'")
    patient.at("2026-11-11 03:30:00")
    patient.done("scheduler once")

    found = looked(patient)
    [says] = [each["says"] for each in found["backup"]]
    assert says.startswith("None was made by night yet: ")
    assert ".." not in says
    assert "backup" not in json.dumps(found["messages"])


def test_a_routine_that_nobody_does_has_a_look_of_its_own(patient: Desk) -> None:
    patient.done("scheduler once --every 60")
    patient.at("2026-11-12 09:00:00")

    found = looked(patient)
    assert "The routine nightly was due at 2026-11-11 02:00" in json.dumps(found["routines"])
    assert "routine" not in json.dumps(found["messages"])


def test_the_page_about_operating_shows_every_look_there_is(patient: Desk) -> None:
    patient.done("scheduler once")
    page = (ROOT / "docs/how-to/operate.md").read_text(encoding="utf-8")
    sample = page.partition("$ carepath doctor\n")[2].partition("```")[0].splitlines()

    shown = [line.partition("  ")[0] for line in sample if not line.startswith(" ")]

    assert shown == list(looked(patient))


def test_a_setting_that_cannot_be_read_is_found(patient: Desk) -> None:
    with closing(sqlite3.connect(patient.database)) as connection, connection:
        connection.execute(
            "INSERT INTO setting (name, number, value, because, at, actor)"
            " VALUES ('digest.at', 1, 'noon', 'x', 0, 'x')"
        )

    assert "carepath site set digest.at" in unwell(patient)["settings"]


def test_a_configuration_that_cannot_be_followed_is_found(desk: Desk) -> None:
    file = desk.folder / "config" / "carepath" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text('databse = "/x.db"\n')

    [found] = looked(desk, CAREPATH_DATABASE=None)["configuration"]
    assert found["state"] == "now"
    assert "config.toml says databse" in found["says"]


def missing(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("no database at all, and longer than a header is: " * 10)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-8192])


def cut_in_the_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


def overwritten(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


def older(path: Path) -> None:
    versioned(path, "0003")


def newer(path: Path) -> None:
    versioned(path, "9999")


def versioned(path: Path, version: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [version])


def of_somebody_else(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE other (x)")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (missing, "There is no database at"),
        (empty, "is not a database"),
        (text, "is not a database"),
        (truncated, "its end is missing"),
        (cut_in_the_header, "is not a database"),
        (overwritten, "is damaged"),
        (older, "carepath upgrade"),
        (newer, "newer carepath"),
        (of_somebody_else, "not one of carepath"),
    ],
)
def test_whatever_state_the_file_is_in_a_sentence_says_what_to_do(
    desk: Desk, spoil: Callable[[Path], None], says: str
) -> None:
    spoil(desk.database)

    answer = desk("doctor")

    assert answer.code == 9
    assert says in " ".join(answer.out.split())


def to_itself(folder: Path) -> Path:
    path = folder / "loop.db"
    path.symlink_to(path)
    return path


def with_a_long_name(folder: Path) -> Path:
    return folder / ("long" * 100)


def that_is_nonsense(folder: Path) -> Path:
    return folder / "file" / "care.db"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (to_itself, "leads back to itself"),
        (with_a_long_name, "its name is longer than the disk allows"),
        (that_is_nonsense, "a part of its path is a file"),
    ],
)
def test_a_place_where_no_database_can_be_is_told_in_a_sentence(
    desk: Desk, place: Callable[[Path], Path], says: str
) -> None:
    (desk.folder / "file").touch()
    path = place(desk.folder)

    answer = desk("doctor", CAREPATH_DATABASE=str(path))

    assert answer.code == 9
    assert says in " ".join(answer.out.split())
    assert desk("today", CAREPATH_DATABASE=str(path)).code == 6


def test_no_database_is_made_and_no_backup_put_where_none_can_be(desk: Desk) -> None:
    name = "long" * 100

    assert "longer than the disk allows" in desk.refused(f"init --zone Europe/London --database {name}", 6)
    assert "longer than the disk allows" in desk.refused(f"backup --to {name}", 6)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        yield


def test_a_database_that_somebody_does_not_let_go_is_said_to_be_in_use(desk: Desk) -> None:
    with locked(desk.database):
        answer = desk("doctor")

    assert answer.code == 9
    assert "is in use by another program" in " ".join(answer.out.split())


def test_looking_changes_nothing(patient: Desk) -> None:
    before = patient.database.read_bytes()

    patient("doctor")

    assert patient.database.read_bytes() == before


def test_no_name_of_a_patient_is_shown(patient: Desk) -> None:
    assert "Lovelace" not in patient("doctor").out


def test_the_time_is_said_without_fractions_of_a_second(patient: Desk) -> None:
    patient.at("2026-11-10 10:00:00.250001")
    [clock] = looked(patient)["clock"]
    assert clock["says"].startswith("It is 2026-11-10T10:00:00Z, and nothing")


@pytest.mark.only("sqlite")
def test_a_folder_in_place_of_the_database_is_called_one(desk: Desk) -> None:
    said = desk(f"doctor --database {desk.folder}").out
    assert f"{desk.folder} is a folder: name a file in it." in " ".join(said.split())
