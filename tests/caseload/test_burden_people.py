"""Whose the burden is, how much of it comes a day, and what is proposed about it."""

from datetime import date

import pytest

from caseload import answering, roles, settings, staffing
from caseload.burden import Question, runs
from caseload.handover import hand_over
from caseload.staffing import Changes
from storage.connection import Database
from tests.caseload.burdened import (
    HOUR,
    PATIENTS,
    asked,
    people,
    told,
)
from tests.caseload.clinic import by, enrol, number_of, record, request, treated
from tests.caseload.test_whatever_people_do import ZONE


def test_a_prompt_is_theirs_who_answered_it_else_theirs_who_are_named(database: Database) -> None:
    roles.assign(database, "clinician", "dr-lee", now=by("ann", "2026-03-02 08:00").now)
    treated(database)
    call, look = number_of(database, "call-again"), number_of(database, "think-of-scan")
    answering.acknowledge(database, "P-001", call, request("2026-03-05 09:00", who="ben"))
    answering.dismiss(database, "P-001", look, request("2026-03-05 09:00", who="dr-berg", because="had one"))

    found = people(database, "2026-03-06 09:00")

    # What ann recorded ended dr-lee's too: who writes a fact down has not answered a prompt.
    assert {name: counts.raised for name, counts in found.items()} == {
        "ann": 1,
        "ben": 1,
        "dr-berg": 1,
        "dr-lee": 2,
    }
    assert found["dr-berg"].dismissed == found["ben"].acknowledged == 1


def test_what_was_handed_over_is_theirs_who_have_it_now(database: Database) -> None:
    enrol(database)
    hand_over(database, "ann", "ben", by("ann", "2026-03-03 09:00"))

    found = people(database, "2026-03-04 09:00")

    # The other prompt is for a clinician, and nobody is named for that.
    assert {name: counts.raised for name, counts in found.items()} == {"ben": 1, "": 1}


def test_who_only_got_messages_is_there_too(database: Database) -> None:
    enrol(database)
    told(database, "dr-berg")

    found = asked(database, "2026-03-02 12:00", Question(by="person"))

    [berg] = [each for each in found.people if each.person == "dr-berg"]
    assert (berg.counts.raised, berg.messages_received, berg.a_day.days) == (0, 2, 0)


def test_how_much_came_a_day_stands_against_the_budget(database: Database) -> None:
    staffing.add(database, "ann", Changes(budget=1), by("ann", "2026-03-01 09:00"))
    enrol(database)
    enrol(database, "P-002", when="2026-03-04 09:00")
    enrol(database, "P-003", when="2026-03-04 22:30")

    found = asked(database, "2026-03-10 09:00", Question(by="person"))

    [ann] = [each.a_day for each in found.people if each.person == "ann"]
    assert (ann.budget_patients, ann.days, ann.over_budget) == (1, 2, 1)
    assert (ann.median_prompts, ann.most_prompts, ann.most_on) == (1.5, 2, "2026-03-04")
    [nobody] = [each.a_day for each in found.people if not each.person]
    assert nobody.budget_patients == 40


@pytest.mark.parametrize(
    ("first", "last", "lengths"),
    [
        ("2026-03-02", "2026-03-08", [(7, 24)]),
        ("2026-03-28", "2026-03-31", [(1, 24), (1, 23), (2, 24)]),
        ("2026-10-25", "2026-10-25", [(1, 25)]),
    ],
)
def test_days_are_as_long_as_the_clocks_make_them(
    first: str, last: str, lengths: list[tuple[int, int]]
) -> None:
    found = runs(date.fromisoformat(first), date.fromisoformat(last), ZONE)

    assert [((until - since) // each, each // HOUR) for since, until, _, each in found] == lengths


def test_a_day_that_a_zone_left_out_is_no_day() -> None:
    found = runs(date(2011, 12, 29), date(2011, 12, 31), "Pacific/Apia")

    assert [number for _, _, number, _ in found] == [0, 2]


# What is proposed, and what is said aloud.


def ignoring(database: Database, least: str, percent: str) -> None:
    """Enrol three patients of whom only one has their swelling looked at."""
    settings.decide(database, "burden.raised", least, because="", author=by("ann", "2026-03-01 09:00"))
    settings.decide(database, "burden.acted-on", percent, because="", author=by("ann", "2026-03-01 09:00"))
    for patient in PATIENTS:
        enrol(database, patient)
    record(database, "P-001", "swelling=some", when="2026-03-03 09:00")


@pytest.mark.parametrize(
    ("least", "percent", "named"),
    [
        ("3", "34", ["ask-injury", "ask-swelling"]),
        ("3", "33", ["ask-injury"]),
        ("4", "34", []),
        ("3", "0", []),
    ],
)
def test_a_rule_is_proposed_for_review_below_what_the_site_decided(
    database: Database, least: str, percent: str, named: list[str]
) -> None:
    ignoring(database, least, percent)

    found = asked(database, "2026-03-20 09:00")

    assert [each.rule for each in found.to_review] == named
    assert (found.least_raised, found.under_percent) == (int(least), int(percent))


def test_while_there_is_time_nothing_is_held_against_a_rule(database: Database) -> None:
    ignoring(database, "3", "10")

    # Due until the 4th: on the 3rd it could still be done.
    early, late = (asked(database, when).to_review for when in ("2026-03-04 23:59", "2026-03-05 00:00"))

    assert ([each.rule for each in early], [each.rule for each in late]) == ([], ["ask-injury"])


def test_as_long_as_nobody_decides_it_takes_twenty_and_a_tenth(database: Database) -> None:
    found = asked(database, "2026-03-20 09:00")

    assert (found.least_raised, found.under_percent) == (20, 10)


def test_a_stop_is_never_proposed_for_review_but_named_by_itself(database: Database) -> None:
    ignoring(database, "1", "100")
    for patient in ("P-002", "P-003"):
        record(database, patient, "fever=yes", "swelling=much", when="2026-03-03 10:00")
    answering.act_on(
        database, "P-003", number_of(database, "fever-now", "P-003"), "", request("2026-03-03 11:00")
    )

    found = asked(database, "2026-03-20 09:00")

    assert [(each.rule, each.counts.raised, each.counts.acted_on) for each in found.stops] == [
        ("fever-now", 2, 1)
    ]
    assert "fever-now" not in {each.rule for each in found.to_review}


def test_a_limit_counts_the_rest_and_proposals_look_at_all(database: Database) -> None:
    ignoring(database, "3", "10")

    found = asked(database, "2026-03-20 09:00", Question(limit=1))

    assert (len(found.rules), found.more, found.total.raised) == (1, 1, 6)
    assert [each.rule for each in found.to_review] == ["ask-injury"]
