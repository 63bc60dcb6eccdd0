"""A patient on several pathways: every list stays readable, and nothing is written for the wrong one."""

import json

import pytest

from pathways.story_files import LIBRARY
from tests.cli.conftest import WATCH, Desk
from tests.cli.terminal import Session, at_terminal

# The same words for `onset` and `calcium`; another question behind `response`; `consent` and `ask-consent` on
# this one alone, `start-treatment` on the other.
GUARD = (
    WATCH.read_text()
    .replace("pathway: watch", "pathway: guard")
    .replace("title: A pathway of the tests", "title: The other one")
    .replace("event: start-treatment", "event: begin")
    .replace("of: [better, same, worse]", "of: [good, bad]")
    .replace("facts:\n", "facts:\n  consent: {type: yes-no, ask: Is there consent?}\n")
    .replace(
        "prompts:\n",
        "prompts:\n  - {id: ask-consent, say: Ask for consent, tier: due, due: 2 days, for: coordinator,"
        " needs: [consent], source: the-tests}\n",
    )
)


@pytest.fixture
def both(patient: Desk) -> Desk:
    """P-1 is on two pathways, since the first and since the fifth of November."""
    file = patient.folder / "guard.yaml"
    file.write_text(GUARD)
    patient.done(f"pathway install {file}")
    patient.done("enrol P-1 guard --at 2026-11-05")
    return patient


def person(desk: Desk, line: str, *typed: str) -> Session:
    return at_terminal(line.split(), *typed, database=desk.database)


def test_a_fact_that_one_pathway_asks_for_goes_there(both: Desk) -> None:
    assert "consent=yes" in both.done("record P-1 consent=yes")
    assert "consent" not in both.done("show P-1 --pathway watch")
    assert "consent" in both.done("show P-1 --pathway guard")


def test_several_facts_find_their_pathways_in_one_command(both: Desk) -> None:
    said = both.done("record P-1 consent=yes calcium=2.3 --everywhere")

    assert said.splitlines()[0] == "on watch:"
    assert "P-1:3 calcium=2.3 mmol/L (2026-11-10 10:00)" in said
    assert "on guard:\nP-1:4 consent=yes (2026-11-10 10:00)\nP-1:5 calcium=2.3 mmol/L" in said


def test_a_fact_that_both_ask_for_is_refused_until_somebody_says_for_which(both: Desk) -> None:
    before = both.content()

    said = both.refused("record P-1 consent=yes calcium=2.3", 2)

    assert said == (
        "Error: calcium of P-1 may be meant for watch and guard: say for which with --pathway, "
        "such as --pathway watch, or for all of them with --everywhere.\n"
    )
    assert both.content() == before


def test_a_fact_is_recorded_for_one_or_for_all(both: Desk) -> None:
    both.done("record P-1 calcium=2.3 --pathway guard")
    assert "calcium" not in both.done("show P-1 --pathway watch").partition("FACT")[2]

    both.done("record P-1 onset=2026-10-25 --everywhere")
    for pathway in ("watch", "guard"):
        assert "onset " in both.done(f"show P-1 --pathway {pathway}").partition("FACT")[2]


def test_what_two_pathways_ask_in_different_words_is_never_recorded_for_both(both: Desk) -> None:
    said = both.refused("record P-1 response=same --everywhere", 2)

    assert "response of P-1 may be meant for watch and guard" in said
    assert "--everywhere" not in said
    assert "response=same" in both.done("record P-1 response=same --pathway watch")


def test_a_booking_is_named_by_a_number_of_one_pathway(both: Desk) -> None:
    both.done("record P-1 visit=2026-11-20 --everywhere")

    said = both.refused("record P-1 'visit#1=done' --everywhere", 2)

    assert "visit#1 of P-1 may be meant for watch and guard" in said
    assert "visit#1" in both.done("record P-1 'visit#1=cancelled' --pathway guard")


def test_a_fact_that_no_pathway_has_is_refused_with_the_one_that_is_meant(both: Desk) -> None:
    said = both.refused("record P-1 calcum=2.3", 3)

    assert said.startswith("Error: No pathway of P-1 has a fact 'calcum': not watch nor guard.")
    assert "Did you mean 'calcium'?" in said


def test_an_event_goes_to_the_pathway_that_has_it(both: Desk) -> None:
    assert "care is treated" in both.done("advance P-1 start-treatment first_dose=2026-11-09 sampled=yes")
    assert "begin" in both.done("advance P-1 begin first_dose=2026-11-09 sampled=yes")


