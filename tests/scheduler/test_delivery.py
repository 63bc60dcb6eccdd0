from collections.abc import Callable

import pytest

from caseload.roles import assign
from pathways.moments import Moment
from pathways.spans import HOUR
from scheduler import delivery
from scheduler.delivery import LONGEST_PAUSE, MOST_TRIES, Deliver, Output, pause, send, through
from scheduler.tick import LEASE, NOW_AND_THEN, TickReport, tick
from storage.connection import Database
from storage.rows import DeliveryRow
from tests.scheduler.drill import MINUTE, Listener, admit, at, worker
from tests.scheduler.people import away, joins

START = at(0, "10:00")
DOUBT = " (pathway not approved: submitted)"


def run(database: Database, now: Moment, deliver: Callable[[DeliveryRow, Moment], None]) -> TickReport:
    return tick(database, now=now, worker=worker(), deliver=deliver)


def dead(message: DeliveryRow) -> bool:
    return (message.kind, message.rule) == ("raised", "call-soon")


class Unplugged(BaseException):
    """The process dies here: nothing after this runs, nothing is written."""


def dies(message: DeliveryRow, _: Moment) -> None:
    if dead(message):
        raise Unplugged


def test_a_message_that_fails_is_tried_again_after_a_pause(database: Database) -> None:
    listener = Listener(failing=dead)
    assert run(database, START, listener).sent.put_off == 1

    mended = Listener()
    run(database, START + MINUTE - 1, mended)
    assert mended.words() == []
    run(database, START + MINUTE, mended)
    assert mended.words() == ["raised P-001/1 call-soon"]


def test_pauses_grow_up_to_six_hours() -> None:
    pauses = [pause(tries) for tries in range(1, 60)]

    assert pauses[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_a_channel_that_is_down_from_friday_to_monday_loses_nothing() -> None:
    assert sum(map(pause, range(1, MOST_TRIES))) > 64 * 60 * MINUTE


def test_a_message_that_fails_too_often_is_given_up_and_counted(database: Database) -> None:
    listener = Listener(failing=dead)
    now, given_up = START, 0
    for _ in range(MOST_TRIES + 5):
        given_up += run(database, now, listener).sent.given_up
        now += LONGEST_PAUSE

    assert given_up == 1
    assert sum(map(dead, listener.tried)) == MOST_TRIES


def test_one_stuck_message_neither_delays_nor_repeats_another(database: Database) -> None:
    admit(database, "P-002", now=at(0, "09:00"))
    listener = Listener(failing=dead)
    for minute in range(150):
        run(database, START + minute * MINUTE, listener)

    assert listener.words() == ["raised P-001/2 first-look", "raised P-002/2 first-look"]


def test_what_was_claimed_with_a_message_that_kills_the_process_waits_for_the_lease(
    database: Database,
) -> None:
    with pytest.raises(Unplugged):
        run(database, START, dies)

    listener = Listener()
    run(database, START + MINUTE, listener)
    assert listener.words() == []

    run(database, START + LEASE + 2 * MINUTE, listener)
    assert listener.words() == ["raised P-001/1 call-soon", "raised P-001/2 first-look"]


def test_who_dies_in_the_tick_of_a_day_keeps_nobody_waiting_for_two(database: Database) -> None:
    daily = worker(interval=NOW_AND_THEN)
    with pytest.raises(Unplugged):
        tick(database, now=START, worker=daily, deliver=dies)

    listener = Listener()
    tick(database, now=START + LEASE + 2 * HOUR, worker=daily, deliver=listener)
    assert listener.words() == ["raised P-001/1 call-soon", "raised P-001/2 first-look"]


def test_a_message_that_kills_the_process_again_takes_no_other_with_it(database: Database) -> None:
    for turn in range(2):
        with pytest.raises(Unplugged):
            run(database, START + turn * (LEASE + 2 * MINUTE), dies)

    listener = Listener()
    run(database, START + LEASE + 3 * MINUTE, listener)
    assert listener.words() == ["raised P-001/2 first-look"]


def test_what_there_was_no_time_for_is_no_try_and_is_told_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "HANDS_OVER_FOR", 0.0)
    listener = Listener()

    assert run(database, START, listener).sent.sent == 2
    assert [(each.rule, each.tries) for each in listener.tried] == [("call-soon", 1), ("first-look", 1)]


