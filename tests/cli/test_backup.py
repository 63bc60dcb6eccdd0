"""`backup` and `restore` as they are typed: what is made, what is listed, what is refused, what is said."""

import json
import os
import platform
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from caseload.restoring import in_short
from pathways.moments import from_iso
from scheduler.heartbeats import Worker
from scheduler.lease import Lease
from storage.connection import Database
from storage.schema import create
from storage.version import MOVED
from tests.cli.conftest import Desk
from tests.storage.spoiling import damaged, orphaned

# A server is backed up with its own tools.
pytestmark = pytest.mark.only("sqlite")

NOW = "2026-11-10T09:00:00Z"


@pytest.fixture
def saved(patient: Desk) -> Desk:
    """P-1 is on a pathway, and a backup was made of that."""
    patient.done("backup")
    return patient


def files(desk: Desk) -> list[Path]:
    return sorted((desk.folder / "backups").iterdir())


def aside(desk: Desk) -> list[Path]:
    return sorted(desk.folder.glob("*.before-restore.db"))


def take_lease(desk: Desk, worker: str, host: str) -> None:
    """Let a scheduler work over the database."""
    now = from_iso(NOW)
    with Database(desk.database) as database:
        one = Worker(name=worker, host=host, interval=60.0, started_at=now)
        assert Lease(one, lasts=60.0).take(database, now)


def test_a_backup_is_made_beside_the_database_and_says_that_the_disk_is_the_same(patient: Desk) -> None:
    said = patient.done("backup")

    [file] = files(patient)
    assert file.name == "carepath-20261110T090000Z.db"
    assert f"{file}: verified, 1 entry, " in said
    assert "on the disk of the database" in said


@pytest.mark.skipif(os.name == "nt", reason="there rights are another matter")
@pytest.mark.parametrize(
    ("around", "database", "folder", "backup"),
    [(0o2770, 0o660, 0o2770, 0o660), (0o700, 0o600, 0o700, 0o600), (0o755, 0o644, 0o750, 0o640)],
)
def test_whoever_shares_the_database_by_its_group_shares_its_backups(
    patient: Desk, around: int, database: int, folder: int, backup: int
) -> None:
    group = 4321 if os.geteuid() == 0 else os.getegid()
    for each, mode in ((patient.folder, around), (patient.database, database)):
        os.chown(each, -1, group)
        each.chmod(mode)

    patient.done("backup")

    [file] = files(patient)
    found = [(stat.S_IMODE(each.stat().st_mode), each.stat().st_gid) for each in (file.parent, file)]
    assert found == [(folder, group), (backup, group)]


def test_the_rights_that_a_folder_of_backups_has_stay_as_they_are(saved: Desk) -> None:
    [file] = files(saved)
    file.parent.chmod(0o711)

    saved.at("2026-11-10 10:00:00")
    saved.done("backup")

    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o711


def test_what_is_no_folder_holds_no_backups(patient: Desk) -> None:
    patient.database.with_name("backups").write_text("no folder")

    assert "There is no folder" in patient.refused("backup", 6)


def test_what_is_there_is_listed(saved: Desk) -> None:
    said = saved.done("backup list --verify")
    [line] = json.loads(saved.done("backup list --json"))

    assert "carepath-20261110T090000Z.db  2026-11-10 10:00  1" in said
    assert (line["made_at"], line["entries"], line["fault"]) == (NOW, 1, "")


def test_before_the_first_it_is_said_how_to_make_one(patient: Desk) -> None:
    assert "`carepath backup` makes one" in patient.done("backup list")


def test_a_damaged_one_is_named_and_the_code_says_so(saved: Desk) -> None:
    saved.at("2026-11-10 09:05:00")
    saved.done("backup")
    files(saved)[0].write_bytes(b"nothing of it")
    answer = saved("backup list")

    assert answer.code == 6
    assert "1 backup cannot be restored: restore from another." in answer.err
    assert answer.out.count("damaged") == 1


