"""Checks of facts and milestones, and of every list of facts to record."""

from collections.abc import Iterable, Iterator, Mapping

from pathways.findings import Finding, Where
from pathways.model import Fact, Pathway
from pathways.problems import near


def fact_findings(pathway: Pathway) -> Iterator[Finding]:
    """Yield what is wrong with facts and milestones, and with lists that name facts."""
    facts = {fact.name: fact for fact in pathway.facts}
    for fact in pathway.facts:
        yield from _shape(fact, ("facts", fact.name))
    for milestone in pathway.milestones:
        where: Where = ("milestones", milestone.name, "from")
        yield from _date(milestone.fact, where, facts)
    for where, names in _recorded(pathway):
        yield from _recordable(names, where, facts)


def _shape(fact: Fact, where: Where) -> Iterator[Finding]:
    for key, given, type_ in (
        ("of", fact.of, "choice"),
        ("unit", fact.unit, "number"),
        ("between", fact.lowest is not None, "number"),
        ("many", fact.many, "date"),
        ("past", fact.past, "date"),
    ):
        if given and fact.type != type_:
            what = f"`{key}` goes with type `{type_}`, and `{fact.name}` is of type `{fact.type}`"
            rests_on = ((*where, key), (*where, "type"))
            yield Finding((*where, key), what, "remove it", of_key=True, rests_on=rests_on)
    if fact.type == "choice" and len(fact.of) < 2:  # noqa: PLR2004
        what, there = f"the choice `{fact.name}` needs two values at least", (*where, "of")
        yield Finding(there, what, "list them: `of: [low, high]`", rests_on=(there, (*where, "type")))
    if fact.lowest is not None and fact.highest is not None and fact.lowest >= fact.highest:
        yield Finding((*where, "between"), "the lowest value must lie below the highest", "swap them?")


def _date(name: str, where: Where, facts: Mapping[str, Fact]) -> Iterator[Finding]:
    fact = facts.get(name)
    if fact is None:
        dates = [each.name for each in facts.values() if each.type == "date" and not each.many]
        yield Finding(where, f"`{name}` is not a fact of this pathway", near(name, dates))
    elif fact.type != "date" or fact.many:
        what = "may happen more than once" if fact.many else f"is of type `{fact.type}`"
        yield Finding(
            where,
            f"a milestone is counted from one date, and `{name}` {what}",
            rests_on=(where, ("facts", name)),
        )


def _recorded(pathway: Pathway) -> Iterator[tuple[Where, dict[str, tuple[str, ...]]]]:
    """Yield every place that lists facts to be recorded, with its lists by key."""
    for at, rule in enumerate(pathway.rules):
        yield ("prompts", at), {"needs": rule.needs, "needs_new": rule.needs_new}
    for track in pathway.tracks:
        for at, each in enumerate(track.transitions):
            lists = {"needs": each.needs, "needs_new": each.needs_new, "asks": each.asks}
            yield ("tracks", track.name, "transitions", at), lists


def _recordable(
    lists: Mapping[str, Iterable[str]], where: Where, facts: Mapping[str, Fact]
) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for key, names in lists.items():
        for at, name in enumerate(names):
            there = (*where, key, at)
            if name not in facts:
                yield Finding(there, f"`{name}` is not a fact of this pathway", near(name, facts))
            elif facts[name].many:
                what = f"`{name}` may happen more than once, so it is never simply known"
                yield Finding(
                    there, what, f"ask `known.{name}` in a condition", rests_on=(there, ("facts", name))
                )
            if name in seen:
                yield Finding(there, f"`{name}` is under `{seen[name]}` too", "write it once")
            seen[name] = key
