"""A score as people see it: what each item gives, what is still to be recorded, and what the total means.

Pure: a pathway, a standing, and the moment for which somebody asks.
"""

from collections.abc import Iterable

from msgspec import Struct

from pathways.model import Pathway
from pathways.scores import Score, ScoreCase, ScoreItem, possible_points, scores_in, undecided
from pathways.sight import Seen, Sight
from pathways.terms import Condition


class TallyItem(Struct, frozen=True, kw_only=True):
    """What an item gives: its points, none while they are unknown, and all that are possible.

    `case` is the condition that gives them, empty if none; `seen` is what was looked at and is known; `lacks`
    are the facts to record for the points to be known.
    """

    say: str
    points: int | None
    possible: tuple[int, ...]
    case: str = ""
    seen: tuple[Seen, ...] = ()
    lacks: tuple[str, ...] = ()


class Tally(Struct, frozen=True, kw_only=True):
    """A score at a moment: its total, none while that is unknown, and how low and high it may be.

    `bands` are what the total may mean, lowest first: one when that is known, none if the score has no bands.
    """

    score: Score
    items: tuple[TallyItem, ...]
    total: int | None
    lowest: int
    highest: int
    bands: tuple[str, ...]

    @property
    def begun(self) -> bool:
        """Whether the points of an item are known."""
        return any(item.points is not None for item in self.items)


def tally(sight: Sight, score: Score) -> Tally:
    """Add up a score as far as it is known."""
    totals = sight.totals(score.name)
    bands = dict.fromkeys(score.band(total) for total in totals)
    return Tally(
        score=score,
        items=tuple(_item(sight, item) for item in score.items),
        total=totals[0] if len(totals) == 1 else None,
        lowest=totals[0],
        highest=totals[-1],
        bands=tuple(band for band in bands if band),
    )


def scores_behind(pathway: Pathway, conditions: Iterable[Condition | None]) -> list[Score]:
    """List the scores that some conditions name, and those within, in the order of the pathway."""
    wanted = {name for each in conditions if each for name in scores_in(each.names)}
    for score in reversed(pathway.scores):
        if score.name in wanted:
            wanted |= {name for each in score.conditions for name in scores_in(each.names)}
    return [score for score in pathway.scores if score.name in wanted]


def _item(sight: Sight, item: ScoreItem) -> TallyItem:
    possible = possible_points(item, sight.judge)
    met = next((case for case in item.cases if sight.judge(case.when)), None)
    known = len(possible) == 1
    looked_at = [met] if met else item.cases
    lacking = [] if known else undecided(item, sight.judge)
    return TallyItem(
        say=item.say,
        points=possible[0] if known else None,
        possible=possible,
        case=met.when.text if met and known else "",
        seen=tuple(each for each in sight.all(_names(looked_at)) if each.known),
        lacks=tuple(sight.lacking(_names(lacking))),
    )


def _names(cases: Iterable[ScoreCase]) -> list[str]:
    return list(dict.fromkeys(name for case in cases for name in case.when.names))
