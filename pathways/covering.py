"""Whether a condition covers a fact being unknown: met then whenever it would be met with some value of it.

`!known.x || x == "a"` does: it is met while `x` is unknown. What a condition compares (its atoms) is taken to
be so or not in every combination, so what is called covered is covered whatever else is known.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import product

from pathways.condition_sense import names_in
from pathways.expression import Call, Literal, Name, Node, tree
from pathways.terms import Condition

MOST_ATOMS = 10
"""A condition of more than these counts as not covering anything."""

_LOGIC = ("_&&_", "_||_", "!_", "_?_:_")


def covers(condition: Condition, fact: str, telling: Collection[str]) -> bool:
    """Say whether a condition is met while a fact is unknown wherever it would be with some value of it.

    `telling` are the names that are unknown with the fact: its own, those of its milestones and its scores.
    """
    root = tree(condition.compiled)
    known = Name(f"known.{fact}", 0)
    atoms = set(_atoms(root)) - {known}
    about = [atom for atom in atoms if {*telling, known.text} & {*names_in(atom)}]
    others = [atom for atom in atoms if atom not in about]
    if len(atoms) > MOST_ATOMS:
        return False
    for answers in _assignments(others):
        if _answer(root, {**answers, **dict.fromkeys(about), known: False}) is not True and any(
            _answer(root, {**answers, **values, known: True}) for values in _assignments(about)
        ):
            return False
    return True


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
