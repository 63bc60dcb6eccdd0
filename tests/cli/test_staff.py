"""People at work, typed: who is entered, who is away, who stands in, and a caseload handed over."""

import json

import pytest

from storage.connection import Database
from tests.cli.conftest import Desk


@pytest.fixture
def staffed(patient: Desk) -> Desk:
    """Enter anna with ben as her deputy, and dr-berg, who leads."""
    for who in ("dr-berg --role lead --role clinician", "ben", "anna --deputy ben"):
        patient.done(f"staff add {who}")
    return patient


def test_who_is_not_entered_though_they_have_patients_or_a_role_is_named(patient: Desk) -> None:
    said = patient.done("staff add ben")
    assert said.startswith("ben is on the staff: coordinator.\n")
    assert "anna is not on the staff, so ben holds what is theirs: 1 enrolment and" in said
    assert (
        "dr-berg is not on the staff, so ben holds what is for the lead: `carepath staff add dr-berg`."
        in said
    )
    assert patient.done("staff list").splitlines()[-1] == said.splitlines()[-1]


def test_the_list_of_the_staff_says_who_is_there_and_with_whom_it_rests(staffed: Desk) -> None:
    staffed.done("staff leave anna --from 2026-11-09 --to 2026-11-12")
    rows = staffed.done("staff list").splitlines()
    assert rows[0].split() == ["PERSON", "ROLES", "THERE", "DEPUTY", "PATIENTS", "PROMPTS", "NOW", "WITH"]
    assert [row.split()[0] for row in rows[1:4]] == ["anna", "ben", "dr-berg"]
    assert "on leave until 2026-11-12" in rows[1]
    assert rows[1].endswith("ben")
    assert "clinician, the site's lead" in rows[3]


def test_nobody_entered_is_said(desk: Desk) -> None:
    assert desk.done("staff list").startswith("Nobody is entered")
    assert json.loads(desk.done("staff list --json"))["staff"] == []


def test_a_deputys_list_has_what_they_hold_for_others_marked(staffed: Desk) -> None:
    staffed.done("staff leave anna --from 2026-11-09 --to 2026-11-12")
    page = staffed.done("today --owner ben")
    assert page.startswith("2026-11-10 10:00  ben's patients, anna's (--all for everybody's)")
    assert "coordinator ben (for anna)" in page
    assert "ben holds prompts for anna, on leave until 2026-11-12." in page
    shown = staffed.done("show P-1")
    assert "coordinator ben (for anna)" in shown
    assert "ben holds prompts for anna, on leave until 2026-11-12." in shown
    staffed.at("2026-11-13 09:00")
    assert "(for anna)" not in staffed.done("today --owner ben")
    assert "ben has no patients on a pathway, and nothing else asks" in staffed.done("today --owner ben")


def test_the_json_of_a_list_says_who_holds_each_prompt_and_why(staffed: Desk) -> None:
    staffed.done("staff leave anna --from 2026-11-09 --to 2026-11-12")
    found = json.loads(staffed.done("today --all --json"))
    contacts = [contact for part in found["parts"] for contact in part["contacts"]]
    lines = [line for contact in contacts for asked in contact["asked"] for line in asked["lines"]]
    [said] = {
        (line["holder"], line["named"], line["holder_why"]) for line in lines if line["role"] == "coordinator"
    }
    assert said == ("ben", "anna", "for anna, on leave until 2026-11-12")


def test_when_nobody_is_there_the_page_says_so_at_the_top(staffed: Desk) -> None:
    for name in ("anna", "ben", "dr-berg"):
        staffed.done(f"staff leave {name} --from 2026-11-09 --to 2026-11-12")
    page = staffed.done("today --all").splitlines()
    assert page[1].startswith("NOBODY HOLDS P-1/")
    assert any("coordinator (nobody) (for anna)" in line for line in page)


