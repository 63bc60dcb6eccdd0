"""The clock, run from the command line."""

import json
import platform
import signal
import subprocess
import sys

import pytest

from cli import clock
from scheduler.heartbeats import Worker
from scheduler.tick import tick
from storage.connection import Database
from tests.cli.conftest import Desk
from tests.modules import ROOT
from tests.scheduler.children import GONE


def test_a_tick_tells_what_is_due_once(patient: Desk) -> None:
    first = patient.done("scheduler once")

    assert "raised P-1/2 ask-onset for coordinator anna by 2026-11-02: Record the day it began" in first
    assert "raised" not in patient.done("scheduler once")


def test_the_status_says_who_ticked_and_what_waits(patient: Desk) -> None:
    assert "No scheduler has ever run" in patient.done("scheduler status")

    patient.done("scheduler once")

    page = patient.done("scheduler status")
    assert "last ticked 0 seconds ago, alive" in page
    assert "0 messages to deliver, 0 given up." in page
    assert json.loads(patient.done("scheduler status --json"))["alive"] is True


def test_the_status_says_what_the_night_found_and_loudly_that_it_was_long_ago(patient: Desk) -> None:
    assert "Nothing was checked by night yet; until then `carepath check` does it." in patient.done(
        "scheduler status"
    )
    patient.done("scheduler once")
    patient.at("2026-11-11 01:00:00")
    assert "carepath: checked by night, all is well" in patient.done("scheduler once")

    assert "Checked by night at 2026-11-11 02:00: 1 enrolment, 4 prompts in " in patient.done(
        "scheduler status"
    )
    patient.at("2026-11-12 13:00:01")
    page = " ".join(patient.done("scheduler status").split())
    assert "NOT CHECKED SINCE 2026-11-11 02:00, when it said: 1 enrolment" in page
    assert json.loads(patient.done("scheduler status --json"))["checked"]["late"] is True


def test_after_a_clock_was_set_back_the_status_and_the_list_say_that_something_is_wrong(
    patient: Desk,
) -> None:
    patient.done("scheduler once")
    assert "nobody is told" not in patient.done("today")
    patient.at("2026-11-10 08:15:00")
    page = " ".join(patient.done("scheduler status").split())
    assert "last ticked at 2026-11-10 10:00, WHICH HAS NOT COME: a clock is or was wrong." in page
    assert "-2700" not in page
    assert "nobody is told" in patient.done("today")
    patient.done("scheduler once")
    assert "last ticked 0 seconds ago, alive" in patient.done("scheduler status")
    assert "nobody is told" not in patient.done("today")


def test_a_single_tick_by_hand_does_not_hide_for_a_day_that_the_scheduler_is_gone(patient: Desk) -> None:
    with Database(patient.database) as database:
        gone = Worker(name="desk-17", host="desk", interval=60.0, started_at=clock.now())
        tick(database, now=clock.now(), worker=gone, deliver=lambda _message, _now: None)
    patient.at("2026-11-10 09:10:00")
    patient.done("scheduler once")
    assert "nobody is told" not in patient.done("today")

    patient.at("2026-11-10 09:20:00")

    assert "nobody is told" in patient.done("today")
    answer = patient("doctor")
    assert (answer.code, "ticked 600 seconds ago and nobody since" in answer.out) == (9, True)


def test_a_scheduler_whose_process_has_ended_is_gone_at_once(patient: Desk) -> None:
    host = platform.node()
    with Database(patient.database) as database:
        was = Worker(name=f"{host}-{GONE}", host=host, interval=60.0, started_at=clock.now())
        tick(database, now=clock.now(), worker=was, deliver=lambda _message, _now: None)

    assert f"{host}-{GONE}: last ticked 0 seconds ago, gone" in patient.done("scheduler status")
    answer = patient("doctor")
    assert (answer.code, "ticked 0 seconds ago and nobody since" in answer.out) == (9, True)


def test_single_ticks_alone_are_expected_once_a_day(patient: Desk) -> None:
    patient.done("scheduler once")
    patient.at("2026-11-11 20:00:00")

    assert "nobody is told" not in patient.done("today")


def test_the_site_decides_when_the_night_is_checked(patient: Desk) -> None:
    patient.done("site set check.at 23:30")
    patient.done("scheduler once")
    patient.at("2026-11-10 22:29:00")
    assert "checked by night" not in patient.done("scheduler once")
    patient.at("2026-11-10 22:30:00")
    assert "checked by night" in patient.done("scheduler once")
    assert "not a time of day" in patient.refused("site set check.at 25:00", 2)


def test_it_ticks_until_it_is_stopped(patient: Desk) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", "from cli.main import main; main()", "scheduler", "run", "--every", "1"],
        cwd=ROOT,
        env={"CAREPATH_DATABASE": str(patient.database), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    seen = [program.stdout.readline()]
    while "P-1/2" not in seen[-1]:
        seen.append(program.stdout.readline())
    program.send_signal(signal.SIGTERM)

    out, _ = program.communicate(timeout=120)

    assert program.returncode == 0
    assert seen[0].startswith("Ticking every 1 seconds over ")
    assert "Traceback" not in out


@pytest.mark.only("sqlite")
def test_a_wrong_database_is_told_at_once_and_not_by_every_tick(desk: Desk) -> None:
    desk.database.unlink()

    assert "carepath init" in desk.refused("scheduler run", 6)


def test_a_gap_is_listed_by_its_number_and_then_prompt_by_prompt(patient: Desk) -> None:
    assert "No gap is known" in patient.done("scheduler gaps")
    patient.done("scheduler once --every 60")
    patient.done("record P-1 visit=2026-11-20")
    patient.at("2026-11-19 09:00:00")
    patient.done("scheduler once --every 60")

    listed = " ".join(patient.done("scheduler gaps").split())
    page = patient.done("scheduler gaps 1")

    assert listed.startswith("1. From 2026-11-10 10:00 to 2026-11-19 10:00 the scheduler did not run: ")
    assert " ".join(page.split()).startswith(listed)
    assert "PROMPT" in page
    assert "on the output" in page
    found = json.loads(patient.done("scheduler gaps 1 --json"))
    assert found["more"] == 0
    assert found["fell"]
    assert all(each["late_seconds"] > 0 for each in found["fell"])
    cut = json.loads(patient.done("scheduler gaps 1 --limit 1 --json"))
    assert (len(cut["fell"]), cut["more"]) == (1, len(found["fell"]) - 1)
    assert "There is no gap 7: they go from 1 to 1." in patient.refused("scheduler gaps 7", 3)


@pytest.mark.only("sqlite")
def test_many_workers_over_a_file_are_refused_with_what_they_need(desk: Desk) -> None:
    said = desk.refused("scheduler run --cluster", 4)

    assert "need a database on a PostgreSQL server" in said
    assert "carepath copy" in said
