"""Conditions taken apart at their `&&` and `||`, so that each part is looked at with the few names it has.

What is met of a condition is what CEL says: `a && b` is met when both are, and not met when one is not.
"""

from pathways.conditions import Compiler
from pathways.expression import Call, Foreign, Items, Literal, Name, Node, tree
from pathways.lookup import Lookup
from pathways.problems import ConditionRejected
from pathways.terms import Condition

_AND, _OR = "_&&_", "_||_"


class Splitter:
    """Takes the conditions of one pathway apart."""

    def __init__(self, lookup: Lookup) -> None:
        states = {track.name: [state.name for state in track.states] for track in lookup.pathway.tracks}
        self._compiler = Compiler(lookup.facts, states, lookup.milestones, lookup.totals)
        self._parts: dict[tuple[bytes, str], tuple[Condition, ...]] = {}

    def all_of(self, condition: Condition) -> tuple[Condition, ...]:
        """Return conditions that are all met just when this one is."""
        return self._split(condition, _AND)

    def any_of(self, condition: Condition) -> tuple[Condition, ...]:
        """Return conditions of which one is met just when this one is."""
        return self._split(condition, _OR)

    def _split(self, condition: Condition, at: str) -> tuple[Condition, ...]:
        key = (condition.compiled, at)
        if key not in self._parts:
            parts = _parts(tree(condition.compiled), at)
            self._parts[key] = (condition,) if len(parts) == 1 else self._apart(condition, parts)
        return self._parts[key]

    def _apart(self, condition: Condition, parts: list[Node]) -> tuple[Condition, ...]:
        try:
            return tuple(map(self._compiled, parts))
        except ConditionRejected:  # longer when written out than a condition may be
            return (condition,)

    def _compiled(self, part: Node) -> Condition:
        return self._compiler.compile(text_of(part), this=True, at=True)


def _parts(node: Node, at: str) -> list[Node]:
    if isinstance(node, Call) and node.function == at:
        found = [part for each in node.arguments for part in _parts(each, at)]
        # What names nothing is no condition, and stays with the rest.
        return found if all(map(_names_something, found)) else [node]
    return [node]


def _names_something(node: Node) -> bool:
    match node:
        case Name():
            return True
        case Call(_, parts) | Items(parts):
            return any(map(_names_something, parts))
    return False


def text_of(node: Node) -> str:
    """Write a part of a condition the way it could stand in a file."""
    match node:
        case Literal(bool(value)):
            return "true" if value else "false"
        case Literal(str(value)):
            return f"'{value}'" if '"' in value else f'"{value}"'
        case Literal(value):
            return f"{value}"
        case Name(text):
            return text
        case Items(items):
            return f"[{', '.join(map(text_of, items))}]"
        case Call(function, parts):
            return _call(function, [text_of(part) for part in parts])
        case Foreign():
            raise ValueError(node.what)


def _call(function: str, parts: list[str]) -> str:
    if function in ("days", "date"):
        return f"{function}({', '.join(parts)})"
    if function == "@in":
        return f"({parts[0]} in {parts[1]})"
    if function == "_?_:_":
        return f"({parts[0]} ? {parts[1]} : {parts[2]})"
    operator = function.strip("_")
    return f"({operator}{parts[0]})" if len(parts) == 1 else f"({parts[0]} {operator} {parts[1]})"
