"""The backup of every night: made once, kept by its schedule, and told to whoever leads when it fails."""

import json
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from caseload.backing_up import ahead_of_the_clock
from caseload.checking import check
from caseload.roles import assign
from pathways.moments import Moment
from scheduler.daily import DAILY
from scheduler.routines import Done, see_to
from scheduler.texts import text_of
from scheduler.tick import tick
from storage.backups import Backup, backups_in
from storage.connection import Database
from storage.rows import MessageRow, RoutineRow
from storage.schema import create
from tests.scheduler.drill import MINUTE, Listener, at, site, worker
from tests.scheduler.people import decided, joins
from tests.storage.spoiling import damaged, orphaned

# A server is backed up with its own tools.
pytestmark = pytest.mark.only("sqlite")
LEASE = 10 * MINUTE
NIGHT = at(1, "00:30")


def see(database: Database, now: Moment, who: str = "one") -> Done:
    tick(database, now=now, worker=worker(who), deliver=Listener())
    return see_to(database, DAILY, clock=lambda: now, worker=who, lease=LEASE, enough=lambda: False)


def made(database: Database) -> list[str]:
    """Name the backups that are there, by the day and time of their names."""
    folder = database.path.parent / "backups"
    found = backups_in(folder, thoroughly=True) if folder.exists() else []
    assert not [each for each in found if each.fault]
    return sorted(each.file.stem.removeprefix("site-") for each in found)


def thorough(database: Database) -> list[Backup]:
    return backups_in(database.path.parent / "backups", thoroughly=True)


def routine(database: Database) -> RoutineRow:
    with database.reading() as store:
        [row] = [row for row in store.routines() if row.name == "backup"]
    return row


def told(database: Database) -> list[MessageRow]:
    found = database.reader().execute("SELECT * FROM message WHERE kind = 'failure' ORDER BY id").fetchall()
    return [MessageRow(**dict(zip(MessageRow.__struct_fields__, each, strict=True))) for each in found]


def ends(database: Database, now: Moment) -> list[str]:
    return [each.says for each in check(database, now=now).loose_ends if each.kind == "not-backed-up"]


@pytest.fixture
def staffed(database: Database) -> Database:
    """dr-berg is the lead; the first night is planned."""
    for name, role in {"kim": "coordinator", "dr-cole": "clinician", "dr-berg": "lead"}.items():
        joins(database, name, role)
    for role, name in {"clinician": "dr-cole", "lead": "dr-berg"}.items():
        assign(database, role, name, now=at(0))
    see(database, at(0, "23:00"))
    return database


def test_it_is_made_once_a_night_at_the_time_of_the_site(staffed: Database) -> None:
    for now in (at(1, "00:29"), NIGHT, at(1, "00:31"), at(1, "23:00")):
        see(staffed, now)

    assert made(staffed) == ["20260303T003000Z"]
    assert told(staffed) == []


def test_what_came_of_it_stays_with_the_routine(staffed: Database) -> None:
    see(staffed, NIGHT)

    kept = json.loads(routine(staffed).result)
    good = kept["good"]
    assert (kept["error"], good["at"], good["entries"], good["same_disk"]) == ("", NIGHT, 1, True)
    assert Path(good["file"]).stat().st_size == good["bytes"]


