"""Leads hear of what does not arrive: however the process fared, and of a stop whatever else is stuck."""

from contextlib import suppress

from caseload.actions import advance
from pathways.moments import Moment
from scheduler.channels import Text
from scheduler.delivery import LONGEST_PAUSE, DeliveryFailed
from scheduler.posting import Post, post
from scheduler.tick import LEASE, tick
from storage.connection import Database
from tests.scheduler.drill import HOUR, MINUTE, Listener, Unplugged, at, by, worker
from tests.scheduler.people import joins, reached

START = at(0, "10:00")


def site(database: Database) -> None:
    """Let kim be told of everything, and tick; of failures kim hears through another channel."""
    joins(database, "kim", "coordinator", "clinician", "lead")
    reached(database, "kim", "first", "json://127.0.0.1:9/first")
    reached(database, "kim", "other", "json://127.0.0.1:9/other", kinds=("failures",))
    tick(database, now=START, worker=worker(), deliver=Listener())


def refuses_kim(database: Database, now: Moment, *, dies: bool = False) -> list[str]:
    """Post as of a moment while nothing reaches kim's first channel; return the titles that arrive."""
    titles: list[str] = []

    def over(url: str, text: Text, _: str) -> None:
        if not url.endswith("/first"):
            titles.append(text.title)
        elif dies:
            raise Unplugged
        else:
            raise DeliveryFailed("refused")

    with suppress(Unplugged):
        way = Post(over, titles.append)
        post(database, way, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)
    return titles


def in_an_hour(database: Database, start: Moment) -> list[str]:
    moments = range(start, start + HOUR, 5 * MINUTE)
    return [title for now in moments for title in refuses_kim(database, now)]


def test_a_lead_hears_of_it_too_when_the_try_at_which_they_should_have_ended_the_process(
    database: Database,
) -> None:
    site(database)
    now, titles = START, list[str]()
    for tried in range(1, 9):
        # Two messages, each of which ends the process at its sixth try.
        for _ in range(2):
            titles += refuses_kim(database, now, dies=tried == 6)
        now += LEASE + LONGEST_PAUSE

    assert "carepath: kim is not reached by first" in titles


def test_that_a_stop_does_not_arrive_is_told_also_where_something_else_did_not(database: Database) -> None:
    site(database)
    assert in_an_hour(database, START) == ["carepath: kim is not reached by first"]
    stop = START + 2 * HOUR
    advance(database, "P-001", "treat", ["dose=2026-03-02", "result=bad"], by(stop))
    tick(database, now=stop, worker=worker(), deliver=Listener())

    assert in_an_hour(database, stop).count("carepath: STOP, kim is not reached by first") == 1
