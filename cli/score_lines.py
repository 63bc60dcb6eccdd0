"""A score on the page: what its items give, what is still to be recorded, and what the total means."""

from collections.abc import Iterable, Iterator

from caseload.views import NamedValue, ScoreItemView, ScoreView
from cli.printing import table


def score_table(scores: Iterable[ScoreView]) -> Iterator[str]:
    """Lay out scores below one another, each with its items."""
    rows = [row for score in scores for row in _rows(score)]
    yield from table(("SCORE", "POINTS", ""), rows)


def score_lines(score: ScoreView) -> Iterator[str]:
    """Write the sum behind a condition that names a score."""
    for item in score.items:
        yield "; ".join(filter(None, (f"{_points(item)}: {item.say}", _because(item))))
    yield ": ".join(filter(None, (f"in all {_total(score)}", _meaning(score))))


def _rows(score: ScoreView) -> Iterator[tuple[str, str, str]]:
    yield score.title, _total(score), _meaning(score)
    for item in score.items:
        yield f"- {item.say}", _points(item), _because(item)


def _total(score: ScoreView) -> str:
    return f"{score.lowest} to {score.highest}" if score.total is None else str(score.total)


def _meaning(score: ScoreView) -> str:
    return _listed(score.bands) if score.bands else ""


def _points(item: ScoreItemView) -> str:
    return _listed([str(points) for points in item.possible])


def _because(item: ScoreItemView) -> str:
    """Say what the points of an item come from, or what must be recorded for them to be known."""
    if item.points is None:
        asked = [f"{fact.name}{f': {fact.ask}' if fact.ask else ''}" for fact in item.missing]
        return f"not known: {'; '.join(asked)}" if asked else "not known"
    return ", ".join(map(named, item.values))


def named(value: NamedValue) -> str:
    """Say what a name stands for, and by which entry."""
    by = f" ({value.entry})" if value.entry else ""
    prefix, _, fact = value.name.partition(".")
    if prefix == "known":
        return f"{fact} is {'not ' if value.shown == 'no' else ''}on record{by}"
    return f"{value.name} is {value.shown}{by}"


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
