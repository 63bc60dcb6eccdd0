"""How other systems lose or repeat reminders, each as a day on which ours does not."""

import shutil
from pathlib import Path
from threading import Barrier, Thread

import pytest

from caseload.actions import advance, close, record
from caseload.contacts import OTHERS
from caseload.pathway_files import install
from caseload.worklist import worklist
from pathways.moments import Moment
from scheduler.delivery import Output, through
from scheduler.tick import tick
from storage.connection import Database
from tests.scheduler.drill import HOUR, PATHWAY, Listener, admit, at, by, raised, worker


def tell(database: Database, *moments: Moment) -> list[str]:
    """Tick at some moments, and return what people heard by that."""
    listener = Listener()
    for now in moments:
        tick(database, now=now, worker=worker(), deliver=listener)
    return listener.words()


@pytest.fixture
def treated(database: Database) -> Database:
    """One patient with a first dose on day 1: the leaflet is due from day 2, the response from day 6."""
    advance(database, "P-001", "treat", ["dose=2026-03-03"], by(at(1, "10:00")))
    tell(database, at(1, "10:01"))
    return database


def test_what_came_due_more_than_a_week_ago_is_still_told(treated: Database) -> None:
    assert "raised P-001/3 assess" in tell(treated, at(40))


def test_what_came_due_more_than_two_days_ago_is_told_with_how_late_it_is(treated: Database) -> None:
    lines: list[str] = []
    tick(treated, now=at(10), worker=worker(), deliver=through({"output": Output(lines.append)}))

    [told] = [
        line for line in lines if line.startswith("raised P-001/3 assess for clinician by 2026-03-10: ")
    ]
    assert "(told 4 days late; " in told


def test_steps_missed_on_the_way_are_told_each(database: Database) -> None:
    told = tell(database, at(0, "10:00"), at(20))

    assert told.count("escalated P-001/2 first-look") == 2


def test_a_day_without_a_tick_is_made_up_for_on_the_next(treated: Database) -> None:
    assert tell(treated, at(5), at(7)) == ["raised P-001/4 leaflet", "raised P-001/3 assess"]


def test_two_ticks_on_one_day_tell_nothing_twice(treated: Database) -> None:
    assert tell(treated, *[at(6, f"{hour:02}:00") for hour in range(24)]) == [
        "raised P-001/4 leaflet",
        "raised P-001/3 assess",
    ]


def test_an_expired_prompt_stays_on_the_list_and_its_act_may_come_late(treated: Database) -> None:
    tell(treated, at(40))
    overdue = worklist(treated, now=at(40, "12:00"), owner="kim").lines(OTHERS)
    assert [line.prompt for line in overdue] == ["P-001/3"]

    record(treated, "P-001", ["result=good"], by(at(40, "13:00")))
    assert worklist(treated, now=at(40, "14:00"), owner="kim").lines(OTHERS) == ()


def test_one_stuck_message_does_not_make_its_neighbour_go_out_again_and_again(database: Database) -> None:
    listener = Listener(failing=lambda message: message.rule == "call-soon")
    for minute in range(0, 7 * 24 * 60, 30):
        tick(database, now=at(0, "10:00") + minute * HOUR // 60, worker=worker(), deliver=listener)

    assert listener.words().count("raised P-001/2 first-look") == 1


def test_two_who_record_at_the_same_moment_both_keep_their_entry(database: Database) -> None:
    both = Barrier(2)

    def write(fact: str) -> None:
        with Database(database.place) as own:
            both.wait()
            record(own, "P-001", [fact], by(at(0, "11:00")))

    clerks = [Thread(target=write, args=(fact,)) for fact in ("seen=yes", "result=good")]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()

    with database.reading() as store:
        assert {entry.name for entry in store.entries(1)} == {"drill", "seen", "result"}


def test_what_was_sent_is_marked_with_when(database: Database) -> None:
    tell(database, at(0, "10:00"))

    sent = database.reader().execute("SELECT state, sent_at FROM delivery").fetchall()
    assert sent == [("sent", at(0, "10:00"))] * 2


def test_a_visit_that_is_moved_is_told_of_for_its_new_day_only(database: Database) -> None:
    record(database, "P-001", ["visit=2026-03-20"], by(at(1)))
    record(database, "P-001", ["visit#1=2026-03-27"], by(at(2)))

    told = [day for day in range(2, 40) if any("visit-reminder" in word for word in tell(database, at(day)))]
    assert told == [22]


def test_a_visit_that_is_moved_after_it_was_told_of_is_told_of_again(database: Database) -> None:
    record(database, "P-001", ["visit=2026-03-20"], by(at(1)))
    tell(database, at(15))
    record(database, "P-001", ["visit#1=2026-04-20"], by(at(16)))

    told = [day for day in range(16, 60) if any("visit-reminder" in word for word in tell(database, at(day)))]
    assert told == [46]


def test_who_left_is_not_reminded_of_a_visit_that_was_booked(database: Database) -> None:
    record(database, "P-001", ["visit=2026-03-20"], by(at(1)))
    close(database, "P-001", "died", by(at(2)))
    tell(database, at(2))

    assert tell(database, *map(at, range(3, 30))) == []


def test_a_new_version_of_the_pathway_neither_drops_nor_rewrites_what_was_planned(treated: Database) -> None:
    newer = PATHWAY.replace("version: 1", "version: 2").replace("Assess the response", "Do nothing")
    install(treated, newer.encode(), file="drill.yaml", by="kim", now=at(2))
    lines: list[str] = []
    tick(treated, now=at(6), worker=worker(), deliver=through({"output": Output(lines.append)}))

    [told] = [
        line for line in lines if line.startswith("raised P-001/3 assess for clinician by 2026-03-10: ")
    ]
    assert "Assess the response" in told


def test_what_opens_after_the_clocks_have_changed_opens_at_local_midnight(database: Database) -> None:
    # The clocks of London go forward on the 27th day; an offset kept from the winter would be an hour off.
    advance(database, "P-001", "treat", ["dose=2026-03-26"], by(at(24, "10:00")))
    tell(database, at(28))

    assert tell(database, at(29) - 1) == []
    assert tell(database, at(29)) == ["raised P-001/3 assess"]
    assert raised(database)[-1] == ("assess", at(29))


def test_sleeping_for_a_week_brings_one_tick_of_everything_not_a_week_of_ticks(treated: Database) -> None:
    told = tell(treated, at(9), at(9, "00:01"), at(9, "00:02"))

    assert sorted(told) == ["lapsed P-001/4 leaflet", "raised P-001/3 assess"]


@pytest.mark.only("sqlite")
def test_a_scheduler_that_starts_again_goes_on_where_the_last_one_was(
    treated: Database, tmp_path: Path
) -> None:
    # As after a restart, a move to another machine or a restored backup: nothing of it was in memory.
    treated.close()
    with Database(Path(shutil.copy(treated.path, tmp_path / "moved.db"))) as moved:
        assert tell(moved, at(2), at(6)) == ["raised P-001/4 leaflet", "raised P-001/3 assess"]


def test_a_prompt_that_opened_while_nobody_was_there_does_not_wait_for_a_second_chance(
    database: Database,
) -> None:
    # Opened, due and over its escalation while everything was down: a single tick is enough to raise it.
    admit(database, "P-002", now=at(1))
    record(database, "P-002", ["visit=2026-03-12"], by(at(1)))

    assert "raised P-002/3 visit-reminder" in tell(database, at(60))
