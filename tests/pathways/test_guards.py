"""What stands between a patient and an event, judged when it is recorded."""

from collections.abc import Sequence

import pytest

from pathways.errors import NotFound, Refused
from pathways.follow import follow
from pathways.guards import NoSuchEvent, NotAllowedHere, Verdict, judge, possible, with_facts
from pathways.history import Entry, Value
from pathways.model import Pathway
from pathways.moments import Moment, typed
from pathways.reading import read
from pathways.standing import Standing
from tests.pathways.example import EXAMPLE, changed

ZONE = "Australia/Lord_Howe"
PATHWAY = read(EXAMPLE)


def moment(text: str) -> Moment:
    return typed(text, ZONE)[0]


def facts(day: str, **values: Value) -> list[Entry]:
    """Write facts of one moment, numbered from a hundred."""
    return [
        Entry(
            number=number,
            kind="fact",
            name=name,
            value=value,
            happened_at=moment(day),
            recorded_at=moment(day),
            by="ann",
        )
        for number, (name, value) in enumerate(values.items(), start=100)
    ]


def enrolled(*more: Sequence[Entry], pathway: Pathway = PATHWAY) -> Standing:
    """Return what follows from an enrolment on 2 March and further entries."""
    at = moment("2026-03-02")
    first = Entry(
        number=1, kind="enrolled", name=pathway.name, zone=ZONE, happened_at=at, recorded_at=at, by="ann"
    )
    return follow(pathway, [first, *(entry for entries in more for entry in entries)])


def judged(standing: Standing, event: str, day: str, *, fresh: Sequence[str] = ()) -> Verdict:
    return judge(PATHWAY, standing, event, moment(day), fresh)


def test_an_event_that_nobody_declared_is_not_found_and_the_nearest_named() -> None:
    with pytest.raises(NoSuchEvent, match=r"has no event 'dischrge'. Did you mean 'discharge'\?") as refused:
        judged(enrolled(), "dischrge", "2026-03-03")
    assert isinstance(refused.value, NotFound)
    assert "Its events: take-cast-off, discharge, check-bone." in str(refused.value)


def test_an_event_that_the_state_does_not_have_is_refused_with_those_it_has() -> None:
    moved = Entry(
        number=2,
        kind="event",
        name="take-cast-off",
        track="wrist",
        source="in-cast",
        to="free",
        happened_at=moment("2026-03-03"),
        recorded_at=moment("2026-03-03"),
        by="ann",
    )

    with pytest.raises(NotAllowedHere) as refused:
        judged(enrolled([moved]), "take-cast-off", "2026-03-04")
    assert str(refused.value) == "Cannot 'take-cast-off' while wrist is 'free'. Possible now: discharge."
    assert isinstance(refused.value, Refused)
    assert (refused.value.event, refused.value.track, refused.value.state, refused.value.allowed) == (
        "take-cast-off",
        "wrist",
        "free",
        ("discharge",),
    )


def test_in_a_state_with_no_way_on_nothing_is_possible() -> None:
    assert str(NotAllowedHere("discharge", "wrist", "healed", [])) == (
        "Cannot 'discharge' while wrist is 'healed'. Possible now: nothing on the track wrist."
    )


def test_what_an_event_needs_and_is_not_known_is_missing() -> None:
    verdict = judged(enrolled(), "take-cast-off", "2026-03-03")

    assert verdict.transition.event == "take-cast-off"
    assert verdict.missing == ("pain",)
    assert verdict.unasked == ("remark",)


def test_what_is_known_is_not_missing_however_old() -> None:
    standing = enrolled(facts("2026-01-05", pain="none", remark="well"))
    verdict = judged(standing, "take-cast-off", "2026-03-03")

    assert (verdict.missing, verdict.unasked) == ((), ())


def test_what_was_known_before_the_state_was_entered_is_stale() -> None:
    assert judged(enrolled(facts("2026-03-01", grip=20.0)), "take-cast-off", "2026-03-03").stale == ("grip",)


@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-02 09:00", "2026-03-03"])
def test_what_was_recorded_since_the_state_was_entered_is_not_stale(day: str) -> None:
    assert judged(enrolled(facts(day, grip=20.0)), "take-cast-off", "2026-03-04").stale == ()


def test_what_is_recorded_with_the_event_itself_is_not_stale() -> None:
    assert judged(enrolled(), "take-cast-off", "2026-03-03", fresh=["grip"]).stale == ()


def test_an_event_without_conditions_has_nothing_against_it() -> None:
    verdict = judged(enrolled(), "discharge", "2026-03-03")

    assert (verdict.missing, verdict.stale, verdict.warnings, verdict.unasked) == ((), (), (), ())


# Warnings


@pytest.mark.parametrize(
    ("day", "warned"),
    [
        ("2026-03-29", True),
        ("2026-03-29 23:59", True),
        ("2026-03-30", False),
        ("2026-04-20", False),
    ],
)
def test_a_warning_looks_at_the_local_day_of_the_event(day: str, warned: bool) -> None:
    standing = enrolled(facts("2026-03-02", broken_on="2026-03-02"))

    warnings = judged(standing, "take-cast-off", day).warnings
    assert [each.otherwise for each in warnings] == (["Four weeks are not over"] if warned else [])


def test_what_is_unknown_is_warned_of() -> None:
    assert [each.otherwise for each in judged(enrolled(), "take-cast-off", "2026-06-01").warnings] == [
        "Four weeks are not over"
    ]


def test_a_warning_may_look_at_a_milestone_that_has_passed_since_the_last_entry() -> None:
    pathway = read(changed("that: days(broken_on, at) >= 28", "that: passed.six_weeks_over"))
    standing = enrolled(facts("2026-03-02", broken_on="2026-03-02"), pathway=pathway)

    def warned(day: str) -> bool:
        return bool(judge(pathway, standing, "take-cast-off", moment(day)).warnings)

    assert warned("2026-04-13 23:59")
    assert not warned("2026-04-14")


# The facts that come with an event


def test_facts_that_come_with_an_event_count_before_anything_is_written() -> None:
    standing = enrolled()
    given = facts("2026-04-03", pain="none", grip=20.0, remark="well", broken_on="2026-03-02")

    verdict = judged(
        with_facts(PATHWAY, standing, given, moment("2026-04-03")),
        "take-cast-off",
        "2026-04-03",
        fresh=["grip"],
    )
    assert (verdict.missing, verdict.stale, verdict.warnings, verdict.unasked) == ((), (), (), ())
    assert not standing.facts


def test_with_facts_nothing_else_changes() -> None:
    standing = enrolled()

    known = with_facts(PATHWAY, standing, facts("2026-04-03", pain="strong"), moment("2026-04-03"))
    assert known.facts["pain"].value == "strong"
    assert known.prompts == standing.prompts
    assert known.tracks == standing.tracks


def test_only_the_facts_among_the_entries_count() -> None:
    left = Entry(
        number=2, kind="exit", name="died", happened_at=moment("2026-04-03"), recorded_at=0, by="ann"
    )

    assert with_facts(PATHWAY, enrolled(), [left], moment("2026-04-03")).exit is None


# What is possible


def test_what_is_possible_is_listed_for_all_tracks_in_the_order_of_the_file() -> None:
    assert [step.event for step in possible(PATHWAY, enrolled())] == [
        "take-cast-off",
        "discharge",
        "check-bone",
    ]


def test_before_the_enrolment_nothing_is_possible() -> None:
    assert possible(PATHWAY, Standing(digest=PATHWAY.digest)) == []
