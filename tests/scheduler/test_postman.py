"""Posting beside the ticks: processes of their own, servers that hang, and being killed at any point."""

import signal
import sqlite3
from collections import Counter
from pathlib import Path
from time import monotonic, sleep

import pytest

from cli import clock
from scheduler.heartbeats import Worker
from scheduler.lease import Lease
from storage.connection import Database
from tests.scheduler.children import PATIENCE, Child, child
from tests.scheduler.drill import admit, at, site
from tests.scheduler.people import joins, reached
from tests.scheduler.servers import hook, mailbox, until
from tests.scheduler.test_lease import stop_between_transactions

pytestmark = pytest.mark.only("sqlite")

LOOPING = "tests.scheduler.looping"
FOR_LONG = 3_600.0


def staffed(folder: Path, url: str, patients: int = 1) -> Path:
    path = site(folder, patients=patients)
    with Database(path, busy=PATIENCE) as database:
        joins(database, "kim", "coordinator", "clinician", "lead")
        reached(database, "kim", url=url)
    return path


def settled(path: Path) -> None:
    """Wait until nothing is on its way."""
    over = monotonic() + PATIENCE
    while states(path) != {"sent"}:
        assert monotonic() < over
        sleep(0.05)


def lease_is_over(path: Path) -> None:
    """Let what was claimed be free again, as it would be in ten minutes."""
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE delivery SET ready_at = 0 WHERE state = 'claimed'")
    connection.close()


def told(database: Database) -> list[str]:
    found = database.reader().execute("SELECT state FROM delivery WHERE staff != ''").fetchall()
    return [state for (state,) in found]


def states(path: Path) -> set[str]:
    with Database(path, busy=PATIENCE) as database:
        return set(told(database))


def ends(running: Child) -> int:
    running.process.send_signal(signal.SIGTERM)
    return running.process.wait(PATIENCE)


def test_what_is_due_arrives_while_it_ticks(tmp_path: Path) -> None:
    with hook() as server, child(LOOPING, "site", str(staffed(tmp_path, server.url))) as running:
        until(server, 2)
        running.until_begins("posted: ")

        assert ends(running) == 0


def test_mail_arrives_while_it_ticks(tmp_path: Path) -> None:
    with mailbox() as box, child(LOOPING, "site", str(staffed(tmp_path, box.url))) as running:
        until(box, 2)

        assert ends(running) == 0


def test_a_server_that_hangs_delays_no_tick_and_no_stop(tmp_path: Path) -> None:
    with hook("hangs") as server:
        path = staffed(tmp_path, server.url)
        with child(LOOPING, "site", str(path)) as running, Database(path, busy=PATIENCE) as database:
            until(server, 1)
            admit(database, "P-077", now=at(0, "09:00"))
            running.until_begins("raised P-077/1")

            assert len(server.received) == 1, "it still waits for the first"
            assert ends(running) == 0
        assert states(path) == {"queued"}


def test_one_that_is_killed_while_it_posts_is_followed_by_one_that_repeats_under_the_same_key(
    tmp_path: Path,
) -> None:
    with hook("hangs") as server:
        path = staffed(tmp_path, server.url)
        with child(LOOPING, "site", str(path)) as running:
            until(server, 1)
            running.process.kill()
            running.process.wait()
        assert "claimed" in states(path)
        server.does = 200
        lease_is_over(path)
        with child(LOOPING, "site", str(path)):
            settled(path)

        keys = [each.key for each in server.received]
        assert keys.count(keys[0]) == 2
        assert len(keys) == len(server.once()) + 1


def test_a_mail_server_that_hangs_delays_no_tick_and_a_mail_it_has_keeps_its_key(tmp_path: Path) -> None:
    with mailbox(hangs=True) as box:
        path = staffed(tmp_path, box.url)
        with child(LOOPING, "site", str(path)) as running, Database(path, busy=PATIENCE) as database:
            until(box, 1)
            admit(database, "P-077", now=at(0, "09:00"))
            running.until_begins("raised P-077/1")
            running.process.kill()
            running.process.wait()
        taken, *_ = box.received
        box.hangs = False
        lease_is_over(path)
        with child(LOOPING, "site", str(path)):
            until(box, 5)
            settled(path)

        came = Counter(each.key for each in box.received)
        assert came.pop(taken.key) == 2
        assert set(came.values()) == {1}


def test_a_server_that_refuses_all_holds_back_nobody_who_is_reached_elsewhere(tmp_path: Path) -> None:
    with hook(503) as down, mailbox() as box:
        path = staffed(tmp_path, down.url)
        with Database(path, busy=PATIENCE) as database:
            reached(database, "kim", "second", box.url)
        with child(LOOPING, "site", str(path)) as running:
            until(box, 2)
            until(down, 2)

            assert ends(running) == 0


def test_one_that_lost_the_lease_while_it_posted_leaves_the_rest_to_who_has_it(tmp_path: Path) -> None:
    with hook("hangs") as server:
        path = staffed(tmp_path, server.url, patients=4)
        with child(LOOPING, "site", str(path), "first", "1.0") as first:
            until(server, 1)
            stop_between_transactions(first, path)
            takes_the_lease(path, seconds=1.0)
            server.released.set()  # it hangs up: the one that was on its way is put off
            first.go_on()
            said = {first.until_begins(("standing_by: second", "posted: ")) for _ in range(2)}

            assert "posted: 0 sent, 1 put off, 0 given up; the rest goes later" in said
            assert ends(first) == 0
        assert len(server.received) == 1


def takes_the_lease(path: Path, *, seconds: float) -> None:
    """Wait as another scheduler until a lease of so many seconds is over, for its holder too, and take it."""
    second = Lease(Worker(name="second", host="desk", interval=1.0, started_at=0), lasts=FOR_LONG)
    began = monotonic()
    with Database(path, busy=PATIENCE) as database:
        while not second.take(database, clock.now()) or monotonic() < began + seconds:
            assert monotonic() < began + PATIENCE
            sleep(0.05)


def test_two_schedulers_post_each_message_once(tmp_path: Path) -> None:
    with hook() as server:
        path = staffed(tmp_path, server.url, patients=4)  # of more than twenty messages a digest is made
        with child(LOOPING, "site", str(path)) as one, child(LOOPING, "site", str(path)) as two:
            until(server, 8)
            settled(path)

            assert (ends(one), ends(two)) == (0, 0)
        assert len(server.received) == len(server.once())
