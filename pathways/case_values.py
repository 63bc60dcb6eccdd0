"""Values for the names in a few conditions, one for each answer they can give: to see what can come about.

A choice has its values and a number what lies at, between and beyond what it is compared with. Where that is
not enough (days, sums, numbers compared with each other), there are no values, and nothing is said.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from math import prod
from typing import TypeAlias

from pathways.condition_sense import names_in
from pathways.conditions import Judge, View
from pathways.expression import Call, Items, Literal, Name, Node, tree
from pathways.model import Fact, Pathway
from pathways.scores import PREFIX, every_total
from pathways.terms import Condition

Values: TypeAlias = Sequence[object]

MOST = 2_000
"""More combinations than this are not looked at."""

_BEYOND = 1.0


def views(pathway: Pathway, judge: Judge, conditions: Iterable[Condition]) -> Iterator[View] | None:
    """Yield views of what may be known of the names in some conditions; None if not all can be listed."""
    trees = [tree(each.compiled) for each in conditions]
    names = {name for each in trees for name in names_in(each)}
    found = {name: _values(pathway, name, trees) for name in sorted(names)}
    if not all(found.values()) or prod(map(len, found.values())) > MOST:
        return None
    return (_view(judge, dict(zip(found, values, strict=True))) for values in product(*found.values()))


def _view(judge: Judge, values: Mapping[str, object]) -> View:
    """Make a view of some values, without those of facts that are said not to be known."""
    view = judge.view({name: of for name, of in values.items() if values.get(f"known.{name}") is not False})
    totals = {name.removeprefix(PREFIX): of for name, of in values.items() if name.startswith(PREFIX)}
    view.totals.update({name: (of,) for name, of in totals.items() if isinstance(of, int)})
    return view


def _values(pathway: Pathway, name: str, trees: Iterable[Node]) -> Values:
    if name.startswith(("known.", "passed.")):
        return (True, False)
    if name.startswith(PREFIX):
        return next(every_total(each) for each in pathway.scores if f"{PREFIX}{each.name}" == name)
    states = [state.name for track in pathway.tracks if track.name == name for state in track.states]
    fact = next((each for each in pathway.facts if each.name == name), None)
    return states or (_of_fact(fact, trees) if fact else ())


def _of_fact(fact: Fact, trees: Iterable[Node]) -> Values:
    if fact.type == "choice":
        return fact.of
    if fact.type == "yes-no":
        return (True, False)
    return _numbers(fact, trees) if fact.type == "number" else ()


def _numbers(fact: Fact, trees: Iterable[Node]) -> Values:
    """List what a number is compared with, and what lies between and beyond, within its bounds."""
    cuts: set[float] = set()
    for root in trees:
        for node in _using(root, fact.name):
            against = _fixed(node, fact.name)
            if against is None:
                return ()
            cuts.update(against)
    at = sorted(cuts)
    ends = [at[0] - _BEYOND, at[-1] + _BEYOND] if at else [0.0]
    found = {*at, *ends, *((one + two) / 2 for one, two in pairwise(at))}
    found |= {end for end in (fact.lowest, fact.highest) if end is not None}
    low = fact.lowest if fact.lowest is not None else min(found)
    high = fact.highest if fact.highest is not None else max(found)
    return [each for each in sorted(found) if low <= each <= high]


def _using(node: Node, name: str) -> Iterator[Node]:
    """Yield the comparisons that use a name, or what else uses it."""
    if isinstance(node, Call) and node.function in ("_&&_", "_||_", "!_"):
        for part in node.arguments:
            yield from _using(part, name)
    elif name in names_in(node):
        yield node


def _fixed(node: Node, name: str) -> list[float] | None:
    """Return the numbers that a name is compared with; None if with anything else, or in another way."""
    match node:
        case Call(_, (Name(text), Items(items))) if text == name:
            others = items
        case Call(_, (Name(text), other)) | Call(_, (other, Name(text))) if text == name:
            others = (other,)
        case _:
            return None
    numbers = [_number(other) for other in others]
    return None if None in numbers else [each for each in numbers if each is not None]


def _number(node: Node) -> float | None:
    match node:
        case Literal(float(value)):
            return value
        case Call("-_", (Literal(float(value)),)):
            return -value
    return None
