"""What the clock does about prompts, and what a command does in its place."""

from msgspec.structs import replace

from storage.connection import Database
from storage.rows import Claimed, Escalation
from tests.storage.cases import deeds, enrolled, late_by_three_hundred, prompt, save, tick, waits
from tests.storage.waits import check_waiting


def checked(database: Database, now: int) -> list[str]:
    with database.reading() as store:
        return list(check_waiting(store, now=now, escalation_moment=late_by_three_hundred))


def test_nothing_is_raised_before_its_moment(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id, opens_at=2_000))
    with database.writing() as store:
        assert store.next_moment() == 2_000
        assert tick(store, 1_999) == Claimed()
        assert deeds(store, enrolment_id) == []


def test_a_prompt_is_raised_when_it_opens_and_its_escalation_waits(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id, opens_at=2_000, due_at=3_000))
    with database.writing() as store:
        assert tick(store, 2_000) == Claimed(taken=1, raised=1)
        assert deeds(store, enrolment_id) == [("raised", 2_000, "")]
        assert waits(store) == [(3_300, "escalate", "lead")]
        assert store.waiting_deliveries() == 1
    assert checked(database, 2_000) == []


def test_a_prompt_is_raised_once_however_often_the_clock_ticks(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id))
    for now in (2_000, 2_000, 2_500):
        with database.writing() as store:
            tick(store, now)
    with database.writing() as store:
        assert deeds(store, enrolment_id) == [("raised", 2_000, "")]


def test_what_is_open_already_is_raised_by_the_command(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id, opens_at=900, due_at=3_000), now=1_000)
    with database.writing() as store:
        assert [(deed.kind, deed.moment, deed.at, deed.by_entry) for deed in store.ledger(enrolment_id)] == [
            ("raised", 900, 1_000, 7)
        ]
        assert waits(store) == [(3_300, "escalate", "lead")]
        assert store.waiting_deliveries() == 1
        assert tick(store, 1_000) == Claimed()


def test_an_escalation_of_what_is_raised_late_is_counted_from_the_raise(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id, opens_at=2_000, due_at=3_000))
    with database.writing() as store:
        assert tick(store, 9_000) == Claimed(taken=1, raised=1)
        assert waits(store) == [(9_300, "escalate", "lead")]
    assert checked(database, 9_000) == []


def test_each_step_of_an_escalation_is_told_once(database: Database) -> None:
    enrolment_id = enrolled(database)
    steps = (Escalation("3 days", "lead", 3_300), Escalation("3 days", "clinician", 3_600))
    with database.writing() as store:
        save(store, prompt(enrolment_id, escalates=steps))
    with database.writing() as store:
        tick(store, 2_000)
        assert tick(store, 3_300) == Claimed(taken=1, escalated=1)
        assert tick(store, 4_000) == Claimed(taken=1, escalated=1)
        assert tick(store, 5_000) == Claimed()
        assert deeds(store, enrolment_id) == [
            ("raised", 2_000, ""),
            ("escalated", 3_300, "lead"),
            ("escalated", 3_600, "clinician"),
        ]


def test_an_answered_prompt_is_not_escalated(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id))
        tick(store, 2_000)
        [open_now] = store.unsettled(enrolment_id)
        done = replace(open_now, ended_at=2_100, ended="done", ended_by=2, settled=True)
        save(store, changed=((open_now, done),), now=2_100)
        assert waits(store) == []
        assert tick(store, 9_000) == Claimed()
    assert checked(database, 9_000) == []


def test_what_opened_and_ended_unseen_is_never_raised(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id, opens_at=2_000, ended_at=2_500, ended="withdrawn"))
    with database.writing() as store:
        assert tick(store, 2_600) == Claimed(taken=1)
        assert deeds(store, enrolment_id) == []
        assert store.waiting_deliveries() == 0
    assert checked(database, 2_600) == []


def test_what_was_over_before_it_was_recorded_waits_for_nothing(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(
            store, prompt(enrolment_id, opens_at=500, lapses_at=800, ended_at=800, ended="lapsed"), now=1_000
        )
        assert waits(store) == []
        assert deeds(store, enrolment_id) == []
    assert checked(database, 1_000) == []


def test_a_prompt_that_lapses_while_nothing_runs_is_told_all_the_same(database: Database) -> None:
    enrolment_id = enrolled(database)
    lapsing = prompt(enrolment_id, opens_at=2_000, lapses_at=4_000, ended_at=4_000, ended="lapsed")
    with database.writing() as store:
        save(store, lapsing)
        assert waits(store) == [(2_000, "open", ""), (4_000, "lapse", "")]
    with database.writing() as store:
        assert tick(store, 9_000) == Claimed(taken=2, lapsed=1)
        assert deeds(store, enrolment_id) == [("lapsed", 4_000, "")]
    assert checked(database, 9_000) == []


def test_a_lapse_that_history_has_passed_before_any_tick_is_told(database: Database) -> None:
    enrolment_id = enrolled(database)
    lapsing = prompt(enrolment_id, lapses_at=4_000, ended_at=4_000, ended="lapsed")
    with database.writing() as store:
        [before] = save(store, lapsing)
        save(store, changed=((before, replace(before, settled=True)),), now=5_000)
        assert waits(store) == [(4_000, "lapse", "")]
        assert tick(store, 5_000) == Claimed(taken=1, lapsed=1)


def test_a_snoozed_prompt_wakes_and_is_told_again(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id))
        tick(store, 2_000)
        [before] = store.unsettled(enrolment_id)
        save(store, changed=((before, replace(before, snoozed_until=2_700, snoozes=1)),), now=2_100)
        assert waits(store) == [(2_700, "wake", ""), (3_300, "escalate", "lead")]
        assert tick(store, 2_700) == Claimed(taken=1, woke=1)
    assert checked(database, 2_700) == []


