"""What fell in a gap is said prompt by prompt, with what was done with each."""

from typing import NamedTuple

import pytest

from caseload import answering
from caseload.actions import advance, record
from caseload.roles import assign
from pathways.errors import NotFound
from pathways.moments import Moment
from scheduler import fallen, gaps
from scheduler.posting import Post, post
from scheduler.tick import LEASE, tick
from storage.connection import Database
from tests.scheduler.drill import Listener, admit, at, by, worker
from tests.scheduler.people import decided, joins, reached
from tests.scheduler.receiving import Receiver


@pytest.fixture
def staffed(database: Database) -> Database:
    """kim has the patients and is reached by mail; dr-cole is the clinician, whom nothing reaches."""
    for name, role in {"kim": "coordinator", "dr-berg": "lead", "dr-cole": "clinician"}.items():
        joins(database, name, role)
    reached(database, "kim")
    for role, name in {"lead": "dr-berg", "clinician": "dr-cole"}.items():
        assign(database, role, name, now=at(0))
    return database


class Line(NamedTuple):
    """A line of what fell in a gap, as people read it."""

    prompt: str
    rule: str
    what: str
    late: Moment
    told: str
    now: str


def fell(database: Database, number: int, now: Moment) -> list[Line]:
    with database.reading() as store:
        found = fallen.fell_in(store, gaps.found(store, number))
    return [
        Line(
            each.prompt,
            each.deed.rule,
            fallen.what(each),
            each.told_from - each.deed.moment,
            fallen.told(each),
            fallen.stands(each, now),
        )
        for each in found
    ]


def see(database: Database, now: Moment) -> None:
    tick(database, now=now, worker=worker(), deliver=Listener())


def test_each_prompt_that_fell_in_a_gap_is_listed_with_what_was_done_with_it(staffed: Database) -> None:
    advance(staffed, "P-001", "treat", ["dose=2026-03-02", "result=good"], by(at(0, "10:00")))
    see(staffed, at(0, "12:00"))
    see(staffed, at(8, "12:00"))

    found = fell(staffed, 1, at(8, "12:01"))

    by_rule = {each.rule: each for each in found}
    assert list(by_rule) == ["assess", "leaflet"]
    leaflet, assess = by_rule["leaflet"], by_rule["assess"]
    assert (leaflet.what, leaflet.told, leaflet.now) == (
        "lapsed unanswered for coordinator",
        "kim by mail: waiting",
        "lapsed",
    )
    assert (assess.what, assess.late, assess.told, assess.now) == (
        "raised for clinician",
        at(8, "12:00") - at(5),
        "on the output",
        "open",
    )


def test_what_was_done_since_the_gap_is_not_open_any_more(staffed: Database) -> None:
    see(staffed, at(0, "08:00"))
    see(staffed, at(1, "12:00"))
    raised = next(each for each in fell(staffed, 1, at(1, "12:01")) if each.rule == "call-soon")
    assert raised.now == "open"

    record(staffed, "P-001", ["result=good"], by(at(1, "13:00")))

    assert {each.now for each in fell(staffed, 1, at(1, "13:01")) if each.rule == "call-soon"} == {"done"}


def test_only_what_had_its_moment_in_the_gap_fell_in_it(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))
    see(staffed, at(0, "12:30"))
    admit(staffed, "P-002", now=at(0, "12:31"))
    see(staffed, at(0, "12:31"))

    assert fell(staffed, 1, at(0, "13:00")) == []


def test_what_was_recorded_in_a_gap_after_its_moment_fell_in_it(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))
    admit(staffed, "P-002", now=at(0, "12:10"))
    see(staffed, at(0, "12:30"))

    assert {each.prompt[:5] for each in fell(staffed, 1, at(0, "13:00"))} == {"P-002"}


def test_what_a_command_raised_while_nobody_ticked_is_as_late_as_the_tick_that_told_it(
    staffed: Database,
) -> None:
    see(staffed, at(0, "08:00"))
    see(staffed, at(1, "12:00"))

    [raised] = [each for each in fell(staffed, 1, at(1, "12:01")) if each.what == "raised for coordinator"]
    assert (raised.late, raised.told) == (at(1, "12:00") - at(0), "kim by mail: waiting")


