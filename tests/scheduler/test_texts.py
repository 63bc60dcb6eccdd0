"""What messages say: to whom, why, what to do, by when, how to answer; never more than the site lets out."""

import json

import pytest
from msgspec.structs import replace

from caseload.putting_on_record import Act
from caseload.roles import assign
from caseload.settings import decide
from pathways.errors import CarepathError
from scheduler.prompt_texts import About, told
from scheduler.texts import text_of
from storage.connection import Database
from storage.rows import DeliveryRow, GapRow, MessageKind, MessageRow
from tests.scheduler.drill import ZONE, at, by
from tests.scheduler.people import decided, joins

ROW = DeliveryRow(
    ledger_id=1,
    channel="mail",
    tries=1,
    kind="raised",
    moment=at(6),
    tell="",
    at=at(6),
    patient_id="P-014",
    number=3,
    rule="assess",
    tier="due",
    role="clinician",
    owner="kim",
    say="Assess the response",
    due_at=at(9),
    zone=ZONE,
    ended_at=None,
    ended=None,
    review="approved",
    staff="dr-cole",
    why="clinician",
    delivery_key="key",
)
WHY = "Why, and what to record: carepath why P-014/3"
NOW = at(6, "08:00")


def said(
    message: DeliveryRow, *, now: int = NOW, full: bool = True, link: str = "", act: Act | None = None
) -> list[str]:
    text = told(About(message, now, full, link, "the clinician, dr-cole", act))
    return [text.title, *text.body.splitlines()]


def test_a_prompt_says_what_to_do_by_when_to_whom_and_how_to_answer() -> None:
    assert said(ROW) == [
        "carepath: P-014/3 by 2026-03-10",
        "Assess the response",
        "P-014/3. Due by the end of 2026-03-10.",
        "To dr-cole, as the clinician.",
        "",
        WHY,
        "When it is done: carepath done P-014/3 (or ack, acting, could-not, snooze, dismiss)",
    ]


def test_a_time_of_day_is_said_with_its_zone() -> None:
    assert said(replace(ROW, due_at=at(6, "14:00")))[:3] == [
        "carepath: P-014/3 by 2026-03-08 14:00",
        "Assess the response",
        "P-014/3. Due by 2026-03-08 14:00 (Europe/London).",
    ]


def test_a_stop_says_so_first_and_is_not_put_off() -> None:
    lines = said(replace(ROW, tier="stop"))

    assert lines[0] == "carepath: STOP, P-014/3 by 2026-03-10"
    assert lines[1] == "STOP: Assess the response"
    assert lines[-1] == "When it is done: carepath done P-014/3 (or ack, dismiss)"


RECORDS = Act("carepath record P-014 result=...", then_done=True)


def test_what_a_record_can_show_is_recorded_and_not_said_to_be_done() -> None:
    assert said(ROW, act=RECORDS)[-3:] == [
        WHY,
        "When it is done: carepath record P-014 result=...",
        "Otherwise: carepath ack P-014/3 (or acting, could-not, snooze, dismiss)",
    ]
    assert said(replace(ROW, tier="stop"), act=RECORDS)[-1] == "Otherwise: carepath ack P-014/3 (or dismiss)"
    assert said(replace(ROW, kind="lapsed"), act=RECORDS)[-2:] == [
        "If it was done after all: carepath record P-014 result=... --at DAY",
        "If that was after it had lapsed, then also: carepath done P-014/3 --at DAY",
    ]
    for kind in ("raised", "woke", "lapsed"):
        assert "result" not in "\n".join(said(replace(ROW, kind=kind), act=RECORDS, full=False))


def test_information_is_to_know_and_ends_when_it_is_acknowledged() -> None:
    lines = said(replace(ROW, tier="info", due_at=None))

    assert lines[:3] == [
        "carepath: P-014/3",
        "To know: Assess the response",
        "P-014/3. It is for you to know.",
    ]
    assert lines[-1] == "When you know it: carepath ack P-014/3"


