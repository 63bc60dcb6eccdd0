"""At a terminal: asked for what is missing, told whom it is about, shown what would change."""

import pytest

from tests.cli.conftest import Desk
from tests.cli.terminal import INTERRUPT, Session, at_terminal


def person(desk: Desk, line: str, *typed: str) -> Session:
    return at_terminal(line.split(), *typed, database=desk.database)


@pytest.fixture
def here(desk: Desk) -> Desk:
    """Sit down with P-1, enrolled long enough ago for a terminal, whose clock nobody stops."""
    desk.done("patient add P-1 --name 'Ada Lovelace'")
    desk.done("enrol P-1 watch --at 2026-11-01")
    return desk


def test_an_event_asks_for_what_it_needs_one_by_one(here: Desk) -> None:
    session = person(here, "advance P-1 start-treatment --at 2026-11-05", "5 November", "2026-11-05", "yes")

    assert session.code == 0
    assert session.screen.splitlines()[:4] == [
        "P-1  Ada Lovelace",
        "On which day was the first dose? [first_dose: a day such as 2026-11-03] 5 November",
        "first_dose: '5 November' is not a day: write it as year-month-day, such as 2026-11-03",
        "On which day was the first dose? [first_dose: a day such as 2026-11-03] 2026-11-05",
    ]
    assert "Was a sample taken? [sampled: yes or no; Enter skips] yes" in session.screen
    assert "care is treated since 2026-11-05 (was waiting)" in session.screen


def test_what_may_stay_open_is_skipped_with_enter_and_a_warning_asks_why(here: Desk) -> None:
    session = person(
        here, "advance P-1 start-treatment first_dose=2026-11-05 --at 2026-11-05", "", "", "no time"
    )

    assert session.code == 0
    assert "Warning: Take a sample first." in session.screen
    assert "It wants a reason" in session.screen
    assert "because no time" in here.done("log P-1")


def test_a_need_is_asked_until_it_is_answered_and_can_be_left(here: Desk) -> None:
    before = here.content()

    session = person(here, "advance P-1 start-treatment", "", INTERRUPT)

    assert session.code == 130
    assert "The event cannot do without it" in session.screen
    assert session.screen.endswith("Nothing was recorded.\n")
    assert here.content() == before


def test_an_event_that_is_not_possible_asks_nothing(here: Desk) -> None:
    session = person(here, "advance P-1 find")

    assert session.code == 4
    assert "?" not in session.screen


def test_an_override_asks_for_its_reason_only(here: Desk) -> None:
    session = person(here, "advance P-1 start-treatment --override", "papers to follow")

    assert session.code == 0
    assert "Why go past it? papers to follow" in session.screen


def test_recording_without_a_fact_asks_for_what_open_prompts_miss(here: Desk) -> None:
    session = person(here, "record P-1", "", "2.3")

    assert session.code == 0
    asked = [line for line in session.screen.splitlines() if "Enter skips" in line]
    assert asked == [
        "On which day did it begin? [onset: a day such as 2026-11-03; Enter skips] ",
        "What is the calcium? [calcium: a number from 0.5 to 6 in mmol/L; Enter skips] 2.3",
    ]
    assert "P-1:2 calcium=2.3" in session.screen


def test_what_is_late_is_shown_and_asked(here: Desk) -> None:
    here.done("advance P-1 start-looking --at 2026-11-08")
    before = here.content()

    declined = person(here, "record P-1 onset=2026-10-20 --at 2026-11-03", "n")
    assert declined.code == 130
    assert "There are entries up to 2026-11-08 already" in declined.screen
    assert "done  P-1/2  Record the day it began" in declined.screen
    assert declined.screen.endswith("Record it? [y/N] n\nNothing was recorded.\n")
    assert here.content() == before

    agreed = person(here, "record P-1 onset=2026-10-20 --at 2026-11-03", "y")
    assert agreed.code == 0
    assert agreed.screen.endswith("P-1:3 onset=2026-10-20 (2026-11-03)\n")


def test_a_correction_asks_why_and_shows_what_it_changes(here: Desk) -> None:
    here.done("record P-1 onset=2026-10-20 --at 2026-11-03")

    session = person(here, "withdraw P-1:2", "of another patient", "y")

    assert session.code == 0
    assert session.screen.startswith("P-1  Ada Lovelace\nWhy? of another patient\n")
    assert "again  P-1/2  due 2026-11-02: Record the day it began" in session.screen
    assert "P-1:3 withdraws P-1:2" in session.screen


@pytest.mark.parametrize(
    ("line", "typed", "says"),
    [
        ("close P-1", ["moved"], "How? [died, moved] moved"),
        ("note P-1", ["asked the ward"], "What should the note say? asked the ward"),
        ("dismiss P-1/3", ["no telephone"], "Why? no telephone"),
        ("snooze P-1/3", ["2126-11-12"], "Until when? 2126-11-12"),
    ],
)
def test_what_was_left_out_is_asked_for(here: Desk, line: str, typed: list[str], says: str) -> None:
    assert says in person(here, line, *typed).screen


def test_a_patient_without_a_stored_name_is_greeted_by_id(here: Desk) -> None:
    here.done("patient add P-2")

    session = person(here, "enrol P-2", "watch")

    assert session.screen.startswith("P-2  (no name stored)\n1. watch: A pathway of the tests\n")
    assert session.code == 0


def test_a_name_is_asked_for_so_that_no_shell_keeps_it(here: Desk) -> None:
    session = person(here, "patient add P-2", "Grace Hopper", "by letter")

    assert session.code == 0
    assert "Grace Hopper" in here.done("patient list --name grace")


@pytest.mark.only("sqlite")
def test_the_zone_of_a_new_site_is_asked_until_it_is_one(here: Desk) -> None:
    here.database.unlink()

    session = person(here, "init", "Europe/Londn", "Europe/London")

    assert session.code == 0
    assert "did you mean Europe/London" in session.screen


def test_stopping_at_a_question_ends_quietly(here: Desk) -> None:
    for typed in ([INTERRUPT], []):  # Ctrl-C, then Ctrl-D
        session = person(here, "close P-1", *typed)
        assert session.code == 130
        assert "Nothing was recorded." in session.screen
        assert "Traceback" not in session.screen


def test_a_person_at_a_terminal_sees_the_name_of_the_patient(here: Desk) -> None:
    assert person(here, "show P-1").screen.startswith("P-1  Ada Lovelace  on ")