def test_a_backup_of_another_schema_is_named_with_what_can_be_done_instead(saved: Desk) -> None:
    for day, version in (("07", "0003"), ("08", "9999"), ("09", MOVED)):
        other = saved.folder / "backups" / f"carepath-202611{day}T090000Z.db"
        shutil.copy(files(saved)[-1], other)
        with closing(sqlite3.connect(other)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
            connection.commit()
    said = saved.done("backup list")
    lines = json.loads(saved.done("backup list --json"))

    assert [each["standing"] for each in lines] == ["whole", "moved", "newer", "older"]
    assert [line.split()[-1] for line in said.splitlines()[2:5]] == ["moved", "newer", "older"]
    assert "older: copy it, run `carepath upgrade --database COPY`, and restore the copy." in said
    assert "newer: the version of carepath that made it can restore it." in said


def test_a_backup_of_a_moment_to_come_is_marked(saved: Desk) -> None:
    saved.at("2026-11-09 09:00:00")

    assert "ahead: the clock was ahead when it was made" in saved.done("backup list")


def test_what_the_database_had_is_said_with_its_backup(patient: Desk) -> None:
    orphaned(patient.database)
    answer = patient("backup")

    assert answer.code == 0
    assert "It holds what is wrong in the database, see `carepath check`: A row of enrolment" in answer.err
    assert "None was removed" in answer.err
    listed = patient("backup list --verify")
    assert (listed.code, "faulty" in listed.out) == (0, True)


@pytest.mark.parametrize(("option", "value"), [("--database", "other.db"), ("--to", "elsewhere")])
def test_an_option_before_the_name_of_a_command_is_not_swallowed(
    saved: Desk, option: str, value: str
) -> None:
    refused = saved.refused(f"backup {option} {value} list", 2)

    assert f"{option} stands before 'list', which does not look at it: write it behind." in refused


def test_the_folder_is_for_those_who_have_that_of_the_database(patient: Desk) -> None:
    patient.folder.chmod(0o2770)
    patient.database.chmod(0o660)
    patient.done("backup")

    assert (patient.folder / "backups").stat().st_mode & 0o7777 == 0o2770
    assert files(patient)[0].stat().st_mode & 0o777 == 0o660


def test_the_folder_is_never_for_everybody(patient: Desk) -> None:
    patient.folder.chmod(0o777)
    patient.done("backup")

    assert (patient.folder / "backups").stat().st_mode & 0o007 == 0


def test_a_backup_stays_good_when_an_earlier_one_cannot_be_removed(saved: Desk) -> None:
    [stuck] = files(saved)
    saved.done("site set backup.keep '1 day'")
    saved.at("2026-11-12 09:00:00")
    mounted = subprocess.run(["mount", "--bind", stuck, stuck], capture_output=True, check=False)  # noqa: S607
    if mounted.returncode:
        pytest.skip("this machine does not let us mount anything")
    try:
        answer = saved("backup")
    finally:
        subprocess.run(["umount", "-l", stuck], check=True)  # noqa: S607

    assert answer.code == 0
    assert "carepath-20261112T090000Z.db: verified" in answer.out
    assert "No longer kept, but not to be removed from " in answer.err
    assert "carepath-20261110T090000Z.db (device or resource busy)." in answer.err
    assert [each.exists() for each in (stuck, saved.folder / "backups" / "carepath-20261112T090000Z.db")] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("keep", "instead", "says"),
    [
        (20_480, b"", "It is damaged."),
        (0, b"", "It holds no caseload."),
        (0, b"something else" * 99, "It is no database."),
    ],
)
def test_of_a_bad_backup_it_is_said_what_it_is_and_to_restore_another(
    saved: Desk, keep: int, instead: bytes, says: str
) -> None:
    [file] = files(saved)
    file.write_bytes(file.read_bytes()[:keep] + instead)

    refused = saved.refused(f"restore {file}", 6)
    assert f"{file} cannot be restored: {says} Restore another: `carepath backup list --verify`" in refused
    listed = saved("backup list").err
    assert f"{file}: {says}" in listed
    for wrong in ("restore the latest backup", "carepath init", "stop carepath"):
        assert wrong not in refused + listed


def test_a_folder_that_was_named_must_be_there(patient: Desk) -> None:
    assert "There is no folder" in patient.refused(f"backup --to {patient.folder}/usb", 6)
    assert not (patient.folder / "backups").exists()


def test_restoring_says_what_is_gone_and_what_may_come_again(saved: Desk) -> None:
    saved.done("record P-1 calcium=3.4 --at 2026-11-02")
    saved.done("note P-1 'asked again'")
    saved.done("patient add P-2")
    saved.done("site set budget 20")
    saved.done("scheduler once")
    was = saved.content()
    [file] = files(saved)

    refused = saved.refused(f"restore {file}", 4)
    assert "is newer than" in refused
    assert "the entries P-1:2-3, patients (1), settings (1)" in refused
    assert saved.content() == was

    said = saved.done(f"restore {file} --although-newer")
    assert "up to 2026-11-10 10:00" in said
    assert "Gone, to be recorded again: P-1:2-3." in said
    assert "patients (1), settings (1)." in said
    assert "raised again if they still follow: P-1/" in said
    assert "may come again: " in said
    assert "to the output." in said
    [kept] = aside(saved)
    assert f"As it was before: {kept}." in said
    assert saved.content(kept) == was
    saved.done("check")
    assert "raised P-1/" in saved.done("scheduler once")