def test_the_site_decides_when_where_and_whether(staffed: Database, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    decided(staffed, "backup.at", "04:30")
    decided(staffed, "backup.folder", str(tmp_path / "elsewhere"))
    for now in (at(0, "23:30"), NIGHT, at(1, "04:30")):
        see(staffed, now)
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1
    assert made(staffed) == []

    decided(staffed, "backup.at", "")
    see(staffed, at(2, "12:00"))
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1


def test_after_a_new_one_those_go_that_are_no_longer_kept(staffed: Database) -> None:
    decided(staffed, "backup.keep", "2 days, 2 weeks")
    for day in range(1, 10):
        see(staffed, at(day, "00:30"))

    # The first day was a Monday: the last of the week before is that of its Sunday.
    assert made(staffed) == ["20260308T003000Z", "20260310T003000Z", "20260311T003000Z"]
    assert json.loads(routine(staffed).result)["good"]["removed"] == 1


def test_what_is_of_another_site_or_cannot_be_read_is_never_removed(staffed: Database) -> None:
    folder = staffed.path.parent / "backups"
    folder.mkdir()
    other, broken = folder / "site-20200101T003000Z.db", folder / "site-20200102T003000Z.db"
    create(other, "Europe/London")
    broken.write_bytes(b"half of one")
    decided(staffed, "backup.keep", "1 day")
    for day in (1, 2):
        see(staffed, at(day, "00:30"))

    assert {each.name for each in folder.iterdir()} == {other.name, broken.name, "site-20260304T003000Z.db"}


def test_one_that_fails_is_told_to_the_lead_and_found_by_the_check(staffed: Database) -> None:
    see(staffed, NIGHT)
    good = routine(staffed)
    decided(staffed, "backup.folder", "/nowhere/at-all")
    see(staffed, at(2, "00:30"))

    [message] = told(staffed)
    assert (message.staff, message.channel) == ("dr-berg", "output")
    title, lines = text_of(staffed, message, at(2, "00:30"))[:2]
    assert title == "carepath: the backup of the night failed"
    assert "There is no folder /nowhere/at-all" in lines
    assert "site-20260303T003000Z.db" in lines
    assert json.loads(routine(staffed).result)["good"] == json.loads(good.result)["good"]
    [says] = ends(staffed, at(2, "01:00"))
    assert "The last good backup by night is of 2026-03-03 00:30" in says
    # The check of the same night has told of it too.
    see(staffed, at(2, "02:00"))
    [(body,)] = staffed.reader().execute(
        "SELECT body FROM message WHERE kind = 'nightly' ORDER BY id DESC LIMIT 1"
    )
    assert "backup" in [about for about, _, _ in json.loads(body)["ends"]]


def test_the_next_good_one_ends_the_finding_and_nothing_old_went_meanwhile(staffed: Database) -> None:
    decided(staffed, "backup.keep", "1 day")
    see(staffed, NIGHT)
    decided(staffed, "backup.folder", "/nowhere/at-all")
    for day in (2, 3):
        see(staffed, at(day, "00:30"))
    assert made(staffed) == ["20260303T003000Z"]
    assert len(told(staffed)) == 2

    decided(staffed, "backup.folder", "")
    see(staffed, at(4, "00:30"))
    assert made(staffed) == ["20260306T003000Z"]
    assert ends(staffed, at(4, "01:00")) == []


def test_a_faulty_database_is_backed_up_and_takes_the_place_of_no_sound_backup(staffed: Database) -> None:
    decided(staffed, "backup.keep", "1 day")
    see(staffed, NIGHT)
    orphaned(staffed.path)
    see_to(staffed, DAILY, clock=lambda: at(2, "00:30"), worker="one", lease=LEASE, enough=lambda: False)

    assert [each.carried != "" for each in thorough(staffed)] == [True, False]
    kept = json.loads(routine(staffed).result)
    assert kept["error"] == ""
    assert "refers to a row" in kept["good"]["carried"]
    assert "None was removed" in kept["good"]["left"]


def test_a_damaged_database_is_not_backed_up(staffed: Database) -> None:
    decided(staffed, "backup.keep", "1 day")
    see(staffed, NIGHT)
    damaged(staffed.path)
    see_to(staffed, DAILY, clock=lambda: at(2, "00:30"), worker="one", lease=LEASE, enough=lambda: False)

    assert made(staffed) == ["20260303T003000Z"]
    assert "is damaged, so no backup was made" in json.loads(routine(staffed).result)["error"]


def test_backups_of_a_clock_that_was_ahead_push_out_none(staffed: Database) -> None:
    decided(staffed, "backup.keep", "2 days")
    see(staffed, NIGHT)
    [real] = thorough(staffed)
    ahead = [real.file.with_name(f"site-{year}0101T003000Z.db") for year in (2037, 2038)]
    for each in ahead:
        shutil.copy(real.file, each)
    see(staffed, at(2, "00:30"))
    see(staffed, at(3, "00:30"))

    assert made(staffed) == [
        "20260304T003000Z",
        "20260305T003000Z",
        "20370101T003000Z",
        "20380101T003000Z",
    ]
    assert ahead_of_the_clock(staffed, at(4)) == ahead[::-1]


def test_where_nobody_leads_the_message_says_how_somebody_does(staffed: Database) -> None:
    see(staffed, NIGHT)
    decided(staffed, "backup.folder", "/nowhere/at-all")
    see(staffed, at(2, "00:30"))
    [message] = told(staffed)
    to_nobody = replace(message, staff="")
    text = text_of(staffed, to_nobody, at(2, "00:30"))[1]

    assert "To dr-berg, as a lead." in text_of(staffed, message, at(2, "00:30"))[1]
    assert "Nobody leads this site: `carepath role set lead NAME`" in text
    assert "To ," not in text


def test_a_scheduler_that_ends_meanwhile_leaves_it_to_the_next(staffed: Database) -> None:
    asked = 0

    def enough() -> bool:
        nonlocal asked
        asked += 1
        return asked > 1

    done = see_to(staffed, DAILY, clock=lambda: NIGHT, worker="one", lease=LEASE, enough=enough)
    assert (done.failed, made(staffed), routine(staffed).claimed_by) == (1, [], None)

    see(staffed, at(1, "00:31"), "two")
    assert len(made(staffed)) == 1


def test_a_site_without_a_scheduler_is_not_blamed_for_having_none(tmp_path: Path) -> None:
    with Database(site(tmp_path, patients=1)) as database:
        assert ends(database, at(3)) == []