def test_a_clinician_has_a_list_of_what_is_for_the_clinician(staffed: Desk) -> None:
    staffed.done("role set clinician dr-berg")
    page = staffed("today", CAREPATH_BY="dr-berg").out
    assert "dr-berg's patients, what is for the clinician, what is for the lead" in page.splitlines()[0]
    assert "clinician dr-berg" in page
    assert "coordinator anna" not in page


def test_leave_says_with_whom_it_rests_and_is_taken_back(staffed: Desk) -> None:
    said = staffed.done("staff leave anna --from 2026-11-16 --to 2026-11-20")
    assert said.startswith(
        "anna is away from 2026-11-16 to 2026-11-20.\nFrom 2026-11-16 on ben holds what is theirs: 1"
    )
    assert staffed.done("staff leave anna --end 1").startswith(
        "anna is not away from 2026-11-16 to 2026-11-20"
    )
    assert "taken back" in staffed.done("staff show anna")
    assert "--end" in staffed.refused("staff leave anna --end 1 --from 2026-11-20", 2)
    assert "further notice" in staffed.done("staff leave anna")


def test_a_departure_says_what_is_theirs_with_whom_it_rests_and_what_to_type(staffed: Desk) -> None:
    staffed.done("role set lead anna")
    staffed.done("staff edit ben --deputy anna")
    said = staffed.done("staff depart anna --on 2026-11-13")
    assert said.startswith("anna's last day is 2026-11-13.\nAfter that ben holds what is theirs: 1 enrolment")
    assert "After that ben holds what is for the lead." in said
    assert "carepath caseload handover --from anna --to NAME --dry-run" in said
    assert "carepath role set lead NAME" in said
    assert "anna is the deputy of ben" in said
    assert staffed.done("staff depart anna --stays") == "anna stays.\n"
    assert "--on" in staffed.refused("staff depart anna", 2)


def test_a_change_is_told_as_it_was_and_is_and_kept(staffed: Desk) -> None:
    assert staffed.done("staff edit anna --deputy '' --budget 20") == (
        "anna: deputy is none (was ben); budget is 20.\n"
    )
    page = staffed.done("staff show anna")
    assert "deputy is none (was ben); budget is 20" in " ".join(page.split())
    assert "messages a day: at most 20" in page
    assert "Say what to change" in staffed.refused("staff edit anna", 2)
    assert "Nothing would change" in staffed.refused("staff edit anna --budget 20", 4)


def test_an_unknown_owner_is_refused_with_who_is_there(staffed: Desk) -> None:
    staffed.done("patient add P-2")
    said = staffed.refused("enrol P-2 watch --owner ona", 4)
    assert "ona, who is not on the staff" in said
    assert "On the staff: anna, ben, dr-berg." in said
    assert "On the staff" in staffed.refused("patient hand-over P-1 ona", 4)
    assert "On the staff" in staffed.refused("caseload handover --from anna --to ona", 4)
    assert "On the staff: anna, ben, dr-berg. `carepath staff add ona` adds" in staffed.refused(
        "role set lead ona", 4
    )


def test_a_role_is_not_given_to_who_has_left_nor_are_they_said_to_be_there(staffed: Desk) -> None:
    staffed.done("staff depart ben --on 2026-11-09")
    said = staffed.refused("role set lead ben", 4)
    assert "ben, who left on 2026-11-09, cannot hold a role. On the staff: anna, dr-berg." in said
    assert "`carepath staff depart ben --stays` takes that back." in said
    assert "On the staff: anna, dr-berg." in staffed.refused("role set lead ona", 4)
    staffed.done("staff depart ben --stays")
    assert staffed.done("role set lead ben") == "ben is lead now.\n"


