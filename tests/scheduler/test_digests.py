"""Digests: everybody gets theirs once a morning, and it says what it would say again."""

import json

import pytest

from caseload.actions import advance
from caseload.answering import acknowledge, act_on
from caseload.contacts import ESCALATED, NOT_MOVING, OTHERS, OVERDUE, PARTS, TODAY
from caseload.detail import COUNT
from caseload.digest_lines import lines
from caseload.roles import assign
from caseload.worklist import Worklist, worklist
from cli.commands.today import page
from pathways.moments import Moment
from scheduler.channels import Text
from scheduler.daily import DAILY
from scheduler.delivery import DeliveryFailed
from scheduler.digests import foot, made
from scheduler.posting import Post, post
from scheduler.routines import see_to
from scheduler.tick import tick
from storage.connection import Database
from tests.scheduler.drill import MINUTE, Listener, admit, at, by, worker
from tests.scheduler.people import away, decided, joins, reached


@pytest.fixture
def staffed(database: Database) -> Database:
    """kim owns P-001 and has ben as a deputy; dr-cole is the clinician, dr-berg the lead."""
    joins(database, "kim", "coordinator", deputy="ben")
    joins(database, "ben", "coordinator")
    joins(database, "dr-cole", "clinician")
    joins(database, "dr-berg", "lead")
    assign(database, "clinician", "dr-cole", now=at(0))
    assign(database, "lead", "dr-berg", now=at(0))
    return database


def see(database: Database, now: Moment) -> list[str]:
    """Tick and post; return the lines that went to the output besides what is told of prompts."""
    told: list[str] = []
    tick(database, now=now, worker=worker(), deliver=Listener())
    see_to(database, DAILY, clock=lambda: now, worker="one", lease=MINUTE, enough=lambda: False)
    way = Post(nobody_answers, lambda text: told.extend(text.splitlines()))
    post(database, way, clock=lambda: now, worker="post", lease=MINUTE, enough=lambda: False)
    return told


def nobody_answers(url: str, text: Text, key: str) -> None:
    raise DeliveryFailed(f"nobody answers at {url} for {key}: {text.title}")


def digest_of(database: Database, person: str, now: Moment) -> Worklist:
    return made(database, person, now, foot(database, now))


def parts(found: Worklist) -> dict[str, list[str]]:
    return {
        part.name: [
            line.prompt for contact in part.contacts for asked in contact.asked for line in asked.lines
        ]
        for part in found.parts
        if part.contacts
    }


def test_everybody_gets_a_digest_once_a_morning_also_an_empty_one(staffed: Database) -> None:
    see(staffed, at(0, "23:00"))

    first, again, next_day = (see(staffed, now) for now in (at(1, "07:30"), at(1, "07:31"), at(2, "07:30")))

    titles = [line for line in first if line.startswith("Digest for")]
    assert titles == [f"Digest for {name}, 2026-03-03 07:30" for name in ("ben", "dr-berg", "dr-cole", "kim")]
    assert [line for line in again if line.startswith("Digest for")] == []
    assert len([line for line in next_day if line.startswith("Digest for")]) == 4


def test_a_digest_says_why_silence_can_be_believed(staffed: Database) -> None:
    see(staffed, at(0, "23:00"))

    *_, ticked, checked, unsent = lines(digest_of(staffed, "ben", at(0, "23:01")))

    assert ticked == "The scheduler last ran at 2026-03-02 23:00."
    assert checked.startswith("Nothing was checked by night yet")
    assert unsent == "Oldest unsent message: none. (As of 2026-03-02 23:01.)"


def test_a_digest_says_that_the_scheduler_is_late(staffed: Database) -> None:
    see(staffed, at(0, "23:00"))

    *_, ticked, _, _ = lines(digest_of(staffed, "ben", at(1, "07:30")))

    late = "It is late: nobody is told (`carepath scheduler run`)."
    assert ticked == f"The scheduler last ran at 2026-03-02 23:00. {late}"