def test_what_nobody_knew_of_while_nobody_ticked_did_not_fall_in_the_gap(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))
    see(staffed, at(7, "12:00"))
    known = fell(staffed, 1, at(8))
    advance(staffed, "P-001", "treat", ["dose=2026-03-02"], by(at(7, "13:00")))
    see(staffed, at(7, "13:00"))

    assert [each.rule for each in fell(staffed, 1, at(8))] == [each.rule for each in known]


def test_a_crowd_that_a_digest_carries_is_said_to_go_with_it(staffed: Database) -> None:
    see(staffed, at(0, "08:59"))
    for number in range(2, 32):
        admit(staffed, f"P-{number:03}", now=at(0, "10:00"))
    see(staffed, at(1, "12:00"))

    told = {each.told for each in fell(staffed, 1, at(1, "12:01")) if each.what == "raised for coordinator"}

    assert told == {"kim by mail: with another message"}


def test_what_a_count_carries_is_not_said_to_be_in_a_digest(staffed: Database) -> None:
    decided(staffed, "message.detail", "count")
    see(staffed, at(0, "08:59"))
    for number in range(2, 5):
        admit(staffed, f"P-{number:03}", now=at(0, "10:00"))
    see(staffed, at(1, "12:00"))
    receiver, now = Receiver(), at(1, "12:01")
    way = Post(receiver, receiver.printed.append)
    post(staffed, way, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)

    told = [each.told for each in fell(staffed, 1, now) if each.what == "raised for coordinator"]

    assert len(receiver.came) == 1
    assert sorted(set(told)) == ["kim by mail: sent", "kim by mail: with another message"]
    assert told.count("kim by mail: sent") == 1


def test_what_a_tick_that_died_half_way_did_in_a_gap_fell_in_it_too(staffed: Database) -> None:
    see(staffed, at(0, "08:59"))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tick(staffed, now=at(1, "12:00"), worker=worker(), deliver=die)
    see(staffed, at(1, "12:01"))

    assert "call-soon" in {each.rule for each in fell(staffed, 1, at(1, "12:02"))}


def test_nothing_falls_in_a_clock_set_back(staffed: Database) -> None:
    see(staffed, at(0, "12:00"))
    see(staffed, at(0, "10:00"))

    assert fell(staffed, 1, at(0, "10:01")) == []


def test_a_gap_that_is_not_there_is_not_found(staffed: Database) -> None:
    with staffed.reading() as store, pytest.raises(NotFound, match="There is no gap 2: none is known yet"):
        gaps.found(store, 2)
    see(staffed, at(0, "12:00"))
    see(staffed, at(7, "12:00"))
    with staffed.reading() as store, pytest.raises(NotFound, match="There is no gap 2: they go from 1 to 1"):
        gaps.found(store, 2)


def test_an_answer_keeps_a_prompt_open(staffed: Database) -> None:
    see(staffed, at(0, "08:00"))
    see(staffed, at(1, "12:00"))
    raised = next(each for each in fell(staffed, 1, at(1, "12:01")) if each.rule == "call-soon")

    answering.acknowledge(staffed, "P-001", int(raised.prompt.split("/")[1]), by(at(1, "13:00")))

    assert {each.now for each in fell(staffed, 1, at(1, "13:01")) if each.rule == "call-soon"} == {"open"}


def test_steps_of_an_escalation_that_fell_in_one_gap_are_all_told_as_each_counts_from_the_due(
    staffed: Database,
) -> None:
    see(staffed, at(0, "12:00"))
    see(staffed, at(12, "12:00"))

    steps = [each for each in fell(staffed, 1, at(12, "12:01")) if each.rule == "first-look"]

    # Due on the third day, so overdue from the fourth on: two days and five days after it was due.
    assert [(each.what, at(12, "12:00") - each.late) for each in steps] == [
        ("escalated to lead", at(5)),
        ("escalated to lead", at(8)),
    ]
