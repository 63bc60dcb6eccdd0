"""From a deed to the people who are told of it."""

import pytest

from scheduler.routing import Routes
from scheduler.tick import tick
from storage.connection import Database
from tests.scheduler.drill import Listener, Unplugged, at, worker
from tests.scheduler.people import away, decided, joins, mail, reached

START = at(0, "10:00")


def ticked(database: Database) -> None:
    tick(database, now=START, worker=worker(), deliver=Listener())


def ready(database: Database) -> set[int]:
    found = database.reader().execute("SELECT ready_at FROM delivery WHERE staff != ''").fetchall()
    return {moment for (moment,) in found}


def test_without_staff_a_deed_goes_to_the_output_alone(database: Database) -> None:
    ticked(database)

    assert mail(database) == []


def test_a_deed_goes_to_the_owner_through_each_of_their_channels(database: Database) -> None:
    joins(database, "kim", "coordinator")
    reached(database, "kim", "mail")
    reached(database, "kim", "sms")
    ticked(database)

    assert mail(database) == [("kim", "mail", "owner", "queued"), ("kim", "sms", "owner", "queued")]


def test_a_deed_goes_to_the_deputy_of_who_is_away_and_says_why(database: Database) -> None:
    joins(database, "kim", "coordinator", deputy="ben")
    joins(database, "ben", "coordinator")
    for name in ("kim", "ben"):
        reached(database, name)
    away(database, "kim", "2026-03-01", "2026-03-06")
    ticked(database)

    assert mail(database) == [("ben", "mail", "for kim, on leave until 2026-03-06", "queued")]


@pytest.mark.parametrize(
    ("tiers", "kinds", "told"),
    [
        ((), (), True),
        (("due",), ("prompts",), True),
        (("stop",), ("prompts",), False),
        ((), ("digest",), False),
    ],
)
def test_a_channel_is_used_for_its_tiers_and_kinds(
    database: Database, tiers: tuple[str, ...], kinds: tuple[str, ...], *, told: bool
) -> None:
    joins(database, "kim", "coordinator")
    reached(database, "kim", tiers=tiers, kinds=kinds)
    ticked(database)

    assert bool(mail(database)) is told


def test_a_deed_is_routed_also_when_nobody_reads_the_output(database: Database) -> None:
    joins(database, "kim", "coordinator")
    reached(database, "kim")
    tick(database, now=START, worker=worker(), deliver=Listener(failing=lambda _: True))

    assert len(mail(database)) == 1


def test_a_scheduler_that_dies_while_telling_has_routed_once(database: Database) -> None:
    joins(database, "kim", "coordinator")
    reached(database, "kim")

    def dies(*_: object) -> None:
        raise Unplugged

    with pytest.raises(Unplugged):
        tick(database, now=START, worker=worker(), deliver=dies)
    before = mail(database)
    tick(database, now=at(0, "11:00"), worker=worker("two"), deliver=Listener())

    assert before == mail(database) == [("kim", "mail", "owner", "queued")]


def test_routing_a_deed_again_adds_nothing(database: Database) -> None:
    joins(database, "kim", "coordinator")
    reached(database, "kim")
    ticked(database)
    with database.writing() as store:
        message, *_ = store.ready_for_people(now=START, limit=9)
        rows = Routes.read(store, START).rows(message)
        store.add_deliveries(rows)

    assert len(mail(database)) == 1
    assert [row.delivery_key for row in rows] == [message.delivery_key]


def test_a_message_waits_for_working_hours_and_its_due_date_stays(database: Database) -> None:
    joins(database, "kim", "coordinator", hours="mon-fri 13:00-17:00")
    reached(database, "kim")
    with database.reading() as store:
        before = [prompt.due_at for prompt in store.prompts(1)]
    ticked(database)

    assert ready(database) == {at(0, "13:00")}
    with database.reading() as store:
        assert [prompt.due_at for prompt in store.prompts(1)] == before


def test_quiet_hours_of_the_site_move_a_message(database: Database) -> None:
    joins(database, "kim", "coordinator")
    reached(database, "kim")
    decided(database, "quiet", "09:00-11:30")
    ticked(database)

    assert ready(database) == {at(0, "11:30")}


def test_a_holiday_of_the_site_moves_a_message(database: Database) -> None:
    joins(database, "kim", "coordinator")
    reached(database, "kim")
    decided(database, "calendar", '{"own": {"2026-03-02": "Founding day"}}')
    ticked(database)

    assert ready(database) == {at(1)}


def test_hours_that_cannot_be_read_hold_nothing_back(database: Database) -> None:
    joins(database, "kim", "coordinator", hours="sometimes")
    reached(database, "kim")
    ticked(database)

    assert ready(database) == {START}
