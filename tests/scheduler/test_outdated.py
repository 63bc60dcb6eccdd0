"""What is not true any more when it comes to go is not told: only the last check, no failure that is over."""

import pytest

from caseload.roles import assign
from pathways.moments import Moment
from scheduler.channels import Text
from scheduler.daily import DAILY
from scheduler.delivery import DeliveryFailed
from scheduler.posting import Post, post
from scheduler.routines import see_to
from scheduler.tick import LEASE, tick
from storage.connection import Database
from tests.scheduler.drill import MINUTE, Listener, at, worker
from tests.scheduler.people import joins, reached
from tests.scheduler.receiving import address

MORNING = at(1, "06:00")


@pytest.fixture
def staffed(database: Database) -> Database:
    """kim has all patients and is told at any hour; dr-berg leads, on weekday mornings."""
    joins(database, "kim", "coordinator", "clinician")
    joins(database, "dr-berg", "lead", hours="mon-fri 06:00-12:00")
    for role, name in {"lead": "dr-berg", "clinician": "kim"}.items():
        assign(database, role, name, now=at(0))
    reached(database, "kim", url=address("kim", "mail"))
    reached(database, "dr-berg", url=address("dr-berg", "mail"), kinds=("failures", "digest"))
    return database


def titles(database: Database, now: Moment, *, refused: str = "") -> list[str]:
    """Post as of a moment; return the titles that arrive. Nothing gets through to who is refused."""
    came: list[str] = []

    def over(url: str, text: Text, _: str) -> None:
        if refused and refused in url:
            raise DeliveryFailed("refused")
        came.append(text.title)

    way = Post(over, lambda _: None)
    post(database, way, clock=lambda: now, worker="post", lease=LEASE, enough=lambda: False)
    return came


def fails_until_a_lead_should_hear(database: Database) -> None:
    tick(database, now=at(0, "13:00"), worker=worker(), deliver=Listener())
    for moment in range(at(0, "13:00"), at(0, "14:30"), 5 * MINUTE):
        assert titles(database, moment, refused="kim") == []


def test_that_a_channel_failed_is_not_told_once_what_failed_has_arrived(staffed: Database) -> None:
    fails_until_a_lead_should_hear(staffed)
    assert len(titles(staffed, at(0, "20:00"))) == 2

    assert titles(staffed, MORNING) == []


def test_that_a_channel_fails_is_told_in_the_morning_when_it_still_does(staffed: Database) -> None:
    fails_until_a_lead_should_hear(staffed)

    assert set(titles(staffed, MORNING, refused="kim")) == {"carepath: kim is not reached by mail"}


def takes_a_test(database: Database, at: Moment) -> None:
    with database.writing() as store:
        store.verify_channel("kim", "mail", at=at)


@pytest.mark.parametrize(("clock", "told"), [("05:55", False), ("05:00", True)])
def test_that_a_channel_failed_is_not_told_once_a_test_was_taken_since(
    staffed: Database, clock: str, *, told: bool
) -> None:
    fails_until_a_lead_should_hear(staffed)
    assert titles(staffed, at(1, "05:50"), refused="kim") == []
    takes_a_test(staffed, at(1, clock))

    assert titles(staffed, MORNING) == (["carepath: kim is not reached by mail"] if told else [])


def test_a_channel_that_fails_again_after_it_worked_is_told_of_again(staffed: Database) -> None:
    fails_until_a_lead_should_hear(staffed)
    assert titles(staffed, at(1, "05:50"), refused="kim") == []
    takes_a_test(staffed, at(1, "05:55"))
    assert titles(staffed, MORNING, refused="kim") == []

    later = [titles(staffed, at(1, f"{hour:02}:30"), refused="kim") for hour in range(6, 12)]
    assert [title for titles_then in later for title in titles_then] == [
        "carepath: kim is not reached by mail"
    ]


def test_of_the_checks_of_a_weekend_only_the_last_is_told(staffed: Database) -> None:
    told: list[str] = []
    for day in (4, 5, 6, 7):
        now = at(day, "02:30")
        tick(staffed, now=now, worker=worker(), deliver=Listener())
        see_to(staffed, DAILY, clock=lambda now=now: now, worker="one", lease=LEASE, enough=lambda: False)  # type: ignore[misc]
        told += titles(staffed, at(day, "03:00"), refused="kim")
    assert [title for title in told if "checked by night" in title] == []

    monday = titles(staffed, at(7, "06:00"), refused="kim")
    assert len([title for title in monday if "checked by night" in title]) == 1
