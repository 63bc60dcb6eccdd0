"""Whoever comes to hold an unanswered stop is told of it at once, and nobody is told of it twice."""

import pytest

from caseload import answering, reaching, staffing
from caseload.actions import advance, record
from caseload.handover import hand_over
from caseload.moved_stops import PassedOn, Stops
from caseload.requests import Author
from caseload.roles import assign
from pathways.moments import Moment
from scheduler.channels import Text
from scheduler.delivery import DeliveryFailed
from scheduler.posting import Post, post
from scheduler.readdressing import tell_holder
from scheduler.routing import Routes
from scheduler.texts import text_of
from scheduler.tick import LEASE, tick
from storage.connection import Database
from tests.scheduler.drill import Listener, at, by, worker
from tests.scheduler.people import away, joins, reached
from tests.scheduler.receiving import Receiver, address
from tests.storage.databases import run

WORKS = "mon-fri 08:00-17:00"


@pytest.fixture
def staffed(database: Database) -> Database:
    """dr-cole is the clinician; dr-berg leads, and kim has the patients."""
    joins(database, "dr-cole", "clinician", hours=WORKS)
    joins(database, "dr-berg", "clinician", "lead", hours=WORKS)
    joins(database, "kim", "coordinator", hours=WORKS)
    for name in ("dr-cole", "dr-berg", "kim"):
        reached(database, name, url=address(name, "mail"), kinds=("prompts", "failures"))
    for role, name in {"clinician": "dr-cole", "lead": "dr-berg"}.items():
        assign(database, role, name, now=at(0))
    return database


def author(now: Moment) -> Author:
    return Author(by="kim", now=now)


def stop(database: Database, now: Moment) -> None:
    """Let a stop be raised for the clinician."""
    advance(database, "P-001", "treat", ["dose=2026-03-02", "result=bad"], by(now))


def told(database: Database, *moments: Moment) -> list[str]:
    """Tick and post at some moments; name whom was told of a stop, each time."""
    receiver = Receiver()
    for now in moments:
        tick(database, now=now, worker=worker(interval=86_400.0), deliver=Listener())
        way = Post(receiver, receiver.printed.append)
        post(database, way, clock=lambda now=now: now, worker="one", lease=LEASE, enough=lambda: False)  # type: ignore[misc]
    return [came.whom for came in receiver.came if "STOP" in came.text]


def test_a_stop_whose_holder_goes_on_leave_is_told_at_once_to_who_holds_it_then(staffed: Database) -> None:
    stop(staffed, at(0, "21:00"))
    assert told(staffed, at(0, "21:00")) == ["dr-cole"]

    staffing.leave(staffed, "dr-cole", author(at(0, "21:10")), to_on="2026-03-10")

    assert told(staffed, at(0, "21:11"), at(0, "21:12"), at(1, "09:00")) == ["dr-berg"]


def test_who_has_heard_of_a_stop_before_their_leave_is_not_told_again_when_they_are_back(
    staffed: Database,
) -> None:
    stop(staffed, at(0, "10:00"))
    told(staffed, at(0, "10:00"))
    away(staffed, "dr-cole", "2026-03-03", "2026-03-03")

    assert told(staffed, at(1, "00:01")) == ["dr-berg"]
    assert told(staffed, at(2, "00:01"), at(2, "09:00")) == []


def test_who_comes_back_to_a_stop_that_another_was_told_of_is_told(staffed: Database) -> None:
    away(staffed, "dr-cole", "2026-03-02", "2026-03-02")
    stop(staffed, at(0, "10:00"))
    assert told(staffed, at(0, "10:00")) == ["dr-berg"]

    assert told(staffed, at(1, "00:01"), at(1, "00:02")) == ["dr-cole"]


def test_a_stop_goes_to_who_is_given_its_role(staffed: Database) -> None:
    stop(staffed, at(0, "10:00"))
    told(staffed, at(0, "10:00"))

    assign(staffed, "clinician", "dr-berg", now=at(0))

    assert told(staffed, at(0, "10:01"), at(0, "10:02")) == ["dr-berg"]


