"""Prompts that must not be open together, and those that ask for two things of which one can be done."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from pathways.model import Rule
from pathways.proving.concerns import Concerns, ends_of
from pathways.proving.days import Combination
from pathways.proving.examples import Hunt, Question, hunt, prompting
from pathways.proving.opening import Opening
from pathways.proving.search import Demand, Looked, Search
from pathways.proving.spaces import booking_of
from pathways.proving.telling import told
from pathways.proving.verdicts import Found, Kind, examined


def never_together(opening: Opening) -> Concerns:
    """Find the prompts that can be open together though one says `never_with` of the other."""
    pairs = {
        tuple(sorted((rule.id, other))) for rule in opening.lookup.pathway.rules for other in rule.never_with
    }
    rules = [tuple(opening.lookup.rules[name] for name in pair) for pair in sorted(pairs)]
    return _open_together(opening, "never-with", rules, "can be open together")


def contradictions(opening: Opening) -> Concerns:
    """Find the prompts that can be open together, and of which doing one rules out doing the other."""
    pairs = [pair for pair in combinations(_with_ends(opening), 2) if _opposed(opening, *pair)]
    why = "can be open together, and what ends one rules out what ends the other"
    return _open_together(opening, "contradiction", pairs, why)


def _open_together(opening: Opening, kind: Kind, pairs: Sequence[tuple[Rule, ...]], why: str) -> Concerns:
    found, looked = [], Looked()
    for one, other in pairs:
        there = together(opening, one, other)
        looked += there.looked
        if there.possible:
            what = f"`{one.id}` and `{other.id}` {why}"
            story = told(there.found, what) if there.found else ""
            confirmed = there.found is not None
            found.append(
                Found(kind=kind, about=(one.id, other.id), what=what, story=story, confirmed=confirmed)
            )
    return found, examined(kind, len(pairs), looked)


def together(opening: Opening, one: Rule, other: Rule) -> Hunt:
    """Look for a history in which prompts of two rules are open at once."""
    return hunt(
        opening,
        lambda by: Question(
            by.slice(one, other),
            list(_ways(by, one, other)),
            prompting(by, one, other),
            lambda example: example.open(one.id) and example.open(other.id),
        ),
    )


def _ways(opening: Opening, one: Rule, other: Rule) -> Iterator[list[Demand]]:
    """Yield the ways in which prompts of two rules can be there at once.

    Where both only go on, the one that was wanted last was wanted while the other went on already.
    """
    sure, unsure = opening.open(one), opening.open(other)
    for left, right in product(sure, unsure):
        if left is sure[0] or right is unsure[0] or _have_met(opening, one, other):
            yield [*left, *right]


def _have_met(opening: Opening, one: Rule, other: Rule) -> bool:
    space = opening.slice(one, other).space(exact=opening.exact)
    for first, then in ((one, other), (other, one)):
        for going_on in (opening.wanted(first), [*opening.staying(first), *opening.lingering(first)]):
            if Search(space, [*going_on, *opening.wanted(then)]).some():
                return True
    return False


def _with_ends(opening: Opening) -> Iterator[Rule]:
    return (rule for rule in opening.lookup.pathway.rules if rule.done_when and rule.tier != "info")


def _opposed(opening: Opening, one: Rule, other: Rule) -> bool:
    """Say whether two prompts can never both be done, neither at once nor one after the other."""
    names = [set(opening.tables.names(rule.done_when, booking_of(rule))) for rule in (one, other)]
    shared = names[0] & names[1]
    if not shared or _both_at_once(opening, one, other):
        return False
    if not shared <= opening.lookup.tracks.keys():
        return True
    ends = ends_of(opening, one), ends_of(opening, other)
    return not any(
        _leads(opening, shared, first, then) or _leads(opening, shared, then, first)
        for first, then in product(*ends)
    )


def _both_at_once(opening: Opening, one: Rule, other: Rule) -> bool:
    space = opening.slice(one, other).space()
    ends = [part for rule in (one, other) for part in opening.met(rule.done_when, booking_of(rule))]
    return bool(Search(space, ends).some())


def _leads(opening: Opening, tracks: set[str], first: Combination, then: Combination) -> bool:
    return all(opening.ways.lead(track, str(first[track]), str(then[track])) for track in tracks)