def test_what_is_overdue_or_comes_late_says_so() -> None:
    assert said(ROW, now=at(10, "08:00"))[:4] == [
        "carepath: P-014/3 due 2026-03-10",
        "Assess the response",
        "P-014/3. It is overdue: it was due by the end of 2026-03-10.",
        "It waited since 2026-03-08.",
    ]
    for late in (replace(ROW, tries=2), replace(ROW, at=at(9))):
        assert "This message comes 4 days late." in said(late, now=at(10, "08:00"))


def test_what_was_escalated_says_with_whom_it_rests() -> None:
    message = replace(ROW, kind="escalated", tell="lead", staff="dr-berg", why="lead", moment=at(12))
    due, rests = (
        "it was due by the end of 2026-03-10",
        "It rests with the clinician, dr-cole: see that it is.",
    )

    assert said(message, now=at(12, "08:00")) == [
        "carepath: escalated, P-014/3 due 2026-03-10",
        "Assess the response",
        f"P-014/3 is escalated to you: {due} and is not done. {rests}",
        "To dr-berg, as the lead.",
        "",
        WHY,
    ]


def test_what_lapsed_says_how_it_can_be_done_after_all() -> None:
    lines = said(replace(ROW, kind="lapsed", moment=at(12)), now=at(12, "08:00"))

    assert lines[0] == "carepath: lapsed, P-014/3 due 2026-03-10"
    assert lines[2] == (
        "P-014/3 has lapsed: it was due by the end of 2026-03-10, nobody answered, and it is asked no more."
    )
    assert lines[-1] == "If it was done after all: carepath done P-014/3 --at DAY"


def test_what_was_put_off_is_back() -> None:
    back = "P-014/3 is back: it was put off until now. Due by the end of 2026-03-10."
    assert said(replace(ROW, kind="woke"))[2] == back


def test_who_stands_in_is_told_for_whom() -> None:
    for why, line in {
        "for kim, on leave until 2026-03-12": "To ben, for kim, on leave until 2026-03-12.",
        "as lead, for kim, who left on 2026-03-01": "To ben, as lead, for kim, who left on 2026-03-01.",
    }.items():
        assert line in said(replace(ROW, role="coordinator", staff="ben", why=why))
    own = replace(ROW, role="coordinator", staff="kim", why="owner")
    assert "To kim, as the coordinator of the patient." in said(own)


def test_a_pathway_that_nobody_approved_says_so() -> None:
    assert "No clinician has approved its pathway here (submitted)." in said(replace(ROW, review="submitted"))


def test_without_the_words_nothing_is_said_of_what_it_is_about() -> None:
    for kind in ("raised", "escalated", "lapsed", "woke"):
        for tier in ("stop", "due", "info"):
            text = "\n".join(said(replace(ROW, kind=kind, tier=tier), full=False))
            assert "P-014/3" in text
            assert ROW.say not in text
            assert ROW.rule not in text


def test_a_link_takes_the_place_of_the_commands() -> None:
    lines = said(ROW, link="https://care.example/p/{patient}?prompt={prompt}")

    assert lines[-1] == "https://care.example/p/P-014?prompt=P-014%2F3"
    assert not any("carepath " in line for line in lines[1:])


@pytest.fixture
def site(database: Database) -> Database:
    joins(database, "kim", "coordinator")
    joins(database, "dr-cole", "clinician")
    joins(database, "dr-berg", "lead")
    assign(database, "clinician", "dr-cole", now=at(0))
    assign(database, "lead", "dr-berg", now=at(0))
    return database


def test_only_a_link_that_names_no_patient_goes_out_with_a_count(site: Database) -> None:
    decided(site, "message.detail", "count")
    for link, where in {
        "": "carepath today",
        "https://care.example/{prompt}": "carepath today",
        "https://care.example/list": "https://care.example/list",
    }.items():
        decided(site, "message.link", link)
        text = text_of(site, replace(ROW, staff="kim"), at(0, "10:00"))
        assert (text.title, text.body) == ("carepath", f"For kim: 1 thing needs you: {where}")