def test_who_is_stopped_while_handing_over_leaves_the_rest_to_whoever_took_it(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[tuple[str, int]] = []
    minutes = 0

    def second(message: DeliveryRow, _: Moment) -> None:
        told.append(("second", message.ledger_id))

    def first(message: DeliveryRow, _: Moment) -> None:
        nonlocal minutes
        told.append(("first", message.ledger_id))
        minutes = 11  # and in that time the claim is over, and another is at it
        with Database(database.place) as own:
            sent(own, "second", START + LEASE + MINUTE, second)

    def sent(over: Database, name: str, now: Moment, deliver: Deliver) -> None:
        send(
            over,
            now=now,
            worker=name,
            lease=LEASE,
            deliver=deliver,
            enough=lambda: False,
            uptime=lambda: 60.0 * minutes,
        )

    admit(database, "P-002", now=at(0, "09:00"))
    tick(database, now=START, worker=worker(), deliver=Listener(), enough=lambda: True)
    sent(database, "first", START, first)

    # What was being handed over when it was stopped is repeated: nobody can know. All else is told once.
    [(_, stopped_at), *others] = told
    assert [name for name, _ in others] == ["second"] * 3
    assert [number for _, number in others].count(stopped_at) == 1
    assert len({number for _, number in others}) == 3
    assert "claim_lost: 2 messages, stopped for 660 seconds" in caplog.text
    with database.reading() as store:
        assert store.waiting_deliveries() == 0


def test_after_a_crash_each_line_of_a_batch_is_told_at_most_once_more(database: Database) -> None:
    for number in range(2, 9):
        admit(database, f"P-{number:03}", now=at(0, "09:00"))
    told: list[int] = []

    def dies_once(message: DeliveryRow, _: Moment) -> None:
        if len(told) == 10:
            told.append(0)
            raise Unplugged
        told.append(message.ledger_id)

    with pytest.raises(Unplugged):
        run(database, START, dies_once)
    run(database, START + LEASE + 2 * MINUTE, dies_once)

    assert told[11:] == list(range(1, 17))
    assert told[:10] == list(range(1, 11))


def test_a_message_that_kills_every_process_is_given_up_too(database: Database) -> None:
    now = START
    for _ in range(MOST_TRIES):
        with pytest.raises(Unplugged):
            run(database, now, dies)
        now += LEASE + 2 * MINUTE

    assert run(database, now, dies).sent.given_up == 1


def test_a_fault_in_a_channel_does_not_keep_the_others_from_being_heard(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    heard = []

    def faulty(message: DeliveryRow, _: Moment) -> None:
        if dead(message):
            raise KeyError("a person's details")
        heard.append(message.rule)

    assert run(database, START, faulty).sent.put_off == 1
    assert heard == ["first-look"]
    assert caplog.messages == ["delivery_failed P-001/1 call-soon raised by output: KeyError"]


def test_a_message_for_a_channel_that_is_not_here_fails(database: Database) -> None:
    assert run(database, START, through({})).sent.put_off == 2


def test_the_output_gets_a_line_for_each_message(database: Database) -> None:
    written: list[str] = []

    run(database, START, through({"output": Output(written.append)}))

    assert [line.removesuffix(DOUBT) for line in written] == [
        "raised P-001/1 call-soon for coordinator kim by 2026-03-02 06:00: Call the patient within hours",
        "raised P-001/2 first-look for clinician by 2026-03-05: Look at the patient",
    ]
    assert all(line.endswith(DOUBT) for line in written)


def test_a_line_on_the_output_says_who_holds_the_prompt_once_staff_is_entered(database: Database) -> None:
    joins(database, "kim", "coordinator", deputy="lou")
    joins(database, "lou", "coordinator")
    joins(database, "dr-lee", "clinician", "lead")
    assign(database, "clinician", "dr-lee", now=START)
    away(database, "kim", "2026-03-01", "2026-03-06")
    written: list[str] = []

    run(database, START, through({"output": Output(written.append)}))

    [soon, first] = written
    assert "for coordinator kim" in soon
    assert "(lou holds it for kim, on leave until 2026-03-06; pathway" in soon
    assert "for clinician by 2026-03-05: Look at the patient (dr-lee holds it; pathway" in first


def test_a_line_on_the_output_says_loudly_that_nobody_holds_the_prompt(database: Database) -> None:
    joins(database, "kim", "coordinator")
    away(database, "kim", "2026-03-01", "2026-03-06")
    written: list[str] = []

    run(database, START, through({"output": Output(written.append)}))

    assert "NOBODY HOLDS IT, nobody is there: kim, on leave until 2026-03-06" in written[0]


def test_an_output_that_nobody_reads_any_more_fails_and_is_tried_again(database: Database) -> None:
    def closed(_: str) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    assert run(database, START, through({"output": Output(closed)})).sent.put_off == 2


def test_what_fails_names_no_person(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    run(database, START, Listener(failing=dead))

    assert caplog.messages == ["delivery_failed P-001/1 call-soon raised by output: the line is dead"]
