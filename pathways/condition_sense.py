"""What a condition may say: stricter than CEL, and in the words of the pathway.

Choices and states must exist, and nothing is allowed that could fail while a patient is followed: no
division, no conversions, no functions but `days` and `date`. Everything that is wrong is found at once.
"""

import operator
from collections.abc import Callable, Collection, Mapping
from math import isfinite, prod

from pathways.condition_hints import as_condition, as_day, rewritten, start, symbol, unusable
from pathways.condition_names import DAY, NUMBER, TEXT, WHOLE, YES_NO, Kind, stranger
from pathways.expression import Call, Foreign, Items, Literal, Name, Node
from pathways.moments import UnreadableTime, day
from pathways.problems import Flaw, near

# Sums of days stay far from where CEL's whole numbers overflow, which would be an error at run time.
LARGEST_WHOLE = 100_000
MOST_STEPS = 5_000
"""How long judging a condition may take, in steps of a fifth of a microsecond: a millisecond."""
STEPS_AT_LEAST = 20
STEPS_OF_A_DAY = 8


def flaws(tree: Node, names: Mapping[str, Kind], below: Collection[str] = ()) -> list[Flaw]:
    """Return everything that is wrong with a condition that may use these names, and no score `below` it."""
    sense = _Sense(names, below)
    kind = sense.kind(tree)
    if kind and kind.sort != "yes-no":
        sense.note(0, f"a condition must be met or not met, and this is {kind}", as_condition(kind))
    if not sense.flaws and not names_in(tree):
        sense.note(
            0, "this is always met, or never: it says nothing about the patient", "name a fact or a track"
        )
    combinations = prod(map(len, _totals(tree, names)))
    # It is judged for each combination of totals that its scores can have.
    if combinations * (STEPS_AT_LEAST + _steps(tree)) > MOST_STEPS:
        what = (
            f"the scores in it have {combinations:,} combinations of totals, too many for so long a condition"
        )
        sense.note(0, what, "divide it among several rules")
    return sorted(set(sense.flaws))


def names_in(tree: Node) -> tuple[str, ...]:
    """Return the names that a condition depends on, each once, in alphabetical order."""
    match tree:
        case Name(text):
            return (text,)
        case Call(_, nodes) | Items(nodes):
            return tuple(sorted({name for node in nodes for name in names_in(node)}))
    return ()


def _steps(tree: Node) -> int:
    """Estimate how long it takes to judge a condition once."""
    match tree:
        case Call(function, nodes):
            return (STEPS_OF_A_DAY if function in ("days", "date") else 1) + sum(map(_steps, nodes))
        case Items(nodes):
            return sum(map(_steps, nodes)) + len(nodes)
    return 0


def _totals(tree: Node, names: Mapping[str, Kind]) -> list[tuple[int, ...]]:
    return [names[name].totals for name in names_in(tree) if name in names and names[name].totals]