def test_several_prompts_of_a_patient_are_one_contact(staffed: Database) -> None:
    advance(staffed, "P-001", "treat", ["dose=2026-03-03"], by(at(1, "10:00")))

    found = digest_of(staffed, "kim", at(3, "07:30"))

    [contact] = [contact for part in found.parts for contact in part.contacts]
    assert contact.patient == "P-001"
    assert len(contact.asked) == len(parts(found)[contact.part])


def test_who_is_away_gets_none_and_their_deputy_gets_theirs(staffed: Database) -> None:
    see(staffed, at(0, "23:00"))
    away(staffed, "kim", "2026-03-03", "2026-03-05")

    told = see(staffed, at(1, "07:30"))

    assert "Digest for kim, 2026-03-03 07:30" not in told
    assert "With kim's patients." in told
    assert parts(digest_of(staffed, "ben", at(1, "07:30"))) == {OVERDUE: ["P-001/1"], OTHERS: ["P-001/2"]}
    assert parts(digest_of(staffed, "kim", at(1, "07:30"))) == {OTHERS: ["P-001/1", "P-001/2"]}


def test_what_was_escalated_to_somebody_is_theirs_to_see(staffed: Database) -> None:
    see(staffed, at(0, "23:00"))

    found = digest_of(staffed, "dr-berg", at(1, "07:30"))

    assert parts(found)[ESCALATED] == ["P-001/1"]
    assert any("with kim: Call the patient within hours" in line for line in lines(found))


def test_a_prompt_taken_on_long_ago_is_listed_as_not_moving(staffed: Database) -> None:
    acknowledge(staffed, "P-001", 2, by(at(0, "10:00")))

    assert NOT_MOVING not in parts(digest_of(staffed, "dr-cole", at(2, "09:00")))
    assert parts(digest_of(staffed, "dr-cole", at(4, "09:00")))[NOT_MOVING] == ["P-001/2"]


def test_the_budget_cuts_the_least_urgent_counts_them_and_never_cuts_a_stop(staffed: Database) -> None:
    for number in range(2, 7):
        admit(staffed, f"P-{number:03}", now=at(0, "10:00"))
    for patient in ("P-005", "P-006"):
        advance(staffed, patient, "treat", ["dose=2026-03-02", "result=bad"], by(at(0, "11:00")))
    decided(staffed, "budget", "1")

    found = digest_of(staffed, "dr-cole", at(2, "09:00"))

    shown = [contact.patient for part in found.parts for contact in part.contacts]
    assert shown == ["P-005", "P-006"]
    assert found.cut == 4
    said = "Not shown: what else there is of 4 patients, beyond the 1 of a day;"
    assert any(line.startswith(said) for line in lines(found))


def test_stops_of_others_take_no_room_from_what_is_ones_own_and_a_patient_is_counted_once(
    staffed: Database,
) -> None:
    for number in range(2, 7):
        admit(staffed, f"P-{number:03}", now=at(0, "10:00"))
    for patient in ("P-004", "P-005", "P-006"):
        advance(staffed, patient, "treat", ["dose=2026-03-02", "result=bad"], by(at(0, "11:00")))
    decided(staffed, "budget", "2")

    found = digest_of(staffed, "kim", at(5, "09:00"))

    shown = {part.name: [contact.patient for contact in part.contacts] for part in found.parts}
    assert len(shown[OVERDUE]) == 2
    assert shown[OTHERS] == ["P-004", "P-005", "P-006"]
    assert found.cut == 6 < sum(part.beyond for part in found.parts)


def test_a_digest_is_the_same_however_often_it_is_made(staffed: Database) -> None:
    see(staffed, at(0, "23:00"))
    for name in ("kim", "ben", "dr-cole", "dr-berg"):
        kept = foot(staffed, at(3, "07:30"))
        first = made(staffed, name, at(3, "07:30"), kept)
        see(staffed, at(3, "07:31"))
        assert made(staffed, name, at(3, "07:30"), kept) == first
        assert list(lines(first)) == list(lines(made(staffed, name, at(3, "07:30"), kept)))


