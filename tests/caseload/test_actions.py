import pytest
from msgspec import structs

from caseload import actions
from caseload.actions import Unmet
from caseload.cases import NotEnrolled
from caseload.showing import show
from caseload.writing import Outcome
from pathways.errors import CarepathError, ChangedMeanwhile, NotFound, Refused
from pathways.guards import NoSuchEvent, NotAllowedHere
from storage.connection import Database
from tests.caseload.clinic import advance, enrol, moment, record, request, treated
from tests.storage.databases import everything


def state(outcome: Outcome, track: str = "knee") -> str:
    return outcome.after.tracks[track].state


def ended(outcome: Outcome) -> dict[str, str | None]:
    """Return how each prompt that is new or changed stands."""
    return {after.key.rule: after.ended for _, after in outcome.prompts}


def test_recording_what_a_prompt_waits_for_ends_it(database: Database) -> None:
    enrol(database)

    outcome = record(database, "P-001", "swelling=much", when="2026-03-02 10:00")

    assert ended(outcome)["ask-swelling"] == "done"
    assert not outcome.late


def test_facts_recorded_together_are_known_at_one_moment(database: Database) -> None:
    enrol(database)

    outcome = record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-02 10:00")

    assert {entry.happened_at for entry in outcome.entries} == {moment("2026-03-02 10:00")}
    assert ended(outcome)["fever-now"] is None


def test_a_late_entry_is_worked_in_where_it_belongs(database: Database) -> None:
    treated(database)

    outcome = record(
        database, "P-001", "fever=yes", "swelling=much", when="2026-03-06 10:00", at="2026-03-02 12:00"
    )

    assert outcome.late
    stop = next(after for _, after in outcome.prompts if after.key.rule == "fever-now")
    assert stop.opens_at == moment("2026-03-02 12:00")
    assert stop.due_at is not None
    assert stop.due_at < moment("2026-03-06 10:00")


def test_bookings_are_numbered_and_a_number_is_never_used_again(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "scan_on=2026-03-20", "scan_on=2026-03-27", when="2026-03-03 10:00")
    record(database, "P-001", "scan_on#2=cancelled", when="2026-03-03 11:00")

    outcome = record(database, "P-001", "scan_on=2026-04-03", when="2026-03-03 12:00")

    assert outcome.entries[0].booking == 3


