"""Whether a condition covers a fact being unknown: met then whenever it would be met with some value of it.

`!known.x || x == "a"` does: it is met while `x` is unknown. What a condition compares (its atoms) is taken to
be so or not in every combination, so what is called covered is covered whatever else is known.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import product

from pathways.condition_sense import names_in
from pathways.expression import Call, Literal, Name, Node, tree
from pathways.terms import Condition

MOST_EFFORT = 20_000
"""What a condition compares, once for each combination of that: one with more counts as covering nothing."""

_LOGIC = ("_&&_", "_||_", "!_", "_?_:_")


def covers(condition: Condition, fact: str, telling: Collection[str]) -> bool:
    """Say whether a condition is met while a fact is unknown wherever it would be with some value of it.

    `telling` are the names that are unknown with the fact: its own, those of its milestones and its scores.
    """
    if not effort(condition):
        return False
    root = _tree(condition.compiled)
    known = Name(f"known.{fact}", 0)
    atoms = set(_atoms(root)) - {known}
    about = [atom for atom in atoms if {*telling, known.text} & {*names_in(atom)}]
    others = [atom for atom in atoms if atom not in about]
    for answers in _assignments(others):
        if _answer(root, {**answers, **dict.fromkeys(about), known: False}) is not True and any(
            _answer(root, {**answers, **values, known: True}) for values in _assignments(about)
        ):
            return False
    return True


def effort(condition: Condition) -> int:
    """Say how much there is to look at in a condition; none where it is too much."""
    atoms = list(_atoms(_tree(condition.compiled)))
    found = len(atoms) << min(len(set(atoms)), MOST_EFFORT.bit_length())
    return found if found <= MOST_EFFORT else 0


_tree = lru_cache(maxsize=64)(tree)


def _assignments(atoms: Collection[Node]) -> Iterator[dict[Node, bool]]:
    for answers in product((True, False), repeat=len(atoms)):
        yield dict(zip(atoms, answers, strict=True))


def _atoms(node: Node) -> Iterator[Node]:
    if isinstance(node, Call) and node.function in _LOGIC:
        for part in node.arguments:
            yield from _atoms(part)
    elif not isinstance(node, Literal):
        yield node


def _answer(node: Node, answers: Mapping[Node, bool | None]) -> bool | None:
    match node:
        case Literal(bool(value)):
            return value
        case Call("!_", (inner,)):
            met = _answer(inner, answers)
            return None if met is None else not met
        case Call("_&&_" | "_||_", parts):
            decides = node.function == "_||_"
            given = [_answer(part, answers) for part in parts]
            return decides if decides in given else None if None in given else not decides
        case Call("_?_:_", (test, then, other)):
            met = _answer(test, answers)
            return None if met is None else _answer(then if met else other, answers)
    return answers[node]