def test_a_digest_goes_to_the_channels_that_take_digests(staffed: Database) -> None:
    reached(staffed, "kim", "mail", kinds=("digest",))
    reached(staffed, "kim", "pager", kinds=("prompts",))
    see(staffed, at(0, "23:00"))

    told = see(staffed, at(1, "07:30"))

    assert "Digest for kim, 2026-03-03 07:30" not in told
    with staffed.writing() as store:
        queued = store.ready_messages(now=at(1, "08:31"), limit=10)
    assert [(each.kind, each.staff, each.channel) for each in queued] == [("digest", "kim", "mail")]
    assert json.loads(queued[0].body)["at"] == at(1, "07:30")


def test_a_site_that_lets_only_counts_out_has_counts_in_its_digests(staffed: Database) -> None:
    decided(staffed, "message.detail", "count")
    see(staffed, at(0, "23:00"))

    told = see(staffed, at(1, "07:30"))

    assert "Overdue: 1 patient" in told
    assert not any("P-001" in line for line in told)


def test_somebody_who_left_gets_no_more_digests(staffed: Database) -> None:
    see(staffed, at(0, "23:00"))
    with staffed.writing() as store:
        [row] = [row for row in store.staff() if row.id == "ben"]
        store.put_staff(row._replace(left_on="2026-03-02"))

    assert "Digest for ben, 2026-03-03 07:30" not in see(staffed, at(1, "07:30"))


def test_a_site_without_staff_has_no_digests_of_its_own_accord_and_can_ask(database: Database) -> None:
    see(database, at(0, "23:00"))

    assert not [line for line in see(database, at(1, "07:30")) if line.startswith("Digest for")]
    assert parts(digest_of(database, "kim", at(0, "05:00"))) == {TODAY: ["P-001/1"], OTHERS: ["P-001/2"]}


def test_every_part_is_there_also_when_it_is_empty(staffed: Database) -> None:
    assert [part.name for part in digest_of(staffed, "ben", at(0)).parts] == list(PARTS)
    assert "Overdue: nothing" in list(lines(digest_of(staffed, "ben", at(0))))


def test_every_stop_is_named_above_the_list_however_short_it_is_cut(staffed: Database) -> None:
    for number in range(2, 7):
        admit(staffed, f"P-{number:03}", now=at(0, "10:00"))
        advance(staffed, f"P-{number:03}", "treat", ["dose=2026-03-02", "result=bad"], by(at(0, "11:00")))
    now = at(2, "09:00")

    for person in ("dr-cole", "kim", None):
        found = worklist(staffed, now=now, owner=person, limit=1)
        whole = worklist(staffed, now=now, owner=person, limit=1_000)
        said = " ".join("\n".join(page(found, {})).split())

        there = [line.prompt for line in whole.lines() if line.tier == "stop"]
        assert [line.prompt for stop in found.stops for line in stop.lines] == there
        assert found.stops == whole.stops
        assert len(there) == 5
        assert "STOP (5): " in said
        assert not [prompt for prompt in there if f" {prompt}," not in said]


def test_a_list_of_which_only_the_count_may_leave_the_house_counts_its_stops(staffed: Database) -> None:
    advance(staffed, "P-001", "treat", ["dose=2026-03-02", "result=bad"], by(at(0, "11:00")))

    told = list(lines(digest_of(staffed, "kim", at(0, "12:00")), COUNT))

    assert "STOP: 1 thing" in told
    assert not [line for line in told if "P-001" in line]


def test_a_digest_marks_what_was_taken_on_wherever_it_stands(staffed: Database) -> None:
    acknowledge(staffed, "P-001", 1, by(at(0, "10:00")))
    act_on(staffed, "P-001", 2, "2026-03-03", by(at(0, "10:00")))

    def told(days: int) -> str:
        return "\n".join(lines(digest_of(staffed, "kim", at(days, "07:30"))))

    assert "Call the patient within hours (acknowledged 2026-03-02 10:00 by kim)" in told(1)
    assert "Look at the patient (kim is on it, until 2026-03-03)" in told(0)
    assert "Look at the patient (kim was on it until 2026-03-03; that has passed)" in told(6)
