"""Posting to people through real servers: what fails comes again, what is over does not, a lead is told."""

from contextlib import suppress
from pathlib import Path

import pytest

from caseload import reaching
from caseload.actions import close
from caseload.requests import Author
from pathways.moments import Moment
from scheduler import posting
from scheduler.channels import HandOver, Limits, Text, hand_over
from scheduler.delivery import LONGEST_PAUSE, LONGEST_WAIT, MOST_TRIES, DeliveryFailed, Sent, pause
from scheduler.posting import Post, post
from scheduler.status import status
from scheduler.tick import LEASE, tick
from storage.connection import Database
from tests.scheduler.children import PATIENCE
from tests.scheduler.drill import HOUR, MINUTE, Listener, Unplugged, admit, at, by, unplugged_after, worker
from tests.scheduler.drill import site as drilled
from tests.scheduler.people import away, decided, joins, mail, reached
from tests.scheduler.servers import Hook, hook, mailbox, until

START = at(0, "10:00")
PATIENT = Limits(answer=PATIENCE, whole=PATIENCE)
KEYS = "SELECT delivery_key FROM delivery WHERE staff != '' UNION SELECT delivery_key FROM message"


def patient(url: str, text: Text, key: str) -> None:
    """Hand over to a server that answers, however slow this machine is."""
    hand_over(url, text, key, limits=PATIENT)


def unless_it_hangs(server: Hook) -> HandOver:
    """Hand over, and give a server up soon that does not answer."""

    def over(url: str, text: Text, key: str) -> None:
        hangs = url == server.url and server.does == "hangs"
        hand_over(url, text, key, limits=PATIENT._replace(answer=0.2) if hangs else PATIENT)

    return over


def never() -> bool:
    return False


def posted(
    database: Database,
    now: Moment = START,
    over: HandOver = patient,
    written: list[str] | None = None,
    name: str = "one",
) -> Sent:
    lines: list[str] = [] if written is None else written
    way = Post(over, lambda text: lines.extend(text.splitlines()))
    return post(database, way, clock=lambda: now, worker=name, lease=LEASE, enough=never)


def site(database: Database, url: str, *others: str) -> None:
    """Let kim be told of everything, and tick."""
    joins(database, "kim", "coordinator", "clinician", "lead")
    reached(database, "kim", "first", url)
    for number, other in enumerate(others):
        reached(database, "kim", f"other-{number}", other, kinds=("failures",))
    tick(database, now=START, worker=worker(), deliver=Listener())


def test_a_prompt_arrives_with_what_to_do_by_when_and_the_command(database: Database) -> None:
    with hook() as server:
        site(database, server.url)

        assert posted(database).sent == 2
        [call] = [each.text for each in server.received if "P-001/1" in each.text]
        assert call.splitlines() == [
            "carepath: P-001/1 due 2026-03-02 06:00",
            "Call the patient within hours",
            "P-001/1. It is overdue: it was due by 2026-03-02 06:00 (Europe/London).",
            "No clinician has approved its pathway here (submitted).",
            "To kim, as the coordinator of the patient.",
            "",
            "Why, and what to record: carepath why P-001/1",
            "When it is done: carepath record P-001 result=...",
            "Otherwise: carepath ack P-001/1 (or acting, could-not, snooze, dismiss)",
        ]
        assert posted(database, START + HOUR) == Sent()


@pytest.mark.parametrize(
    ("detail", "says", "hides"),
    [
        ("full", "Look at the patient", "\x00"),
        ("task", "P-001/2", "Look at the patient"),
        ("count", "For kim: 2 things need you: carepath today", "P-001"),
    ],
)
def test_the_site_says_how_much_a_message_says(
    database: Database, detail: str, says: str, hides: str
) -> None:
    decided(database, "message.detail", detail)
    with hook() as server:
        site(database, server.url)
        posted(database)

        said = "\n".join(each.text for each in server.received)
        assert says in said
        assert hides not in said
        # The name of a fact says what it is about.
        assert ("result=..." in said) == (detail == "full")


@pytest.mark.parametrize("does", [404, 503, "hangs", "drops"])
def test_what_fails_comes_again_with_the_same_key(database: Database, does: int | str) -> None:
    with hook(does) as server:  # type: ignore[arg-type]
        site(database, server.url)
        assert posted(database, over=unless_it_hangs(server)).put_off == 2
        until(server, 2)
        before = {each.key for each in server.received}
        server.does = 200
        server.received.clear()
        server.released.set()

        assert posted(database, START + MINUTE - 1) == Sent()
        assert posted(database, START + 2 * MINUTE).sent == 2
        assert {each.key for each in server.received} >= before
        assert {state for *_, state in mail(database)} == {"sent"}


