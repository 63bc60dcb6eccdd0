from scheduler.delivery import MOST_TRIES
from scheduler.status import status
from scheduler.tick import tick
from storage.connection import Database
from storage.rows import DeliveryRow
from tests.scheduler.drill import HOUR, Listener, at, worker


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


def test_messages_on_their_way_are_counted_with_the_age_of_the_oldest(database: Database) -> None:
    tick(database, now=at(0, "10:00"), worker=worker(), deliver=Listener(failing=lambda _: True))

    seen = status(database, now=at(0, "12:00"))
    assert (seen.undelivered, seen.oldest_at, seen.failed) == (2, at(0, "09:00"), 0)


def test_messages_that_were_given_up_are_counted(database: Database) -> None:
    for hours in range(0, MOST_TRIES * 7, 7):
        now = at(0, "10:00") + hours * HOUR
        tick(database, now=now, worker=worker(), deliver=Listener(failing=first_look))

    seen = status(database, now=now)
    assert (seen.undelivered, seen.failed) == (0, 1)


def first_look(message: DeliveryRow) -> bool:
    return (message.kind, message.rule) == ("raised", "first-look")


def test_those_long_gone_are_left_out_but_for_the_last(database: Database) -> None:
    for day, name in enumerate(("one", "two", "three")):
        tick(database, now=at(5 * day), worker=worker(name), deliver=Listener())

    shown = [
        [each.heartbeat.worker for each in status(database, now=at(day)).workers] for day in (10, 16, 60)
    ]
    assert shown == [["three", "two"], ["three"], ["three"]]
