"""Scores: what a pathway adds up from what is known, and which totals are possible while some is unknown.

An item gives the points of its first case that is met, and none when no case is. Nothing here is stored: a
score is worked out from the facts whenever somebody asks.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct

from pathways.terms import Condition

Judged: TypeAlias = Callable[[Condition], bool | None]

PREFIX = "score."
MOST_TOTALS = 100


class ScoreCase(Struct, frozen=True, kw_only=True):
    """The points an item gives when the condition is met, and that of no case before it."""

    when: Condition
    points: int


class ScoreItem(Struct, frozen=True, kw_only=True):
    """What a score looks at, and the cases in which it gives points."""

    say: str
    cases: tuple[ScoreCase, ...]


class Band(Struct, frozen=True, kw_only=True):
    """What totals from `least` on mean, up to the next band."""

    least: int
    say: str


class Score(Struct, frozen=True, kw_only=True):
    """A sum of points. Its items name facts, tracks, milestones, and the scores declared above it."""

    name: str
    title: str
    items: tuple[ScoreItem, ...]
    source: tuple[str, ...]
    say: str = ""
    bands: tuple[Band, ...] = ()
    part: str = ""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of all its cases."""
        return tuple(case.when for item in self.items for case in item.cases)

    def band(self, total: int) -> str:
        """Say what a total means; empty when there are no bands."""
        reached = [band for band in self.bands if band.least <= total]
        return max(reached, key=lambda band: band.least).say if reached else ""


def possible_points(item: ScoreItem, judged: Judged) -> tuple[int, ...]:
    """List the points that an item may give: several while it is unknown which of its cases is met."""
    points = set()
    for case in item.cases:
        met = judged(case.when)
        if met is not False:
            points.add(case.points)
        if met:
            return tuple(sorted(points))
    return tuple(sorted({0, *points}))


def undecided(item: ScoreItem, judged: Judged) -> list[ScoreCase]:
    """List the cases of an item of which it is unknown whether they give its points."""
    found = []
    for case in item.cases:
        met = judged(case.when)
        if met:
            break
        found += [case] if met is None else []
    return found


def possible_totals(score: Score, judged: Judged) -> tuple[int, ...]:
    """List the totals that a score may have, lowest first."""
    return totals([possible_points(item, judged) for item in score.items])


def totals(points: Iterable[Collection[int]]) -> tuple[int, ...]:
    """Add up the points that items may give, each in every way: too many of them are cut off."""
    found = {0}
    for each in points:
        found = {total + more for total in found for more in each}
        if len(found) > MOST_TOTALS:
            break
    return tuple(sorted(found)[: MOST_TOTALS + 1])


def every_total(score: Score) -> tuple[int, ...]:
    """List all totals that the points of a score allow, whatever its conditions say."""
    return totals([{0, *(case.points for case in item.cases)} for item in score.items])


def agreed(answers: Iterable[bool | None]) -> bool | None:
    """Return the answer that is the same for each total; unknown when they differ."""
    given = iter(answers)
    first = next(given)
    return first if first is not None and all(answer is first for answer in given) else None


def scores_in(names: Iterable[str]) -> tuple[str, ...]:
    """Return the scores among the names of a condition."""
    return tuple(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))


def names_behind(scores: Iterable[Score]) -> dict[str, frozenset[str]]:
    """Return, for each score, the names that its total depends on, those of the scores within included."""
    behind: dict[str, frozenset[str]] = {}
    for score in scores:
        named = {name for condition in score.conditions for name in condition.names}
        behind[score.name] = frozenset(expanded(named, behind))
    return behind


def expanded(names: Iterable[str], behind: Mapping[str, Iterable[str]]) -> list[str]:
    """Return names with each score replaced by the names behind it."""
    found: dict[str, None] = {}
    for name in names:
        if name.startswith(PREFIX):
            found |= dict.fromkeys(behind.get(name.removeprefix(PREFIX), ()))
        else:
            found[name] = None
    return list(found)
