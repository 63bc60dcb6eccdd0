"""From combinations to examples that the engine has confirmed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from msgspec import Struct, structs

from pathways.model import Rule
from pathways.moments import Length, add_days
from pathways.proving.cuts import TODAY
from pathways.proving.days import At, Combination
from pathways.proving.opening import Opening, Seed
from pathways.proving.scenes import Holds, Plan, Scene, Shown, likelier, minimal, tried
from pathways.proving.search import SEED, Demand, Looked, Search
from pathways.proving.spaces import Slice
from pathways.proving.tables import today_in
from pathways.terms import Condition

_COLLECTED = 1_000
_SIMPLEST = 40
_TRIED, _TRIED_ROUGHLY = 400, 40


class Hunt(Struct, frozen=True):
    """What came of looking for something in a slice.

    `found` is an example that the engine confirmed; `possible` says that some combination would allow it.
    """

    looked: Looked
    possible: bool = False
    found: Shown | None = None


Plans = Callable[[Combination], Iterable[Plan]]


class Question(Struct, frozen=True):
    """What is looked for: a combination of a slice that fulfils the demands of one of the ways.

    `plans` makes a combination into histories, `holds` says whether the engine shows what is sought.
    """

    slice: Slice
    ways: Sequence[Sequence[Demand]]
    plans: Plans
    holds: Holds


def hunt(opening: Opening, ask: Callable[[Opening], Question]) -> Hunt:
    """Look through all combinations, and play what is found; exactly, if it was only found roughly."""
    rough = bool(opening.lookup.scores) and not opening.exact
    found = _hunt(opening, ask(opening), _TRIED_ROUGHLY if rough else _TRIED)
    if found.possible and not found.found and rough:
        return _hunt(opening.exactly(), ask(opening.exactly()), _TRIED)
    return found


def _hunt(opening: Opening, question: Question, most: int) -> Hunt:
    space = question.slice.space(exact=opening.exact)
    looked = Looked(space.size, space.size, space.rough, space.added)
    possible = False
    for demands in question.ways:
        search = Search(space, demands)
        combinations = search.some(_COLLECTED)
        looked = search.looked if not search.looked.all else looked
        for at in _simplest(combinations):
            possible = True
            for plan in question.plans(at):
                most -= 1
                if most < 0:
                    return Hunt(looked, possible)
                found = tried(opening.lookup.pathway, plan, question.holds)
                if found is not None:
                    least = minimal(found, question.holds)
                    return Hunt(looked, possible=True, found=likelier(least, question.holds))
    return Hunt(looked, possible)


def direct(opening: Opening) -> Plans:
    """Plan to bring a combination about at once, with the enrolment."""
    return lambda at: [Plan(begins=today_in(at), scenes=(scene(opening, at),))]


def prompting(opening: Opening, *rules: Rule) -> Plans:
    """Plan to bring a combination about so that the prompts of some rules are open in it."""

    def plans(at: Combination) -> Iterator[Plan]:
        for before in _befores(opening, rules, at):
            for early in _earlies(rules, at):
                for wait in _waits(rules):
                    plan = _plan(opening, at, before, early, wait, rules[0].id)
                    yield plan
                    if any(_is_hourly(rule) for rule in rules):
                        yield structs.replace(plan, timed=True)

    return plans


def scene(opening: Opening, at: Combination, day: int = 0) -> Scene:
    """Make a combination the scene of one day."""
    facts = {name: value for name, value in at.items() if name in opening.lookup.facts and value is not None}
    states = {name: str(value) for name, value in at.items() if name in opening.lookup.tracks}
    return Scene(day=day, facts=facts, states=states)


def _plan(  # noqa: PLR0917  # what a plan is made of
    opening: Opening,
    at: Combination,
    before: Sequence[Seed],
    early: frozenset[str],
    wait: int,
    opens: str,
) -> Plan:
    scenes = [scene(opening, seed.at, day) for day, seed in enumerate(before)]
    last = scene(opening, at, len(before))
    last = structs.replace(last, facts=_later(last.facts, wait), early=early)
    begins = today_in(at) - timedelta(days=len(before))
    return Plan(begins=begins, scenes=(*scenes, last), opens=opens)


def _befores(opening: Opening, rules: Sequence[Rule], at: Combination) -> Iterator[Sequence[Seed]]:
    """Yield what must have been before, for rules that only go on in a combination."""
    found: list[list[Seed]] = []
    for rule in rules:
        booking = rule.counted_from.name if rule.counted_from.kind == "booking" else ""
        if rule.when and opening.tables.answer(rule.when, at, booking) is None:
            seeds = opening.seeds(rule.when, booking, dict(rule.during)) or []
            found.append([seed for seed in seeds if opening.leads(seed, at)])
    if not found:
        yield ()
    elif len(found) == 1:
        yield from ([seed] for seed in found[0])
    else:
        yield from ([one, two] for one in found[0][:5] for two in found[1][:5])
        yield from ([two, one] for one in found[0][:5] for two in found[1][:5])


def showing(opening: Opening, condition: Condition) -> Plans:
    """Plan to bring a combination about so that a banner with a condition is shown in it."""

    def plans(at: Combination) -> Iterator[Plan]:
        if opening.tables.answer(condition, at) is not None:
            yield from direct(opening)(at)
            return
        for seed in opening.seeds(condition, "", {}) or ():
            if opening.leads(seed, at):
                yield _plan(opening, at, [seed], frozenset(), 0, "")

    return plans


def _earlies(rules: Sequence[Rule], at: Combination) -> Iterator[frozenset[str]]:
    """Yield which facts to record before the prompt begins: those that it wants anew."""
    yield frozenset()
    early = frozenset(fact for rule in rules for fact in rule.needs_new if at.get(fact) is not None)
    if early:
        yield early


def _waits(rules: Sequence[Rule]) -> list[int]:
    opens = [
        rule.opens for rule in rules if rule.opens and rule.counted_from.kind not in ("fact", "milestone")
    ]
    return sorted({0, *(_days(length) for length in opens if not length.before)})


def _is_hourly(rule: Rule) -> bool:
    return any(each.exact for each in (rule.opens, rule.due, rule.lapses, *rule.every) if each)


def _days(length: Length) -> int:
    day = date(2026, 6, 1)
    return 1 if length.exact else (add_days(day, length) - day).days


def _later(facts: Mapping[str, At], days: int) -> dict[str, At]:
    return {
        name: value + timedelta(days=days) if isinstance(value, date) else value
        for name, value in facts.items()
    }


def _simplest(found: Sequence[Combination]) -> list[Combination]:
    """Return those in which the least is known first, and a few of the others, the same each time."""
    order = sorted(found, key=_known)
    rest = order[_SIMPLEST:]
    return order[:_SIMPLEST] + Random(SEED).sample(rest, min(len(rest), _SIMPLEST))  # noqa: S311  # nothing secret


def _known(at: Combination) -> int:
    return sum(1 for name, value in at.items() if value is not None and name != TODAY)