def test_a_receiver_that_drops_repeats_has_each_message_once(database: Database) -> None:
    with hook("drops") as server:
        site(database, server.url)
        for tries in range(3):
            posted(database, START + tries * HOUR)
        server.does = 200
        posted(database, START + 9 * HOUR)

        assert len(server.received) == 8
        assert len(server.once()) == 2


def test_a_mail_that_was_taken_before_the_server_hung_up_can_be_dropped_by_its_key(
    database: Database,
) -> None:
    with mailbox(hangs_up=True) as box:
        site(database, box.url)
        assert posted(database).put_off == 2
        box.hangs_up = False
        assert posted(database, START + 2 * MINUTE).sent == 2

        assert len(box.received) == 4
        assert len({each.key for each in box.received}) == 2


def test_pauses_are_spread_by_the_key_and_the_same_when_worked_out_again() -> None:
    several = [pause(5, f"key-{number}") for number in range(100)]

    assert several == [pause(5, f"key-{number}") for number in range(100)]
    assert len(set(several)) > 90
    assert all(16 * MINUTE <= each < 20 * MINUTE for each in several)
    assert all(pause(tries, "a") < pause(tries + 1, "a") for tries in range(1, 9))
    assert max(pause(MOST_TRIES, f"key-{number}") for number in range(1_000)) <= LONGEST_WAIT


