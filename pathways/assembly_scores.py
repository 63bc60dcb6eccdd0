"""From the scores of a file to scores: first their points, as conditions are checked by their totals."""

from collections.abc import Collection, Iterable

from msgspec import Struct

from pathways import schema
from pathways.assembly_rules import Declared
from pathways.findings import Finding, Notes, Where
from pathways.scores import MOST_TOTALS, Band, Score, ScoreCase, ScoreItem, totals
from pathways.shaping import shaped
from pathways.written import Wrong, name

ONE_WAY = "write `points` and `when`, or a list of `cases`"


class Case(Struct, frozen=True):
    """A case before its condition is compiled."""

    where: Where
    when: str
    points: int


class Item(Struct, frozen=True):
    """An item before its conditions are compiled."""

    say: str
    cases: tuple[Case, ...]


class Outline(Struct, frozen=True):
    """A score before its conditions are compiled; `totals` are empty where its points are in doubt."""

    shape: schema.Score
    items: tuple[Item, ...]
    totals: tuple[int, ...]


def outline(key: str, body: object, notes: Notes) -> Outline:
    """Return a score without its conditions."""
    where: Where = ("scores", key)
    try:
        name(key)
    except Wrong as wrong:
        notes.add(Finding(where, wrong.what, wrong.instead, of_key=True))
    shape = shaped(schema.Score, body, where, notes)
    items = tuple(_item(each, (*where, "items", at), notes) for at, each in enumerate(shape.items))
    return Outline(shape, items, _totals(items, (*where, "items"), notes))


def score(key: str, found: Outline, below: Collection[str], declared: Declared) -> Score:
    """Return a score, whose conditions may name no score `below` it, nor itself."""
    where: Where = ("scores", key)
    shape = found.shape
    return Score(
        name=key,
        title=shape.title,
        say=shape.say,
        items=tuple(
            ScoreItem(say=item.say, cases=tuple(_case(each, below, declared) for each in item.cases))
            for item in found.items
        ),
        bands=tuple(
            _band(each, (*where, "bands", at), declared.notes) for at, each in enumerate(shape.bands)
        ),
        source=tuple(shape.source),
        part=declared.part_of(where),
    )


def _item(body: object, where: Where, notes: Notes) -> Item:
    shape = shaped(schema.ScoreItem, body, where, notes)
    simple = [key for key in ("points", "when") if isinstance(body, dict) and key in body]
    if not notes.doubted(where):
        if shape.cases and simple:
            notes.stand_in(Finding((*where, simple[0]), "an item has `cases` already", ONE_WAY, of_key=True))
        elif not shape.cases and len(simple) == 1:
            lacks = "when" if simple == ["points"] else "points"
            notes.stand_in(Finding(where, f"an item with `{simple[0]}` needs `{lacks}`", ONE_WAY))
        elif not shape.cases and not simple:
            notes.stand_in(Finding(where, "an item needs points", ONE_WAY))
    if shape.cases:
        return Item(shape.say, tuple(_outlined(shape.cases, (*where, "cases"), notes)))
    simple_case = Case((*where, "when"), shape.when, shape.points or 0)
    return Item(shape.say, (simple_case,) if shape.when else ())


def _outlined(bodies: Iterable[object], where: Where, notes: Notes) -> Iterable[Case]:
    for at, body in enumerate(bodies):
        shape = shaped(schema.ScoreCase, body, (*where, at), notes)
        yield Case((*where, at, "when"), shape.when, shape.points)


def _totals(items: Iterable[Item], where: Where, notes: Notes) -> tuple[int, ...]:
    found = totals([{0, *(case.points for case in item.cases)} for item in items])
    if len(found) > MOST_TOTALS:
        what = f"this score has more than {MOST_TOTALS} possible totals"
        notes.add(Finding(where, what, "leave some items out, or give points that add up to the same"))
        return ()
    return () if notes.doubted(where) else found


def _case(case: Case, below: Collection[str], declared: Declared) -> ScoreCase:
    return ScoreCase(when=declared.condition(case.when, case.where, below=below), points=case.points)


def _band(body: object, where: Where, notes: Notes) -> Band:
    shape = shaped(schema.Band, body, where, notes)
    return Band(least=shape.least, say=shape.say)
