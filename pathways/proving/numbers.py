"""Numbers for facts that conditions compare: each constant, and one or more between each two of them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from pathways.model import Fact

_BEYOND = 10.0
_MOST_DIGITS = 12


def pieces(fact: Fact, cuts: Mapping[str, Iterable[float]], alike: Sequence[tuple[str, str]]) -> list[float]:
    """List the constants a number is compared with, and what lies below, between and above them.

    Numbers that are compared with each other share their constants, and have room for any order in between.
    """
    group = _group(fact.name, alike)
    points = {float(at) for name in group for at in cuts.get(name, ())}
    low = fact.lowest if fact.lowest is not None else min(points, default=0.0) - _BEYOND
    high = fact.highest if fact.highest is not None else max(points, default=0.0) + _BEYOND
    inside = {at for at in points if low <= at <= high}
    ends = sorted({low, *inside, high})
    between = {at for pair in pairwise(ends) for at in _between(*pair, len(group))}
    return sorted(inside | between) or [low]


def _group(name: str, alike: Sequence[tuple[str, str]]) -> set[str]:
    group = {name}
    while more := {each for pair in alike if group & set(pair) for each in pair} - group:
        group |= more
    return group


def _between(left: float, right: float, many: int) -> list[float]:
    """Return so many different numbers strictly between two, written with as few digits as can be."""
    found: list[float] = []
    while len(found) < many:
        found.append(_nice(found[-1] if found else left, right))
    return found


def _nice(left: float, right: float) -> float:
    middle = (left + right) / 2
    for digits in range(_MOST_DIGITS):
        rounded = round(middle, digits)
        if left < rounded < right:
            return rounded
    return middle
