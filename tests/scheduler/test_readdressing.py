"""Digests, gaps and failures go to who is there when they go, in their hours, and to nobody who is away."""

import pytest

from caseload.handover import hand_over
from caseload.requests import Author
from caseload.roles import assign
from pathways.moments import Moment
from scheduler.channels import Text
from scheduler.daily import DAILY
from scheduler.delivery import DeliveryFailed
from scheduler.posting import Post, post
from scheduler.routines import see_to
from scheduler.tick import LEASE, tick
from storage.connection import Database
from storage.rows import MessageRow
from tests.scheduler.drill import HOUR, Listener, admit, at, worker
from tests.scheduler.people import away, decided, joins, reached

KINDS = ("prompts", "digest", "failures")
Told = list[tuple[str, str]]


def reach(name: str, channel: str = "mail") -> str:
    return f"json://127.0.0.1:9/{name}/{channel}"


@pytest.fixture
def staffed(database: Database) -> Database:
    """kim owns what there is and has ben as a deputy; dr-berg leads, and ben could. All sleep at night."""
    joins(database, "kim", "coordinator", "clinician", deputy="ben", hours="mon-fri 08:00-17:00")
    joins(database, "ben", "coordinator", "clinician", hours="mon-fri 08:00-17:00")
    joins(database, "dr-berg", "lead", hours="mon-fri 08:00-17:00")
    for role, name in {"lead": "dr-berg", "clinician": "kim"}.items():
        assign(database, role, name, now=at(0))
    for name in ("kim", "ben", "dr-berg"):
        reached(database, name, url=reach(name), kinds=KINDS)
    return database


def ticked(database: Database, now: Moment) -> None:
    tick(database, now=now, worker=worker(), deliver=Listener())


def posted(database: Database, now: Moment, *, failing: bool = False) -> Told:
    """Post as of a moment; return what arrived, by address and title. Nothing does when all servers fail."""
    told: Told = []

    def over(url: str, text: Text, _: str) -> None:
        if failing:
            raise DeliveryFailed("refused")
        told.append((url.removeprefix("json://127.0.0.1:9/"), text.title))

    def printed(text: str) -> None:
        told.extend(("output", line) for line in text.splitlines())

    post(database, Post(over, printed), clock=lambda: now, worker="post", lease=LEASE, enough=lambda: False)
    return told


def digests(told: Told) -> list[str]:
    return [whom for whom, title in told if title.startswith("Digest")]


def crowded(database: Database, patients: int) -> None:
    """Let so many patients need something at once that a digest carries it, which does not arrive yet."""
    for number in range(2, patients + 2):
        admit(database, f"P-{number:03}", now=at(0, "10:00"))
    ticked(database, at(0, "11:00"))
    assert posted(database, at(0, "11:00"), failing=True) == []


def test_what_a_digest_carries_goes_to_the_deputy_when_its_reader_leaves_before_it_does(
    staffed: Database,
) -> None:
    crowded(staffed, 25)
    away(staffed, "kim", "2026-03-03", "2026-03-10")

    assert digests(posted(staffed, at(1, "09:00"))) == ["ben/mail"]
    assert posted(staffed, at(1, "09:01")) == []


def test_of_what_a_digest_carried_only_what_is_still_open_is_told(staffed: Database) -> None:
    crowded(staffed, 25)
    with staffed.writing() as store:
        store._run(
            f"UPDATE prompt SET ended_at = {at(0, '12:00')}, ended = 'done' WHERE patient_id <> 'P-002'"  # noqa: S608
        )
    away(staffed, "kim", "2026-03-03", "2026-03-10")
    told = posted(staffed, at(1, "09:00"))

    assert {whom for whom, _ in told} == {"ben/mail"}
    assert [title for _, title in told if "P-002" not in title] == []
    assert digests(told) == []


def test_what_gathers_in_the_night_is_one_digest_in_the_morning_and_not_before(staffed: Database) -> None:
    for number in range(2, 32):
        admit(staffed, f"P-{number:03}", now=at(0, "18:00"))
        ticked(staffed, at(0, "18:00"))

    assert posted(staffed, at(0, "20:00")) == []
    assert posted(staffed, at(1, "07:59")) == []
    told = posted(staffed, at(1, "08:00"))
    assert digests(told) == ["kim/mail"]
    assert len(told) < 5


def test_the_digest_of_a_morning_is_not_sent_to_who_is_away_by_then(staffed: Database) -> None:
    ticked(staffed, at(1, "07:31"))
    see_to(staffed, DAILY, clock=lambda: at(0, "07:00"), worker="one", lease=LEASE, enough=lambda: False)
    see_to(staffed, DAILY, clock=lambda: at(1, "07:31"), worker="one", lease=LEASE, enough=lambda: False)
    away(staffed, "kim", "2026-03-03", "2026-03-10")

    assert sorted(digests(posted(staffed, at(1, "07:31")))) == ["ben/mail", "dr-berg/mail"]