class _Sense:
    """Works out the kind of each part of a condition: None where a flaw has been noted already."""

    def __init__(self, names: Mapping[str, Kind], below: Collection[str]) -> None:
        self.names = names
        self.below = below
        self.flaws: list[Flaw] = []

    def note(self, at: int, what: str, instead: str = "") -> None:
        self.flaws.append(Flaw(at, what, instead))

    def kind(self, node: Node) -> Kind | None:
        match node:
            case Literal():
                return self._literal(node)
            case Name(text) if text in self.names:
                return self.names[text]
            case Name(text):
                self.note(node.at, *stranger(text, self.names, self.below))
            case Call():
                return self._call(node)
            case Items():
                self.note(node.at, "a list can stand only after `in`")
            case Foreign():
                self.note(node.at, f"{node.what} cannot be used in a condition")
        return None

    def _literal(self, node: Literal) -> Kind | None:
        match node.value:
            case bool():
                return YES_NO
            case str():
                return TEXT
            case int() as whole if abs(whole) <= LARGEST_WHOLE:
                return WHOLE
            case float() as number if isfinite(number):
                return NUMBER
        self.note(node.at, "this number is too large")
        return None

    def _call(self, node: Call) -> Kind | None:
        match node.function, node.arguments:
            case "_&&_" | "_||_" | "!_", _:
                return self._logic(node, node.arguments)
            case "_==_" | "_!=_", (left, right):
                return self._equal(node, left, right)
            case "_<_" | "_<=_" | "_>_" | "_>=_", (left, right):
                return self._order(node, left, right)
            case "@in", (left, right):
                return self._within(node, left, right)
            case "_+_" | "_-_" | "_*_" | "-_", _:
                return self._sum(node)
            case "_?_:_", (test, then, other):
                return self._either(node, test, then, other)
            case "days", (earlier, later):
                return self._days(earlier, later)
            case "date", (Literal(str(text), at),):
                return self._date(text, at)
        self.note(*unusable(node))
        return None

    def _logic(self, node: Call, parts: tuple[Node, ...]) -> Kind:
        for part in parts:
            kind = self.kind(part)
            if kind and kind.sort != "yes-no":
                what = f"`{symbol(node)}` goes with what is met or not met, and this is {kind}"
                self.note(start(part), what, as_condition(kind))
        return YES_NO

    def _either(self, node: Call, test: Node, then: Node, other: Node) -> Kind | None:
        self._logic(node, (test,))
        one, two = self.kind(then), self.kind(other)
        if not one or not two or not self._alike(node, then, one, other, two):
            return None
        if one.sort == "text":
            self.note(node.at, "`? :` cannot give a text", "write the two cases with `&&` and `||`")
            return None
        return Kind(one.sort)

    def _equal(self, node: Call, left: Node, right: Node) -> Kind:
        one, two = self.kind(left), self.kind(right)
        if one and two and self._alike(node, left, one, right, two):
            self._member(left, two)
            self._member(right, one)
            if one.of and two.of and not set(one.of) & set(two.of):
                self.note(node.at, f"{one} and {two} can never be equal")
            self._decided(node, left, one, right, two)
        return YES_NO

    def _order(self, node: Call, left: Node, right: Node) -> Kind:
        one, two = self.kind(left), self.kind(right)
        if one and two and (one.sort in ("text", "yes-no") or self._alike(node, left, one, right, two)):
            unordered = next((kind for kind in (one, two) if kind.sort in ("text", "yes-no")), None)
            if unordered:
                instead = "list what is meant after `in`" if unordered.sort == "text" else _chained(left)
                self.note(node.at, f"{unordered} has no order, so `{symbol(node)}` means nothing", instead)
            else:
                self._decided(node, left, one, right, two)
        return YES_NO

    def _decided(self, node: Call, left: Node, one: Kind, right: Node, two: Kind) -> None:
        """Note it when a score is compared with what makes no difference among its totals."""
        for kind, other, swapped in ((one, right, False), (two, left, True)):
            if not kind.totals or not isinstance(other, Literal) or not isinstance(other.value, int):
                continue
            pairs = ((other.value, each) if swapped else (each, other.value) for each in kind.totals)
            answers = {_ORDERS[node.function](*pair) for pair in pairs}
            if len(answers) == 1:
                span = f"from {kind.totals[0]} to {kind.totals[-1]}"
                says = "always" if answers == {True} else "never"
                self.note(node.at, f"{kind} goes {span}, so this is {says} met", "compare it with another")

    def _within(self, node: Call, left: Node, right: Node) -> Kind:
        kind = self.kind(left)
        if not isinstance(right, Items) or not right.items:
            self.note(
                node.at, "`in` needs a list with something in it", 'write it out, as in `in ["one", "two"]`'
            )
            return YES_NO
        for item in right.items:
            found = self.kind(item)
            if found and not _fixed(item):
                self.note(start(item), "a list holds fixed values only")
            elif kind and found and self._alike(node, left, kind, item, found):
                self._member(item, kind)
                self._possible(item, kind)
        return YES_NO

    def _sum(self, node: Call) -> Kind | None:
        kinds = [kind for each in node.arguments if (kind := self.kind(each))]
        if len(kinds) < len(node.arguments):
            return None
        wrong = next((kind for kind in kinds if kind.sort not in ("number", "whole")), None)
        if wrong:
            instead = "count calendar days with `days(from, to)`" if wrong.sort == "day" else ""
            self.note(node.at, f"`{symbol(node)}` cannot be used with {wrong}", instead)
            return None
        if not self._alike(node, node.arguments[0], kinds[0], node.arguments[-1], kinds[-1]):
            return None
        if node.function == "_*_" and kinds[0].sort == "whole":
            # A product of days could overflow, and nobody needs one.
            self.note(node.at, "`*` multiplies numbers with a point, not counted days or scores")
        return Kind(kinds[0].sort)

    def _days(self, *ends: Node) -> Kind:
        for end in ends:
            kind = self.kind(end)
            if kind and kind.sort != "day":
                what = f"`days` counts from one day to another, and this is {kind}"
                self.note(start(end), what, as_day(end))
        return WHOLE

    def _date(self, text: str, at: int) -> Kind:
        try:
            day(text)
        except UnreadableTime as unreadable:
            self.note(at, str(unreadable))
        return DAY

    def _alike(self, node: Call, left: Node, one: Kind, right: Node, two: Kind) -> bool:
        """Note it when two parts of different kinds meet; say how to write the one that is fixed."""
        if one.sort == two.sort:
            return True
        for part, kind, other in ((right, two, one), (left, one, two)):
            if isinstance(part, Literal):
                self.note(part.at, f"{other} does not go with {kind}", rewritten(part, other))
                return False
        self.note(node.at, f"{one} does not go with {two}")
        return False

    def _possible(self, node: Node, kind: Kind) -> None:
        """Note it when a total is not one of those of the score that it is compared with."""
        if kind.totals and isinstance(node, Literal) and node.value not in kind.totals:
            span = f"its totals go from {kind.totals[0]} to {kind.totals[-1]}"
            self.note(node.at, f"{kind} is never {node.value}", span)

    def _member(self, node: Node, kind: Kind) -> None:
        """Note it when a text is not one of the choices or states it is compared with."""
        if kind.of and isinstance(node, Literal) and node.value not in kind.of:
            self.note(node.at, f"{kind} is never `{node.value}`", near(str(node.value), kind.of))


_ORDERS: Mapping[str, Callable[[int, int], bool]] = {
    "_==_": operator.eq,
    "_!=_": operator.ne,
    "_<_": operator.lt,
    "_<=_": operator.le,
    "_>_": operator.gt,
    "_>=_": operator.ge,
}


def _chained(left: Node) -> str:
    """Say how two comparisons are joined, if what stands before a comparison is one itself."""
    chained = isinstance(left, Call) and left.function in _ORDERS
    return "join two comparisons with `&&`, as in `2.6 < size && size < 3.5`" if chained else ""


def _fixed(node: Node) -> bool:
    return isinstance(node, Literal) or (isinstance(node, Call) and node.function == "date")
