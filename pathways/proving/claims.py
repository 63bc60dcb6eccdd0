"""Promises about what is prompted and shown: proved or refuted over every combination that matters."""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct, structs

from pathways.model import Banner, Rule, Transition
from pathways.promises import Asked, Never, Open, Shown, Warned
from pathways.proving.days import Combination
from pathways.proving.examples import Hunt, Question, direct, hunt, prompting, showing
from pathways.proving.opening import Opening, in_states, is_known, not_in_states
from pathways.proving.scenes import Plan, Scene, tried
from pathways.proving.scenes import Shown as Example
from pathways.proving.search import Demand, Looked
from pathways.proving.spaces import Slice, booking_of
from pathways.story_text import Action
from pathways.terms import Condition

OverCombinations: TypeAlias = Never | Asked | Open | Shown | Warned


class Ruling(Struct, frozen=True):
    """Whether a claim holds: `against` says in what way it does not; `example` shows it if it was confirmed.

    What is `plain` stands in the file for everybody to see, and needs no example.
    """

    looked: Looked
    against: str = ""
    example: Example | None = None
    plain: bool = False


def rule_on(opening: Opening, claim: OverCombinations) -> Ruling:
    """Prove or refute a claim over every combination of what it depends on."""
    match claim:
        case Never():
            return _first_against(_never(opening, name, claim.when) for name in claim.never)
        case Asked():
            return _asked(opening, opening.lookup.rules[claim.asked], claim.when)
        case Open():
            return _open(opening, opening.lookup.rules[claim.open], claim.when)
        case Shown():
            return _shown(opening, _banner(opening, claim.shown), claim.when)
        case Warned():
            return _first_against(
                _warned(opening, claim.when, step) for step in opening.lookup.events[claim.warned]
            )


def _first_against(rulings: Iterator[Ruling]) -> Ruling:
    looked, doubt = Looked(), Ruling(Looked())
    for each in rulings:
        looked += each.looked
        if each.example is not None:
            return Ruling(looked, each.against, each.example)
        if each.against and not doubt.against:
            doubt = each
    return Ruling(looked, doubt.against)


def _never(opening: Opening, name: str, when: Condition | None) -> Ruling:
    banner = next((each for each in opening.lookup.pathway.banners if each.id == name), None)
    if banner is not None:
        return _never_shown(opening, banner, when)
    rule = opening.lookup.rules[name]
    found = hunt(
        opening,
        lambda by: Question(
            by.slice(rule).condition(when),
            [[*way, *by.met(when)] for way in by.open(rule)],
            prompting(by, rule),
            lambda example: example.open(name) and example.judge(when) is True,
        ),
    )
    return _ruled(found, f"`{name}` can be open{_there(when)}")


def _never_shown(opening: Opening, banner: Banner, when: Condition | None) -> Ruling:
    found = hunt(
        opening,
        lambda by: Question(
            Slice(by.tables).condition(banner.when).condition(when),
            [[*way, *by.met(when)] for way in by.shown(banner.when)],
            showing(by, banner.when),
            lambda example: example.banner(banner.id) and example.judge(when) is True,
        ),
    )
    return _ruled(found, f"the banner `{banner.id}` can be shown{_there(when)}")


def _asked(opening: Opening, rule: Rule, when: Condition | None) -> Ruling:
    """Look for a combination in which `when` is met and the rule neither wanted nor done."""
    found = hunt(
        opening,
        lambda by: Question(
            by.slice(rule).condition(when),
            [[*way, *by.met(when), *by.not_done(rule)] for way in _unwanted(by, rule)],
            direct(by),
            lambda example: example.judge(when) is True and not _is_wanted(rule, example),
        ),
    )
    return _ruled(found, f"`{rule.id}` is not wanted in some standing{_there(when)}")


def _unwanted(opening: Opening, rule: Rule) -> Iterator[list[Demand]]:
    """Yield the ways in which a rule is not wanted."""
    booking = booking_of(rule)
    yield from ([not_in_states(track, states)] for track, states in rule.during)
    if rule.when:
        yield opening.not_met(rule.when, booking)
    if booking:
        yield [Demand((booking,), lambda at: at.get(booking) is None)]