def test_a_digest_goes_by_another_channel_when_its_own_is_gone(staffed: Database) -> None:
    reached(staffed, "kim", "chat", reach("kim", "chat"), kinds=("digest",))
    see_to(staffed, DAILY, clock=lambda: at(0, "07:00"), worker="one", lease=LEASE, enough=lambda: False)
    see_to(staffed, DAILY, clock=lambda: at(0, "07:31"), worker="one", lease=LEASE, enough=lambda: False)
    with staffed.writing() as store:
        store.remove_channel("kim", "mail")

    told = digests(posted(staffed, at(0, "07:31")))
    assert sorted(told) == ["ben/mail", "dr-berg/mail", "kim/chat"]


def test_a_digest_without_any_channel_left_goes_to_the_output(staffed: Database) -> None:
    see_to(staffed, DAILY, clock=lambda: at(0, "07:00"), worker="one", lease=LEASE, enough=lambda: False)
    see_to(staffed, DAILY, clock=lambda: at(0, "07:31"), worker="one", lease=LEASE, enough=lambda: False)
    with staffed.writing() as store:
        store.remove_channel("kim", "mail")

    assert sorted(digests(posted(staffed, at(0, "07:31")))) == ["ben/mail", "dr-berg/mail", "output"]


def gap_told(told: Told) -> list[str]:
    return [whom for whom, title in told if title == "carepath: the scheduler did not run"]


def test_of_a_gap_at_night_the_lead_hears_in_the_morning(staffed: Database) -> None:
    ticked(staffed, at(0, "12:00"))
    ticked(staffed, at(1, "02:00"))

    assert gap_told(posted(staffed, at(1, "02:00"))) == []
    assert gap_told(posted(staffed, at(1, "08:00"))) == ["dr-berg/mail"]


def test_of_a_gap_who_leads_hears_when_the_lead_is_away_by_then(staffed: Database) -> None:
    ticked(staffed, at(0, "12:00"))
    ticked(staffed, at(1, "02:00"))
    away(staffed, "dr-berg", "2026-03-03", "2026-03-10")

    assert gap_told(posted(staffed, at(1, "08:00"))) == ["ben/mail"]


def test_that_stops_do_not_arrive_is_told_at_once_and_anything_else_in_the_morning(staffed: Database) -> None:
    for name, tier in (("kim", "due"), ("ben", "stop")):
        body = f'{{"staff": "{name}", "channel": "sms", "error": "refused", "tier": "{tier}"}}'
        failure = MessageRow(
            kind="failure",
            about=name,
            staff="dr-berg",
            channel="mail",
            at=at(0, "22:00"),
            body=body,
            ready_at=at(0, "22:00"),
            delivery_key=name,
        )
        with staffed.writing() as store:
            store.queue_message(failure)

    at_night, by_day = posted(staffed, at(0, "22:00")), posted(staffed, at(1, "08:00") + HOUR)
    assert [title for _, title in at_night] == ["carepath: STOP, ben is not reached by sms"]
    assert [title for _, title in by_day] == ["carepath: kim is not reached by sms"]


def test_when_nobody_is_there_it_is_said_on_the_output(staffed: Database) -> None:
    ticked(staffed, at(0, "12:00"))
    ticked(staffed, at(1, "02:00"))
    for name in ("kim", "ben", "dr-berg"):
        away(staffed, name, "2026-03-03", "2026-03-10")

    assert gap_told(posted(staffed, at(1, "08:00"))) == ["output"]


def test_the_hours_of_the_site_hold_for_who_has_none(staffed: Database) -> None:
    joins(staffed, "dr-berg", "lead")
    decided(staffed, "hours", "mon-fri 10:00-12:00")
    ticked(staffed, at(0, "12:00"))
    ticked(staffed, at(1, "02:00"))

    assert gap_told(posted(staffed, at(1, "09:59"))) == []
    assert gap_told(posted(staffed, at(1, "10:00"))) == ["dr-berg/mail"]


def test_of_the_digests_of_several_mornings_that_could_not_go_only_the_last_arrives(
    staffed: Database,
) -> None:
    for day, hour in ((0, "06:00"), (1, "07:30"), (2, "07:30"), (3, "07:30")):
        now = at(day, hour)
        ticked(staffed, now)
        see_to(staffed, DAILY, clock=lambda now=now: now, worker="one", lease=LEASE, enough=lambda: False)  # type: ignore[misc]  # of this day
        assert posted(staffed, now, failing=True) == []

    told = posted(staffed, at(3, "12:00"))

    assert sorted(title for _, title in told if title.startswith("Digest")) == [
        f"Digest for {name}, 2026-03-05 07:30" for name in ("ben", "dr-berg", "kim")
    ]
    found = staffed.reader().execute(
        "SELECT state, count(*) FROM message WHERE kind = 'digest' AND about < 'merged' GROUP BY state"
    )
    assert found.fetchall() == [("merged", 6), ("sent", 3)]