def test_what_is_given_to_somebody_who_is_away_says_with_whom_it_rests(staffed: Desk) -> None:
    staffed.done("staff edit ben --deputy anna")
    staffed.done("staff leave ben --to 2026-11-13")
    now = "  Now it rests with anna, for ben, on leave until 2026-11-13.\n"
    assert staffed.done("patient hand-over P-1 ben") == f"P-1 is ben's patient now.\n{now}"
    assert staffed.done("role set lead ben") == f"ben is lead now.\n{now}"


def test_the_list_of_roles_says_with_whom_each_is_now(staffed: Desk) -> None:
    staffed.done("staff edit dr-berg --deputy ben")
    staffed.done("staff leave dr-berg")
    rows = staffed.done("role list").splitlines()
    assert rows[0].split() == ["ROLE", "HELD", "BY", "NOW", "WITH"]
    lead = next(row for row in rows if row.startswith("lead"))
    assert "dr-berg" in lead
    assert "ben, for dr-berg, on leave until further notice" in lead


def test_a_caseload_is_handed_over_with_a_sheet(staffed: Desk) -> None:
    would = staffed.done("caseload handover --from anna --to ben --dry-run")
    assert would.startswith("1 enrolment with")
    assert "would be handed over from anna to ben:\n  P-1 (watch)" in would
    assert "anna" in staffed.done("patient list")
    said = staffed.done("caseload handover --from anna --to ben --because 'she moves'")
    assert "handed over from anna to ben:" in said
    assert "anna's caseload: 1 patient, 1 enrolment" in said
    assert "Handed over from anna to ben: she moves" in staffed.done("log P-1")
    assert "anna has no patients" in staffed.refused("caseload handover --from anna --to ben", 3)


def test_a_sheet_counts_what_was_promised_and_is_overdue_by_now(staffed: Desk) -> None:
    staffed.done("snooze P-1/3 --until 2026-11-12")
    staffed.done("ack P-1/2")

    lines = staffed.done("caseload sheet --owner anna").splitlines()

    assert "Promised: taken on, not done: nothing, but 1 thing under other headings" in lines
    assert "Promised: put off: nothing, but 1 thing under other headings" in lines
    assert "Next, where nothing is open: nothing" in lines


def test_a_sheet_names_patients_only_when_asked_to(staffed: Desk) -> None:
    assert "Lovelace" not in staffed.done("caseload sheet --owner anna")
    assert "Ada Lovelace" in staffed.done("caseload sheet --owner anna --names")
    assert json.loads(staffed.done("caseload sheet --owner anna --names --json"))["names"] == {
        "P-1": "Ada Lovelace"
    }
    assert "P-2 is not on anna" in staffed.refused("caseload sheet --owner anna --patient P-2", 3)


def test_who_takes_over_while_away_is_warned_of(staffed: Desk) -> None:
    staffed.done("staff edit ben --deputy dr-berg")
    staffed.done("staff leave ben --to 2026-11-12")
    said = staffed.done("caseload handover --from anna --to ben")
    assert "Now it rests with dr-berg, for ben, on leave until 2026-11-12." in said


def test_leave_says_from_when_somebody_else_holds_it_as_the_deputy_is_away_too(staffed: Desk) -> None:
    staffed.done("staff leave ben --from 2026-11-18 --to 2026-11-19")

    said = staffed.done("staff leave anna --from 2026-11-16 --to 2026-11-20").splitlines()

    assert said[1].startswith("From 2026-11-16 on ben holds what is theirs: 1 enrolment with ")
    assert " ".join(said[2:]) == (
        "From 2026-11-18 on dr-berg holds what is theirs: as lead, for anna, on leave until 2026-11-20; "
        "ben, on leave until 2026-11-19. "
        "From 2026-11-20 on ben holds what is theirs: for anna, on leave until 2026-11-20."
    )


def test_the_leave_of_a_deputy_says_what_of_others_rests_with_somebody_else(staffed: Desk) -> None:
    staffed.done("staff leave anna --from 2026-11-16 --to 2026-11-20")

    said = " ".join(staffed.done("staff leave ben --from 2026-11-12 --to 2026-11-17").splitlines())

    assert said == (
        "ben is away from 2026-11-12 to 2026-11-17. From 2026-11-16 on dr-berg holds what is anna's: "
        "as lead, for anna, on leave until 2026-11-20; ben, on leave until 2026-11-17."
    )


