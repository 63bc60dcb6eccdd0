"""Checks of scores: every total has a meaning if any has, and every case can come about."""

from collections.abc import Iterator

from pathways.case_values import views
from pathways.conditions import Judge, View
from pathways.findings import Finding, Where
from pathways.model import Pathway
from pathways.scores import Score, ScoreCase, ScoreItem, every_total


def score_findings(pathway: Pathway) -> Iterator[Finding]:
    """Yield what is wrong with the scores of a pathway."""
    judge = Judge(pathway)
    for score in pathway.scores:
        where: Where = ("scores", score.name)
        if not score.items:
            yield Finding((*where, "items"), "a score needs an item", "list what gives points")
        for at, item in enumerate(score.items):
            yield from _points(item, (*where, "items", at))
            yield from _unreached(pathway, judge, item, (*where, "items", at))
        yield from _bands(score, (*where, "bands"))


def _points(item: ScoreItem, where: Where) -> Iterator[Finding]:
    if not any(case.points for case in item.cases):
        yield Finding(where, "this item never gives points", "give it points, or leave it out")


def _unreached(pathway: Pathway, judge: Judge, item: ScoreItem, where: Where) -> Iterator[Finding]:
    """Find the cases whose points nobody can get: never met, or never without a case above being met."""
    if not all(case.when.compiled for case in item.cases):
        return
    known = views(pathway, judge, [case.when for case in item.cases])
    if known is None:
        return
    reached = {_first_met(item, judge, view) for view in known}
    for at, case in enumerate(item.cases):
        if at not in reached:
            there = _place(item, where, at)
            yield Finding(there, *_told(item, case, at), rests_on=(there, *_named(item)))


def _named(item: ScoreItem) -> Iterator[Where]:
    """Yield the parts of a file that say which values there are for what an item names."""
    for name in {name for case in item.cases for name in case.when.names}:
        prefix, _, stem = name.rpartition(".")
        yield ("scores", stem) if prefix == "score" else ("facts", stem)
        yield ("tracks", stem, "states")


def _first_met(item: ScoreItem, judge: Judge, view: View) -> int | None:
    return next((at for at, case in enumerate(item.cases) if judge.judge(case.when, view)), None)


def _place(item: ScoreItem, where: Where, at: int) -> Where:
    return (*where, "when") if len(item.cases) == 1 else (*where, "cases", at, "when")


def _told(item: ScoreItem, case: ScoreCase, at: int) -> tuple[str, str]:
    if any(each.when.text == case.when.text for each in item.cases[:at]):
        return "the condition of a case above it is the same", "leave one of them out"
    if at:
        return (
            "nobody comes to this case: it is never met unless a case above it is",
            "change their order, or leave it out",
        )
    return "nobody gets these points: the condition is never met", "change it, or leave it out"


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
