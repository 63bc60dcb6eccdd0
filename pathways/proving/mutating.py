"""Spoils a pathway in small ways, each about one of its promises, to see whether anybody would notice.

A checker that proves everything could be asleep. A mutant is the pathway with one thing wrong that the
promise is about; if the promise still holds for all of them, it says nothing.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, structs

from pathways.model import Banner, Fact, Pathway, Rule, Should, Track, Transition
from pathways.moments import Length
from pathways.promises import (
    Asked,
    Assurance,
    Dated,
    DueWithin,
    FreeOf,
    Leaves,
    Never,
    Open,
    Repeats,
    Shown,
    Unused,
    Warned,
)
from pathways.proving.rewording import Rewording
from pathways.terms import Condition, Count


class Mutant(Struct, frozen=True):
    """A pathway with one thing changed, and what that is; none when no file could say it."""

    what: str
    pathway: Pathway | None


def mutants(pathway: Pathway, assurance: Assurance) -> Iterator[Mutant]:
    """Yield the pathway spoilt in each of the ways that are about a promise."""
    return _Spoiling(pathway).about(assurance)


class _Spoiling:
    """Knows the ways to spoil one pathway."""

    def __init__(self, pathway: Pathway) -> None:
        self._pathway = pathway
        self._rewording = Rewording(pathway)

    def about(self, assurance: Assurance) -> Iterator[Mutant]:  # noqa: C901  # one case a claim
        claim = assurance.claim
        match claim:
            case Never():
                for name in claim.never:
                    yield from self._said_too_often(name)
            case Asked():
                yield from self._asked_too_seldom(claim.asked)
            case Open():
                yield from self._asked_too_seldom(claim.open)
                yield from self._ended_too_soon(claim.open)
            case Shown():
                yield from self._shown_too_seldom(claim.shown)
            case Warned():
                yield from self._unwarned(claim.warned)
                yield from self._unneeded(claim)
            case FreeOf():
                yield from self._guarded(claim)
            case Leaves():
                yield from self._kept_in(claim)
            case Dated():
                yield from self._undated()
            case DueWithin():
                yield from self._too_late(claim)
            case Repeats():
                yield from self._too_seldom(claim.repeats)
            case Unused():
                yield from self._used(claim)

    def _said_too_often(self, name: str) -> Iterator[Mutant]:
        """Open a prompt, or show a banner, where it should not be."""
        banner = next((each for each in self._pathway.banners if each.id == name), None)
        if banner is not None:
            for how, text in self._rewording.changed(banner.when, weaker=True):
                yield self._banner(banner, how, text)
            return
        rule = self._rule(name)
        if rule.during:
            yield self._changed(rule, "is not bound to its states", during=())
        for track, states in rule.during:
            every = tuple(state.name for state in self._track(track).states)
            if set(every) != set(states):
                widened = tuple((each, every if each == track else kept) for each, kept in rule.during)
                yield self._changed(rule, f"is wanted in every state of {track}", during=widened)
            for more in [each for each in every if each not in states][:2]:
                wider = tuple((each, (*kept, more) if each == track else kept) for each, kept in rule.during)
                yield self._changed(rule, f"is wanted in {track} {more}, too", during=wider)
        if rule.when is not None:
            yield self._changed(rule, "is wanted whatever its `when`", when=None)
            yield from self._reworded(rule, "when", weaker=True)
        if rule.done_when is not None:
            yield self._changed(rule, "has no `done_when`", done_when=None)
            # Either may hold up what the other lets through.
            yield self._changed(rule, "has neither `while` nor `done_when`", during=(), done_when=None)

    def _asked_too_seldom(self, name: str) -> Iterator[Mutant]:
        """Leave a prompt out, or keep it from where it should be."""
        yield self._without_rule(name)
        rule = self._rule(name)
        if rule.when is not None:
            yield from self._reworded(rule, "when", weaker=False)
        for track, states in rule.during:
            for state in states if len(states) > 1 else ():
                fewer = tuple(each for each in states if each != state)
                narrowed = tuple((each, fewer if each == track else kept) for each, kept in rule.during)
                yield self._changed(rule, f"is not wanted in {track} {state}", during=narrowed)
        bound = {track for track, _ in rule.during}
        for other in self._pathway.tracks:
            for left_out in other.states[:2] if other.name not in bound else ():
                rest = tuple(each.name for each in other.states if each is not left_out)
                narrowed = (*rule.during, (other.name, rest))
                yield self._changed(rule, f"is not wanted in {other.name} {left_out.name}", during=narrowed)

    def _ended_too_soon(self, name: str) -> Iterator[Mutant]:
        """Let an act or the calendar end what only a person may end."""
        rule = self._rule(name)
        yield self._changed(rule, "lapses after a month", lapses=Length(1, "month"))
        yield self._changed(rule, "opens after a week", opens=Length(7, "day"))
        for track in self._pathway.tracks[:1]:
            done = self._rewording.condition(f'{track.name} != "{track.start}"', this=_has_this(rule))
            if done is not None:
                yield self._changed(rule, f"is done once {track.name} has left its start", done_when=done)

    def _shown_too_seldom(self, name: str) -> Iterator[Mutant]:
        banner = next(each for each in self._pathway.banners if each.id == name)
        others = tuple(each for each in self._pathway.banners if each is not banner)
        yield self._mutant(f"banner {name} is not there", banners=others)
        for how, text in self._rewording.changed(banner.when, weaker=False):
            yield self._banner(banner, how, text)
        for track in self._pathway.tracks:
            text = f'({banner.when.text}) && {track.name} != "{track.states[-1].name}"'
            yield self._banner(banner, f"is not shown in {track.name} {track.states[-1].name}", text)

    def _unwarned(self, event: str) -> Iterator[Mutant]:
        """Take warnings of an event away, or turn one round."""
        for step in self._steps(event):
            for at, should in enumerate(step.should):
                rest = (*step.should[:at], *step.should[at + 1 :])
                yield self._step(step, f"does not warn: {should.otherwise}", should=rest)
                for how, text in self._rewording.changed(should.that, weaker=True):
                    that = self._rewording.condition(text, at=True)
                    yield self._step(
                        step, f"warns wrongly, {how}: {should.otherwise}", **_should(step, at, that)
                    )
            yield self._step(step, "warns of nothing", should=())

    def _unneeded(self, claim: Warned) -> Iterator[Mutant]:
        """Let an event go without what the promise says it wants."""
        named = {name.removeprefix("known.") for name in (claim.when.names if claim.when else ())}
        for step in self._steps(claim.warned):
            for kind in ("needs", "needs_new"):
                for fact in sorted(named & {*getattr(step, kind)}):
                    fewer = tuple(each for each in getattr(step, kind) if each != fact)
                    yield self._step(step, f"does not need {fact}", **{kind: fewer})

    def _guarded(self, claim: FreeOf) -> Iterator[Mutant]:
        """Let an event on the way look at what it must not look at."""
        for step in [each for each in self._track(claim.track).transitions if each.to == claim.state]:
            for fact in claim.free_of[:2]:
                yield self._step(step, f"needs {fact}", needs=(*step.needs, fact))
                yield self._step(step, f"needs {fact} anew", needs_new=(*step.needs_new, fact))
                known = self._rewording.condition(f"known.{fact}", at=True)
                if known is not None:
                    warning = Should(that=known, otherwise="Wait for it", source=("mutant",))
                    yield self._step(step, f"warns unless {fact} is known", should=(*step.should, warning))

    def _kept_in(self, claim: Leaves) -> Iterator[Mutant]:
        for name in claim.leaves:
            others = tuple(each for each in self._pathway.exits if each != name)
            yield self._mutant(f"exit {name} is not there", exits=others)

    def _undated(self) -> Iterator[Mutant]:
        """Let `otherwise` fall silent."""
        for what, change in {
            "is for information": {"tier": "info"},
            "does not repeat": {"every": ()},
            "ends after a year": {"until": Length(1, "year")},
            "lapses": {"lapses": Length(7, "day"), "until": Length(1, "year")},
            "is for nobody": {"role": ""},
        }.items():
            spoilt = structs.replace(self._pathway.otherwise, **change)  # type: ignore[arg-type]  # one of its fields each
            yield self._mutant(f"otherwise {what}", otherwise=spoilt)

    def _too_late(self, claim: DueWithin) -> Iterator[Mutant]:
        rule = self._rule(claim.due)
        later = Length(1, claim.within.unit) if rule.due is None else _longer(rule.due)
        yield self._changed(rule, f"is due {later}", due=later)
        yield self._changed(rule, "is never due", due=None)
        other = Count("met") if rule.counted_from.kind != "met" else Count("entered")
        yield self._changed(rule, f"is counted from {other}", counted_from=other)
        if claim.not_before is not None:
            yield self._changed(rule, "opens at once", opens=None)
            if rule.opens is not None and rule.opens.amount:
                halved = structs.replace(rule.opens, amount=rule.opens.amount // 2)
                yield self._changed(rule, f"opens {halved}", opens=halved)

    def _too_seldom(self, name: str) -> Iterator[Mutant]:
        rule = self._rule(name)
        yield self._changed(rule, "does not repeat", every=(), until=None)
        yield self._changed(rule, "repeats half as often", every=tuple(map(_longer, rule.every)))
        ends = rule.until or Length(2, rule.every[-1].unit)
        sooner = structs.replace(ends, amount=max(1, ends.amount // 2))
        yield self._changed(rule, f"goes on for {sooner}", until=sooner)

    def _used(self, claim: Unused) -> Iterator[Mutant]:
        for name in claim.unused[:2]:
            fact = Fact(name=name.replace("-", "_"), type="text", ask="?")
            prompt = Rule(id=name, say="?", tier="info", role="lead", source=("mutant",))
            event = Transition(event=name, track=self._pathway.tracks[0].name, sources=(), to="")
            track = self._pathway.tracks[0]
            more = structs.replace(track, transitions=(*track.transitions, event))
            if "-" not in name:
                yield self._mutant(f"fact {name} is there", facts=(*self._pathway.facts, fact))
            yield self._mutant(f"prompt {name} is there", rules=(*self._pathway.rules, prompt))
            banner = structs.replace(self._pathway.banners[0], id=name) if self._pathway.banners else None
            if banner is not None:
                yield self._mutant(f"banner {name} is there", banners=(*self._pathway.banners, banner))
            yield self._mutant(f"event {name} is there", tracks=(more, *self._pathway.tracks[1:]))

    def _reworded(self, rule: Rule, key: str, *, weaker: bool) -> Iterator[Mutant]:
        for how, text in self._rewording.changed(getattr(rule, key), weaker=weaker):
            condition = self._rewording.condition(text, this=_has_this(rule))
            what = f"prompt {rule.id}: its `{key}` {how}"
            if condition is None:
                yield Mutant(what, None)
            else:
                yield self._with_rule(what, structs.replace(rule, **{key: condition}))

    def _banner(self, banner: Banner, how: str, text: str) -> Mutant:
        what, when = f"banner {banner.id}: {how}", self._rewording.condition(text)
        if when is None:
            return Mutant(what, None)
        spoilt = structs.replace(banner, when=when)
        return self._mutant(what, banners=_put(self._pathway.banners, banner, spoilt))

    def _changed(self, rule: Rule, how: str, **change: Any) -> Mutant:  # noqa: ANN401  # the fields of a rule
        return self._with_rule(f"prompt {rule.id} {how}", structs.replace(rule, **change))

    def _with_rule(self, what: str, spoilt: Rule) -> Mutant:
        return self._mutant(what, rules=_put(self._pathway.rules, self._rule(spoilt.id), spoilt))

    def _without_rule(self, name: str) -> Mutant:
        others = tuple(each for each in self._pathway.rules if each.id != name)
        return self._mutant(f"prompt {name} is not there", rules=others)

    def _step(self, step: Transition, how: str, **change: Any) -> Mutant:  # noqa: ANN401  # the fields of a transition
        what = f"event {step.event} from {' or '.join(step.sources)} {how}"
        if change.get("should", ()) is None:
            return Mutant(what, None)
        track = self._track(step.track)
        spoilt = structs.replace(
            track, transitions=_put(track.transitions, step, structs.replace(step, **change))
        )
        return self._mutant(what, tracks=_put(self._pathway.tracks, track, spoilt))

    def _mutant(self, what: str, **change: Any) -> Mutant:  # noqa: ANN401  # the fields of a pathway
        # Its own digest, or the tables kept for the whole pathway would be used for it.
        digest = f"{self._pathway.digest} but {what}"
        return Mutant(what, structs.replace(self._pathway, digest=digest, **change))

    def _rule(self, name: str) -> Rule:
        every = (*self._pathway.rules, self._pathway.otherwise)
        return next(each for each in every if each.id == name)

    def _track(self, name: str) -> Track:
        return next(each for each in self._pathway.tracks if each.name == name)

    def _steps(self, event: str) -> list[Transition]:
        return [step for track in self._pathway.tracks for step in track.transitions if step.event == event]


def _put(those: tuple[Any, ...], old: object, new: object) -> tuple[Any, ...]:
    return tuple(new if each is old else each for each in those)


def _should(step: Transition, at: int, that: Condition | None) -> dict[str, Any]:
    if that is None:
        return {"should": None}
    spoilt = structs.replace(step.should[at], that=that)
    return {"should": (*step.should[:at], spoilt, *step.should[at + 1 :])}


def _has_this(rule: Rule) -> bool:
    return rule.counted_from.kind == "booking"


def _longer(length: Length) -> Length:
    """Double a length; one that is before becomes one after."""
    if length.before:
        return structs.replace(length, before=False)
    return structs.replace(length, amount=length.amount * 2 or 1)