def test_a_database_with_nothing_newer_is_restored_without_more_words(saved: Desk) -> None:
    was = saved.content()
    said = saved.done(f"restore {files(saved)[0]}")

    assert "Gone" not in said
    assert "again" not in said
    assert saved.content() == was


def test_going_back_to_how_it_was_before_is_restoring_too(saved: Desk) -> None:
    saved.done("note P-1 'asked again'")
    was = saved.content()
    saved.done(f"restore {files(saved)[0]} --although-newer")
    saved.at("2026-11-10 09:05:00")
    saved.done(f"restore {aside(saved)[0]}")

    assert saved.content() == was


def test_while_a_scheduler_runs_nothing_is_restored(saved: Desk) -> None:
    saved.done("note P-1 'asked again'")
    host = platform.node()
    take_lease(saved, f"{host}-{os.getpid()}", host)

    refused = saved.refused(f"restore {files(saved)[0]} --although-newer", 4)
    assert f"The scheduler {host}-{os.getpid()} runs over" in refused
    assert aside(saved) == []


def test_a_scheduler_of_another_machine_is_believed_and_a_dead_one_is_not_waited_for(saved: Desk) -> None:
    host = platform.node()
    take_lease(saved, f"{host}-999999999", host)
    saved.done(f"restore {files(saved)[0]} --although-newer")
    take_lease(saved, "other-12", "other")

    assert "The scheduler other-12 runs" in saved.refused(f"restore {files(saved)[0]} --although-newer", 4)


def test_a_backup_of_another_site_is_refused_and_told_apart(saved: Desk) -> None:
    other = saved.folder / "backups" / "carepath-20261109T090000Z.db"
    create(other, "Europe/Zurich")

    assert "is of another site" in saved.refused(f"restore {other} --although-newer", 4)
    assert "20261109" not in saved.done("backup list")


@pytest.mark.parametrize("spoil", [orphaned, damaged])
def test_a_spoilt_database_is_guarded_like_any_other(saved: Desk, spoil: Callable[[Path], None]) -> None:
    other = saved.folder / "other.db"
    create(other, "Europe/Zurich")
    spoil(saved.database)
    host = platform.node()

    assert "is of another site" in saved.refused(f"restore {other} --although-newer", 4)
    take_lease(saved, f"{host}-{os.getpid()}", host)
    refused = saved.refused(f"restore {files(saved)[0]} --although-newer", 4)
    assert f"The scheduler {host}-{os.getpid()} runs over" in refused
    assert aside(saved) == []


def test_what_only_a_database_with_a_fault_has_is_named_like_any_other(saved: Desk) -> None:
    saved.done("note P-1 'asked again'")
    orphaned(saved.database)

    assert "the entries P-1:2. " in saved.refused(f"restore {files(saved)[0]}", 4)
    assert "Gone, to be recorded again: P-1:2." in saved.done(f"restore {files(saved)[0]} --although-newer")


def test_of_many_patients_the_first_are_named_and_the_rest_counted() -> None:
    names = tuple(f"P-{number}:1" for number in range(1, 13))

    assert in_short(names[:10]) == " ".join(names[:10])
    assert in_short(names[:11]).endswith("P-10:1 and of 1 more patient")
    assert in_short(names).endswith("P-10:1 and of 2 more patients")


def test_a_new_machine_takes_the_backup_as_it_is(saved: Desk) -> None:
    was = saved.content()
    file = files(saved)[0]
    for each in saved.folder.glob("carepath.db*"):
        each.unlink()
    said = saved.done(f"restore {file}")

    assert "As it was" not in said
    # By what its own backups will know it is for it to say.
    assert saved.content() == [each for each in was if not each.startswith("meta: ('instance'")]