def test_one_that_hangs_does_not_hold_up_the_others_that_go_there_nor_any_elsewhere(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.posting.SLOW", 0.1)
    with hook("hangs") as hanging, hook() as fine:
        joins(database, "kim", "coordinator")
        reached(database, "kim", "again", hanging.url)
        reached(database, "kim", "third", fine.url)
        site(database, hanging.url)
        fared = posted(database, over=unless_it_hangs(hanging))
        assert (fared.sent, fared.put_off) == (2, 4)

        until(hanging, 1)
        assert len(hanging.received) == 1, "after the first it is left alone for a while"


def test_a_lead_is_told_through_another_channel_that_one_fails_and_once_a_day(database: Database) -> None:
    with hook(500) as broken, hook() as fine:
        site(database, broken.url, fine.url)
        now = START
        for _ in range(8):
            posted(database, now)
            now += HOUR

        [told] = fine.received
        assert "Messages to kim through first do not arrive: the server answered 500." in told.text
        assert "P-001" not in told.text


def test_a_lead_is_told_what_was_given_up_and_that_it_is_not_tried_again(database: Database) -> None:
    with hook(500) as broken, hook(500) as other:
        site(database, broken.url, other.url)
        now = START
        for tries in range(1, MOST_TRIES + 4):
            posted(database, now)
            now += LONGEST_WAIT
            if tries == MOST_TRIES + 1:
                other.does = 200

        said = [each.text for each in other.received if "GIVEN UP, and not tried again: 2." in each.text]
    assert said
    assert "for some days" not in said[-1]
    assert "Tell kim of them yourself." in said[-1]


def test_a_lead_without_another_channel_is_told_on_the_output(database: Database) -> None:
    written: list[str] = []
    with hook(500) as broken:
        site(database, broken.url)
        for hours in range(7):
            posted(database, START + hours * HOUR, written=written)

    assert "carepath: kim is not reached by first" in written


def test_a_failure_that_cannot_be_told_is_nothing_to_tell_of_again(database: Database) -> None:
    with hook(500) as broken, hook(500) as too:
        site(database, broken.url, too.url)
        for tries in range(MOST_TRIES + 2):
            posted(database, START + tries * LONGEST_WAIT)

        with database.reading() as store:
            assert (store.failed_deliveries(), store.waiting_deliveries()) == (2, 0)
            found = database.reader().execute("SELECT DISTINCT channel FROM message").fetchall()
    assert found == [("other-0",)]


def test_what_is_done_meanwhile_is_not_told_any_more(database: Database) -> None:
    with hook(500) as server:
        site(database, server.url)
        posted(database)
        server.does = 200
        server.received.clear()
        with database.writing() as store:
            store._run(f"UPDATE prompt SET ended_at = {START}, ended = 'done' WHERE number = 1")  # noqa: S608
        posted(database, START + HOUR)

        assert [each.text.splitlines()[1] for each in server.received] == ["Look at the patient"]
        assert {state for *_, state in mail(database)} == {"withdrawn"}


def test_what_waits_while_somebody_goes_on_leave_goes_to_their_deputy(database: Database) -> None:
    with hook() as server:
        joins(database, "kim", "coordinator", hours="tue 09:00-17:00", deputy="ben")
        joins(database, "ben", "coordinator", "lead", "clinician")
        reached(database, "kim", url=server.url)
        reached(database, "ben", url=server.url)
        tick(database, now=START, worker=worker(), deliver=Listener())
        away(database, "kim", "2026-03-03", "2026-03-05")
        posted(database, at(1, "09:00"))

        assert mail(database) == [
            ("ben", "mail", "for kim, on leave until 2026-03-05", "sent"),
            ("kim", "mail", "owner", "withdrawn"),
        ]


def test_what_was_passed_on_and_comes_back_is_not_lost(database: Database) -> None:
    with hook() as server:
        joins(database, "kim", "coordinator", hours="tue-fri 09:00-17:00", deputy="ben")
        joins(database, "ben", "coordinator", "lead", "clinician", hours="wed 09:00-17:00")
        reached(database, "kim", url=server.url)
        reached(database, "ben", url=server.url)
        tick(database, now=START, worker=worker(), deliver=Listener())
        away(database, "kim", "2026-03-03", "2026-03-03")
        posted(database, at(1, "09:00"))
        away(database, "ben", "2026-03-04", "2026-03-04")
        posted(database, at(2, "09:00"))

        assert [(name, state) for name, _, _, state in mail(database)] == [
            ("ben", "withdrawn"),
            ("kim", "sent"),
        ]


def test_a_retry_that_falls_into_the_night_waits_for_the_morning(database: Database) -> None:
    with hook(500) as server:
        joins(database, "kim", "coordinator", "lead", "clinician", hours="mon-fri 08:00-10:30")
        reached(database, "kim", url=server.url)
        tick(database, now=START, worker=worker(), deliver=Listener())
        posted(database)
        server.does = 200
        assert posted(database, START + HOUR) == Sent()
        assert posted(database, at(1, "07:59")) == Sent()
        assert posted(database, at(1, "08:00")).sent == 2


def tried_in_vain(database: Database, *moments: Moment) -> None:
    for now in moments:
        assert posted(database, now, unplugged).put_off


def unplugged(*_: object) -> None:
    raise DeliveryFailed("refused")


def repaired(database: Database, now: Moment, *, url: str = "") -> None:
    """Take a test of the first channel of kim, or give it another address."""
    with database.reading() as store:
        [row] = store.channels_of("kim")
    if url:
        reaching.put(database, row._replace(url=url), Author(by="kim", now=now))
    else:
        reaching.tested(database, row, now, arrived=True)


@pytest.mark.parametrize("other_address", [True, False])
def test_what_failed_goes_at_once_when_its_channel_is_repaired(
    database: Database, *, other_address: bool
) -> None:
    with hook() as server:
        site(database, server.url)
        tried_in_vain(database, *(START + minutes * MINUTE for minutes in (0, 2, 5, 10, 20, 40)))
        assert posted(database, START + 41 * MINUTE).sent == 0, "it waits half an hour and more"

        repaired(database, START + 42 * MINUTE, url=f"{server.url}?again=yes" if other_address else "")

        assert posted(database, START + 43 * MINUTE).sent == 2
        with database.reading() as store:
            assert store.failing_deliveries() == []


def test_a_test_that_is_not_taken_and_other_kinds_of_a_channel_let_nothing_go(database: Database) -> None:
    with hook() as server:
        site(database, server.url)
        tried_in_vain(database, *(START + minutes * MINUTE for minutes in (0, 2, 5, 10, 20, 40)))
        with database.reading() as store:
            [row] = store.channels_of("kim")

        reaching.tested(database, row, START + 42 * MINUTE, arrived=False)
        reaching.put(database, row._replace(kinds=("prompts",)), Author(by="kim", now=START + 42 * MINUTE))

        assert posted(database, START + 43 * MINUTE).sent == 0


def test_what_failed_for_many_becomes_a_digest_when_the_channel_is_repaired(database: Database) -> None:
    with hook() as server:
        site(database, server.url)
        for number in range(2, 24):
            now = START + 2 * number * MINUTE
            admit(database, f"P-{number:03}", now=now)
            tick(database, now=now, worker=worker(), deliver=Listener())
            posted(database, now, unplugged)

        repaired(database, at(0, "12:00"))
        assert posted(database, at(0, "12:01")).sent < 5


def test_a_repair_by_night_wakes_nobody(database: Database) -> None:
    decided(database, "quiet", "20:00-07:00")
    with hook() as server:
        site(database, server.url)
        tried_in_vain(database, START, START + 2 * MINUTE)

        repaired(database, at(0, "23:00"))

        assert posted(database, at(0, "23:01")).sent == 0
        assert posted(database, at(1, "07:01")).sent


def test_a_message_that_kills_the_process_waits_for_its_lease_and_keeps_its_key(database: Database) -> None:
    with hook() as server:
        site(database, server.url)

        def dies_after(url: str, text: Text, key: str) -> None:
            patient(url, text, key)
            raise Unplugged

        with pytest.raises(Unplugged):
            posted(database, over=dies_after)
        assert posted(database, START + MINUTE, name="two").sent == 1, "the other one"
        assert posted(database, START + LEASE + MINUTE, name="two").sent == 1
        assert len(server.received) == 3
        assert len(server.once()) == 2


def test_a_message_that_kills_every_process_is_given_up_and_told_of(database: Database) -> None:
    def dies(*_: object) -> None:
        raise Unplugged

    site(database, "json://127.0.0.1:9/")
    written: list[str] = []
    for tries in range(2 * MOST_TRIES + 4):
        with suppress(Unplugged):
            posted(database, START + tries * 2 * LEASE, over=dies, written=written)

    with database.reading() as store:
        assert store.failed_deliveries() == 2
    assert any("it ended the scheduler each time" in line for line in written)


def test_who_is_stopped_before_handing_over_leaves_it_to_whoever_took_it(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    asked = 0

    def stopped_before_handing_over() -> float:
        nonlocal asked
        asked += 1
        if asked == 3:  # twice it was asked when claiming
            with Database(database.place) as own:
                assert posted(own, now=START + LEASE + MINUTE, name="second").sent == 2
        return 660.0 if asked >= 3 else 0.0

    with hook() as server:
        site(database, server.url)
        way = Post(patient, lambda _: None)
        sent = post(
            database,
            way,
            clock=lambda: START,
            worker="first",
            lease=LEASE,
            enough=never,
            uptime=stopped_before_handing_over,
        )

        assert sent.sent == 0
        assert len(server.received) == 2
    assert "claim_lost kim first: stopped for 660 seconds" in caplog.text


def test_a_fault_in_handing_over_is_a_failure_of_that_message(database: Database) -> None:
    site(database, "json://127.0.0.1:9/")

    def faulty(*_: object) -> None:
        raise KeyError("anna@site.example")

    assert posted(database, over=faulty).put_off == 2
    [(error,)] = database.reader().execute("SELECT DISTINCT error FROM delivery WHERE staff != ''").fetchall()
    assert error == "it could not be written: KeyError"


def test_no_key_is_empty_or_used_twice(database: Database) -> None:
    site(database, "json://127.0.0.1:9/", "json://127.0.0.1:10/")
    for tries in range(8):
        posted(database, START + tries * HOUR, over=fails)
    keys = [key for (key,) in database.reader().execute(KEYS).fetchall()]

    assert all(keys)
    assert len(keys) == len(set(keys)) == 3


def fails(*_: object) -> None:
    raise DeliveryFailed("the line is dead")


def test_a_pause_without_a_key_is_not_spread() -> None:
    assert pause(30) == LONGEST_PAUSE


def test_the_status_says_which_channel_of_whom_fails(database: Database) -> None:
    site(database, "json://127.0.0.1:9/")
    posted(database, over=fails)

    seen = status(database, now=START)
    assert [
        (each.staff, each.channel, each.messages, each.error, each.given_up) for each in seen.failing
    ] == [("kim", "first", 2, "the line is dead", False)]
    for tries in range(1, MOST_TRIES):
        posted(database, START + tries * LONGEST_WAIT, over=fails)
    seen = status(database, now=START)
    assert [(each.messages, each.given_up) for each in seen.failing] == [(2, True)]
    assert seen.failed == 2


@pytest.mark.parametrize("boundaries", range(0, 60, 3))
def test_wherever_a_process_dies_each_message_arrives_and_once_for_who_drops_repeats(
    tmp_path: Path, boundaries: int
) -> None:
    path = drilled(tmp_path, patients=1)
    with Database(path) as database:
        joins(database, "kim", "coordinator", "clinician", "lead")
        reached(database, "kim")
    arrived: list[str] = []

    def takes(_url: str, _text: Text, key: str) -> None:
        arrived.append(key)

    with suppress(Unplugged), Database(path, on_statement=unplugged_after(boundaries)) as dying:
        tick(dying, now=START, worker=worker(), deliver=Listener())
        posted(dying, over=takes)
    later = START + 3 * LEASE
    with Database(path) as database:
        tick(database, now=later, worker=worker("two"), deliver=Listener())
        posted(database, later, over=takes, name="two")
        keys = [key for (key,) in database.reader().execute(KEYS).fetchall()]
        states = {state for *_, state in mail(database)}

    assert sorted(set(arrived)) == sorted(keys)
    assert len(keys) == 2
    assert states == {"sent"}


def test_what_should_not_go_any_more_is_settled_some_at_a_time_and_the_rest_still_goes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "SETTLES", 3)
    for number in range(2, 9):
        admit(database, f"P-{number:03}", now=at(0, "09:00"))
    with hook() as server:
        site(database, server.url)
        for number in range(1, 8):
            close(database, f"P-{number:03}", "died", by(START))

        assert posted(database).sent == 2
        assert {each.text.split()[1].partition("/")[0] for each in server.received} == {"P-008"}
