"""Whatever can be the case of a patient, a slice has a combination in which every condition answers alike."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.lookup import Lookup
from pathways.model import Pathway
from pathways.proving.cuts import TODAY
from pathways.proving.days import At, Combination
from pathways.proving.spaces import Slice, Space, booking_of
from pathways.proving.splitting import Splitter
from pathways.proving.tables import Tables
from pathways.terms import Condition
from tests.strategies import pathways, possible_values

many = settings(max_examples=6 * settings().max_examples)
MOST = 30_000
Asked = tuple[Condition, str]


def asked_in(pathway: Pathway) -> list[Asked]:
    """List the conditions of a pathway, each with the fact that its `this` is a day of."""
    of_rules = [
        (each, booking_of(rule)) for rule in pathway.rules for each in (rule.when, rule.done_when) if each
    ]
    return [*of_rules, *((banner.when, "") for banner in pathway.banners)]


def combinations(space: Space) -> Iterator[Combination]:
    for rows in product(*(variable.values for variable in space.variables)):
        named = (zip(each.names, row, strict=True) for each, row in zip(space.variables, rows, strict=True))
        yield {name: value for pairs in named for name, value in pairs}


@st.composite
def patients(draw: st.DrawFn, pathway: Pathway) -> Combination:
    """Draw what may be the case of a patient on some day."""
    found: dict[str, At] = {
        track.name: draw(st.sampled_from([state.name for state in track.states])) for track in pathway.tracks
    }
    today = draw(st.dates(date(2026, 1, 1), date(2028, 12, 31)))
    for fact in pathway.facts:
        if fact.type == "date":
            days = st.integers(-45, 45).map(lambda after: today + timedelta(days=after))
            found[fact.name] = draw(st.none() | days)
        elif fact.type == "number":
            found[fact.name] = draw(st.none() | st.sampled_from([0.0, 1.0, 2.49, 2.5, 2.51, 4.0, 5.0]))
        else:
            found[fact.name] = draw(st.none() | st.sampled_from(possible_values(fact)))
    return {**found, TODAY: today}


@many
@given(st.data())
def test_every_patient_is_like_some_combination(data: st.DataObject) -> None:
    pathway = data.draw(pathways())
    asked = asked_in(pathway)
    if not asked:
        return
    chosen = data.draw(st.lists(st.sampled_from(asked), min_size=1, max_size=3))
    tables = Tables(Lookup(pathway))
    exact = data.draw(st.booleans())
    space = _slice(tables, chosen).space(exact=exact)
    if space.size > MOST or space.rough:
        return
    patient = data.draw(patients(pathway))

    answers = {tuple(tables.answer(*_with(each, at)) for each in chosen) for at in combinations(space)}

    assert tuple(tables.answer(*_with(each, patient)) for each in chosen) in answers


def _slice(tables: Tables, chosen: list[Asked]) -> Slice:
    found = Slice(tables)
    for condition, booking in chosen:
        found.condition(condition, booking)
    return found


def _with(asked: Asked, at: Combination) -> tuple[Condition, Combination, str]:
    condition, booking = asked
    return condition, at, booking


@given(st.data())
def test_a_condition_is_met_when_all_its_parts_are_and_when_one_of_its_cases_is(data: st.DataObject) -> None:
    pathway = data.draw(pathways())
    asked = asked_in(pathway)
    if not asked:
        return
    condition, booking = data.draw(st.sampled_from(asked))
    patient = data.draw(patients(pathway))
    tables = Tables(Lookup(pathway))
    splitter = Splitter(tables.lookup)

    met = tables.answer(condition, patient, booking)
    parts = [tables.answer(part, patient, booking) for part in splitter.all_of(condition)]
    cases = [tables.answer(case, patient, booking) for case in splitter.any_of(condition)]

    assert (met is True) == all(part is True for part in parts) == any(case is True for case in cases)
    assert (met is False) == any(part is False for part in parts) == all(case is False for case in cases)
