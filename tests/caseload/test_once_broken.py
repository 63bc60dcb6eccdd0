"""Ways in which a prompt or an escalation was once lost: each must stay closed."""

import pytest

from caseload import actions, answering, mending
from caseload.checking import check
from caseload.contacts import OPEN, OVERDUE, TODAY
from caseload.importing import import_lines
from caseload.projecting import escalation_moment
from caseload.rebuilding import replan
from caseload.worklist import worklist
from pathways.errors import Refused
from storage.connection import Database
from tests.caseload.clinic import enrol, moment, number_of, record, request, treated
from tests.storage.databases import everything


def tick(database: Database, now: str) -> None:
    """Do what has come due, as a scheduler would."""
    taken = 1
    while taken:
        with database.writing() as store:
            taken = store.claim_due(
                now=moment(now), limit=100, worker="one", escalation_moment=escalation_moment
            ).taken


def differences(database: Database, now: str) -> tuple[str, ...]:
    return check(database, now=moment(now)).differences


def told(database: Database, rule: str) -> list[str]:
    with database.reading() as store:
        ids = {prompt.id for prompt in store.prompts(1) if prompt.key.rule == rule}
        return [deed.kind for deed in store.ledger(1) if deed.prompt_id in ids]


def test_escalations_survive_a_tick_that_took_the_prompt_for_over(database: Database) -> None:
    treated(database)
    tick(database, "2026-03-11 09:00")
    actions.advance(database, "P-001", "review", ["swelling=none"], request("2026-03-12 09:00"))
    tick(database, "2026-03-20 09:00")
    mending.withdraw(database, "P-001", 7, request("2026-03-20 10:00", because="another patient"))

    assert differences(database, "2026-03-20 10:00") == ()
    tick(database, "2026-03-20 10:05")
    assert told(database, "review-in-time") == ["raised", "escalated"]


def test_what_a_clock_far_ahead_passed_by_waits_again_once_it_is_put_right(database: Database) -> None:
    treated(database)
    tick(database, "2028-01-01 09:00")

    assert replan(database) > 0

    assert differences(database, "2026-03-03 10:00") == ()


def test_an_enrolment_is_not_opened_again_beside_a_later_one(database: Database) -> None:
    enrol(database)
    actions.close(database, "P-001", "moved", request("2026-03-03 09:00"))
    enrol(database, when="2026-03-04 09:00")
    before = everything(database)

    with pytest.raises(Refused, match="is on knee again since 2026-03-04"):
        mending.withdraw(database, "P-001", 2, request("2026-03-05 09:00", because="never left"))
    assert everything(database) == before


def test_a_file_in_which_somebody_is_twice_on_a_pathway_is_told(database: Database) -> None:
    lines = [
        '{"line": "enrolment", "patient": "P-900", "pathway": "knee"}',
        '{"line": "entry", "patient": "P-900", "kind": "enrolled", "at": "2026-03-02"}',
        '{"line": "enrolment", "patient": "P-900", "pathway": "knee", "enrolment": 2}',
        '{"line": "entry", "patient": "P-900", "kind": "enrolled", "at": "2026-03-03", "enrolment": 2}',
    ]

    outcome = import_lines(
        database,
        [line.encode() for line in lines],
        author=request("2026-03-05 09:00").author,
        owner="ann",
    )

    assert [problem.line for problem in outcome.problems] == [3]
    assert "is on knee already" in outcome.problems[0].what


def test_what_no_longer_follows_is_not_listed_nor_answered_whatever_the_time(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-02 10:00")
    number = number_of(database, "fever-now")
    mending.withdraw(database, "P-001", 2, request("2026-03-04 09:00", because="another patient"))

    found = worklist(database, now=moment("2026-03-03 09:00"))
    assert "fever-now" not in {line.rule for line in (*found.lines(OVERDUE), *found.lines(TODAY, OPEN))}
    with pytest.raises(Refused, match="superseded"):
        answering.dismiss(
            database, "P-001", number, request("2026-03-04 10:00", at="2026-03-03", because="no")
        )


def test_a_snooze_does_not_wake_what_opens_later_now(database: Database) -> None:
    treated(database)
    tick(database, "2026-03-11 09:00")
    until = "2026-03-13"
    number = number_of(database, "review-in-time")
    answering.snooze(database, "P-001", number, until, request("2026-03-11 10:00"))
    record(database, "P-001", "injured_on=2026-03-10", when="2026-03-11 11:00")

    tick(database, "2026-03-13 09:00")

    assert told(database, "review-in-time") == ["raised"]
    assert differences(database, "2026-03-13 09:00") == ()
