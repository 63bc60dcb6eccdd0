"""Conditions: the one module that knows the CEL library.

A condition is checked and compiled when its file is read, stored in compiled form, and judged by a `Judge`
over a `View` of what is known. The answer is met, not met or unknown, never a guess: a name that is absent
from the view is unknown, and CEL's own logic says what follows (`unknown && false` is not met).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import product
from typing import Any, TypeAlias

from cel_expr_python import cel

from pathways.condition_names import Kind, vocabulary
from pathways.condition_sense import flaws, names_in
from pathways.condition_syntax import told, unreadable
from pathways.expression import Node, tree, without_places
from pathways.model import Fact, Pathway
from pathways.moments import day, days_between
from pathways.problems import ConditionRejected
from pathways.scores import PREFIX, agreed, possible_totals, scores_in
from pathways.terms import Condition

Activation: TypeAlias = Any  # CEL's own class of what is known; the library brings no types

JUDGES_KEPT = 16
_UNKNOWN = "UNKNOWN: No value with name"


class DefectiveCondition(Exception):
    """A checked condition failed while it was judged: the checks have a gap."""


class View:
    """What is known at one moment. The totals of a score are worked out when a condition first names it."""

    __slots__ = ("activation", "totals", "values")

    def __init__(
        self, values: Mapping[str, object], activation: Activation, totals: dict[str, tuple[int, ...]]
    ) -> None:
        self.values = values
        self.activation = activation
        self.totals = totals


class Compiler:
    """Compiles the conditions of one pathway, from the names it declares; of a score, with its totals."""

    def __init__(
        self,
        facts: Mapping[str, Fact],
        tracks: Mapping[str, Sequence[str]],
        milestones: Collection[str],
        scores: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        self._names = vocabulary(facts, tracks, milestones, scores or {})
        self._env = _environment(self._names)

    def compile(
        self, text: str, *, this: bool = False, at: bool = False, below: Collection[str] = ()
    ) -> Condition:
        """Return the condition, or raise `ConditionRejected` with everything that is wrong with it.

        `this` and `at` say whether it may name the day of a booking, and the day of an event; `below` are the
        scores that it may not name yet.
        """
        absent = {name for name, usable in (("this", this), ("at", at)) if not usable}
        absent |= {f"{PREFIX}{score}" for score in below}
        parsed = self._parsed(text)
        found = flaws(parsed, {name: kind for name, kind in self._names.items() if name not in absent}, below)
        if found:
            raise ConditionRejected(text, found)
        return Condition(text, without_places(self._compiled(text, checked=True)), names_in(parsed))

    def _parsed(self, text: str) -> Node:
        flaw = unreadable(text)
        if flaw:
            raise ConditionRejected(text, [flaw])
        return tree(self._compiled(text, checked=False))

    def _compiled(self, text: str, *, checked: bool) -> bytes:
        try:
            return bytes(self._env.compile(text, disable_check=not checked).serialize())
        except RuntimeError as refused:
            raise ConditionRejected(text, [told(str(refused), text)]) from None


class Judge:
    """Judges the conditions of one pathway.

    A view is made once a step from everything known then, and shared by all that is judged in the step.
    """

    def __init__(self, pathway: Pathway) -> None:
        facts = {fact.name: fact for fact in pathway.facts}
        tracks = {track.name: [state.name for state in track.states] for track in pathway.tracks}
        self._scores = {score.name: score for score in pathway.scores}
        milestones = [each.name for each in pathway.milestones]
        self._env = _environment(vocabulary(facts, tracks, milestones, dict.fromkeys(self._scores, ())))
        self._read: dict[bytes, tuple[Any, tuple[str, ...]]] = {}

    def view(self, values: Mapping[str, object]) -> View:
        """Return a view of values by the names that conditions use, with days as `timestamp` makes them."""
        return View(values, self._env.Activation(values), {})

    def also(self, view: View, values: Mapping[str, object]) -> View:
        """Return a view of more, such as a day, that no score looks at."""
        more = {**view.values, **values}
        return View(more, self._env.Activation(more), view.totals)

    def judge(self, condition: Condition, view: View) -> bool | None:
        """Say whether a condition is met; None when that is unknown."""
        expression, scores = self._read.get(condition.compiled) or self._expression(condition)
        if scores:
            return agreed(self._for_each_total(condition, expression, scores, view))
        return _told(condition, expression.eval(view.activation))

    def totals(self, score: str, view: View) -> tuple[int, ...]:
        """List the totals that a score may still have, lowest first."""
        found = view.totals.get(score)
        if found is None:
            found = possible_totals(self._scores[score], lambda condition: self.judge(condition, view))
            view.totals[score] = found
        return found

    def _for_each_total(
        self,
        condition: Condition,
        expression: Any,  # noqa: ANN401  # the library brings no types
        scores: tuple[str, ...],
        view: View,
    ) -> Iterator[bool | None]:
        known = {name: view.values[name] for name in condition.names if name in view.values}
        for totals in product(*(self.totals(score, view) for score in scores)):
            given = {f"{PREFIX}{score}": total for score, total in zip(scores, totals, strict=True)}
            yield _told(condition, expression.eval(self._env.Activation(known | given)))

    def _expression(self, condition: Condition) -> tuple[Any, tuple[str, ...]]:
        found = self._env.deserialize(condition.compiled), scores_in(condition.names)
        self._read[condition.compiled] = found
        return found


def _told(condition: Condition, answer: Any) -> bool | None:  # noqa: ANN401  # the library brings no types
    """Read what CEL answered."""
    value = answer.value()
    # By identity: the value of an error is a text, and a text counts as true.
    if value is True or value is False:
        return value
    if answer.type() == cel.Type.ERROR and value.startswith(_UNKNOWN):
        return None
    msg = f"{condition.text!r} gives {value!r}"
    raise DefectiveCondition(msg)


def judge_of(pathway: Pathway) -> Judge:
    """Return the judge of a pathway, the same one for the same pathway as long as it is in use."""
    if not pathway.digest:  # built by hand
        return Judge(pathway)
    judge = _judges.pop(pathway.digest) if pathway.digest in _judges else Judge(pathway)
    _judges[pathway.digest] = judge
    while len(_judges) > JUDGES_KEPT:
        del _judges[next(iter(_judges))]
    return judge


def timestamp(on: date) -> datetime:
    """Return the value that stands for a calendar day in a view."""
    return datetime(on.year, on.month, on.day, tzinfo=UTC)


def _environment(names: Mapping[str, Kind]) -> Any:  # noqa: ANN401  # the library brings no types
    types = {
        "yes-no": cel.Type.BOOL,
        "number": cel.Type.DOUBLE,
        "whole": cel.Type.INT,
        "day": cel.Type.TIMESTAMP,
        "text": cel.Type.STRING,
    }
    env = cel.NewEnv(
        variables={name: types[kind.sort] for name, kind in names.items()}, functions=_functions()
    )
    # The library learns the types of the variables from its first compilation: without one, a stored
    # condition over a day fails in a process that has compiled nothing.
    env.compile("true")
    return env


def _functions() -> list[Any]:
    day_type, whole, text = cel.Type.TIMESTAMP, cel.Type.INT, cel.Type.STRING
    days = cel.Overload("days_day_day", return_type=whole, parameters=[day_type, day_type], impl=days_between)
    fixed = cel.Overload(
        "date_text", return_type=day_type, parameters=[text], impl=lambda on: timestamp(day(on))
    )
    return [cel.FunctionDecl("days", [days]), cel.FunctionDecl("date", [fixed])]


_judges: dict[str, Judge] = {}
