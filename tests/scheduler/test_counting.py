"""Where a site lets only counts out: one message says how many, however many things there are."""

from contextlib import suppress
from pathlib import Path

import pytest

from caseload.actions import advance, record
from caseload.mending import withdraw
from caseload.patients import hand_over
from caseload.requests import Author, Request
from pathways.moments import Moment
from scheduler.channels import Text
from scheduler.channels import hand_over as send
from scheduler.delivery import DeliveryFailed, Sent
from scheduler.posting import Post, post
from scheduler.tick import LEASE, tick
from storage.connection import Database
from tests.scheduler.drill import HOUR, MINUTE, Listener, Unplugged, admit, at, by, unplugged_after, worker
from tests.scheduler.drill import site as drilled
from tests.scheduler.people import decided, joins, reached
from tests.scheduler.receiving import Receiver
from tests.scheduler.servers import Hook, hook

START = at(0, "10:00")
PATIENTS = 5


@pytest.fixture
def several(database: Database) -> Database:
    """Let kim, who is everybody, have two prompts of each of five patients, at a site that sends counts."""
    for number in range(2, PATIENTS + 1):
        admit(database, f"P-{number:03}", now=at(0, "09:00"))
    decided(database, "message.detail", "count")
    joins(database, "kim", "coordinator", "clinician", "lead")
    return database


def ticked(database: Database, now: Moment = START) -> None:
    tick(database, now=now, worker=worker(), deliver=Listener())


def posted(database: Database, now: Moment = START) -> Sent:
    way = Post(send, lambda _: None)
    return post(database, way, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)


def bodies(server: Hook) -> list[str]:
    return [each.text.splitlines()[-1] for each in server.received]


def states(database: Database, staff: str = "kim") -> list[tuple[str, str]]:
    found = database.reader().execute(
        f"SELECT state, merged_into FROM delivery WHERE staff = '{staff}' "  # noqa: S608 - ours
        "ORDER BY ledger_id, channel",
    )
    return [(state, into) for state, into in found.fetchall()]


def test_many_things_are_one_message_and_the_others_are_carried_by_it(several: Database) -> None:
    with hook() as server:
        reached(several, "kim", url=server.url)
        ticked(several)

        assert posted(several).sent == 1
        assert bodies(server) == ["For kim: 10 things need you: carepath today"]
        assert posted(several, START + HOUR) == Sent()

    [key] = {each.key for each in server.received}
    assert sorted(states(several)) == [("merged", key)] * (2 * PATIENTS - 1) + [("sent", "")]


def test_each_channel_and_person_has_a_count_of_their_own(several: Database) -> None:
    joins(several, "ben", "coordinator")
    hand_over(several, "P-002", "ben", by="kim", now=START)
    with hook() as kims, hook() as pager, hook() as bens:
        reached(several, "kim", "mail", kims.url)
        reached(several, "kim", "pager", pager.url)
        reached(several, "ben", "mail", bens.url)
        ticked(several)

        assert posted(several).sent == 3
        assert bodies(kims) == bodies(pager) == ["For kim: 9 things need you: carepath today"]
        assert bodies(bens) == ["For ben: 1 thing needs you: carepath today"]


def test_what_comes_later_is_told_again(several: Database) -> None:
    with hook() as server:
        reached(several, "kim", url=server.url)
        ticked(several)
        posted(several)
        admit(several, "P-009", now=START + HOUR)
        ticked(several, START + HOUR)

        posted(several, START + HOUR)
        assert bodies(server)[1:] == ["For kim: 12 things need you: carepath today"]


def test_a_stop_goes_by_itself_and_carries_nothing(several: Database) -> None:
    advance(several, "P-003", "treat", ["dose=2026-03-02", "result=bad"], by(at(0, "09:30")))
    with hook() as server:
        reached(several, "kim", url=server.url)
        ticked(several)

        assert posted(several).sent == 2
        assert sorted(each.text.splitlines()[0] for each in server.received) == ["carepath", "carepath: STOP"]
        assert sum("a stop among them" in body for body in bodies(server)) == 1


def test_a_stop_at_night_leaves_the_others_for_the_morning(several: Database) -> None:
    decided(several, "quiet", "20:00-07:00")
    ticked(several, at(0, "09:00"))
    advance(several, "P-003", "treat", ["dose=2026-03-02", "result=bad"], by(at(0, "22:00")))
    with hook() as server:
        reached(several, "kim", url=server.url)
        ticked(several, at(0, "23:00"))

        posted(several, at(0, "23:00"))
        assert [each.text.splitlines()[0] for each in server.received] == ["carepath: STOP"]
        queued = [state for state, _ in states(several)].count("queued")
        assert queued
        posted(several, at(1, "07:00"))
        assert len(server.received) == 2