def test_when_nobody_would_be_there_leave_says_so_loudly(staffed: Desk) -> None:
    for name in ("ben", "dr-berg"):
        staffed.done(f"staff leave {name} --from 2026-11-16 --to 2026-11-20")

    said = staffed.done("staff leave anna --from 2026-11-16 --to 2026-11-20")

    assert "From 2026-11-16 on NOBODY holds what is theirs" in said
    assert "From 2026-11-16 on NOBODY holds what is for the lead" in said


def test_a_name_that_is_part_of_another_is_not_mistaken_for_it(staffed: Desk) -> None:
    staffed.done("staff add ruben")
    staffed.done("staff edit anna --deputy ruben")
    for name in ("anna", "ruben"):
        staffed.done(f"staff leave {name} --from 2026-11-16 --to 2026-11-20")

    assert "anna's" not in staffed.done("staff leave ben --from 2026-11-16 --to 2026-11-20")


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (
            "staff leave anna --from 2026-11-01 --to 2026-11-05",
            2,
            "2026-11-05 is over, and with it the leave",
        ),
        ("staff leave anna --from tomorrow", 2, "'tomorrow' is not a day"),
        ("staff leave anan", 3, "anan is not on the staff: there is anna, ben, dr-berg."),
        ("staff add Anna", 4, "anna is on the staff already, and Anna differs in capitals only"),
        ("staff depart anna --on 2020-01-01", 2, "2020-01-01 lies before anna was entered here"),
        ("staff depart anna --on 2036-01-01", 2, "is more than 5 years ahead: is the year right?"),
        ("today --owner anan", 3, "Nobody is called anan here"),
        ("digest --for anan", 3, "Nobody is called anan here"),
        ("caseload sheet --owner anan", 3, "anan has no patients on a pathway"),
        (
            "caseload handover --from anna --to anan",
            4,
            "anan, who is not on the staff, cannot be responsible",
        ),
        ("caseload handover --from anan --to anna", 3, "anan has no patients on a pathway"),
    ],
)
def test_slips_are_refused_with_what_is_possible(staffed: Desk, line: str, code: int, says: str) -> None:
    before = staffed.content()
    assert says in staffed.refused(line, code)
    assert staffed.content() == before


def test_there_is_no_leave_after_the_last_day(staffed: Desk) -> None:
    staffed.done("staff depart anna --on 2026-11-13")
    said = staffed.refused("staff leave anna --from 2026-11-16 --to 2026-11-20", 4)
    assert "anna's last day is 2026-11-13, so there is no leave after it" in said
    staffed.done("staff leave anna --from 2026-11-12")


def test_when_the_only_lead_leaves_it_is_said_that_none_is_left(staffed: Desk) -> None:
    said = staffed.done("staff depart dr-berg --on 2026-11-13")
    assert "After that anna holds what is for the lead." in said
    assert "NO LEAD IS LEFT" in said
    staffed.done("staff edit ben --role coordinator --role lead")
    staffed.done("staff depart dr-berg --stays")
    assert "NO LEAD IS LEFT" not in staffed.done("staff depart dr-berg --on 2026-11-13")


def test_the_list_of_who_is_away_says_with_whom_it_is_and_nothing_else(staffed: Desk) -> None:
    staffed.done("staff leave anna --from 2026-11-10 --to 2026-11-12")
    page = staffed.done("today --owner anna --limit 1").splitlines()
    assert page[1] == "Nothing rests with anna, on leave until 2026-11-12."
    assert "Overdue: nothing" in page
    assert "    P-1/2  8 days late, due 2026-11-02  coordinator ben (for anna)" in page


