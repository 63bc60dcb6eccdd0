"""A condition in plain words, for people who read a pathway and write none.

The words say no more and no less than the condition: each step from one to the other (a `!` moved inwards,
two comparisons of one fact said in one breath) gives the same answer when something is unknown, too.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal as OneOf
from typing import TypeAlias

from msgspec import Struct

from pathways.expression import Call, Items, Literal, Name, Node, tree
from pathways.fact_values import shown_value
from pathways.lookup import Lookup, lookup_of
from pathways.model import Pathway
from pathways.moments import Length
from pathways.terms import Condition

Joint: TypeAlias = OneOf["and", "or"]
Sort: TypeAlias = OneOf["one of", "none of", "else"]

_OPPOSITE = {"_==_": "_!=_", "_!=_": "_==_", "_<_": "_>=_", "_>=_": "_<_", "_>_": "_<=_", "_<=_": "_>_"}
_TURNED = {"_<_": "_>_", "_<=_": "_>=_", "_>_": "_<_", "_>=_": "_<=_"}
_AMOUNTS = {"_<_": "less than ", "_<=_": "at most ", "_>_": "more than ", "_>=_": "at least "}
_DAYS = {"_<_": "before ", "_<=_": "on or before ", "_>_": "after ", "_>=_": "on or after "}
_EQUALS = {"_==_": "", "_!=_": "not "}
_SIGNS = {"_+_": "plus", "_-_": "minus", "_*_": "times"}
_THIS = {"at": "the day of the event", "this": "the day of the booking"}
NOT_KNOWN = "not known"


class Clause(Struct, frozen=True):
    """Some words that say something whole; `joint` joins their parts, empty when none can be misread."""

    text: str
    joint: Joint | OneOf[""] = ""


class Claim(Struct, frozen=True):
    """What is said of one subject: that it is `one of` or `none of` some values, or something else."""

    subject: str
    sort: Sort
    ends: tuple[str, ...]


Said: TypeAlias = Clause | Claim


def in_words(pathway: Pathway, condition: Condition) -> str:
    """Say a condition in plain words."""
    return _clause(_Speaker(lookup_of(pathway)).said(tree(condition.compiled))).text


def listed(words: Iterable[str], last: str) -> str:
    """Put words into a row: `a`, `a or b`, `a, b or c`."""
    *first, end = words
    return f"{', '.join(first)} {last} {end}" if first else end


def milestone_in_words(after: Length, fact: str) -> str:
    """Say what is so when a milestone has passed."""
    if after.before:
        length = Length(after.amount, after.unit)
        return f"the day {'' if str(length) == '1 day' else f'{length} '}before {fact} is over"
    return f"{after} since {fact} {'is' if after.amount == 1 else 'are'} over"


class _Speaker:
    """Says the parts of a condition in the words of one pathway."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def said(self, node: Node, *, negated: bool = False) -> Said:
        match node:
            case Call("!_", (inner,)):
                return self.said(inner, negated=not negated)
            case Call("_&&_" | "_||_"):
                joint = _joint(node, negated=negated)
                parts = _flat(node, joint, negated=negated)
                return _joined([self.said(part, negated=denied) for part, denied in parts], joint)
            case Call("@in", (left, Items(items))):
                values = tuple(self._value(item) for item in items)
                return Claim(self._value(left), "none of" if negated else "one of", values)
            case Call("_?_:_", (test, then, other)):
                met, unmet = (self._text(each, negated=negated) for each in (then, other))
                return Clause(f"if {self._text(test)}, then {met}, and otherwise {unmet}", "or")
            case Call(function, (left, right)) if function in _OPPOSITE:
                return self._compared(_OPPOSITE[function] if negated else function, left, right)
            case Name(name):
                return self._named(name, negated=negated)
        return Clause(f"not {self._value(node)}" if negated else self._value(node))

    def _text(self, node: Node, *, negated: bool = False) -> str:
        return _clause(self.said(node, negated=negated)).text

    def _named(self, name: str, *, negated: bool) -> Said:
        prefix, _, rest = name.partition(".")
        if prefix == "known":
            return Claim(rest, "else", (NOT_KNOWN if negated else "known",))
        if prefix == "passed":
            milestone = self._lookup.milestones[rest]
            over = milestone_in_words(milestone.after, milestone.fact)
            return Clause(f"{over.removesuffix('over')}not over yet" if negated else over)
        return Claim(name, "one of", ("no" if negated else "yes",))

    def _compared(self, function: str, left: Node, right: Node) -> Said:
        if isinstance(left, Literal) and not isinstance(right, Literal):
            return self._compared(_TURNED.get(function, function), right, left)
        if isinstance(right, Literal) and isinstance(right.value, bool):
            return self.said(left, negated=right.value is (function == "_!=_"))
        subject, value = self._value(left), self._value(right, self._unit(left))
        if function in _EQUALS:
            sort: Sort = "one of" if function == "_==_" else "none of"
            return Claim(subject, sort, (f"on {value}" if self._is_day(left) else value,))
        words = _DAYS if self._is_day(left) or self._is_day(right) else _AMOUNTS
        return Claim(subject, "else", (f"{words[function]}{value}",))

    def _value(self, node: Node, unit: str = "") -> str:
        match node:
            case Literal(value):
                return _with_unit(shown_value(value), unit)
            case Name(name):
                score = f"the score {name.removeprefix('score.')}"
                return _THIS.get(name, score if name.startswith("score.") else name)
            case Call("date", (Literal(value),)):
                return str(value)
            case Call("days", (start, end)):
                return f"the time from {self._value(start)} to {self._value(end)}"
            case Call("-_", (inner,)):
                return f"-{self._value(inner, unit)}"
            case Call("_?_:_", (test, then, other)):
                one, two = self._value(then, unit), self._value(other, unit)
                return f"{one} (if {self._text(test)}; otherwise {two})"
            case Call(function, (one, two)) if function in _SIGNS:
                return f"({self._value(one, unit)} {_SIGNS[function]} {self._value(two, unit)})"
        return self._text(node)

    def _is_day(self, node: Node) -> bool:
        if isinstance(node, Name):
            fact = self._lookup.facts.get(node.text)
            return node.text in _THIS or (fact is not None and fact.type == "date")
        return isinstance(node, Call) and node.function == "date"

    def _unit(self, node: Node) -> str:
        """Name the unit of what is compared."""
        match node:
            case Call("days"):
                return "day"
            case Name(name) if name in self._lookup.facts:
                return self._lookup.facts[name].unit
            case Call("_+_" | "_-_" | "_?_:_", (*_, last)):
                return self._unit(last)
        return ""


