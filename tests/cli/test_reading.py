"""What the reading commands show to people."""

import pytest

from tests.cli.conftest import Desk


def test_the_day_begins_with_what_is_overdue(patient: Desk) -> None:
    lines = patient.done("today").splitlines()

    assert lines[0] == "2026-11-10 10:00  anna's patients (--all for everybody's)"
    assert lines[2:7] == [
        "Overdue: 1 patient, 2 things (and 1 more of theirs)",
        "  P-1: waiting 9 d, idle 9 d",
        "    P-1/2  8 days late, due 2026-11-02  coordinator anna",
        "      Record the day it began [record onset]",
        "      watch, ask-onset: since 2026-11-01 (the-tests)",
    ]


def test_dangers_come_first_and_say_so(patient: Desk) -> None:
    patient.done("record P-1 calcium=3.4")
    lines = patient.done("today").splitlines()

    first = lines[lines.index("With others: 1 patient, 2 things") + 2]
    assert "STOP, due today (2026-11-10)" in first
    assert "clinician dr-cole" in first


def test_a_danger_that_is_not_overdue_is_named_above_what_is(patient: Desk) -> None:
    assert "STOP" not in patient.done("today")

    patient.done("record P-1 calcium=3.4")

    said = "STOP: P-1/5, clinician dr-cole (under With others)"
    assert patient.done("today").splitlines()[1] == said
    mine = patient.done("today --owner dr-cole")
    assert mine.splitlines()[1] == "STOP: P-1/5, clinician dr-cole (under Today)", "no such line, no danger"


def test_the_coming_days_are_as_many_as_asked_for(patient: Desk) -> None:
    patient.done("record P-1 visit=2026-11-30")

    assert "Send the letter for the visit" not in patient.done("today")
    assert "opens 2026-11-23, due 2026-11-29" in patient.done("today --days 14")


def test_what_is_late_stays_in_sight_when_it_is_put_off(patient: Desk) -> None:
    patient.done("snooze P-1/3 --until 2026-11-12")

    shown = patient.done("today")
    assert "P-1/3  6 days late, due 2026-11-04" in shown
    assert "(put off until 2026-11-12)" in shown


def test_who_has_patients_sees_them_and_who_has_none_sees_everybodys(patient: Desk) -> None:
    patient.done("patient add P-2")
    patient.done("enrol P-2 watch --owner ben")

    assert "P-2/" not in patient.done("today")
    assert "P-2/" in patient.done("today --all")
    assert "P-1/" not in patient.done("today --owner ben")
    lead = patient("today", CAREPATH_BY="dr-berg").out
    assert lead.startswith("2026-11-10 10:00  everybody's patients")
    assert "P-1/" in lead
    assert "P-2/" in lead
    assert "P-1/" in patient("today", CAREPATH_BY=None).out


def test_a_list_ends_with_why_it_can_be_believed(patient: Desk) -> None:
    assert patient.done("today").splitlines()[-3:] == [
        "The scheduler has never run: nobody is told (`carepath scheduler run`).",
        "Nothing was checked by night yet; until then `carepath check` does it.",
        "Oldest unsent message: since 2026-11-10 10:00. (As of 2026-11-10 10:00.)",
    ]
    patient.done("scheduler once")
    ran, _, unsent = patient.done("today").splitlines()[-3:]
    assert ran == "The scheduler last ran at 2026-11-10 10:00."
    assert unsent == "Oldest unsent message: none. (As of 2026-11-10 10:00.)"

    patient.at("2026-11-12 10:02:00")
    ran, _, _ = patient.done("today").splitlines()[-3:]
    late = "It is late: nobody is told (`carepath scheduler run`)."
    assert ran == f"The scheduler last ran at 2026-11-10 10:00. {late}"


def test_an_empty_list_says_of_how_many_nothing_is_asked(patient: Desk) -> None:
    patient.done("patient add P-2")
    patient.done("enrol P-2 watch --owner ben")
    patient.done("close P-2 --reason moved")
    for name in ("anna --role lead --role clinician --role coordinator", "ben"):
        patient.done(f"staff add {name}")

    said = "ben has no patients on a pathway, and nothing else asks for anything now or in 7 days."
    assert said in patient.done("today --owner ben")
    assert said in patient.done("digest --for ben")
    patient.done("record P-1 onset=2026-10-25 calcium=2.3")
    assert "asks for anything" not in patient.done("today --all")


def test_an_empty_site_says_that_it_is_one(desk: Desk) -> None:
    assert "Nobody is on a pathway: nothing asks for anything now or in 7 days." in desk.done("today --all")


def test_names_are_shown_only_when_asked_for(patient: Desk) -> None:
    for line in ("today", "show P-1", "patient list", "next P-1", "log P-1", "why P-1/2"):
        assert "Lovelace" not in patient.done(line)
        if "why" not in line:
            assert "Lovelace" not in patient.done(f"{line} --json")
    for line in ("today --names", "show P-1 --names", "patient list --names", "patient list --name lace"):
        assert "Ada Lovelace" in patient.done(line)


def test_a_patient_as_a_whole(patient: Desk) -> None:
    patient.done("record P-1 onset=2026-10-25 calcium=3.4 --at 2026-11-09")

    page = patient.done("show P-1")

    assert "A pathway of the tests (watch, version 1; not approved by a clinician" in page
    assert "since 2026-11-01, anna's patient" in page
    assert "! Calcium was high (since 2026-11-09; the-tests: default)" in page
    assert "care    waiting  2026-11-01  9 days  Nothing is done yet" in page
    assert "STOP: Calcium is high, act now" in page
    assert "calcium  3.4 mmol/L  2026-11-09  1 day" in page
    assert "P-1/2  2026-11-09  done by P-1:2" in page