def _is_wanted(rule: Rule, example: Example) -> bool:
    """Say whether the engine has an episode of a rule going on, or its act on record."""
    going_on = [
        each
        for slot, each in example.standing.episodes.items()
        if slot.partition("#")[0] == rule.id and each.active
    ]
    known = all(fact in example.standing.facts for fact in rule.needs)
    done = rule.has_act and not rule.needs_new and known and example.judge(rule.done_when) is True
    return bool(going_on) or done


def _open(opening: Opening, rule: Rule, when: Condition | None) -> Ruling:
    for there, why in (
        (bool(rule.needs_new), "recording something anew ends it"),
        (rule.lapses is not None, "it lapses"),
        (rule.opens is not None and not booking_of(rule), "it opens only later"),
    ):
        if there:
            return Ruling(Looked(), f"`{rule.id}` does not stay open: {why}", plain=True)
    asked = _asked(opening, rule, when)
    return asked if asked.against or not rule.has_act else _undone(opening, rule, when)


def _undone(opening: Opening, rule: Rule, when: Condition | None) -> Ruling:
    """Look for a combination in which `when` is met and the act of the rule on record."""
    names = (*opening.tables.names(rule.done_when, booking_of(rule)), *rule.needs)
    found = hunt(
        opening,
        lambda by: Question(
            by.slice(rule).condition(when),
            [[*by.met(when), Demand(names, lambda at: by.done(rule, at))]],
            direct(by),
            lambda example: example.judge(when) is True and not example.open(rule.id),
        ),
    )
    return _ruled(found, f"`{rule.id}` does not stay open: its act can be on record{_there(when)}")


def _shown(opening: Opening, banner: Banner, when: Condition | None) -> Ruling:
    found = hunt(
        opening,
        lambda by: Question(
            Slice(by.tables).condition(banner.when).condition(when),
            [[*by.met(when), *by.not_met(banner.when)]],
            direct(by),
            lambda example: example.judge(when) is True and not example.banner(banner.id),
        ),
    )
    return _ruled(found, f"the banner `{banner.id}` is not shown in some standing{_there(when)}")


def _warned(opening: Opening, when: Condition | None, step: Transition) -> Ruling:
    """Look for a combination in which the event goes through without a word."""
    pathway = opening.lookup.pathway

    def plans(at: Combination) -> Iterator[Plan]:
        for plan in direct(opening)(at):
            yield structs.replace(plan, scenes=(_going_on(plan.scenes[0], step.event),))

    def holds(example: Example) -> bool:
        before = structs.replace(example.plan.scenes[0], then=())
        known = tried(pathway, structs.replace(example.plan, scenes=(before,)), lambda _: True)
        return known is not None and known.judge(when) is True

    found = hunt(
        opening,
        lambda by: Question(
            event_slice(by, step).condition(when), [[*unhindered(by, step), *by.met(when)]], plans, holds
        ),
    )
    return _ruled(found, f"`{step.event}` goes through without a warning{_there(when)}")


def _going_on(scene: Scene, event: str) -> Scene:
    return structs.replace(scene, then=(Action(verb="advance", about=event),))


def event_slice(opening: Opening, step: Transition) -> Slice:
    """Return the slice of what stands between a patient and a transition."""
    found = Slice(opening.tables).tracks([step.track]).known((*step.needs, *step.needs_new))
    for should in step.should:
        found.condition(should.that)
    return found


def unhindered(opening: Opening, step: Transition, *, but: int | None = None) -> list[Demand]:
    """Demand that a transition is possible and nothing stands against it (but one of its warnings)."""
    return [
        in_states(step.track, step.sources),
        *(is_known(fact) for fact in (*step.needs, *step.needs_new)),
        *(part for at, each in enumerate(step.should) if at != but for part in opening.met(each.that)),
    ]


def _banner(opening: Opening, name: str) -> Banner:
    return next(each for each in opening.lookup.pathway.banners if each.id == name)


def _ruled(found: Hunt, against: str) -> Ruling:
    return Ruling(found.looked, against if found.possible else "", found.found)


def _there(when: Condition | None) -> str:
    return f" while `{when.text}`" if when else ""