def test_a_count_says_whether_a_stop_is_among_them(site: Database) -> None:
    decided(site, "message.detail", "count")

    text = text_of(site, replace(ROW, staff="kim", tier="stop"), at(0, "10:00"))

    assert text == ("carepath: STOP", "For kim: 1 thing needs you, and it is a stop: carepath today", ())


def test_a_count_of_nothing_says_that_something_changed(site: Database) -> None:
    decided(site, "message.detail", "count")
    text = text_of(site, replace(ROW, staff="zoe", kind="lapsed"), at(0, "10:00"))
    assert text.body == ("For zoe: Nothing needs you now, and something you held has changed: carepath today")


def test_what_is_escalated_names_who_holds_it_now(site: Database) -> None:
    message = replace(ROW, kind="escalated", tell="lead", staff="dr-berg", why="lead")
    assert "It rests with the clinician, dr-cole: see that it is." in text_of(site, message, NOW).body


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("failure", {"staff": "kim", "channel": "mail", "error": "no answer"}),
        ("failure", {"backup": {"error": "The disk is full.", "good": None}}),
        ("gap", {"gap": 1}),
    ],
)
def test_what_is_for_a_lead_says_so_where_there_is_none(
    site: Database, kind: MessageKind, body: dict[str, object]
) -> None:
    with site.writing() as store:
        store.add_gap(
            GapRow(since=at(1), until=at(2), kind="silent", found_by="one", at=at(2), told_at=at(2))
        )
    message = MessageRow(
        kind=kind,
        about="",
        staff="",
        channel="output",
        at=NOW,
        body=json.dumps(body),
        ready_at=NOW,
        why="lead",
        delivery_key="key",
    )

    said_to = [
        text_of(site, each, NOW).body.splitlines()[-1] for each in (message, replace(message, staff="b"))
    ]

    assert said_to == [
        "No lead is there to be told: `carepath role set lead NAME` names one.",
        "To b, as a lead.",
    ]


@pytest.mark.parametrize("detail", ["full", "task", "count"])
def test_a_failure_says_who_is_not_reached_and_what_to_do_whatever_the_site_lets_out(
    site: Database, detail: str
) -> None:
    decided(site, "message.detail", detail)
    body = {"staff": "kim", "channel": "mail", "error": "the server answered 500", "tier": "stop"}
    message = MessageRow(
        kind="failure",
        about="",
        staff="dr-berg",
        channel="sms",
        at=NOW,
        body=json.dumps(body),
        ready_at=NOW,
        why="lead",
        delivery_key="key",
    )

    text = text_of(site, message, NOW)

    assert text.title == "carepath: STOP, kim is not reached by mail"
    assert text.body.splitlines()[:2] == [
        "Messages to kim through mail do not arrive: the server answered 500.",
        "A STOP is among them. Tell kim now: carepath today --owner kim",
    ]
    assert text.body.endswith("To dr-berg, as a lead.")


@pytest.mark.parametrize(
    "link",
    [
        *("care.example/{prompt}", "ftp://care.example/", "https://", "https://care.example/{name}"),
        *(
            "https://care.example/{prompt",
            "https://care.example/}",
            "https://me:secret@care.example/{prompt}",
        ),
        *("https://care.example/a b", "https://{patient}.example/"),
    ],
)
def test_a_link_that_cannot_be_one_is_refused(site: Database, link: str) -> None:
    with pytest.raises(CarepathError, match="is no link: write one such as"):
        decide(site, "message.link", link, because="", author=by(NOW).author)


@pytest.mark.parametrize("link", ["", "https://care.example", "http://10.0.0.7:8080/p/{patient}#{prompt}"])
def test_a_link_may_name_the_prompt_and_the_patient(site: Database, link: str) -> None:
    decide(site, "message.link", link, because="", author=by(NOW).author)
