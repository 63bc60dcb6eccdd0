"""Channels from the command line; a test goes through a real server."""

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.commands.staff_channel import channel
from cli.errors import ReportingGroup
from storage.connection import Database
from storage.staff import StaffRow
from tests.cli.conftest import Answer, Desk
from tests.scheduler.servers import hook


class Office:
    """Types `carepath staff channel ...` where ben is on the staff."""

    def __init__(self, desk: Desk) -> None:
        self.path: Path = desk.database
        self._environment = desk.environment
        self._group = ReportingGroup(name="staff", commands={"channel": channel})
        with Database(self.path) as database, database.writing() as store:
            store.put_staff(StaffRow("ben", ("coordinator",), "Europe/Zurich"))

    def __call__(self, line: str) -> Answer:
        result = CliRunner(env=self._environment).invoke(self._group, ["channel", *shlex.split(line)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.stdout, result.stderr, result.exit_code)


@pytest.fixture
def office(desk: Desk) -> Office:
    return Office(desk)


def test_a_channel_is_added_listed_and_removed_and_its_address_never_shown(office: Office) -> None:
    added = office("add ben mail 'json://user:secret@127.0.0.1:9/x' --tiers stop,due --kinds prompts")
    assert added.code == 0
    listed = office("list").out
    assert listed.splitlines()[1].split() == ["ben", "mail", "stop,", "due", "prompts", "never", "taken"]
    plain = office("list ben --json").out
    assert json.loads(plain)[0]["tiers"] == ["stop", "due"]
    assert office("remove ben mail").code == 0
    assert "mail" not in office("list").out

    with Database(office.path) as database, database.reading() as store:
        said = [(each.what, each.change, each.by) for each in store.staff_log("ben")]
    assert [what for what, *_ in said] == ["channel", "channel removed"]
    assert "secret" not in f"{added}{listed}{plain}{said}"


def test_what_was_changed_about_channels_is_shown_with_the_person(desk: Desk) -> None:
    desk.done("staff add ben")
    desk.done("staff channel add ben mail 'json://user:secret@127.0.0.1:9/x' --tiers stop,due")
    desk.done("staff channel add ben mail 'json://user:secret@127.0.0.1:9/x' --tiers stop")
    desk.done("staff channel remove ben mail")

    page = desk.done("staff show ben")

    assert "channel is mail; tiers is stop, due" in page
    assert "channel is mail; tiers is stop (was stop, due)" in page
    assert "channel removed" in page
    assert "secret" not in page


def test_who_removes_the_last_channel_of_somebody_for_whom_a_stop_waits_is_told_so(patient: Desk) -> None:
    for line in (
        "staff add anna",
        "staff add ben --role clinician",
        "role set clinician ben",
        "staff channel add ben mail 'json://127.0.0.1:9/mail'",
        "staff channel add ben sms 'json://127.0.0.1:9/sms' --tiers due",
        "record P-1 calcium=3.4",
        "scheduler once",
    ):
        patient.done(line)

    assert "STOP" not in patient.done("staff channel remove ben sms")
    page = patient.done("staff channel remove ben mail")

    assert "It was ben's last channel for a stop, and 1 STOP waits in it: a lead is told." in page
    assert "`carepath today --owner ben`" in page


def test_a_test_goes_through_the_real_channel_and_is_remembered(office: Office) -> None:
    with hook() as server:
        office(f"add ben hook {server.url}")

        assert office("test ben") == Answer("hook: taken. Has it arrived?\n", "", 0)
        assert server.received[0].text == "carepath: a test\nA test of hook for ben."
        assert server.received[0].key
    assert "taken 2026-11-10 10:00" in " ".join(office("list ben").out.split())


def test_a_test_that_fails_says_why_and_fails(office: Office) -> None:
    with hook(503) as server:
        office(f"add ben hook {server.url}")

        assert office("test ben hook") == Answer("hook: failed, the server answered 503.\n", "", 1)


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("add nobody mail json://127.0.0.1/", 3, "not on the staff"),
        ("add ben mail nosuch://x", 2, "cannot be used"),
        ("add ben output json://127.0.0.1/", 2, "no name of a channel"),
        ("add ben mail json://127.0.0.1/ --tiers urgent", 2, "stop, due, info"),
        ("add ben mail json://127.0.0.1/ --kinds all", 2, "prompts, digest, failures"),
        ("remove ben sms", 3, "there is none"),
        ("test ben", 3, "has no channel"),
    ],
)
def test_what_cannot_be_done_says_what_can(office: Office, line: str, code: int, says: str) -> None:
    answer = office(line)

    assert answer.code == code
    assert says in answer.err