def test_what_a_digest_carries_goes_to_who_holds_it_when_it_goes(staffed: Database) -> None:
    for number in range(2, 27):
        admit(staffed, f"P-{number:03}", now=at(0, "18:00"))
    ticked(staffed, at(0, "18:00"))
    hand_over(staffed, "kim", "ben", Author(by="kim", now=at(0, "19:00")), patients=["P-002"])

    told = posted(staffed, at(1, "08:00"))
    assert digests(told) == ["kim/mail"]
    assert ("ben/mail", "carepath: P-002/1 due 2026-03-02 06:00") in told


def test_when_all_that_a_digest_carries_is_given_to_another_they_get_a_digest(staffed: Database) -> None:
    for number in range(2, 27):
        admit(staffed, f"P-{number:03}", now=at(0, "18:00"))
    ticked(staffed, at(0, "18:00"))
    assign(staffed, "clinician", "ben", now=at(0))

    assert digests(posted(staffed, at(1, "08:00"))) == ["kim/mail", "ben/mail"]


def test_what_was_passed_on_and_comes_back_to_a_lead_is_not_lost(staffed: Database) -> None:
    ticked(staffed, at(0, "12:00"))
    ticked(staffed, at(1, "02:00"))
    away(staffed, "dr-berg", "2026-03-03", "2026-03-10")
    assert gap_told(posted(staffed, at(1, "07:00"))) == []

    with staffed.writing() as store:
        store.end_leave("dr-berg", 1)
    for name in ("kim", "ben"):
        away(staffed, name, "2026-03-03", "2026-03-10")

    assert gap_told(posted(staffed, at(1, "08:00"))) == ["dr-berg/mail"]


def test_a_digest_that_waited_once_more_tells_also_what_has_joined_it_since(staffed: Database) -> None:
    for number in range(2, 27):
        admit(staffed, f"P-{number:03}", now=at(0, "10:00"))
    ticked(staffed, at(0, "11:00"))
    # Nobody posts before the evening.
    assert digests(posted(staffed, at(0, "19:00"))) == []
    ticked(staffed, at(1, "02:00"))

    told = posted(staffed, at(1, "08:00"))
    assert [title for whom, title in told if whom == "kim/mail"] == ["Digest for kim, 2026-03-03 08:00"]


def test_a_digest_of_a_clock_that_was_ahead_takes_the_place_of_none(staffed: Database) -> None:
    def morning(day: int, clock: str = "07:30") -> list[str]:
        now = at(day, clock)
        ticked(staffed, now)
        see_to(staffed, DAILY, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)
        return [whom for whom in digests(posted(staffed, now)) if whom == "kim/mail"]

    assert morning(0, "06:00") == []
    assert morning(300) == ["kim/mail"]
    assert morning(301) == ["kim/mail"]

    assert morning(1, "06:00") == []
    assert morning(1) == ["kim/mail"]


def test_what_passes_to_who_has_no_channel_is_written_to_the_output_again(staffed: Database) -> None:
    ticked(staffed, at(0, "19:00"))
    away(staffed, "kim", "2026-03-03", "2026-03-03")
    with staffed.writing() as store:
        store.remove_channel("ben", "mail")
    posted(staffed, at(1, "08:00"))

    output = Listener()
    tick(staffed, now=at(1, "08:01"), worker=worker(), deliver=output)
    assert {"ben holds it for kim, on leave until 2026-03-03"} == {
        each.why for each in output.heard if each.kind == "raised"
    }
    assert sorted(output.words()) == ["raised P-001/1 call-soon", "raised P-001/2 first-look"]


def test_what_a_digest_carries_is_written_to_the_output_when_its_reader_has_no_channel_any_more(
    staffed: Database,
) -> None:
    for number in range(2, 27):
        admit(staffed, f"P-{number:03}", now=at(0, "18:00"))
    ticked(staffed, at(0, "18:00"))
    with staffed.writing() as store:
        store.remove_channel("kim", "mail")
    assert {whom for whom, _ in posted(staffed, at(1, "08:00"))} == {"dr-berg/mail"}

    output = Listener()
    tick(staffed, now=at(1, "08:01"), worker=worker(), deliver=output)
    assert len([each for each in output.heard if each.kind == "raised"]) == 52
