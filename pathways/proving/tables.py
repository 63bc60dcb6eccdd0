"""What conditions answer in a combination: each judged once for each combination of the names it looks at.

A score is added up here from what its items answer, so that a condition over it is judged once for each
total, not once for each combination of all that the score looks at.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from pathways.lookup import Lookup
from pathways.proving.cuts import TODAY
from pathways.proving.days import THE_DAY, At, Combination, passed
from pathways.scores import Score, expanded, names_behind, possible_totals, scores_in
from pathways.step import as_cel
from pathways.terms import Condition


class _Table(Struct):
    """The answers to one condition: by the values of `own` and the totals of `scores`."""

    own: tuple[str, ...]
    scores: tuple[str, ...]
    asked: tuple[str, ...]
    names: tuple[str, ...]
    answers: dict[tuple[object, ...], bool | None]


class Tables:
    """The truth tables of a pathway, filled in as they are asked.

    `kept` and `rows` keep what was worked out from them for one slice, for the next.
    """

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.behind = names_behind(lookup.pathway.scores)
        self._tables: dict[tuple[bytes, str], _Table] = {}
        self._looked_at_by: dict[str, tuple[str, ...]] = {}
        self._totals: dict[tuple[object, ...], tuple[int, ...]] = {}
        self.kept: dict[tuple[object, ...], dict[At, tuple[bool | None, ...]]] = {}
        self.rows: dict[tuple[object, ...], list[tuple[At, ...]] | None] = {}

    def answer(self, condition: Condition | None, at: Combination, booking: str = "") -> bool | None:
        """Say whether a condition is met in a combination, None when that is unknown there."""
        if condition is None:
            return True
        table = self._tables.get((condition.compiled, booking)) or self._table(condition, booking)
        key: tuple[object, ...] = tuple([at.get(name) for name in table.own])
        if table.scores:
            key = (*key, *[self.totals(score, at) for score in table.scores])
        if key not in table.answers:
            totals = [self.totals(score, at) for score in table.scores]
            table.answers[key] = self._judged(condition, table, at, booking, totals)
        return table.answers[key]

    def answer_for(
        self, condition: Condition, at: Combination, booking: str, totals: Sequence[int]
    ) -> bool | None:
        """Say whether a condition is met if its scores come to some totals."""
        table = self._table(condition, booking)
        known = [(total,) for total in totals]
        key = (*[at.get(name) for name in table.own], *known)
        if key not in table.answers:
            table.answers[key] = self._judged(condition, table, at, booking, known)
        return table.answers[key]

    def totals(self, score: str, at: Combination) -> tuple[int, ...]:
        """Return the totals that a score may have in a combination."""
        names = self._looked_at_by.get(score)
        if names is None:
            names = self._names(self.behind[score], "")
            self._looked_at_by[score] = names
        key = (score, *[at.get(name) for name in names])
        found = self._totals.get(key)
        if found is None:
            there: Score = self.lookup.scores[score]
            found = self._totals[key] = possible_totals(there, lambda condition: self.answer(condition, at))
        return found

    def names(self, condition: Condition | None, booking: str = "") -> tuple[str, ...]:
        """Return the names of a combination that a condition looks at."""
        return self._table(condition, booking).names if condition else ()

    def own_names(self, condition: Condition, booking: str = "") -> tuple[str, ...]:
        """Return the names of a combination that a condition looks at itself, not through a score."""
        return self._table(condition, booking).own

    def behind_scores(self, condition: Condition) -> tuple[str, ...]:
        """Return the names of a combination that a condition looks at through its scores."""
        behind = (name for score in scores_in(condition.names) for name in self.behind[score])
        return self._names(behind, "")

    def parts(self, condition: Condition) -> tuple[Condition, ...]:
        """Return a condition and those of all scores behind it: together they say what a value can change."""
        found = [condition]
        for each in found:
            for score in scores_in(each.names):
                found += [more for more in self.lookup.scores[score].conditions if more not in found]
        return tuple(found)

    def _table(self, condition: Condition, booking: str) -> _Table:
        key = (condition.compiled, booking)
        if key not in self._tables:
            scores = scores_in(condition.names)
            asked = tuple(name for name in condition.names if not name.startswith("score."))
            names = self._names(expanded(condition.names, self.behind), booking)
            self._tables[key] = _Table(self._names(asked, booking), scores, asked, names, {})
        return self._tables[key]

    def _judged(  # what an answer is made of
        self,
        condition: Condition,
        table: _Table,
        at: Combination,
        booking: str,
        totals: Sequence[tuple[int, ...]],
    ) -> bool | None:
        judge = self.lookup.judge
        view = judge.view(self._values(table.asked, at, booking))
        view.totals.update(zip(table.scores, totals, strict=True))
        return judge.judge(condition, view)

    def _names(self, asked: Iterable[str], booking: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for each in asked for name in self._looked_at(each, booking)))

    def _looked_at(self, name: str, booking: str) -> tuple[str, ...]:
        prefix, _, stem = name.rpartition(".")
        if prefix == "passed":
            return (self.lookup.milestones[stem].fact, TODAY)
        return (stem,) if prefix else ({"this": booking, "at": TODAY}.get(name, name),)

    def _values(self, names: tuple[str, ...], at: Combination, booking: str) -> Mapping[str, object]:
        """Return what a view holds in a combination, as `step.values` does in a standing."""
        found: dict[str, object] = {}
        for name in names:
            prefix, _, stem = name.rpartition(".")
            [looked_at, *_] = self._looked_at(name, booking)
            value = at.get(looked_at)
            if prefix == "known":
                found[name] = value is not None
            elif prefix == "passed":
                if isinstance(value, date):
                    found[name] = passed(value, self.lookup.milestones[stem].after, today_in(at))
            elif name == "at":
                found[name] = as_cel(today_in(at))
            elif value is not None:
                found[name] = as_cel(value) if isinstance(value, date) else value
        return found


def today_in(at: Combination) -> date:
    """Return the day on which a combination is looked at."""
    today = at.get(TODAY)
    return today if isinstance(today, date) else THE_DAY
