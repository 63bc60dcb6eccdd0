"""The budget of a digest is strict: stops are never cut, then comes what is late, by tier and by due."""

from hypothesis import given
from hypothesis import strategies as st

from caseload import answering
from caseload.contacts import COMING, ESCALATED, NOT_MOVING, OPEN, OTHERS, OVERDUE, PARTS, TODAY, contacts
from caseload.digest import digest, within
from caseload.foot import foot
from pathways.tiers import TIERS
from storage.connection import Database
from storage.lists import PromptLine
from tests.caseload.clinic import enrol, moment, number_of, request

NOW, HOUR = 1_000_000_000_000, 3_600_000_000
Placed = tuple[str, PromptLine]
Rank = tuple[int, ...]


@st.composite
def lines(draw: st.DrawFn) -> Placed:
    """Draw a prompt in a part that it can stand in: what is overdue is late, what is coming is not."""
    part = draw(st.sampled_from((*PARTS, OVERDUE, OVERDUE, TODAY, NOT_MOVING)))
    hours = draw(st.integers(-9, 9))
    if part == OVERDUE:
        hours = -abs(hours)
    elif part in {TODAY, OPEN, COMING}:
        hours = abs(hours) + 1
    undated = part not in {OVERDUE, TODAY} and draw(st.booleans())
    blank = PromptLine._make([None] * len(PromptLine._fields))
    return part, blank._replace(
        patient_id=f"P-{draw(st.integers(1, 20)):03}",
        tier=draw(st.sampled_from((*TIERS, "due", "info"))),
        opens_at=NOW + (HOUR if part == COMING else -HOUR),
        due_at=None if undated else NOW + hours * HOUR,
        taken_at=NOW - draw(st.integers(1, 5)) * HOUR if part == NOT_MOVING else None,
    )


@st.composite
def held(draw: st.DrawFn) -> list[Placed]:
    """Draw what somebody holds, each prompt with an id of its own."""
    found = draw(st.lists(lines(), min_size=draw(st.sampled_from([0, 8])), max_size=20))
    return [(part, line._replace(id=number)) for number, (part, line) in enumerate(found)]


def stops(placed: list[Placed]) -> bool:
    return any(line.tier == "stop" and part != COMING for part, line in placed)


def rank(placed: list[Placed]) -> Rank:
    """Say how urgent a contact is, from its prompts alone: a stop, late by tier and due, or neither."""
    if stops(placed):
        return (0,)
    late = [
        (TIERS.index(line.tier), line.due_at)
        for part, line in placed
        if part not in {ESCALATED, OTHERS, COMING} and line.due_at is not None and line.due_at <= NOW
    ]
    return (1, *min(late)) if late else (2, min(PARTS.index(part) for part, _ in placed))


@given(held(), st.integers(0, 8))
def test_nothing_that_is_cut_is_more_urgent_than_anything_that_is_shown(
    placed: list[Placed], budget: int
) -> None:
    groups = contacts(placed)

    found = within(groups, budget, NOW)

    shown = [rank(group[2]) for group in found.chosen]
    cut = [rank(group[2]) for group in groups if group not in found.chosen]
    assert max(shown, default=(0,)) <= min(cut, default=(9,))
    assert not [each for each in cut if each == (0,)]


@given(held(), st.integers(0, 8))
def test_as_many_are_shown_as_the_budget_and_the_stops_allow_and_the_rest_is_counted(
    placed: list[Placed], budget: int
) -> None:
    groups = contacts(placed)

    found = within(groups, budget, NOW)

    dangers = [group for group in groups if stops(group[2])]
    of_others = [group for group in dangers if group[1] in {ESCALATED, OTHERS}]
    own = len(dangers) - len(of_others)
    assert len(found.chosen) == len(of_others) + max(own, min(budget, len(groups) - len(of_others)))
    assert found.cut == len({group[2][0][1].patient_id for group in groups if group not in found.chosen})
    assert len(found.chosen) + sum(found.beyond.values()) == len(groups)
    assert found.chosen == [group for group in groups if group in found.chosen]


@given(held(), st.integers(0, 8))
def test_a_larger_budget_shows_all_that_a_smaller_one_did(placed: list[Placed], budget: int) -> None:
    groups = contacts(placed)

    fewer, more = (within(groups, each, NOW).chosen for each in (budget, budget + 1))

    assert not [group for group in fewer if group not in more]


def test_what_is_late_and_does_not_move_is_not_cut_for_what_is_due_today(database: Database) -> None:
    enrol(database, "P-001")
    answering.acknowledge(database, "P-001", number_of(database, "ask-injury"), request("2026-03-02 10:00"))
    enrol(database, "P-002", when="2026-03-04 09:00")

    now = moment("2026-03-06 09:00")
    with database.listing() as lists:
        kept = foot(lists, now)
    found = digest(database, "ann", at=now, foot=kept, budget=1)

    shown = {part.name: [contact.patient for contact in part.contacts] for part in found.parts}
    assert (shown[NOT_MOVING], shown[TODAY]) == (["P-001"], [])
