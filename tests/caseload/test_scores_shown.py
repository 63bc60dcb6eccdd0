"""A score is shown with what each item gives, what is still to be recorded, and what its total means."""

from pathlib import Path

import pytest

from caseload import answering, enrolling
from caseload.explaining import why_prompt, why_rule
from caseload.pathway_files import install
from caseload.showing import show
from caseload.views import ScoreView
from pathways.errors import Refused
from storage.connection import Database
from tests.caseload.clinic import advance, moment, number_of, record, request

FILE = Path(__file__).parents[1] / "stories" / "rules" / "scores.yaml"


def enrol(database: Database, *facts: str) -> None:
    install(database, FILE.read_bytes(), file=FILE.name, by="ann", now=moment("2026-03-02 08:00"))
    name = "made-up-scores"
    enrolling.enrol(database, "P-001", name, facts, request("2026-03-02 09:00"), owner="ann")


def seen(database: Database, when: str = "2026-03-03 09:00") -> list[ScoreView]:
    return list(show(database, "P-001", now=moment(when)).scores)


def items(score: ScoreView) -> list[tuple[int | None, tuple[int, ...], list[str]]]:
    return [(item.points, item.possible, [fact.name for fact in item.missing]) for item in score.items]


def test_an_item_that_is_not_known_says_which_points_are_possible_and_what_to_record(
    database: Database,
) -> None:
    enrol(database, "weight=120")

    [burden, _] = seen(database)

    assert (burden.title, burden.say) == ("Burden", "How much there is to bear")
    assert items(burden) == [(1, (1,), []), (None, (0, 2, 3), ["grade"])]
    assert burden.items[0].case == "weight > 100.0"
    [weight] = burden.items[0].values
    assert (weight.name, weight.shown, weight.entry) == ("weight", "120 kg", "P-001:2")
    assert burden.items[1].values == ()
    assert burden.items[1].missing[0].ask == "How urgent is it?"
    assert (burden.total, burden.lowest, burden.highest) == (None, 1, 4)
    assert burden.bands == ("light", "heavy")
    assert burden.sources[0].id == "made-up"


def test_a_score_that_is_known_has_one_total_and_one_band(database: Database) -> None:
    enrol(database, "weight=80", "grade=middle")

    [burden, _] = seen(database)

    assert items(burden) == [(0, (0,), []), (2, (2,), [])]
    assert [item.case for item in burden.items] == ["", 'grade == "middle"']
    assert (burden.total, burden.lowest, burden.highest, burden.bands) == (2, 2, 2, ("light",))


def test_a_score_of_scores_asks_for_what_is_lacking_within(database: Database) -> None:
    enrol(database, "weight=120", "helped=yes")

    hurry = seen(database)[1]

    assert items(hurry) == [
        (None, (0, 2), ["grade"]),
        (None, (0, 1), ["asked_on"]),
        (0, (0,), []),
        (-1, (-1,), []),
    ]
    assert (hurry.lowest, hurry.highest, hurry.bands) == (-1, 2, ())


def test_what_has_passed_meanwhile_counts(database: Database) -> None:
    enrol(database, "grade=high", "asked_on=2026-03-02")

    assert seen(database, "2026-03-09 23:59")[1].total == 2
    assert seen(database, "2026-03-10 00:00")[1].total == 3


def test_why_a_prompt_is_there_shows_the_sum_behind_it(database: Database) -> None:
    enrol(database, "grade=high", "asked_on=2026-02-01")
    now = moment("2026-03-03 09:00")

    heavy = why_prompt(database, "P-001", number_of(database, "heavy"), now=now)
    hurry = why_prompt(database, "P-001", number_of(database, "hurry-up"), now=now)

    assert [score.name for score in heavy.scores] == ["burden"]
    [part] = heavy.conditions
    assert (part.holds, part.values[0].shown, part.values[0].known) == ("met", "3 to 4", False)
    assert [(score.name, score.total) for score in hurry.scores] == [("burden", None), ("hurry", 3)]


def test_why_a_prompt_ended_shows_the_sum_of_when_it_began(database: Database) -> None:
    enrol(database, "grade=high")
    record(database, "P-001", "grade=low", when="2026-03-04 09:00")

    number = number_of(database, "heavy")
    reason = why_prompt(database, "P-001", number, now=moment("2026-03-05 09:00"))

    assert [score.lowest for score in reason.scores] == [3]


def test_why_a_rule_is_silent_names_the_facts_that_its_score_lacks(database: Database) -> None:
    enrol(database, "grade=middle")

    reason = why_rule(database, "P-001", "hurry-up", now=moment("2026-03-03 09:00"))

    assert reason.verdict == "unknown"
    assert [fact.name for fact in reason.missing] == ["weight", "asked_on"]
    assert reason.change == ("score.hurry >= 3: record weight and asked_on",)
    assert reason.quiet == ("weight: a story needs no reason", "asked_on: a story needs no reason")


def test_a_rule_that_names_no_score_shows_none(database: Database) -> None:
    enrol(database, "grade=high")

    assert why_rule(database, "P-001", "yearly-review", now=moment("2026-03-03 09:00")).scores == ()


def test_a_warning_about_a_score_stands_until_every_total_meets_it(database: Database) -> None:
    enrol(database, "weight=120")

    with pytest.raises(Refused, match="The burden is not known to be heavy"):
        advance(database, "P-001", "begin", when="2026-03-03 09:00")
    advance(database, "P-001", "begin", "grade=middle", when="2026-03-03 09:00")
    assert show(database, "P-001", now=moment("2026-03-03 09:00")).tracks[0].state == "under-way"


def test_a_prompt_that_waits_for_a_score_says_what_can_be_recorded(database: Database) -> None:
    enrol(database, "grade=high", "asked_on=2026-02-01")

    with pytest.raises(Refused, match=r"grade=.*an event of care"):
        answering.done(database, "P-001", number_of(database, "hurry-up"), request("2026-03-03 09:00"))