@pytest.mark.parametrize(
    ("facts", "at", "said"),
    [
        (["crb=1"], "", "knee has no fact 'crb': did you mean 'crp'?"),
        (["crp"], "", "'crp' is not a fact: write fact=value"),
        (["crp="], "", "crp has no value: a number from 0 to 500 in mg/L"),
        (["swelling=huge"], "", "swelling cannot be 'huge': it is one of none, some, much"),
        (["crp#1=4"], "", "crp has one value, no numbered bookings"),
        (["scan_on#7=2026-03-09"], "", "P-001 has no scan_on#7: there is none."),
        (["scan_on=2096-03-09"], "", "is the year right?"),
        (["crp=4", "fever=perhaps"], "", "fever cannot be 'perhaps': it is yes or no"),
        (["crp=4"], "2026-03-09", "2026-03-09 lies in the future (it is 2026-03-03 10:00)"),
        (["crp=4"], "2026-03-29 25:00", "'2026-03-29 25:00' is not a time of day"),
        (["crp=4"], "yesterday", "'yesterday' is not a day or a time"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_changes_nothing(
    database: Database, facts: list[str], at: str, said: str
) -> None:
    enrol(database)
    before = everything(database)

    with pytest.raises(CarepathError) as refused:
        record(database, "P-001", *facts, when="2026-03-03 10:00", at=at)

    assert said in str(refused.value)
    assert everything(database) == before


def test_a_time_that_the_clocks_skip_is_refused(database: Database) -> None:
    enrol(database)

    with pytest.raises(CarepathError, match="01:30 did not happen on 2026-03-29 in Europe/London"):
        record(database, "P-001", "crp=4", when="2026-03-30 10:00", at="2026-03-29 01:30")


def test_an_event_moves_its_track_with_the_facts_that_go_with_it(database: Database) -> None:
    enrol(database, "P-001", "consent=yes")

    outcome = advance(database, "P-001", "treat", "injured_on=2026-03-01", when="2026-03-03 09:00")

    assert state(outcome) == "treated"
    assert [entry.kind for entry in outcome.entries] == ["fact", "event"]
    assert (outcome.entries[1].source, outcome.entries[1].to) == ("waiting", "treated")
    assert outcome.entries[1].overrode == ()


def test_an_event_without_what_it_needs_is_refused_and_says_what(database: Database) -> None:
    enrol(database, "P-001", "consent=yes")
    before = everything(database)

    with pytest.raises(Unmet) as refused:
        advance(database, "P-001", "treat", when="2026-03-03 09:00")

    assert refused.value.verdict.missing == ("injured_on",)
    assert str(refused.value) == (
        "P-001 cannot treat yet. treat needs injured_on=...: add them to the command, "
        "or go on with --override --because '...'."
    )
    assert everything(database) == before


def test_a_warning_wants_a_reason_and_no_override(database: Database) -> None:
    enrol(database, "P-001", "injured_on=2026-03-01")
    before = everything(database)

    with pytest.raises(Unmet, match="Ask for consent before treating: go on with --because"):
        advance(database, "P-001", "treat", when="2026-03-03 09:00")
    assert everything(database) == before

    outcome = advance(database, "P-001", "treat", when="2026-03-03 09:00", because="unconscious")
    assert state(outcome) == "treated"
    assert outcome.entries[0].overrode == ()


def test_several_warnings_are_told_with_one_way_past_all_of_them(database: Database) -> None:
    enrol(database, "P-001", "injured_on=2026-03-01")
    with pytest.raises(Unmet) as refused:
        advance(database, "P-001", "treat", when="2026-03-03 09:00")
    [warning] = refused.value.verdict.warnings
    another = structs.replace(warning, otherwise="Ask for a second opinion")

    said = str(Unmet("P-001", structs.replace(refused.value.verdict, warnings=(warning, another))))

    assert said == (
        "P-001 cannot treat yet. Ask for consent before treating; Ask for a second opinion: "
        "go on with --because '...'."
    )


def test_an_override_is_kept_and_told_to_the_lead(database: Database) -> None:
    enrol(database)

    outcome = advance(
        database, "P-001", "treat", when="2026-03-03 09:00", override=True, because="unconscious"
    )

    assert outcome.entries[0].overrode == ("injured_on", "Ask for consent before treating")
    told = next(after for _, after in outcome.prompts if after.key.rule == "override")
    assert (told.role, told.tier, told.say) == (
        "lead",
        "info",
        "P-001:2 went past what the pathway asks: read its reason, then acknowledge",
    )


def test_an_override_without_a_reason_is_refused(database: Database) -> None:
    enrol(database)

    with pytest.raises(CarepathError, match="An override needs its reason"):
        advance(database, "P-001", "treat", when="2026-03-03 09:00", override=True)


def test_an_old_answer_does_not_do_where_a_new_one_is_needed(database: Database) -> None:
    treated(database)

    with pytest.raises(Unmet) as refused:
        advance(database, "P-001", "review", when="2026-03-12 09:00")

    assert refused.value.verdict.stale == ("swelling",)
    outcome = advance(database, "P-001", "review", "swelling=none", when="2026-03-12 09:00")
    assert state(outcome) == "reviewed"


def test_an_event_the_state_does_not_have_is_refused_even_with_an_override(database: Database) -> None:
    enrol(database)
    before = everything(database)

    with pytest.raises(NotAllowedHere, match=r"Cannot 'heal' while knee is 'waiting'. Possible now: treat"):
        advance(database, "P-001", "heal", when="2026-03-03 09:00", override=True, because="looks fine")
    with pytest.raises(NoSuchEvent, match=r"knee has no event 'threat'. Did you mean 'treat'\?"):
        advance(database, "P-001", "threat", when="2026-03-03 09:00")
    with pytest.raises(Refused, match="P-001 was enrolled at 2026-03-02 00:00"):
        advance(database, "P-001", "treat", when="2026-03-03 09:00", at="2026-03-01")

    assert everything(database) == before


def test_a_late_event_is_judged_by_what_was_known_then(database: Database) -> None:
    enrol(database, "P-001", "injured_on=2026-03-01")
    record(database, "P-001", "consent=yes", when="2026-03-05 09:00")

    with pytest.raises(Unmet, match="Ask for consent"):
        advance(database, "P-001", "treat", when="2026-03-06 09:00", at="2026-03-04")

    outcome = advance(database, "P-001", "treat", when="2026-03-06 09:00", at="2026-03-05 10:00")
    assert state(outcome) == "treated"


def test_what_somebody_else_wrote_meanwhile_is_told_and_nothing_is_recorded(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "crp=12", when="2026-03-03 09:00", who="ben")
    before = everything(database)

    with pytest.raises(ChangedMeanwhile) as refused:
        record(database, "P-001", "crp=13", when="2026-03-03 10:00", seen=1)

    assert str(refused.value) == (
        "P-001 was changed meanwhile (P-001:2 fact crp by ben at 2026-03-03 09:00). "
        "Nothing was recorded: look again, then repeat."
    )
    assert everything(database) == before
    assert record(database, "P-001", "crp=13", when="2026-03-03 10:00", seen=2).entries


def test_a_note_is_kept_and_nothing_follows(database: Database) -> None:
    enrol(database)

    outcome = actions.note(database, "P-001", "  Called, no answer ", request("2026-03-03 09:00"))

    assert outcome.entries[0].because == "Called, no answer"
    assert outcome.prompts == ()
    with pytest.raises(CarepathError, match="A note needs some text"):
        actions.note(database, "P-001", "   ", request("2026-03-03 09:00"))


def test_leaving_ends_everything_and_nothing_more_can_happen(database: Database) -> None:
    treated(database)

    outcome = actions.close(database, "P-001", "died", request("2026-03-05 09:00"))

    assert {after.ended for _, after in outcome.prompts} <= {"left", "superseded"}
    assert outcome.row.left_reason == "died"
    with pytest.raises(Refused, match=r"P-001 left knee on 2026-03-05 \(died\). .* withdraw P-001:6"):
        advance(database, "P-001", "review", "swelling=none", when="2026-03-06 09:00")
    enrol(database, "P-002")
    with pytest.raises(Refused, match="'bored' is no way to leave knee: it is one of died, moved"):
        actions.close(database, "P-002", "bored", request("2026-03-05 09:00"))


def test_who_is_on_no_pathway_cannot_be_recorded(database: Database) -> None:
    with pytest.raises(NotEnrolled, match=r"P-002 is not on a pathway: `carepath enrol P-002 PATHWAY`"):
        record(database, "P-002", "crp=1", when="2026-03-03 09:00")
    enrol(database)
    with pytest.raises(NotFound, match="P-001 is not on hip"):
        record(database, "P-001", "crp=1", when="2026-03-03 09:00", pathway="hip")


def test_a_rehearsal_tells_the_consequences_and_changes_nothing(database: Database) -> None:
    treated(database)
    before = everything(database)

    outcome = record(
        database,
        "P-001",
        "fever=yes",
        "swelling=much",
        when="2026-03-06 10:00",
        at="2026-03-02 12:00",
        rehearse=True,
    )

    assert outcome.late
    assert ended(outcome)["fever-now"] is None
    assert everything(database) == before


def test_a_prompt_that_opens_with_an_entry_is_raised_in_the_same_transaction(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-02 10:00")

    stop = show(database, "P-001", now=moment("2026-03-02 10:00")).open[0]

    assert stop.rule == "fever-now"
    assert stop.raised
    assert stop.raised.local == "2026-03-02 10:00"