def test_an_event_that_is_possible_on_both_is_refused_and_one_that_is_possible_on_one_is_not(
    both: Desk,
) -> None:
    assert "start-looking of P-1 may be meant for watch and guard" in both.refused(
        "advance P-1 start-looking", 2
    )
    both.done("advance P-1 start-looking --pathway watch")

    said = both.done("advance P-1 start-looking")

    assert "search is looking" in said
    rows = [line.split()[:2] for line in both.done("show P-1 --pathway guard").splitlines()]
    assert ["search", "looking"] in rows


def test_an_event_everywhere_happens_on_all_or_on_none(both: Desk) -> None:
    said = both.done("advance P-1 start-looking calcium=2.2 --everywhere")
    assert said.count("search is looking since 2026-11-10 10:00 (was idle)") == 2
    assert said.count("calcium=2.2 mmol/L") == 2

    both.done("advance P-1 start-treatment first_dose=2026-11-09 sampled=yes")
    both.done("advance P-1 begin first_dose=2026-11-09 sampled=yes")
    before = both.content()
    # Its answer is another one on each, so that no value is right for both.
    assert "say for which with --pathway" in both.refused(
        "advance P-1 stop-treatment response=same --everywhere", 2
    )
    assert "needs response" in both.refused("advance P-1 stop-treatment --everywhere", 4)
    assert both.content() == before


def test_an_event_that_no_pathway_has_is_refused(both: Desk) -> None:
    assert "Did you mean 'begin'?" in both.refused("advance P-1 begni", 3)


def test_a_person_is_asked_for_which(both: Desk) -> None:
    session = person(both, "record P-1 calcium=2.3", "gard", "guard")

    assert session.code == 0, session.screen
    assert "For which? [watch, guard, all]" in session.screen
    assert "It is one of watch, guard, all." in session.screen
    assert "calcium" not in both.done("show P-1 --pathway watch").partition("FACT")[2]


def test_a_person_is_asked_once_for_what_both_wait_for(both: Desk) -> None:
    session = person(both, "record P-1", "all", "2026-10-25", "2.3", "yes")

    assert session.code == 0, session.screen
    assert session.screen.count("On which day did it begin?") == 1
    assert session.screen.count("onset=2026-10-25") == 2


def test_a_person_may_move_both_on_at_once(both: Desk) -> None:
    session = person(both, "advance P-1 start-looking", "all")

    assert session.code == 0, session.screen
    assert session.screen.count("search is looking") == 2


def test_leaving_wants_to_know_which(both: Desk) -> None:
    assert "Leaving of P-1 may be meant for watch and guard" in both.refused("close P-1 --reason moved", 2)

    said = both.done("close P-1 --reason moved --pathway guard")

    assert said.splitlines()[-1] == "P-1 is still on watch."
    assert "left: moved" in both.done("close P-1 --reason moved")


def test_whoever_has_died_leaves_all_of_them_at_once(both: Desk) -> None:
    said = both.done("close P-1 --reason died --everywhere")

    assert said.count("left: died") == 2
    assert "still on" not in said
    assert "Open: nothing" in both.done("today")


def test_both_are_shown_one_after_the_other(both: Desk) -> None:
    page = both.done("show P-1")

    assert "A pathway of the tests (watch" in page
    assert "The other one (guard" in page
    assert "also on guard\n" in page
    assert "also on guard (--pathway shows it)" in both.done("show P-1 --pathway watch")
    assert "say which with --pathway" in both.refused("show P-1 --json", 2)
    assert json.loads(both.done("show P-1 --pathway guard --json"))["pathway"]["name"] == "guard"


def test_what_can_happen_next_is_shown_for_each_with_what_to_type(both: Desk) -> None:
    page = both.done("next P-1")

    assert page.splitlines()[0] == "on watch:"
    assert "carepath advance P-1 start-looking --pathway guard" in page
    assert "carepath close P-1 --reason died|moved --pathway watch" in page
    both.done("close P-1 --reason moved --pathway guard")
    assert "--pathway" not in both.done("next P-1")


def test_a_rule_is_explained_where_it_is(both: Desk) -> None:
    assert "rule ask-consent of guard" in both.done("why P-1 ask-consent")
    page = both.done("why P-1 call")
    assert "rule call of watch" in page
    assert "rule call of guard" in page
    assert "say which with --pathway" in both.refused("why P-1 call --json", 2)
    assert json.loads(both.done("why P-1 ask-consent --json"))["pathway"] == "guard"