@pytest.fixture
def stopped(staffed: Desk) -> Desk:
    """A stop for the clinician is open; dr-cole is the clinician, and only dr-berg is reached by anything."""
    for line in (
        "staff add dr-cole --role clinician --deputy dr-berg",
        "role set clinician dr-cole",
        "staff channel add dr-berg mail 'json://127.0.0.1:9/mail'",
        "record P-1 calcium=3.4",
    ):
        staffed.done(line)
    return staffed


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("staff leave dr-cole", "rests with dr-berg now, who is told at once."),
        ("staff leave dr-cole --from 2026-11-12", "rests with dr-berg from 2026-11-12 on, unless answered"),
        ("staff leave dr-cole --deputy ben", "rests with ben now, whom no message reaches: TELL THEM."),
        ("staff depart dr-cole --on 2026-11-09", "rests with dr-berg now, who is told at once."),
        ("staff depart dr-cole --on 2026-11-10", "rests with dr-berg after that, unless answered before."),
        ("role set clinician dr-berg", "rests with dr-berg now, who is told at once."),
        ("staff edit dr-cole --hours 'mon-fri 06:00-22:00'", ""),
        ("staff leave anna", ""),
    ],
)
def test_what_lets_a_stop_change_hands_names_it(stopped: Desk, line: str, says: str) -> None:
    page = " ".join(stopped.done(line).split())

    assert ("STOP: P-1/" in page) is bool(says)
    assert says in page


def test_who_stands_in_from_now_on_is_named_with_the_stop(stopped: Desk) -> None:
    stopped.done("staff leave dr-cole")
    page = " ".join(stopped.done("staff edit dr-cole --deputy ben").split())
    assert "STOP: P-1/" in page
    assert "rests with ben now, whom no message reaches: TELL THEM." in page


def test_who_is_entered_first_is_named_with_the_stops_that_then_rest_with_them(patient: Desk) -> None:
    patient.done("record P-1 calcium=3.4")
    page = " ".join(patient.done("staff add dr-dahl --role lead --role clinician").split())
    assert "STOP: P-1/" in page
    assert "rests with dr-dahl now, whom no message reaches: TELL THEM." in page


def test_leave_that_is_taken_back_names_the_stop_that_comes_back(stopped: Desk) -> None:
    stopped.done("staff leave dr-cole")
    assert "rests with dr-cole now, whom no message reaches" in stopped.done("staff leave dr-cole --end 1")


def test_nobody_is_told_when_a_stop_rests_with_nobody(stopped: Desk) -> None:
    for name in ("ben", "anna", "dr-berg"):
        stopped.done(f"staff leave {name}")
    assert "rests with NOBODY now: nobody is told." in stopped.done("staff leave dr-cole")


@pytest.mark.parametrize("line", ["caseload handover --from anna --to ben", "patient hand-over P-1 ben"])
def test_a_caseload_that_is_handed_over_names_its_stops(stopped: Desk, line: str) -> None:
    with Database(stopped.database) as database, database.writing() as store:
        store._run("UPDATE prompt SET role = 'coordinator' WHERE tier = 'stop'")

    assert "rests with ben now, whom" in stopped.done(line)


def test_a_rehearsed_handover_names_the_stops_that_would_change_hands_and_its_json_has_them(
    stopped: Desk,
) -> None:
    with Database(stopped.database) as database, database.writing() as store:
        store._run("UPDATE prompt SET role = 'coordinator' WHERE tier = 'stop'")
    line = "caseload handover --from anna --to ben"

    page = " ".join(stopped.done(f"{line} --dry-run").split())
    assert "rests with ben if it is handed over, unless answered before." in page
    for how in ("--dry-run --json", "--json"):
        [passed] = json.loads(stopped.done(f"{line} {how}"))["stops"]
        assert (len(passed["stops"]), passed["holder"], passed["reached"]) == (1, "ben", False)
