import os
import platform

from pathways.moments import Moment
from pathways.spans import SECOND
from scheduler.channels import hand_over
from scheduler.delivery import MOST_TRIES
from scheduler.health import looks
from scheduler.metrics import TickTimes, metrics, written
from scheduler.posting import Post, post
from scheduler.status import running_among, status
from scheduler.tick import tick
from storage.connection import Database
from storage.rows import DeliveryRow, HeartbeatRow
from tests.scheduler.children import GONE
from tests.scheduler.drill import HOUR, MINUTE, Listener, at, worker


def test_where_nobody_ticks_the_status_says_so(database: Database) -> None:
    seen = status(database, now=at(0, "10:00"))

    assert not seen.alive
    assert seen.workers == ()
    assert seen.undelivered == 2
    assert seen.next_at == at(0, "13:00")  # nobody called: the lead is told four hours after it was raised


def test_a_scheduler_that_ticks_is_alive_until_it_was_silent_for_too_long(database: Database) -> None:
    tick(database, now=at(0, "10:00"), worker=worker(), deliver=Listener())

    fresh, later = (status(database, now=at(0, clock)) for clock in ("10:03", "10:05"))

    assert (fresh.alive, fresh.workers[0].age, fresh.undelivered) == (True, 180.0, 0)
    assert (later.alive, later.workers[0].age) == (False, 300.0)


def test_two_schedulers_are_both_shown(database: Database) -> None:
    tick(database, now=at(0, "10:00"), worker=worker("one"), deliver=Listener())
    tick(database, now=at(0, "10:05"), worker=worker("two"), deliver=Listener())

    seen = status(database, now=at(0, "10:05"))

    assert [(each.heartbeat.worker, each.alive) for each in seen.workers] == [("one", False), ("two", True)]
    assert seen.alive


def test_a_heartbeat_from_the_future_is_no_sign_of_life(database: Database) -> None:
    tick(database, now=at(300), worker=worker(), deliver=Listener())

    assert not status(database, now=at(0, "10:00")).alive


def scheduler_of(database: Database, now: Moment) -> tuple[str, str]:
    [found] = [each for each in looks(database, now, machine_zone="") if each.what == "scheduler"]
    return found.state, found.says


def age_of(database: Database, now: Moment) -> str:
    text = written(metrics(database, TickTimes(), now=now))
    [line] = [each for each in text.splitlines() if each.startswith("carepath_heartbeat_age_seconds")]
    return line.partition(" ")[2]


def test_of_ticks_that_have_not_come_nobody_says_how_long_ago_they_were(database: Database) -> None:
    tick(database, now=at(5), worker=worker("ahead"), deliver=Listener())

    state, says = scheduler_of(database, at(0, "10:00"))

    assert state == "now"
    assert says.startswith("ahead ticked at 2026-03-07 00:00, WHICH HAS NOT COME: a clock is or was wrong.")
    assert age_of(database, at(0, "10:00")) == "+Inf"  # more than any limit of an alarm


def test_a_tick_that_has_not_come_does_not_hide_that_nobody_ticks(database: Database) -> None:
    tick(database, now=at(0, "10:00"), worker=worker("one"), deliver=Listener())
    tick(database, now=at(5), worker=worker("ahead"), deliver=Listener())

    assert scheduler_of(database, at(0, "10:01")) == ("well", "one ticked 60 seconds ago.")
    assert scheduler_of(database, at(0, "11:00"))[1].startswith(
        "one ticked 3600 seconds ago and nobody since"
    )
    assert age_of(database, at(0, "11:00")) == "3600.0"


def test_a_clock_that_is_a_little_behind_counts_no_seconds_below_none(database: Database) -> None:
    tick(database, now=at(0, "10:00") + 5 * SECOND, worker=worker("one"), deliver=Listener())

    assert scheduler_of(database, at(0, "10:00")) == ("well", "one ticked 0 seconds ago.")
    assert age_of(database, at(0, "10:00")) == "0.0"


def test_a_process_that_is_no_more_does_not_run_whatever_its_heartbeat_says() -> None:
    here = {number: beat(f"{platform.node()}-{number}", platform.node()) for number in (GONE, os.getpid())}

    assert running_among([here[GONE]], at(0)) == ""
    assert running_among([here[os.getpid()]], at(0)) == here[os.getpid()].worker
    assert running_among([beat(f"ward-{GONE}", "ward")], at(0)) == f"ward-{GONE}"
    assert running_among([beat("ward-once", "ward")], at(0)) == ""


def beat(name: str, host: str) -> HeartbeatRow:
    return HeartbeatRow(name, host, 60.0, at(0), tick_began_at=at(0), tick_ended_at=at(0))


def test_messages_on_their_way_are_counted_with_the_age_of_the_oldest(database: Database) -> None:
    tick(database, now=at(0, "10:00"), worker=worker(), deliver=Listener(failing=lambda _: True))

    seen = status(database, now=at(0, "12:00"))
    assert (seen.undelivered, seen.oldest_at, seen.failed) == (2, at(0, "09:00"), 0)


def test_messages_that_were_given_up_are_counted(database: Database) -> None:
    # Expected that seldom: or each tick would end a gap, with a message of its own.
    seldom = worker(interval=7 * 3_600.0)
    for hours in range(0, MOST_TRIES * 7, 7):
        now = at(0, "10:00") + hours * HOUR
        tick(database, now=now, worker=seldom, deliver=Listener(failing=first_look))

    seen = status(database, now=now)
    assert (seen.undelivered, seen.failed) == (0, 1)


def test_a_message_about_a_gap_is_on_its_way_until_it_is_posted(database: Database) -> None:
    for clock in ("10:00", "12:00"):
        tick(database, now=at(0, clock), worker=worker(), deliver=Listener())
    waits = status(database, now=at(0, "12:01"))
    lines: list[str] = []
    way = Post(hand_over, lines.append)
    post(database, way, clock=lambda: at(0, "12:01"), worker="one", lease=MINUTE, enough=lambda: False)

    assert (waits.undelivered, waits.oldest_at) == (1, at(0, "12:00"))
    assert status(database, now=at(0, "12:02")).undelivered == 0


def first_look(message: DeliveryRow) -> bool:
    return (message.kind, message.rule) == ("raised", "first-look")


def test_those_long_gone_are_left_out_but_for_the_last(database: Database) -> None:
    for day, name in enumerate(("one", "two", "three")):
        tick(database, now=at(5 * day), worker=worker(name), deliver=Listener())

    shown = [
        [each.heartbeat.worker for each in status(database, now=at(day)).workers] for day in (10, 16, 60)
    ]
    assert shown == [["three", "two"], ["three"], ["three"]]