def test_the_log_says_for_which_pathway_an_entry_is(both: Desk) -> None:
    lines = both.done("log P-1").splitlines()

    assert lines[0].split() == ["ENTRY", "ON", "HAPPENED", "BY", "WHAT"]
    assert [line.split()[1] for line in lines if line.startswith("P-1:")] == ["watch", "guard"]


def test_the_worklist_puts_together_what_both_ask_for_and_says_of_each_where_it_comes_from(
    both: Desk,
) -> None:
    lines = both.done("today").splitlines()

    at = next(number for number, line in enumerate(lines) if "Record the day it began" in line)
    assert [line.split()[:2] for line in lines[:at] if "P-" in line][-1] == ["P-1/2,", "P-1/7"]
    assert lines[at + 1 : at + 3] == [
        "      watch, ask-onset: since 2026-11-01 (the-tests)",
        "      guard, ask-onset: since 2026-11-05, 4 days late, due 2026-11-06 (the-tests)",
    ]
    assert sum("Ask for consent" in line for line in lines) == 1


def test_what_is_put_together_counts_once_and_is_named_whole_however_little_is_shown(both: Desk) -> None:
    whole, cut = both.done("today"), both.done("today --limit 1")

    overdue, _, _ = whole.partition("\n\nToday: ")
    count = sum(line.startswith("    P-1/") for line in overdue.splitlines())
    heading = f"Overdue: 1 patient, {count - 1} things (and 1 more of theirs)"
    assert heading in overdue
    assert "P-1/2, P-1/7" in cut
    assert heading in cut


def test_prompts_of_two_patients_or_two_bookings_are_never_put_together(both: Desk) -> None:
    both.done("patient add P-2")
    both.done("enrol P-2 watch --at 2026-11-01")
    both.done("record P-1 visit=2026-11-12 visit=2026-11-13 --pathway watch")
    page = both.done("today")

    heads = [line.split()[0] for line in page.splitlines() if line.startswith("  P-")]
    assert not [head for head in heads if head.endswith(",") and "P-2" in head]
    assert page.count("Send the letter for the visit") == 2


def test_who_mends_an_entry_is_told_of_the_same_on_the_other_pathway(both: Desk) -> None:
    both.done("record P-1 calcium=2.3 --everywhere")

    said = both.done("correct P-1:3 calcium=3.2 --because misread --yes")

    assert "The same was recorded for guard as P-1:4, and stands there: is it right?" in said
    both.done("correct P-1:4 calcium=3.2 --because misread --yes")
    both.done("record P-1 onset=2026-10-25 --pathway watch")
    assert "The same" not in both.done("withdraw P-1:7 --because 'of another patient' --yes")


def test_what_another_pathway_knows_already_is_offered_at_the_enrolment(patient: Desk) -> None:
    patient.done("record P-1 onset=2026-10-25 calcium=2.3 response=same")
    file = patient.folder / "guard.yaml"
    file.write_text(GUARD)
    patient.done(f"pathway install {file}")

    said = " ".join(patient.done("enrol P-1 guard").split())

    offered = "carepath record P-1 onset=2026-10-25 calcium=2.3 --pathway guard"
    assert said.endswith(f"watch knows already what is asked here too; if it is true here: {offered}")
    patient.done(offered.removeprefix("carepath "))


def test_a_danger_of_a_real_patient_on_two_real_pathways_is_one_line_for_who_must_act(desk: Desk) -> None:
    for name in ("immune-pns", "dermatomyositis"):
        desk.done(f"pathway install {LIBRARY / f'{name}.yaml'}")
    desk.done("patient add P-014")
    desk.done("enrol P-014 immune-pns symptom_onset=2026-10-24")
    desk.done("enrol P-014 dermatomyositis symptom_onset=2026-10-24")

    said = desk.done("record P-014 checkpoint_inhibitor=planned --everywhere")
    page = desk.done("today")

    assert said.count("Checkpoint inhibitor") >= 2
    assert page.count("Checkpoint inhibitor with a paraneoplastic syndrome") == 1
    assert max(map(len, page.splitlines())) <= 100
    assert "immune-pns, checkpoint-inhibitor-alert: " in page
    assert "dermatomyositis, checkpoint-inhibitor-alert: " in page
    desk.done("record P-014 neuro_oncology_review=2026-11-10 --everywhere")
    assert "Checkpoint inhibitor with a paraneoplastic" not in desk.done("today")
