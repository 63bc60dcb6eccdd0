"""Anything a person may do to a patient, for the property tests: most of it makes sense somewhere."""

from collections.abc import Callable
from typing import TypeAlias

from hypothesis import strategies as st

from caseload.actions import advance, close, record
from caseload.answering import acknowledge, dismiss, done, snooze
from caseload.enrolling import enrol
from caseload.mending import correct, withdraw
from caseload.requests import Author, Request
from pathways.moments import Moment, shown
from storage.connection import Database
from tests.scheduler.drill import HOUR, ZONE, at

Act: TypeAlias = Callable[[Database, str, Request], object]

DAY = 24 * HOUR


def because(now: Moment, *, days_ago: int = 0) -> Request:
    """Make a request with a reason, of now or of some days ago."""
    when = shown(now - days_ago * DAY, ZONE) if days_ago else ""
    return Request(author=Author(by="kim", now=now), at=when, because="It was so")


@st.composite
def acts(draw: st.DrawFn) -> Act:
    """Draw an act: what is done, with which day and number."""
    number, on = draw(st.integers(1, 8)), draw(st.integers(-9, 9))
    day = shown(at(9) + on * DAY, ZONE, only_day=True)
    return draw(st.sampled_from([*_recordings(day), *_answers(number), *_mendings(number, day)]))


def _recordings(day: str) -> list[Act]:
    def recording(*facts: str) -> Act:
        return lambda site, who, why: record(site, who, facts, why)

    treat: Act = lambda site, who, why: advance(site, who, "treat", [f"dose={day}"], why)  # noqa: E731
    return [
        lambda site, who, why: enrol(site, who, "drill", [], why, owner="kim"),
        treat,
        treat,
        treat,
        lambda site, who, why: advance(site, who, "finish", [], why),
        lambda site, who, why: close(site, who, "died", why),
        recording("result=good"),
        recording("result=bad"),
        recording("seen=yes"),
        recording(f"visit={day}"),
        recording(f"visit#1={day}"),
        recording("visit#1=cancelled"),
        recording(f"dose={day}"),
    ]


def _answers(number: int) -> list[Act]:
    return [
        lambda site, who, why: done(site, who, number, why),
        lambda site, who, why: acknowledge(site, who, number, why),
        lambda site, who, why: dismiss(site, who, number, why),
        lambda site, who, why: snooze(site, who, number, shown(why.author.now + 2 * DAY, ZONE), why),
    ]


def _mendings(number: int, day: str) -> list[Act]:
    return [
        lambda site, who, why: correct(site, who, number, [f"dose={day}"], why),
        lambda site, who, why: correct(site, who, number, [f"visit={day}"], why),
        lambda site, who, why: correct(site, who, number, [], why),
        lambda site, who, why: withdraw(site, who, number, why),
    ]
