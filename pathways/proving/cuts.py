"""Where the conditions of a slice cut the values of the names they look at.

Between two cuts no condition can tell one value from another, so one value of each piece stands for all.
Comparisons of days are kept as thresholds: `(x, y): {t}` says that some condition asks `x - y >= t` days.
"""

from collections.abc import Iterator, Mapping
from itertools import product

from msgspec import Struct

from pathways.condition_names import Kind
from pathways.expression import Call, Items, Literal, Name, Node, tree
from pathways.moments import day
from pathways.scores import PREFIX
from pathways.terms import Condition

EPOCH = "date()"
"""Stands for the day before all days in a difference, so that a fixed day is a threshold too."""
TODAY = "today"
_COMPARED = ("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_")
_MOST_FORMS = 64


class Form(Struct, frozen=True):
    """A sum: so many times each name, and a constant."""

    times: Mapping[str, float]
    constant: float = 0


class Cuts:
    """Collects cuts. `rough` says that something was compared in a way that only trying values can show."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._kinds = kinds
        self.texts: dict[str, set[str]] = {}
        self.compared: set[str] = set()
        self.numbers: dict[str, set[float]] = {}
        self.alike: list[tuple[str, str]] = []
        self.days: dict[tuple[str, str], set[int]] = {}
        self.rough = False

    def add(self, condition: Condition, booking: str = "") -> None:
        """Cut by everything that a condition compares; `booking` is the fact that its `this` is a day of."""
        self._walk(tree(condition.compiled), booking)

    def threshold(self, later: str, earlier: str, least: int) -> None:
        """Cut where `later - earlier` becomes `least` days."""
        self.days.setdefault((later, earlier), set()).add(least)

    def _walk(self, node: Node, booking: str) -> None:
        if not isinstance(node, Call):
            return
        if node.function in _COMPARED:
            left, right = node.arguments
            self._compare(node.function, left, right, booking)
        elif node.function == "@in" and isinstance(node.arguments[1], Items):
            for item in node.arguments[1].items:
                self._compare("_==_", node.arguments[0], item, booking)
        for part in node.arguments:
            self._walk(part, booking)

    def _compare(self, function: str, left: Node, right: Node, booking: str) -> None:
        sort = self._sort(left)
        if sort == "text":
            self._texts(left, right)
        elif sort in ("number", "whole", "day"):
            for one, two in self._pairs(left, right, booking):
                difference = _sum(one, two, -1)
                if sort == "number":
                    self._number(difference)
                else:
                    self._days(function, difference)

    def _pairs(self, left: Node, right: Node, booking: str) -> Iterator[tuple[Form, Form]]:
        ones, twos = list(self._forms(left, booking)), list(self._forms(right, booking))
        if not ones or not twos or len(ones) * len(twos) > _MOST_FORMS:
            self.rough = True
            return
        yield from product(ones, twos)

    def _texts(self, left: Node, right: Node) -> None:
        names = [each.text for each in (left, right) if isinstance(each, Name)]
        if len(names) > 1:
            self.compared |= set(names)
        for each in (left, right):
            if isinstance(each, Literal):
                for name in names:
                    self.texts.setdefault(name, set()).add(str(each.value))

    def _number(self, form: Form) -> None:
        match list(form.times.items()):
            case [(name, times)]:
                self.numbers.setdefault(name, set()).add(-form.constant / times)
            case [(one, first), (two, second)] if first == -second and not form.constant:
                self.alike.append((one, two))
            case [_, *_]:
                self.rough = True

    def _days(self, function: str, form: Form) -> None:
        days = {name: times for name, times in form.times.items() if not name.startswith(PREFIX)}
        if not days:
            return
        pair = _difference(days)
        if pair is None or len(days) < len(form.times):
            self.rough = True
            return
        at = -int(form.constant)
        for least in _thresholds(function, at):
            self.threshold(*pair, least)

    def _sort(self, node: Node) -> str:
        match node:
            case Literal(value):
                return {bool: "yes-no", str: "text", int: "whole", float: "number"}[type(value)]
            case Name(text):
                return self._kinds[text].sort if text in self._kinds else "yes-no"
            case Call("days", _):
                return "whole"
            case Call("date", _):
                return "day"
            case Call("_?_:_", parts):
                return self._sort(parts[1])
            case Call("_+_" | "_-_" | "_*_" | "-_", parts):
                return self._sort(parts[0])
        return "yes-no"

    def _forms(self, node: Node, booking: str) -> Iterator[Form]:
        """Yield the sums that a part of a condition may be: more than one where it has an `? :`."""
        match node:
            case Literal(bool() | str()):
                return
            case Literal(value):
                yield Form({}, float(value))
            case Name(text):
                yield Form({{"at": TODAY, "this": booking}.get(text, text): 1.0})
            case Call("date", (Literal(str(text), _),)):
                yield Form({EPOCH: 1.0}, day(text).toordinal())
            case Call("_?_:_", (_, then, other)):
                yield from self._forms(then, booking)
                yield from self._forms(other, booking)
            case Call(function, parts):
                yield from self._calls(function, parts, booking)

    def _calls(self, function: str, parts: tuple[Node, ...], booking: str) -> Iterator[Form]:
        match function, parts:
            case "days", (one, two):
                yield from self._both(two, one, booking, -1)
            case "_+_", (one, two):
                yield from self._both(one, two, booking, 1)
            case "_-_", (one, two):
                yield from self._both(one, two, booking, -1)
            case "-_", (one,):
                yield from (_sum(Form({}), each, -1) for each in self._forms(one, booking))
            case "_*_", (one, two):
                yield from self._products(one, two, booking)

    def _both(self, one: Node, two: Node, booking: str, times: float) -> Iterator[Form]:
        for left, right in product(self._forms(one, booking), self._forms(two, booking)):
            yield _sum(left, right, times)

    def _products(self, one: Node, two: Node, booking: str) -> Iterator[Form]:
        for left, right in product(self._forms(one, booking), self._forms(two, booking)):
            if not left.times or not right.times:
                fixed, other = (left, right) if not left.times else (right, left)
                yield _sum(Form({}), other, fixed.constant)


def _sum(one: Form, other: Form, times: float) -> Form:
    names = dict(one.times)
    for name, each in other.times.items():
        names[name] = names.get(name, 0) + times * each
    return Form({name: each for name, each in names.items() if each}, one.constant + times * other.constant)


def _difference(days: Mapping[str, float]) -> tuple[str, str] | None:
    """Return which day less which other a sum of days is, or None when it is no difference."""
    ahead = [name for name, times in days.items() if times == 1]
    behind = [name for name, times in days.items() if times == -1]
    if len(ahead) == len(behind) == 1 and len(days) == 2:  # noqa: PLR2004  # one day less another
        return ahead[0], behind[0]
    return None


def _thresholds(function: str, at: int) -> tuple[int, ...]:
    """Return where the answer of `difference <function> at` changes."""
    if function in ("_>=_", "_<_"):
        return (at,)
    return (at + 1,) if function in ("_>_", "_<=_") else (at, at + 1)