def test_the_log_of_a_database_that_was_moved_away_without_it_is_named_as_that(saved: Desk) -> None:
    with closing(sqlite3.connect(saved.database)) as used:
        used.execute("SELECT count(*) FROM entry")  # who looks on keeps the log where it is
        saved.done("note P-1 'the newest'")
        gone = saved.database.rename(saved.folder / "gone.db")
        log = Path(f"{saved.database}-wal").read_bytes()
        said = saved.done(f"restore {files(saved)[0]}")

        [kept] = saved.folder.glob("*.before-restore.db-wal")
        assert f"lay here still: {kept}." in said
        assert "As it was" not in said
    assert kept.read_bytes() == log
    for end in ("-wal", "-shm"):
        Path(f"{gone}{end}").unlink(missing_ok=True)
    kept.rename(f"{gone}-wal")
    assert "the newest" in saved.done(f"log P-1 --database {gone}")


@pytest.mark.parametrize("part", range(1, 10))
def test_wherever_a_database_is_damaged_no_backup_is_made_and_it_is_what_is_named(
    saved: Desk, part: int
) -> None:
    content = bytearray(saved.database.read_bytes())
    at = len(content) * part // 10 // 4_096 * 4_096
    content[at : at + 4_096] = b"\xde\xad" * 2_048
    saved.database.write_bytes(content)

    assert f"{saved.database} is damaged" in saved.refused("backup", 6)
    assert len(files(saved)) == 1


def test_a_damaged_database_wants_a_word_and_is_kept(saved: Desk) -> None:
    damaged = saved.database.read_bytes()[:8_192]
    saved.database.write_bytes(damaged)

    assert "nobody can say what" in saved.refused(f"restore {files(saved)[0]}", 4)
    said = saved.done(f"restore {files(saved)[0]} --although-newer")
    assert "Nobody can say what is gone" in said
    assert aside(saved)[0].read_bytes() == damaged
    saved.done("check")


@pytest.mark.parametrize("content", [b"", b"half of one", b"SQLite format 3\0" + b"\0" * 5_000])
def test_a_file_that_is_no_backup_is_refused(saved: Desk, content: bytes) -> None:
    (saved.folder / "other.db").write_bytes(content)
    was = saved.content()

    saved.refused(f"restore {saved.folder}/other.db --although-newer", 6)
    assert saved.content() == was


@pytest.mark.parametrize(
    ("setting", "value"), [("backup.keep", "7"), ("backup.at", "25:00"), ("backup.folder", "here")]
)
def test_a_setting_that_makes_no_sense_is_refused(patient: Desk, setting: str, value: str) -> None:
    patient.refused(f"site set {setting} {value}", 2)


def says_of_backups(desk: Desk) -> str:
    """Return what the doctor says of backups, unless all is well with them."""
    looks = json.loads(desk("doctor --json").out)["looks"]
    return " ".join(each["says"] for each in looks if each["what"] == "backup" and each["state"] != "well")


def test_a_folder_that_is_not_there_is_named_when_it_is_set_and_by_the_doctor(patient: Desk) -> None:
    nowhere = patient.folder / "nowhere" / "backups"
    answer = patient(f"site set backup.folder {nowhere}")

    assert (answer.code, f"There is no folder {nowhere} for backups" in answer.err) == (0, True)
    assert f"There is no folder {nowhere} for backups" in says_of_backups(patient)
    nowhere.mkdir(parents=True)
    assert patient(f"site set backup.folder {nowhere}").err == ""
    assert "for backups" not in says_of_backups(patient)


def test_the_doctor_names_backups_that_nothing_will_remove(saved: Desk) -> None:
    assert "have a moment that has not come" not in says_of_backups(saved)
    saved.at("2026-11-09 09:00:00")

    said = says_of_backups(saved)

    assert said.startswith("1 backup in ")
    assert "have a moment that has not come, such as carepath-20261110T090000Z.db" in said


def test_a_copy_by_hand_in_the_folder_is_left_alone(saved: Desk) -> None:
    by_hand = saved.folder / "backups" / "before-the-move.db"
    shutil.copy(files(saved)[0], by_hand)
    saved.done("site set backup.keep '1 day'")
    saved.at("2026-11-12 09:00:00")
    said = saved.done("backup")

    assert "No longer kept: carepath-20261110T090000Z.db." in said
    assert [each.name for each in files(saved)] == [by_hand.name, "carepath-20261112T090000Z.db"]


def test_two_histories_that_went_apart_are_told_by_what_they_say_not_by_how_long_they_are(
    saved: Desk,
) -> None:
    saved.done("note P-1 'before the disk broke'")
    saved.done(f"restore {files(saved)[0]} --although-newer")
    saved.at("2026-11-10 09:05:00")
    saved.done("note P-1 'after it'")

    assert "the entries P-1:2. " in saved.refused(f"restore {aside(saved)[0]}", 4)