def _joint(node: Call, *, negated: bool) -> Joint:
    return "and" if (node.function == "_&&_") != negated else "or"


def _flat(node: Node, joint: Joint, *, negated: bool) -> Iterator[tuple[Node, bool]]:
    """Yield what one word joins, however it is nested, each with whether it is denied."""
    match node:
        case Call("!_", (inner,)):
            yield from _flat(inner, joint, negated=not negated)
        case Call("_&&_" | "_||_", parts) if _joint(node, negated=negated) == joint:
            for part in parts:
                yield from _flat(part, joint, negated=negated)
        case _:
            yield node, negated


def _joined(parts: Sequence[Said], joint: Joint) -> Said:
    """Join what is said; claims about one subject stand together, at the place of the first."""
    sort: Sort = "none of" if joint == "and" else "one of"
    alike = [part for part in parts if isinstance(part, Claim) and part.sort == sort]
    if len(alike) == len(parts) and len({claim.subject for claim in alike}) == 1:
        return Claim(alike[0].subject, sort, tuple(end for claim in alike for end in claim.ends))
    claims: dict[str, list[Claim]] = {}
    clauses: list[Clause | str] = []
    for part in parts:
        if isinstance(part, Clause):
            clauses.append(part)
        else:
            clauses += [] if part.subject in claims else [part.subject]
            claims.setdefault(part.subject, []).append(part)
    said = [_claimed(claims[each], joint) if isinstance(each, str) else each for each in clauses]
    if len(said) == 1:
        return said[0]
    return Clause(_row([_guarded(each, joint) for each in said], joint), joint)


def _claimed(claims: list[Claim], joint: Joint) -> Clause:
    """Say some claims about one subject, which one word joins, in one breath."""
    others = [end for each in claims if each.sort == "else" for end in each.ends if end != NOT_KNOWN]
    unknown = [NOT_KNOWN] if any(NOT_KNOWN in each.ends for each in claims) else []
    if joint == "and":
        one_of = [listed(each.ends, "or") for each in claims if each.sort == "one of"]
        none_of = [end for each in claims if each.sort == "none of" for end in each.ends]
        return _is(claims[0], [*unknown, *others, *one_of, *([_none(none_of)] if none_of else [])], "and")
    # What is any of several values is so by one claim or by many; what may be unknown comes last.
    any_of = [end for each in claims if each.sort == "one of" for end in each.ends]
    none_of = [_none(each.ends) for each in claims if each.sort == "none of"]
    said = _is(claims[0], [*any_of, *others, *none_of, *unknown], "or")
    return said if others or none_of else Clause(said.text)


def _is(claim: Claim, ends: list[str], joint: Joint) -> Clause:
    ends = list(dict.fromkeys(ends))
    return Clause(f"{claim.subject} is {listed(ends, joint)}", joint if len(ends) > 1 else "")


def _none(ends: Sequence[str]) -> str:
    return f"not {ends[0]}" if len(ends) == 1 else f"neither {listed(dict.fromkeys(ends), 'nor')}"


def _clause(said: Said) -> Clause:
    return _claimed([said], "or") if isinstance(said, Claim) else said


def _guarded(said: Clause, joint: Joint) -> str:
    return f"({said.text})" if said.joint and said.joint != joint else said.text


def _row(texts: list[str], joint: Joint) -> str:
    """Join whole sentences, with a comma where the word alone could be misread."""
    two = len(texts) == 2  # noqa: PLR2004
    clear = two and not any(f" {word} " in text for text in texts for word in ("and", "or", "nor"))
    return f"{'' if clear else ','} {joint} ".join(texts)


def _with_unit(value: str, unit: str) -> str:
    if unit == "day":
        return f"{value} day{'' if value == '1' else 's'}"
    return f"{value} {unit}" if unit and unit != "none" else value