def test_long_histories_show_the_latest_and_all_when_asked(patient: Desk) -> None:
    for number in range(1, 13):
        patient.at(f"2026-11-{number + 10} 10:00:00")
        patient.done("record P-1 visit=2026-11-24")
        patient.at(f"2026-11-{number + 10} 10:01:00")
        patient.done(f"record P-1 'visit#{number}=cancelled'")

    assert "and 2 earlier: --ended shows them" in patient.done("show P-1")
    assert "earlier" not in patient.done("show P-1 --ended")


def test_somebody_who_left_is_shown_as_left(patient: Desk) -> None:
    patient.done("close P-1 --reason moved")

    assert "LEFT on 2026-11-10 10:00: moved (P-1:2)" in patient.done("show P-1")
    assert "P-1 left watch: moved on 2026-11-10 10:00" in patient.done("next P-1")
    assert "P-1      none" in patient.done("patient list")
    assert "left 2026-11-10 10:00: moved" in patient.done("patient list --left")


def test_somebody_who_came_back_was_here_before(patient: Desk) -> None:
    patient.done("close P-1 --reason moved")
    patient.done("enrol P-1 watch")

    assert "was on watch before (`carepath log P-1` has all of it)" in patient.done("show P-1")


def test_what_can_happen_next_with_what_it_needs(patient: Desk) -> None:
    page = patient.done("next P-1")

    assert "start-treatment  care: waiting -> treated  (not yet)" in page
    assert "    needs  first_dose  On which day was the first dose? a day such as 2026-11-03" in page
    assert "    asks   sampled     Was a sample taken? yes or no" in page
    assert "    warns              Take a sample first (unknown; the-tests: default)" in page
    assert "carepath close P-1 --reason died|moved" in page


def test_the_log_shows_what_was_mended_and_when_it_was_written(patient: Desk) -> None:
    patient.done("record P-1 calcium=2.31 --at 2026-11-08")
    patient.done("correct P-1:2 calcium=2.13 --because misread --yes")

    page = patient.done("log P-1")

    assert "calcium = 2.31 mmol/L; written 2026-11-10 10:00; corrected by P-1:3" in page
    assert "because misread" in page
    assert "in place of P-1:2" in " ".join(page.split())


def test_the_log_of_somebody_on_no_pathway_says_so(patient: Desk) -> None:
    patient.done("patient add P-2")

    assert patient.done("log P-2") == "Nothing is recorded of P-2: `carepath enrol P-2 PATHWAY` begins.\n"


def test_why_says_the_sum(patient: Desk) -> None:
    page = patient.done("why P-1/2")

    assert "rule ask-onset of watch" in page
    assert "Began:" in page
    assert "+ 1 day = 2026-11-02" in page
    assert "the-tests: Chosen for the tests (default:" in page


def test_why_not_says_what_is_unknown(patient: Desk) -> None:
    page = patient.done("why P-1 high-calcium")

    assert page.startswith("P-1 high-calcium: unknown\n")
    assert "record calcium" in page


def test_an_empty_list_after_a_slip_of_the_pen_does_not_look_like_good_news(patient: Desk) -> None:
    said = "Nobody is called anan here: did you mean anna? (`carepath staff list`)."
    there = "Nobody is called zoe here: there is anna, dr-berg, dr-cole (`carepath staff list`)."
    assert there in patient.refused("today --owner zoe", 3)
    assert said in patient.refused("today --owner anan", 3)
    assert said in patient.refused("digest --for anan", 3)

    assert "did you mean `care`?" in patient.refused("patient list --track cara", 3)
    assert "did you mean `waiting`?" in patient.refused("patient list --state waitin", 3)
    assert "did you mean `watch`?" in patient.refused("patient list --pathway wtch", 3)
    assert patient.done("patient list --state over") == "Nobody.\n"
    assert patient.done("patient list --name Byron") == "Nobody.\n"


def test_patients_are_found_by_where_they_are(patient: Desk) -> None:
    patient.done("patient add P-2")

    assert "P-1      watch    2026-11-01  anna   care waiting 9 days, search idle 9 days" in patient.done(
        "patient list --track care --state waiting --days-in-state 9"
    )
    assert patient.done("patient list --track care --state waiting --days-in-state 10") == "Nobody.\n"
    assert "P-2" in patient.done("patient list")


@pytest.mark.parametrize(
    "line",
    [
        "today --all --names",
        "show P-1 --names",
        "next P-1",
        "log P-1",
        "why P-1/2",
        "why P-1 assess",
        "patient list --names",
        "pathway show watch",
        "pathway list",
        "role list",
    ],
)
def test_what_is_printed_fits_the_page(patient: Desk, line: str) -> None:
    patient.done(f"record P-1 onset=2026-10-25 --because '{'a long reason ' * 30}'")

    assert max(map(len, patient.done(line).splitlines())) <= 100


def test_nothing_that_moves_a_cursor_is_printed(patient: Desk) -> None:
    patient.done("note P-1 'two\nlines'")

    for line in ("log P-1", "show P-1", "today"):
        assert patient.done(line).replace("\n", "").isprintable()