def test_nothing_is_carried_by_a_count_that_did_not_arrive(several: Database) -> None:
    with hook(500) as server:
        reached(several, "kim", url=server.url)
        ticked(several)
        posted(several)

        assert {state for state, _ in states(several)} == {"queued"}
        server.does = 200
        server.received.clear()

        assert posted(several, START + 2 * MINUTE).sent == 1
        assert len(server.received) == 1
        assert sorted(state for state, _ in states(several))[:-1] == ["merged"] * (2 * PATIENTS - 1)


def test_what_another_holds_by_now_is_not_carried(several: Database) -> None:
    joins(several, "ben", "coordinator")
    with hook() as kims, hook() as bens:
        reached(several, "kim", url=kims.url)
        ticked(several)
        hand_over(several, "P-005", "ben", by="kim", now=START)
        reached(several, "ben", url=bens.url)

        posted(several)

        assert len(kims.received) == 1
        assert bodies(bens) == ["For ben: 1 thing needs you: carepath today"]
        assert states(several).count(("withdrawn", "")) == 1


def test_full_messages_are_never_carried(several: Database) -> None:
    decided(several, "message.detail", "full")
    with hook() as server:
        reached(several, "kim", url=server.url)
        ticked(several)

        assert posted(several).sent == 2 * PATIENTS
        assert len({each.text for each in server.received}) == 2 * PATIENTS


@pytest.mark.parametrize("boundaries", range(40))
def test_wherever_a_process_dies_the_count_arrives_and_nothing_is_left_behind(
    tmp_path: Path, boundaries: int
) -> None:
    """It arrives at least once: the others are carried only in the transaction that marks it as sent."""
    path = drilled(tmp_path, patients=2)
    arrived: list[str] = []

    def hands_over(_: str, text: Text, __: str) -> None:
        arrived.append(text.body)

    def run(database: Database, now: Moment) -> None:
        way = Post(hands_over, lambda _: None)
        post(database, way, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)

    with Database(path) as database:
        decided(database, "message.detail", "count")
        joins(database, "kim", "coordinator", "clinician", "lead")
        reached(database, "kim")
        ticked(database)
    with Database(path, on_statement=unplugged_after(boundaries)) as dying, suppress(Unplugged):
        run(dying, START)
    with Database(path) as database:
        run(database, START + LEASE + MINUTE)

        assert set(arrived) == {"For kim: 4 things need you: carepath today"}
        assert {state for state, _ in states(database)} == {"sent", "merged"}


def test_who_cannot_be_told_loses_nothing_to_who_can(several: Database) -> None:
    """A channel that refuses keeps its own messages; what went through another is marked there only."""

    def hands_over(url: str, _: Text, __: str) -> None:
        if "refuses" in url:
            raise DeliveryFailed("no")

    reached(several, "kim", "mail", "json://refuses.example/")
    reached(several, "kim", "pager", "json://takes.example/")
    ticked(several)
    way = Post(hands_over, lambda _: None)
    post(several, way, clock=lambda: START, worker="one", lease=LEASE, enough=lambda: False)

    found = several.reader().execute(
        "SELECT channel, state, count(*) FROM delivery WHERE staff = 'kim' GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert found.fetchall() == [("mail", "queued", 10), ("pager", "merged", 9), ("pager", "sent", 1)]


def test_what_comes_while_a_count_is_on_its_way_is_told_by_another(several: Database) -> None:
    receiver = Receiver()

    def another_patient_comes() -> None:
        receiver.meanwhile = lambda: None
        with Database(several.place) as other:
            admit(other, "P-009", now=START)
            ticked(other)

    receiver.meanwhile = another_patient_comes
    reached(several, "kim")
    ticked(several)
    way = Post(receiver, lambda _: None)
    post(several, way, clock=lambda: START, worker="one", lease=LEASE, enough=lambda: False)

    assert [each.text.splitlines()[-1] for each in receiver.came] == [
        "For kim: 10 things need you: carepath today",
        "For kim: 12 things need you: carepath today",
    ]


def test_what_is_over_when_a_count_goes_is_told_if_it_comes_back(several: Database) -> None:
    with hook() as server:
        reached(several, "kim", url=server.url)
        ticked(several, at(0, "10:00"))
        wrong = record(several, "P-003", ["result=good"], by(at(0, "11:00"))).entries[0].number
        posted(several, at(0, "12:00"))
        assert bodies(server) == ["For kim: 9 things need you: carepath today"]
        again = Request(author=Author(by="kim", now=at(0, "12:01")), because="It was of another patient")
        withdraw(several, "P-003", wrong, again)

        posted(several, at(0, "12:02"))
        assert bodies(server)[1:] == ["For kim: 10 things need you: carepath today"]
