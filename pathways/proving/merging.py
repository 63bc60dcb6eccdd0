"""Values that no condition of a slice can tell apart, put together: one of them stands for all.

Two constants that every condition treats alike, such as two members of one list, need not both be looked at.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from math import prod
from typing import TypeAlias

from pathways.proving.cuts import TODAY
from pathways.proving.days import At
from pathways.proving.tables import Tables
from pathways.scores import scores_in
from pathways.terms import Condition

_MOST_ROWS = 2_000
_FEWEST_VALUES = 4  # of which something could be merged

Values: TypeAlias = Callable[[str], Sequence[At] | None]
Answers: TypeAlias = tuple[bool | None, ...]


def merged(
    tables: Tables,
    conditions: Iterable[tuple[Condition, str]],
    name: str,
    values: Sequence[At],
    others: Values,
) -> list[At]:
    """Return one of the values of a name for each way in which the conditions answer to it."""
    if len(values) < _FEWEST_VALUES:
        return list(values)
    found: dict[At, list[Answers]] = {value: [(value is None,)] for value in values}
    for condition, booking in conditions:
        if name in tables.own_names(condition, booking):
            answers = _answers(tables, condition, booking, name, values, others)
            if answers is None:
                return list(values)
            for value in values:
                found[value].append(answers[value])
    kept: dict[tuple[Answers, ...], At] = {}
    for value, answered in found.items():
        kept.setdefault(tuple(answered), value)
    return list(kept.values())


def _answers(  # noqa: PLR0917  # what the answers hang on
    tables: Tables, condition: Condition, booking: str, name: str, values: Sequence[At], others: Values
) -> dict[At, Answers] | None:
    """Return what a condition answers for each value, whatever else is the case; None if that is too much."""
    names = [each for each in tables.own_names(condition, booking) if each not in (name, TODAY)]
    there = [_either(condition, each, others(each)) for each in names]
    totals = [tables.lookup.totals[score] for score in scores_in(condition.names)]
    if any(each is None for each in there):
        return None
    known = [tuple(each) for each in there if each is not None]
    if prod(map(len, (*known, *totals))) > _MOST_ROWS:
        return None
    key = (condition.compiled, booking, name, tuple(values), tuple(known))
    found = tables.kept.get(key)
    if found is None:
        rows = [dict(zip(names, row, strict=True)) for row in product(*known)]
        found = tables.kept[key] = {
            value: tuple(
                tables.answer_for(condition, {**row, name: value}, booking, total)
                for row in rows
                for total in product(*totals)
            )
            for value in values
        }
    return found


def _either(condition: Condition, name: str, values: Sequence[At] | None) -> Sequence[At] | None:
    """Return two of the values of a fact, if a condition only asks whether it is known."""
    if values is None or name in condition.names or f"known.{name}" not in condition.names:
        return values
    return values[:2]
