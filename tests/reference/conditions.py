"""Conditions, parsed and judged in three values: `True`, `False` and `None` for unknown.

A reading of the part of CEL that pathways may use, so that a defect in how the product calls CEL cannot hide.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple, TypeAlias

Value: TypeAlias = str | float | int | bool | date | None
Look: TypeAlias = Callable[[str], Value]  # what a name stands for; None when it is unknown


class Tree(NamedTuple):
    """An operation on parts; a `value` or a `name` has none, and says which it is."""

    what: str
    parts: "tuple[Tree, ...]" = ()
    said: Value = None


TEXT = r'"(?:[^"\\]|\\.)*"|\'[^\']*\''
NUMBER = r"\d+\.\d+|\d+"
NAME = r"[A-Za-z_][\w.]*"
SIGN = r"\|\||&&|[=!<>]=|[-+*!<>()\[\],?:]"
TOKEN = re.compile(rf"\s*(?:{TEXT}|{NUMBER}|{NAME}|{SIGN})")
ORDER = {"==", "!=", "<", "<=", ">", ">=", "in"}


def judge(text: str, look: Look) -> bool | None:
    """Say whether a condition is met, given what each of its names stands for."""
    answer = _worked_out(parsed(text), look)
    assert answer is None or isinstance(answer, bool), f"{text} gives {answer!r}"
    return answer


def parsed(text: str) -> Tree:
    reader = _Reader(_tokens(text))
    tree = reader.choice()
    assert not reader.tokens, f"{text}: what is {reader.tokens}?"
    return tree


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        assert match, f"what is {text[at:]!r}?"
        found.append(match[0].strip())
        at = match.end()
    return found


class _Reader:
    """One method for each level of precedence, loosest first."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def took(self, *wanted: str) -> str:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else ""

    def choice(self) -> Tree:
        test = self.either()
        if not self.took("?"):
            return test
        then = self.either()
        assert self.took(":")
        return Tree("?", (test, then, self.choice()))

    def either(self) -> Tree:
        return self._chain(self.both, "||")

    def both(self) -> Tree:
        return self._chain(self.compared, "&&")

    def compared(self) -> Tree:
        return self._chain(self.total, *ORDER)

    def total(self) -> Tree:
        return self._chain(self.product, "+", "-")

    def product(self) -> Tree:
        return self._chain(self.negated, "*")

    def negated(self) -> Tree:
        sign = self.took("!", "-")
        if not sign:
            return self.single()
        return Tree("not" if sign == "!" else "minus", (self.negated(),))

    def single(self) -> Tree:
        if self.took("("):
            inner = self.choice()
            assert self.took(")")
            return inner
        if self.took("["):
            return Tree("list", self._until("]"))
        token = self.tokens.pop(0)
        if self.took("("):
            return Tree(token, self._until(")"))
        return _atom(token)

    def _chain(self, part: Callable[[], Tree], *operators: str) -> Tree:
        tree = part()
        while operator := self.took(*operators):
            tree = Tree(operator, (tree, part()))
        return tree

    def _until(self, end: str) -> tuple[Tree, ...]:
        parts: list[Tree] = []
        while not self.took(end):
            parts.append(self.choice())
            self.took(",")
        return tuple(parts)


def _atom(token: str) -> Tree:
    if token in ("true", "false"):
        return Tree("value", said=token == "true")
    if token[0] in "\"'":
        return Tree("value", said=re.sub(r"\\(.)", r"\1", token[1:-1]))
    if token[0].isdigit():
        return Tree("value", said=float(token) if "." in token else int(token))
    return Tree("name", said=token)


def _worked_out(tree: Tree, look: Look) -> Value:
    if tree.what == "value":
        return tree.said
    if tree.what == "name":
        return look(str(tree.said))
    if tree.what == "in":
        one, many = tree.parts
        return _contained(one, many, look)
    answers = [_worked_out(part, look) for part in tree.parts]
    if tree.what == "&&":
        return _and(answers)
    if tree.what == "||":
        return _not(_and(_not(answer) for answer in answers))
    if tree.what == "?":
        test, then, other = answers
        return None if test is None else then if test else other
    return None if None in answers else OPERATIONS[tree.what](*answers)


def _contained(one: Tree, many: Tree, look: Look) -> bool | None:
    wanted = _worked_out(one, look)
    return None if wanted is None else wanted in [_worked_out(item, look) for item in many.parts]


def _and(answers: Iterable[Value]) -> bool | None:
    given = list(answers)
    if False in given:
        return False
    return None if None in given else True


def _not(answer: Value) -> bool | None:
    return None if answer is None else not answer


OPERATIONS: dict[str, Callable[..., Value]] = {
    "not": lambda one: not one,
    "minus": lambda one: -one,
    "==": lambda one, two: one == two,
    "!=": lambda one, two: one != two,
    "<": lambda one, two: one < two,
    "<=": lambda one, two: one <= two,
    ">": lambda one, two: one > two,
    ">=": lambda one, two: one >= two,
    "+": lambda one, two: one + two,
    "-": lambda one, two: one - two,
    "*": lambda one, two: one * two,
    "days": lambda start, end: (end - start).days,
    "date": date.fromisoformat,
}
