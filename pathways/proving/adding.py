"""Names that only scores look at, put together: what matters of them is which totals they leave possible.

A score over eight facts has many thousand combinations of these, and a dozen ways in which it can come out.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod

from msgspec import Struct

from pathways.proving.days import At, Combination
from pathways.proving.tables import Tables
from pathways.scores import ScoreItem, possible_points, scores_in, totals
from pathways.terms import Condition

_FEWEST, _MOST = 8, 200_000  # combinations that are worth it, and that are not


class Group(Struct, frozen=True):
    """Names that hang together by items of scores that nothing else looks at."""

    names: tuple[str, ...]
    items: tuple[tuple[str, ScoreItem], ...]


def private(
    tables: Tables, scores: Iterable[str], conditions: Iterable[Condition], shared: Iterable[str]
) -> Iterator[Group]:
    """Yield the groups of names that only items of some scores look at.

    `shared` are the names on which something else in the slice depends.
    """
    items = {
        (score, item): {name for case in item.cases for name in tables.own_names(case.when)}
        for score in scores
        for item in tables.lookup.scores[score].items
        if not any(scores_in(case.when.names) for case in item.cases)
    }
    within = {case.when for _, item in items for case in item.cases}
    taken = {*shared, *(name for each in conditions if each not in within for name in tables.own_names(each))}
    while mixed := [each for each, names in items.items() if names & taken]:
        for each in mixed:
            taken |= items.pop(each)
    while items:
        yield _group(items)


def _group(items: dict[tuple[str, ScoreItem], set[str]]) -> Group:
    """Take out the items that hang together, by the names they look at or by the score they add to."""
    first = next(iter(items))
    names, scores = set(items[first]), {first[0]}
    there: list[tuple[str, ScoreItem]] = []
    while more := [each for each, named in items.items() if named & names or each[0] in scores]:
        for each in more:
            names |= items.pop(each)
            scores.add(each[0])
        there += more
    return Group(tuple(sorted(names)), tuple(there))


def combined(tables: Tables, group: Group, values: Sequence[Sequence[At]]) -> list[tuple[At, ...]] | None:
    """Return a row of values for each way in which a group can come out, least known first.

    None where there are too few ways to be worth it, or too many to be looked at.
    """
    if not _FEWEST <= prod(map(len, values)) <= _MOST:
        return None
    found: dict[tuple[tuple[int, ...], ...], tuple[At, ...]] = {}
    for row in product(*values):
        outcome = _outcome(tables, group, dict(zip(group.names, row, strict=True)))
        there = found.get(outcome)
        if there is None or _known(row) < _known(there):
            found[outcome] = row
    return sorted(found.values(), key=_known)


def _outcome(tables: Tables, group: Group, at: Combination) -> tuple[tuple[int, ...], ...]:
    """Return the totals that the items of each score may add up to."""
    points: dict[str, list[tuple[int, ...]]] = {}
    for score, item in group.items:
        given = possible_points(item, lambda condition: tables.answer(condition, at))
        points.setdefault(score, []).append(given)
    return tuple(totals(each) for each in points.values())


def _known(row: Sequence[At]) -> int:
    return sum(1 for value in row if value is not None)
