"""Clocks that are wrong: what was claimed, put off, recorded or planned by one is told and done in time."""

import pytest

from caseload.actions import advance
from caseload.foot import STEP
from cli import clock
from pathways.moments import Moment
from scheduler.channels import Text
from scheduler.daily import DAILY
from scheduler.heartbeats import Worker
from scheduler.posting import Post, post
from scheduler.routines import see_to
from scheduler.tick import LEASE, tick
from storage.connection import Database
from storage.rows import DeliveryRow
from tests.scheduler.drill import HOUR, MINUTE, Listener, Unplugged, at, by, worker
from tests.scheduler.people import joins, reached

START = at(1, "10:00")
AHEAD = START + 6 * HOUR
SOON = START + 5 * MINUTE


def stops(database: Database, now: Moment, *, failing: bool = False) -> int:
    """Tick, and say how many lines about a stop were tried."""
    listener = Listener(failing=lambda _: failing)
    tick(database, now=now, worker=worker(), deliver=listener)
    return sum(each.tier == "stop" for each in listener.tried)


@pytest.fixture
def stopped(database: Database) -> Database:
    """All but a stop has been told."""
    tick(database, now=START, worker=worker(), deliver=Listener())
    advance(database, "P-001", "treat", ["dose=2026-03-02", "result=bad"], by(START))
    return database


def dies(_message: DeliveryRow, _now: Moment) -> None:
    raise Unplugged


def test_a_stop_that_was_claimed_by_a_clock_ahead_is_told_once_the_clock_is_right(stopped: Database) -> None:
    with pytest.raises(Unplugged):
        tick(stopped, now=AHEAD, worker=worker(), deliver=dies)

    assert [stops(stopped, SOON), stops(stopped, SOON + MINUTE)] == [1, 0]


def test_what_failed_while_the_clock_was_ahead_is_tried_again_once_it_is_right(stopped: Database) -> None:
    assert stops(stopped, AHEAD, failing=True) == 1

    assert [stops(stopped, SOON), stops(stopped, SOON + MINUTE)] == [1, 0]


def test_a_letter_that_was_claimed_by_a_clock_ahead_goes_once_it_is_right(stopped: Database) -> None:
    sent: list[str] = []
    joins(stopped, "kim", "coordinator", "clinician", "lead")
    reached(stopped, "kim", tiers=("stop",))

    def posts(now: Moment) -> None:
        way = Post(lambda _url, text, _key: sends(text), print)
        post(stopped, way, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)

    def sends(text: Text) -> None:
        sent.append(text.title)
        if len(sent) == 1:
            raise Unplugged

    tick(stopped, now=AHEAD, worker=worker(), deliver=Listener())
    with pytest.raises(Unplugged):
        posts(AHEAD)
    tick(stopped, now=SOON, worker=worker(), deliver=Listener())
    posts(SOON)
    assert len(sent) == 2


def test_a_claim_of_the_true_time_outlasts_a_clock_that_is_put_right(stopped: Database) -> None:
    tick(stopped, now=AHEAD, worker=worker(), deliver=Listener(failing=lambda _: True))
    with stopped.writing() as store:
        store.hurry_deliveries(now=START, beyond=AHEAD, leased=START + LEASE)
        held = store.claim_deliveries(now=START, worker="living", lease=LEASE, limit=10)

    assert [each.tier for each in held] == ["stop"]
    assert stops(stopped, START + MINUTE) == 0


def test_what_is_recorded_where_the_clock_is_ahead_is_told_with_the_next_tick(database: Database) -> None:
    tick(database, now=START, worker=worker(), deliver=Listener())
    advance(database, "P-001", "treat", ["dose=2026-03-02", "result=bad"], by(AHEAD))

    assert [stops(database, SOON), stops(database, SOON + MINUTE)] == [1, 0]


def daily(database: Database, now: Moment) -> None:
    see_to(database, DAILY, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)


def test_what_is_done_every_day_is_done_in_the_morning_after_an_evening_with_the_clock_ahead(
    database: Database,
) -> None:
    joins(database, "kim", "coordinator", "clinician", "lead")
    reached(database, "kim", kinds=("digest",))
    evening, night, morning = at(1, "19:30"), at(1, "21:00"), at(2, "10:00")
    daily(database, at(1, "18:00"))
    daily(database, evening + 16 * HOUR)  # by a clock that says it is the next morning
    assert {when for when, _ in digests(database)} == {evening + 16 * HOUR}

    for now in (night, night + HOUR, at(2, "02:10"), at(2, "06:30"), at(2, "06:59"), morning, morning + HOUR):
        daily(database, now)
    assert {when for when, _ in digests(database)} == {evening + 16 * HOUR, morning}
    with database.reading() as store:
        ended = {row.name: row.last_ended_at for row in store.routines()}
    assert ended["nightly"] == at(2, "02:10")


def digests(database: Database) -> list[tuple[Moment, str]]:
    found = database.reader().execute("SELECT at, about FROM message WHERE kind = 'digest' ORDER BY id")
    return found.fetchall()


def test_a_machine_whose_clock_is_a_little_behind_repeats_nothing_of_the_day(database: Database) -> None:
    joins(database, "kim", "coordinator", "clinician", "lead")
    reached(database, "kim", kinds=("digest",))
    daily(database, at(1, "18:00"))
    daily(database, at(2, "10:00"))
    daily(database, at(2, "10:00") - STEP)

    assert len(digests(database)) == 1


def on(host: str, now: Moment) -> Worker:
    return Worker(name=f"{host}-1", host=host, interval=60.0, started_at=now)


def set_back(database: Database, workers: list[tuple[str, Moment]]) -> list[str]:
    """Tick as each of them at its moment; say whose ticks found that the clock was set back."""
    found = []
    for host, now in workers:
        report = tick(database, now=now, worker=on(host, now), deliver=Listener())
        found += [host] if report.set_back_from is not None else []
    with database.reading() as store:
        assert len([gap for gap in store.gaps(limit=20) if gap.kind == "set-back"]) == len(found)
    return found


@pytest.mark.only("postgres")
def test_a_machine_whose_clock_is_behind_that_of_the_server_takes_no_other_for_ahead(
    database: Database,
) -> None:
    now = clock.now()
    behind = now - 2 * MINUTE
    ticks = [("a", now - MINUTE), ("b", behind - MINUTE), ("a", now), ("b", behind)]

    assert set_back(database, ticks) == []
    assert set_back(database, [("b", now - HOUR)]) == ["b"], "its own clock was set back"


@pytest.mark.only("postgres")
def test_a_machine_that_stays_ahead_of_the_server_is_told_of_once_an_hour(database: Database) -> None:
    now = clock.now()
    ticks = [
        (host, now + n * MINUTE + early) for n in range(4) for host, early in (("a", HOUR // 2), ("b", 0))
    ]

    assert set_back(database, ticks) == ["b"]


def test_a_tick_that_was_stopped_as_it_began_leaves_it_to_the_next_to_look(database: Database) -> None:
    other = Worker(name="other", host="desk", interval=60.0, started_at=START)
    tick(database, now=START, worker=worker(), deliver=Listener())
    tick(database, now=AHEAD, worker=worker(), deliver=Listener())
    stale = tick(database, now=SOON, worker=worker(), deliver=Listener(), enough=lambda: True)

    assert stale.set_back_from is None
    assert tick(database, now=SOON, worker=worker(), deliver=Listener()).set_back_from == AHEAD
    assert tick(database, now=SOON, worker=other, deliver=Listener()).set_back_from is None