def test_a_stop_goes_to_who_takes_over_the_patient(staffed: Database) -> None:
    joins(staffed, "ben", "coordinator")
    reached(staffed, "ben", url=address("ben", "mail"))
    stop(staffed, at(0, "10:00"))
    with staffed.writing() as store:
        store._run("UPDATE prompt SET role = 'coordinator' WHERE tier = 'stop'")
    assert told(staffed, at(0, "10:00")) == ["kim"]

    hand_over(staffed, "kim", "ben", author(at(0, "10:30")))

    assert told(staffed, at(0, "10:31"), at(0, "10:32")) == ["ben"]


def test_a_stop_that_was_raised_when_nobody_was_there_is_told_to_the_first_who_is(staffed: Database) -> None:
    for name in ("dr-cole", "dr-berg", "kim"):
        away(staffed, name, "2026-03-02", "2026-03-03" if name == "dr-cole" else "2026-03-20")
    stop(staffed, at(0, "10:00"))
    assert told(staffed, at(0, "10:00"), at(1, "10:00")) == []

    assert told(staffed, at(2, "00:01"), at(2, "00:02")) == ["dr-cole"]


@pytest.mark.parametrize("answered", [True, False])
def test_a_stop_that_was_answered_or_is_over_is_told_to_nobody_else(
    staffed: Database, *, answered: bool
) -> None:
    stop(staffed, at(0, "10:00"))
    told(staffed, at(0, "10:00"))
    if answered:
        [(_, number, *_)] = _stops(staffed, at(0, "10:01"))
        answering.acknowledge(staffed, "P-001", number, by(at(0, "10:01")))
    else:
        record(staffed, "P-001", ["result=good"], by(at(0, "10:01")))

    assign(staffed, "clinician", "dr-berg", now=at(0))

    assert told(staffed, at(0, "10:02")) == []


def test_a_stop_that_somebody_took_on_who_then_goes_on_leave_is_told_to_who_holds_it_then(
    staffed: Database,
) -> None:
    stop(staffed, at(0, "21:00"))
    told(staffed, at(0, "21:00"))
    [(_, number, *_)] = _stops(staffed, at(0, "21:01"))
    answering.acknowledge(staffed, "P-001", number, by(at(0, "21:01"), "dr-cole"))
    assert told(staffed, at(0, "21:02")) == []

    staffing.leave(staffed, "dr-cole", author(at(0, "21:10")), to_on="2026-03-10")

    assert told(staffed, at(0, "21:11"), at(0, "21:12"), at(1, "09:00")) == ["dr-berg"]


def test_a_stop_that_is_acted_on_by_somebody_who_leaves_is_told_to_who_is_there_from_then_on(
    staffed: Database,
) -> None:
    stop(staffed, at(0, "10:00"))
    told(staffed, at(0, "10:00"))
    [(_, number, *_)] = _stops(staffed, at(0, "10:01"))
    answering.act_on(staffed, "P-001", number, "", by(at(0, "10:01"), "dr-cole"))

    staffing.depart(staffed, "dr-cole", "2026-03-02", author(at(0, "10:10")))

    assert told(staffed, at(0, "10:11"), at(0, "20:00")) == []
    assert told(staffed, at(1, "00:01"), at(1, "00:02")) == ["dr-berg"]


def test_a_stop_that_another_has_taken_on_is_told_to_nobody_when_its_holder_goes(staffed: Database) -> None:
    stop(staffed, at(0, "10:00"))
    told(staffed, at(0, "10:00"))
    [(_, number, *_)] = _stops(staffed, at(0, "10:01"))
    answering.acknowledge(staffed, "P-001", number, by(at(0, "10:01"), "dr-berg"))

    away(staffed, "dr-cole", "2026-03-03", "2026-03-10")

    assert told(staffed, at(1, "00:01"), at(1, "09:00")) == []


def test_where_no_staff_is_entered_what_was_taken_on_stays_taken_on(database: Database) -> None:
    stop(database, at(0, "10:00"))
    [(_, number, *_)] = _stops(database, at(0, "10:01"))
    answering.acknowledge(database, "P-001", number, by(at(0, "10:01"), "dr-cole"))

    with database.reading() as store:
        stops = Stops.read(store, at(0, "10:02"))
    assert stops.held(at(0, "10:02")) == {f"P-001/{number}": "dr-cole"}


