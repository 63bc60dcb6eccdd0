"""Who is at work: people, leave, channels, and a log of what was changed about them."""

import pytest

from storage.connection import Database
from storage.staff import ChannelRow, LeaveRow, StaffLogRow, StaffRow
from tests.storage.databases import REFUSED

ANNA = StaffRow("anna", ("coordinator",), "Europe/London", deputy="ben", joined_at=7)
BEN = StaffRow("ben", ("coordinator", "lead"), "Europe/Lisbon", joined_at=7)


@pytest.fixture
def staffed(database: Database) -> Database:
    with database.writing() as store:
        for each in (BEN, ANNA):
            store.put_staff(each)
    return database


def test_people_are_listed_by_name_and_changed_in_place(staffed: Database) -> None:
    left = ANNA._replace(left_on="2026-10-31", budget=12, wants='{"names": true}')
    with staffed.writing() as store:
        store.put_staff(left)
    with staffed.listing() as lists:
        assert lists.staff() == [left, BEN]


def test_leave_is_numbered_for_each_and_withdrawn_leave_stays(staffed: Database) -> None:
    with staffed.writing() as store:
        store.add_leave("anna", "2026-10-05", "2026-10-09", deputy="", at=8, by="ida")
        store.add_leave("anna", "2026-12-21", "2027-01-03", deputy="ben", at=9, by="ida")
        store.add_leave("ben", "2026-10-05", "2026-10-05", deputy="", at=9, by="ida")
        assert store.end_leave("anna", 1)
        assert not store.end_leave("anna", 1), "it was withdrawn before"
        assert not store.end_leave("anna", 3)
        assert store.leave_of("anna") == [
            LeaveRow("anna", 1, "2026-10-05", "2026-10-09", "", ended=True, at=8, by="ida"),
            LeaveRow("anna", 2, "2026-12-21", "2027-01-03", "ben", ended=False, at=9, by="ida"),
        ]
    with staffed.listing() as lists:
        assert [(row.staff, row.number) for row in lists.leave_from("2026-10-05")] == [
            ("ben", 1),
            ("anna", 2),
        ]
        assert [(row.staff, row.number) for row in lists.leave_from("2026-10-06")] == [("anna", 2)]


def test_leave_ends_after_it_begins(staffed: Database) -> None:
    with pytest.raises(REFUSED, match="leave_has_a_day"), staffed.writing() as store:
        store.add_leave("anna", "2026-10-09", "2026-10-05", deputy="", at=8, by="ida")


def test_nobody_unknown_is_on_leave(staffed: Database) -> None:
    with pytest.raises(REFUSED, match=r"(?i)foreign key"), staffed.writing() as store:
        store.add_leave("ona", "2026-10-05", "2026-10-05", deputy="", at=8, by="ida")


def test_a_channel_is_added_verified_and_removed(staffed: Database) -> None:
    mail = ChannelRow("anna", "mail", "mailto://anna", ("stop", "due"), ("prompts", "digest"))
    with staffed.writing() as store:
        store.put_channel(mail)
        assert store.verify_channel("anna", "mail", at=9)
        assert not store.verify_channel("anna", "sms", at=9)
        assert store.channels() == store.channels_of("anna") == [mail._replace(verified_at=9)]
        assert store.remove_channel("anna", "mail")
        assert not store.remove_channel("anna", "mail")
        assert store.channels() == []


def test_what_was_changed_about_somebody_is_numbered_and_stays(staffed: Database) -> None:
    with staffed.writing() as store:
        store.add_staff_log("anna", "added", "{}", at=7, by="ida")
        store.add_staff_log("ben", "added", "{}", at=7, by="ida")
        store.add_staff_log("anna", "edited", '{"deputy": "ben"}', at=8, by="ida")
        assert store.staff_log("anna") == [
            StaffLogRow(1, "added", "{}", 7, "ida"),
            StaffLogRow(2, "edited", '{"deputy": "ben"}', 8, "ida"),
        ]


@pytest.mark.parametrize("change", ["UPDATE staff_log SET actor = 'eva'", "DELETE FROM staff_log"])
def test_nothing_is_taken_out_of_the_log(staffed: Database, change: str) -> None:
    with staffed.writing() as store:
        store.add_staff_log("anna", "added", "{}", at=7, by="ida")
    with pytest.raises(REFUSED, match="only ever added"):
        staffed.writer().execute(change)


@pytest.mark.only("sqlite")
def test_nothing_takes_the_place_of_what_is_in_the_log(staffed: Database) -> None:
    with staffed.writing() as store:
        store.add_staff_log("anna", "added", "{}", at=7, by="ida")
    with pytest.raises(REFUSED, match="one after another"):
        staffed.writer().execute("INSERT OR REPLACE INTO staff_log SELECT * FROM staff_log")
