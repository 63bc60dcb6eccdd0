"""Checks of scores: every total has a meaning if any has, and every case can come about."""

from collections.abc import Iterator

from pathways.findings import Finding, Where
from pathways.model import Pathway
from pathways.scores import Score, ScoreItem, every_total


def score_findings(pathway: Pathway) -> Iterator[Finding]:
    """Yield what is wrong with the scores of a pathway."""
    for score in pathway.scores:
        where: Where = ("scores", score.name)
        if not score.items:
            yield Finding((*where, "items"), "a score needs an item", "list what gives points")
        for at, item in enumerate(score.items):
            yield from _item(item, (*where, "items", at))
        yield from _bands(score, (*where, "bands"))


def _item(item: ScoreItem, where: Where) -> Iterator[Finding]:
    if not any(case.points for case in item.cases):
        yield Finding(where, "this item never gives points", "give it points, or leave it out")
    seen: set[str] = set()
    for at, case in enumerate(item.cases):
        if case.when.text in seen:
            there = (*where, "cases", at, "when")
            yield Finding(there, "the condition of a case above it is the same", "leave one of them out")
        seen.add(case.when.text)


def _bands(score: Score, where: Where) -> Iterator[Finding]:
    totals, rests_on = every_total(score), (where, ("scores", score.name, "items"))
    least = {band.least for band in score.bands}
    if least and totals[0] < min(least):
        yield Finding(
            where,
            f"a total of {totals[0]} falls into no band",
            f"let the lowest begin with `from: {totals[0]}`",
            rests_on=rests_on,
        )
    reached = {max((each for each in least if each <= total), default=None) for total in totals}
    seen: set[int] = set()
    for at, band in enumerate(score.bands):
        if band.least in seen:
            yield Finding((*where, at, "from"), f"a band begins at {band.least} already", "choose another")
        elif band.least not in reached:
            span = f"the totals go from {totals[0]} to {totals[-1]}"
            yield Finding((*where, at, "from"), f"no total falls into this band: {span}", rests_on=rests_on)
        seen.add(band.least)