def test_leave_of_who_took_a_stop_on_says_who_has_it_then(staffed: Database) -> None:
    stop(staffed, at(0, "10:00"))
    [(_, number, *_)] = _stops(staffed, at(0, "10:01"))
    answering.acknowledge(staffed, "P-001", number, by(at(0, "10:01"), "kim"))

    left = staffing.leave(staffed, "kim", author(at(0, "10:02")), from_on="2026-03-03", to_on="2026-03-10")

    assert left.begins == at(1)
    assert left.stops == (PassedOn(stops=(f"P-001/{number}",), holder="dr-cole", reached=True),)
    back = staffing.end_leave(staffed, "kim", left.row.number, author(at(0, "10:03")))
    assert back.stops == (PassedOn(stops=(f"P-001/{number}",), holder="kim", reached=True),)


def test_a_stop_for_somebody_without_a_channel_is_told_to_a_lead_once_and_to_them_when_they_have_one(
    staffed: Database,
) -> None:
    reaching.remove(staffed, "dr-cole", "mail", author(at(0, "09:00")))
    stop(staffed, at(0, "10:00"))
    assert told(staffed, at(0, "10:00"), at(0, "10:01"), at(0, "11:00")) == ["dr-berg"]

    reached(staffed, "dr-cole", "pager", address("dr-cole", "pager"))

    assert told(staffed, at(0, "11:01"), at(0, "11:02")) == ["dr-cole"]


def unreached(database: Database, now: Moment) -> Text:
    """Return what is said to a lead about a stop that reaches nobody."""
    with database.writing() as store:
        [failure] = (each for each in store.ready_messages(now=now, limit=10) if each.kind == "failure")
    return text_of(database, failure, now)


def test_a_stop_that_was_told_and_passes_to_somebody_without_a_channel_is_told_to_a_lead_once_a_day(
    staffed: Database,
) -> None:
    joins(staffed, "ben", "clinician")
    stop(staffed, at(0, "10:00"))
    assert told(staffed, at(0, "10:00")) == ["dr-cole"]

    assign(staffed, "clinician", "ben", now=at(0))

    assert told(staffed, at(0, "10:01"), at(0, "10:02"), at(0, "15:00")) == ["dr-berg"]
    assert told(staffed, at(1, "10:00"), at(1, "10:01")) == ["dr-berg"]
    reached(staffed, "ben", "pager", address("ben", "pager"))
    assert told(staffed, at(1, "10:02"), at(1, "10:03")) == ["ben"]


def test_a_stop_that_leave_brings_to_somebody_without_a_channel_is_told_to_a_lead(staffed: Database) -> None:
    joins(staffed, "ben", "clinician")
    joins(staffed, "dr-cole", "clinician", deputy="ben")
    stop(staffed, at(0, "21:00"))
    told(staffed, at(0, "21:00"))

    staffing.leave(staffed, "dr-cole", author(at(0, "21:10")), to_on="2026-03-10")

    assert told(staffed, at(0, "21:11"), at(0, "21:12")) == ["dr-berg"]


def test_a_stop_for_somebody_without_a_channel_is_told_to_nobody_once_it_is_answered(
    staffed: Database,
) -> None:
    joins(staffed, "ben", "clinician")
    stop(staffed, at(0, "10:00"))
    told(staffed, at(0, "10:00"))
    assign(staffed, "clinician", "ben", now=at(0))
    [(_, number, *_)] = _stops(staffed, at(0, "10:01"))
    answering.acknowledge(staffed, "P-001", number, by(at(0, "10:01"), "ben"))

    assert told(staffed, at(0, "10:02"), at(1, "10:02")) == []


def test_a_stop_that_failed_through_a_channel_of_who_had_it_is_told_to_a_lead_as_of_who_has_it_now(
    staffed: Database,
) -> None:
    joins(staffed, "ben", "clinician")
    stop(staffed, at(0, "10:00"))
    assert refused(staffed, at(0, "10:00"), "dr-cole") == []
    assign(staffed, "clinician", "ben", now=at(0))
    with staffed.writing() as store:
        [waiting] = store.ready_for_people(now=at(0, "10:05"), limit=10)
        tell_holder(store, Routes.read(store, at(0, "10:05")), waiting)

    assert unreached(staffed, at(0, "10:05")).body.startswith(
        "Messages to ben do not arrive: there is no channel for a stop.\n"
    )
    assert told(staffed, at(0, "10:05"), at(0, "10:06"), at(0, "11:00")) == ["dr-berg"]


