"""What was over when its message came to go, and is not any more: people are told of it after all."""

import pytest

from caseload.actions import advance, record
from caseload.mending import withdraw
from caseload.requests import Author, Request
from caseload.roles import assign
from pathways.moments import Moment
from scheduler import merging
from scheduler.posting import Post, post
from scheduler.tick import LEASE, tick
from storage.connection import Database
from tests.scheduler.drill import Listener, at, by, worker
from tests.scheduler.people import away, joins, reached
from tests.scheduler.receiving import Receiver, address


@pytest.fixture
def staffed(database: Database) -> Database:
    """kim, who is told of everything, comes to work at noon; ben stands in."""
    joins(database, "kim", "coordinator", "clinician", "lead", hours="mon-sun 12:00-18:00", deputy="ben")
    joins(database, "ben", "coordinator", "clinician", "lead")
    for name in ("kim", "ben"):
        reached(database, name, url=address(name, "mail"))
    for role in ("clinician", "lead"):
        assign(database, role, "kim", now=at(0))
    return database


def told(database: Database, *moments: Moment) -> list[str]:
    """Tick and post at some moments; name whom was told of which prompt."""
    receiver = Receiver()
    for now in moments:
        _run(database, receiver, now)
    prompts = (f"P-001/{number}" for number in range(1, 9))
    return [f"{came.whom} {each}" for each in prompts for came in receiver.came if each in came.text]


def _run(database: Database, receiver: Receiver, now: Moment) -> None:
    tick(database, now=now, worker=worker(interval=86_400.0), deliver=Listener())
    way = Post(receiver, receiver.printed.append)
    post(database, way, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)


def because(now: Moment) -> Request:
    return Request(author=Author(by="kim", now=now), because="It was of another patient")


def test_who_was_spared_a_message_by_a_record_that_was_wrong_gets_it_once_that_is_withdrawn(
    staffed: Database,
) -> None:
    told(staffed, at(0, "10:00"))
    wrong = record(staffed, "P-001", ["result=good"], by(at(0, "11:00"))).entries[0].number
    assert told(staffed, at(0, "12:00")) == ["kim P-001/2"]

    withdraw(staffed, "P-001", wrong, because(at(0, "12:01")))

    assert told(staffed, at(0, "12:02"), at(0, "12:03")) == ["kim P-001/1"]


def test_what_comes_back_goes_to_who_holds_it_by_then(staffed: Database) -> None:
    told(staffed, at(0, "10:00"))
    wrong = record(staffed, "P-001", ["result=good"], by(at(0, "11:00"))).entries[0].number
    told(staffed, at(0, "12:00"))
    away(staffed, "kim", "2026-03-02", "2026-03-05")

    withdraw(staffed, "P-001", wrong, because(at(0, "12:01")))

    assert told(staffed, at(0, "12:02"), at(0, "12:03")) == ["ben P-001/1"]


def test_who_was_told_already_is_not_told_again_when_it_comes_back(staffed: Database) -> None:
    assert told(staffed, at(0, "12:00")) == ["kim P-001/1", "kim P-001/2"]
    wrong = record(staffed, "P-001", ["result=good"], by(at(0, "12:01"))).entries[0].number

    withdraw(staffed, "P-001", wrong, because(at(0, "12:02")))

    assert told(staffed, at(0, "12:03")) == []


def test_what_was_over_by_a_clock_that_was_ahead_is_told_when_it_is_right_again(staffed: Database) -> None:
    advance(staffed, "P-001", "treat", ["dose=2026-03-02"], by(at(0, "13:00")))
    told(staffed, at(1, "10:00"))
    # By a clock that is a week ahead the leaflet has lapsed, and needs no reminder any more.
    assert "kim P-001/4" in told(staffed, at(8, "12:00"))

    assert "kim P-001/4" in told(staffed, at(1, "12:00"))


def test_that_something_lapsed_is_told_though_the_digest_that_was_to_say_so_was_passed_on(
    staffed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "MOST", 0)
    advance(staffed, "P-001", "treat", ["dose=2026-03-02"], by(at(0, "13:00")))
    told(staffed, at(2, "13:00"))
    told(staffed, at(8, "10:00"))
    monkeypatch.setattr(merging, "MOST", 20)
    away(staffed, "kim", "2026-03-10", "2026-03-12")
    assert "ben P-001/4" in told(staffed, at(8, "13:00"), at(8, "13:20"))


@pytest.mark.parametrize("goes_on_leave", [False, True])
def test_what_was_over_when_the_digest_that_carried_it_went_is_told_once_it_comes_back(
    staffed: Database, monkeypatch: pytest.MonkeyPatch, *, goes_on_leave: bool
) -> None:
    monkeypatch.setattr(merging, "MOST", 0)
    told(staffed, at(0, "10:00"))
    monkeypatch.setattr(merging, "MOST", 20)
    wrong = record(staffed, "P-001", ["result=good"], by(at(0, "11:00"))).entries[0].number
    if goes_on_leave:
        away(staffed, "kim", "2026-03-02", "2026-03-05")
    assert not [each for each in told(staffed, at(0, "12:00")) if each.endswith("/1")]

    withdraw(staffed, "P-001", wrong, because(at(0, "12:01")))

    whom = "ben" if goes_on_leave else "kim"
    assert told(staffed, at(0, "12:02"), at(0, "12:03")) == [f"{whom} P-001/1"]


def test_what_somebody_reopens_before_it_is_noticed_that_the_clock_is_back_is_told(staffed: Database) -> None:
    told(staffed, at(1, "09:30"))
    wrong = record(staffed, "P-001", ["result=good"], by(at(1, "11:00"))).entries[0].number
    assert "kim P-001/1" not in told(staffed, at(1, "12:00"))

    withdraw(staffed, "P-001", wrong, because(at(1, "10:00")))

    assert "kim P-001/1" in told(staffed, at(1, "10:01"), at(1, "12:00"))


def test_what_a_postman_withdrew_by_a_clock_that_no_tick_saw_ahead_is_told_when_it_comes_back(
    staffed: Database,
) -> None:
    told(staffed, at(0, "10:00"))
    wrong = record(staffed, "P-001", ["result=good"], by(at(0, "11:00"))).entries[0].number
    way = Post(Receiver(), print)
    post(staffed, way, clock=lambda: at(0, "12:00"), worker="one", lease=LEASE, enough=lambda: False)

    withdraw(staffed, "P-001", wrong, because(at(0, "10:30")))

    assert told(staffed, at(0, "10:31"), at(0, "12:01")) == ["kim P-001/1"]