def test_a_moved_prompt_waits_for_its_new_moment_only(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        [before] = save(store, prompt(enrolment_id, opens_at=2_000))
        save(store, changed=((before, replace(before, opens_at=5_000, due_at=6_000)),))
        assert waits(store) == [(5_000, "open", "")]
    assert checked(database, 1_000) == []


def test_a_raised_prompt_that_moves_to_open_later_is_raised_again_then(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id, opens_at=2_000))
        tick(store, 2_000)
        [before] = store.unsettled(enrolment_id)
        save(store, changed=((before, replace(before, opens_at=5_000, due_at=6_000)),), now=2_100)
        assert waits(store) == [(5_000, "open", "")]
        assert tick(store, 5_000) == Claimed(taken=1, raised=1)
        assert deeds(store, enrolment_id) == [("raised", 2_000, ""), ("raised", 5_000, "")]
    assert checked(database, 5_000) == []


def test_a_raised_prompt_that_moves_to_have_opened_before_that_is_not_raised_again(
    database: Database,
) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id, opens_at=2_000))
        tick(store, 2_050)
        [before] = store.unsettled(enrolment_id)
        moved = replace(
            before, opens_at=2_040, due_at=6_000, escalates=(Escalation("3 days", "lead", 6_300),)
        )
        save(store, changed=((before, moved),), now=2_100)
        assert waits(store) == [(6_300, "escalate", "lead")]
        assert tick(store, 5_000) == Claimed()
    assert checked(database, 5_000) == []


def test_a_raised_prompt_that_no_longer_follows_is_written_down_as_superseded(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id, opens_at=2_000))
        tick(store, 2_000)
        [before] = store.unsettled(enrolment_id)
        gone = replace(before, ended_at=2_100, ended="superseded", ended_by=7, settled=True)
        save(store, changed=((before, gone),), now=2_100)
        assert waits(store) == []
        assert deeds(store, enrolment_id) == [("raised", 2_000, ""), ("superseded", 2_000, "")]
        assert store.ledger(enrolment_id)[-1].by_entry == 7
        assert store.waiting_deliveries() == 1, "nothing is sent about the superseding itself"
    assert checked(database, 2_100) == []


def test_a_prompt_never_raised_is_superseded_without_a_word(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        [before] = save(store, prompt(enrolment_id))
        gone = replace(before, ended_at=1_100, ended="superseded", ended_by=7, settled=True)
        save(store, changed=((before, gone),), now=1_100)
        assert waits(store) == []
        assert deeds(store, enrolment_id) == []


def test_a_superseded_prompt_that_follows_again_is_raised_when_it_opens_at_another_moment(
    database: Database,
) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id, opens_at=2_000))
        tick(store, 2_000)
        [before] = store.unsettled(enrolment_id)
        gone = replace(before, ended_at=2_100, ended="superseded", ended_by=7, settled=True)
        save(store, changed=((before, gone),), now=2_100)
        again = replace(before, opens_at=2_500, ended_at=None, ended=None, ended_by=0, settled=False)
        save(store, changed=((gone, again),), now=2_200)
        assert waits(store) == [(2_500, "open", "")]
        assert tick(store, 2_500).raised == 1
    assert checked(database, 2_500) == []


def test_a_superseded_prompt_that_follows_again_as_it_was_is_not_raised_twice(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id, opens_at=2_000))
        tick(store, 2_000)
        [before] = store.unsettled(enrolment_id)
        gone = replace(before, ended_at=2_100, ended="superseded", ended_by=7, settled=True)
        save(store, changed=((before, gone),), now=2_100)
        save(store, changed=((gone, before),), now=2_200)
        assert waits(store) == [(3_300, "escalate", "lead")]
        assert tick(store, 2_500) == Claimed()
    assert checked(database, 2_500) == []


def test_any_number_that_open_at_one_midnight_are_taken_bit_by_bit(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, *(prompt(enrolment_id, f"rule-{n}", opens_at=2_000) for n in range(25)))
    taken = []
    with database.writing() as store:
        while claimed := tick(store, 2_500, limit=10).taken:
            taken.append(claimed)
        assert taken == [10, 10, 5]
        assert len(deeds(store, enrolment_id)) == 25


def test_a_row_left_waiting_by_mistake_does_nothing(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id, opens_at=5_000))
        store._connection.execute("INSERT INTO waiting VALUES (2000, 1, 'open', ''), (2000, 1, 'wake', '')")
    assert len(checked(database, 2_000)) == 2
    with database.writing() as store:
        assert tick(store, 2_000) == Claimed(taken=2)
        assert deeds(store, enrolment_id) == []
        assert waits(store) == [(5_000, "open", "")]


def test_a_moment_that_nothing_waits_for_is_found(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id, opens_at=5_000))
        store._connection.execute("DELETE FROM waiting")
    assert checked(database, 2_000) == ["Nothing waits to open P-014/1 at its moment."]