def test_what_a_lead_reads_of_a_stop_without_a_channel_names_no_channel(staffed: Database) -> None:
    reaching.remove(staffed, "dr-cole", "mail", author(at(0, "09:00")))
    stop(staffed, at(0, "10:00"))
    tick(staffed, now=at(0, "10:00"), worker=worker(interval=86_400.0), deliver=Listener())

    text = unreached(staffed, at(0, "10:00"))

    assert text.title == "carepath: STOP, dr-cole is not reached"
    assert text.body.startswith(
        "Messages to dr-cole do not arrive: there is no channel for a stop.\nA STOP is among them. "
    )


def test_where_no_lead_is_reached_a_stop_without_a_channel_stands_on_the_output_alone(
    database: Database,
) -> None:
    joins(database, "kim", "coordinator")
    joins(database, "dr-cole", "clinician", "lead")
    for role in ("clinician", "lead"):
        assign(database, role, "dr-cole", now=at(0))
    stop(database, at(0, "10:00"))
    tick(database, now=at(0, "10:00"), worker=worker(interval=86_400.0), deliver=Listener())

    with database.writing() as store:
        assert store.ready_messages(now=at(0, "10:00"), limit=10) == []


def test_a_stop_that_one_channel_refuses_goes_through_another_as_soon_as_there_is_one(
    staffed: Database,
) -> None:
    stop(staffed, at(0, "10:00"))
    assert refused(staffed, at(0, "10:00"), "mail") == []

    reached(staffed, "dr-cole", "pager", address("dr-cole", "pager"))

    assert refused(staffed, at(0, "10:01"), "mail") == ["dr-cole/pager"]
    assert told(staffed, at(0, "12:00")) == ["dr-cole"]


def test_an_escalation_tells_only_whom_it_is_to_tell(staffed: Database) -> None:
    stop(staffed, at(0, "10:00"))
    told(staffed, at(0, "10:00"))
    run(
        staffed,
        "INSERT INTO waiting (at, prompt_id, kind, tell) "  # noqa: S608 - a moment of ours
        f"SELECT {at(0, '11:00')}, id, 'escalate', 'lead' FROM prompt WHERE tier = 'stop'",
    )

    assert told(staffed, at(0, "11:00"), at(0, "11:01")) == ["dr-berg"]
    assign(staffed, "clinician", "dr-berg", now=at(0))
    assert told(staffed, at(0, "11:02")) == []


def test_a_lead_hears_of_a_stop_whose_holder_lost_their_last_channel_and_so_do_they_once_they_have_another(
    staffed: Database,
) -> None:
    stop(staffed, at(0, "10:00"))
    assert refused(staffed, at(0, "10:00"), "mail") == []
    assert reaching.remove(staffed, "dr-cole", "mail", author(at(0, "10:01"))) == 1

    later = [at(0, "10:02"), at(0, "10:03"), at(0, "12:00"), at(0, "12:01")]
    assert told(staffed, *later) == ["dr-berg"]
    reached(staffed, "dr-cole", "pager", address("dr-cole", "pager"))
    assert told(staffed, at(0, "12:02"), at(0, "12:03")) == ["dr-cole"]


def test_who_loses_one_of_two_channels_for_stops_is_told_through_the_other_and_no_lead_is(
    staffed: Database,
) -> None:
    reached(staffed, "dr-cole", "pager", address("dr-cole", "pager"), tiers=("stop",))
    stop(staffed, at(0, "10:00"))
    assert refused(staffed, at(0, "10:00"), "dr-cole") == []
    assert reaching.remove(staffed, "dr-cole", "mail", author(at(0, "10:01"))) == 0

    assert told(staffed, at(0, "10:02"), at(0, "12:00")) == ["dr-cole"]


def _stops(database: Database, now: Moment) -> list[tuple[str, int, str, str]]:
    with database.reading() as store:
        return [(each.patient_id, each.number, each.role, each.owner) for each in store.unanswered_stops(now)]


def refused(database: Database, now: Moment, channel: str) -> list[str]:
    """Post as of a moment while nothing gets through a channel; say what got through another."""
    came: list[str] = []

    def over(url: str, text: Text, _: str) -> None:
        if channel in url:
            raise DeliveryFailed("refused")
        if "STOP" in text.title:
            came.append("/".join(url.split("/")[-2:]))

    tick(database, now=now, worker=worker(interval=86_400.0), deliver=Listener())
    way = Post(over, lambda _: None)
    post(database, way, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)
    return came
