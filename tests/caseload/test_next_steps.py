from caseload import actions
from caseload.next_steps import next_steps
from storage.connection import Database
from tests.caseload.clinic import enrol, moment, record, request, treated


def test_each_possible_event_says_where_it_leads_and_what_it_still_needs(database: Database) -> None:
    enrol(database)

    found = next_steps(database, "P-001", now=moment("2026-03-03 09:00"))

    treat, scan = found.steps
    assert (treat.event, treat.state, treat.to, treat.to_say) == (
        "treat",
        "waiting",
        "treated",
        "Being treated",
    )
    assert [(fact.name, fact.ask) for fact in treat.missing] == [("injured_on", "When was it injured?")]
    assert [fact.name for fact in treat.asked] == ["crp"]
    assert [(each.say, each.holds, each.sources[0].id) for each in treat.warnings] == [
        ("Ask for consent before treating", "unknown", "guideline")
    ]
    assert treat.command == "carepath advance P-001 treat injured_on=... --because '...'"
    assert not treat.ready
    assert (scan.event, scan.ready) == ("scan-done", True)
    assert found.exits == ("died", "moved")


def test_a_warning_tells_not_met_from_unknown(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "consent=no", when="2026-03-02 10:00")

    [warning] = next_steps(database, "P-001", now=moment("2026-03-03 09:00")).steps[0].warnings

    assert warning.holds == "not met"


def test_an_old_answer_is_stale_for_an_event_that_wants_a_new_one(database: Database) -> None:
    treated(database)

    review, _ = next_steps(database, "P-001", now=moment("2026-03-12 09:00")).steps

    assert [fact.name for fact in review.stale] == ["swelling"]
    assert review.stale[0].expected == "one of none, some, much"


def test_after_leaving_nothing_can_happen(database: Database) -> None:
    treated(database)
    actions.close(database, "P-001", "moved", request("2026-03-05 09:00"))

    found = next_steps(database, "P-001", now=moment("2026-03-06 09:00"))

    assert (found.steps, found.exits, found.left) == ((), (), "moved on 2026-03-05 09:00")
