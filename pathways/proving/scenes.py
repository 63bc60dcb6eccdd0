"""Examples as histories: what is recorded on which day, played through the engine.

A combination is made into a history by recording its facts, then moving its tracks by the shortest ways, with
a reason or an override where an event wants one.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import TypeAlias

from msgspec import Struct, structs

from pathways.errors import CarepathError
from pathways.lookup import lookup_of
from pathways.model import Fact, Pathway
from pathways.moments import Moment, day_of
from pathways.moments import shown as written_moment
from pathways.proving.cuts import TODAY
from pathways.proving.days import ZONE, At, Combination
from pathways.proving.numbers import pieces
from pathways.proving.ways import Ways
from pathways.standing import Booking, Prompt, Standing
from pathways.step import as_cel, values
from pathways.story_entries import LOOKED_AT, Recorder, open_prompts
from pathways.story_text import Action, Story, When
from pathways.terms import Condition

REASON = "for example"
_MOST_WAIT = 40_000  # days


class Scene(Struct, frozen=True, kw_only=True):
    """One day of an example: facts, those of them recorded a day before, and where the tracks come to be."""

    day: int = 0
    facts: Mapping[str, At] = {}
    early: frozenset[str] = frozenset()
    states: Mapping[str, str] = {}
    then: tuple[Action, ...] = ()


class Plan(Struct, frozen=True, kw_only=True):
    """Scenes from the enrolment on. `opens` names the rule whose prompt is waited for after the last.

    What is `timed` happens to the minute, else on the whole day; it is looked at then, or at noon.
    """

    begins: date
    scenes: tuple[Scene, ...]
    opens: str = ""
    timed: bool = False


class Line(Struct, frozen=True):
    """A line of a story: when, and what is recorded."""

    when: When
    actions: tuple[Action, ...] = ()


class Unplayable(Exception):
    """A plan that no history can follow, such as a day ahead for a fact of the past."""


class Shown(Struct, frozen=True, kw_only=True):
    """What a plan comes to: its lines, and what is shown after the last of them."""

    pathway: Pathway
    plan: Plan
    lines: tuple[Line, ...]
    standing: Standing
    now: Moment

    def open(self, rule: str) -> bool:
        """Say whether a prompt of a rule is open."""
        return any(key.rule == rule for key in open_prompts(self.standing, self.now))

    def prompts(self) -> list[Prompt]:
        """List the prompts that are open."""
        return list(open_prompts(self.standing, self.now).values())

    def live(self) -> list[Prompt]:
        """List the prompts that are open or still to open."""
        return [
            prompt
            for prompt in (*self.standing.ended, *self.standing.prompts.values())
            if prompt.began_at <= self.now and (prompt.ended_at is None or prompt.ended_at > self.now)
        ]

    def banner(self, name: str) -> bool:
        """Say whether a banner is shown."""
        return any(
            each.id == name and each.since <= self.now and (each.until is None or each.until > self.now)
            for each in (*self.standing.banners.values(), *self.standing.past_banners)
        )

    def at(self) -> Combination:
        """Return the combination that the patient has come into."""
        standing, facts = self.standing, lookup_of(self.pathway).facts
        found: dict[str, At] = {name: track.state for name, track in standing.tracks.items()}
        for name, known in standing.facts.items():
            value = known.value
            found[name] = date.fromisoformat(str(value)) if facts[name].type == "date" else value
        for name, bookings in standing.bookings.items():
            live = [each.on for each in bookings.values() if not each.ended]
            found[name] = live[0] if live else None
        return {**found, TODAY: day_of(self.now, standing.zone)}

    def judge(self, condition: Condition | None, booking: Booking | None = None) -> bool | None:
        """Judge a condition, also one that no rule of the pathway names, by what the engine knows."""
        if condition is None:
            return True
        lookup, there = lookup_of(self.pathway), self.standing
        passed = {name: at <= self.now for name, at in there.passes.items()}
        names = [name for name in lookup.names_behind(condition) if name not in ("at", "this")]
        seen = values(lookup, there.tracks, there.facts, there.bookings, passed, names)
        seen["at"] = as_cel(day_of(self.now, there.zone))
        if booking:
            seen["this"] = as_cel(booking.on)
        return lookup.judge.judge(condition, lookup.judge.view(seen))


Holds: TypeAlias = Callable[[Shown], bool]
"""Says whether an example shows what is looked for."""


def shown(pathway: Pathway, plan: Plan) -> Shown:
    """Play a plan; raises `Unplayable`."""
    stage = _Stage(pathway, plan)
    for scene in plan.scenes:
        stage.play(scene)
    if plan.opens:
        stage.wait(plan.opens)
    return stage.shown()


class _Stage:
    """Plays the scenes of a plan one after the other."""

    def __init__(self, pathway: Pathway, plan: Plan) -> None:
        self._pathway = pathway
        self._plan = plan
        self._facts = {fact.name: fact for fact in pathway.facts}
        self._ways = Ways(lookup_of(pathway))
        story = Story(title="", line=1, begins=plan.begins, zone=ZONE, rows=())
        self._recorder = Recorder(pathway, story)
        self._lines: list[Line] = []
        self._states = {track.name: track.start for track in pathway.tracks}

    def shown(self) -> Shown:
        return Shown(
            pathway=self._pathway,
            plan=self._plan,
            lines=tuple(self._lines),
            standing=self._recorder.standing(),
            now=self._now(),
        )

    def play(self, scene: Scene) -> None:
        when = When(scene.day, LOOKED_AT if self._plan.timed else "")
        done = list(self._facts_of(scene))
        for action in done:
            self._act(action, when)
        for track, state in scene.states.items():
            done += self._move(track, state, when)
        done += [self._act(action, when) for action in scene.then]
        self._lines.append(Line(when, tuple(done)))

    def wait(self, rule: str) -> None:
        """Add a line for when a prompt of a rule opens, if that is still to come."""
        standing, now = self._recorder.standing(), self._now()
        prompts = [each for each in (*standing.ended, *standing.prompts.values()) if each.key.rule == rule]
        coming = [each.opens_at for each in prompts if each.opens_at > now and _is_seen(each)]
        if coming and not any(key.rule == rule for key in open_prompts(standing, now)):
            self._lines.append(Line(self._when(min(coming))))

    def _now(self) -> Moment:
        return self._recorder.moment(self._lines[-1].when, noon=True)

    def _when(self, at: Moment) -> When:
        """Return when to look for what opens at a moment: then, or at noon after it."""
        days = (day_of(at, ZONE) - self._plan.begins).days
        if days > _MOST_WAIT:
            raise Unplayable
        if self._plan.timed:
            return When(days, written_moment(at, ZONE).rpartition(" ")[2])
        return When(days + (self._recorder.moment(When(days), noon=True) < at))

    def _facts_of(self, scene: Scene) -> Iterator[Action]:
        known = {name: value for name, value in scene.facts.items() if value is not None}
        now = [f"{name}={written(value)}" for name, value in known.items() if name not in scene.early]
        early = [f"{name}={written(value)}" for name, value in known.items() if name in scene.early]
        self._check_past(scene, known)
        if not self._lines:
            yield Action(verb="enrol", facts=tuple(now))
        elif now:
            yield Action(verb="record", facts=tuple(now))
        if early:
            yield Action(verb="record", facts=tuple(early), at=When(scene.day - 1))

    def _check_past(self, scene: Scene, known: Mapping[str, At]) -> None:
        for name, value in known.items():
            on = self._plan.begins + timedelta(days=scene.day - (name in scene.early))
            if self._facts[name].past and isinstance(value, date) and value > on:
                raise Unplayable

    def _move(self, track: str, state: str, when: When) -> list[Action]:
        way = self._ways.shortest(track, self._states[track], state)
        if way is None:
            raise Unplayable
        self._states[track] = state
        return [self._event(step.event, when) for step in way]

    def _event(self, event: str, when: When) -> Action:
        """Record an event as plainly as it can be: as it is, with a reason, or by an override."""
        plain = Action(verb="advance", about=event)
        for action in (plain, structs.replace(plain, because=REASON)):
            try:
                return self._act(action, when)
            except Unplayable:
                continue
        return self._act(Action(verb="override", about=event, because=REASON), when)

    def _act(self, action: Action, when: When) -> Action:
        try:
            self._recorder.act(action, when, self._recorder.moment(when, noon=True))
        except CarepathError as refused:
            raise Unplayable(str(refused)) from None
        return action


def _is_seen(prompt: Prompt) -> bool:
    return prompt.ended_at is None or prompt.ended_at > prompt.opens_at


def minimal(found: Shown, holds: Holds) -> Shown:
    """Leave out everything that an example does not need to show what it shows."""
    smaller = True
    while smaller:
        smaller = False
        for plan in _smaller(found.plan):
            less = tried(found.pathway, plan, holds)
            if less is not None:
                found, smaller = less, True
                break
    return found


def tried(pathway: Pathway, plan: Plan, holds: Holds) -> Shown | None:
    """Play a plan, and return what it shows if that is what is looked for."""
    try:
        there = shown(pathway, plan)
    except Unplayable:
        return None
    return there if holds(there) else None


def likelier(found: Shown, holds: Holds) -> Shown:
    """Record what events need instead of overriding it, as far as it goes on to show what is looked for."""
    facts = {fact.name: fact for fact in found.pathway.facts}
    events = lookup_of(found.pathway).events
    for at, line in enumerate(found.lines[: len(found.plan.scenes)]):
        scene = found.plan.scenes[at]
        overridden = [step for each in line.actions if each.verb == "override" for step in events[each.about]]
        missing = [
            fact for step in overridden for fact in (*step.needs, *step.needs_new) if fact not in scene.facts
        ]
        if missing:
            more = {
                fact: any_value(facts[fact], found.plan.begins + timedelta(days=scene.day))
                for fact in missing
            }
            scenes = list(found.plan.scenes)
            scenes[at] = structs.replace(scene, facts={**scene.facts, **more})
            found = tried(found.pathway, structs.replace(found.plan, scenes=tuple(scenes)), holds) or found
    return found


def any_value(fact: Fact, today: date) -> At:
    """Return some value of a fact."""
    if fact.type == "number":
        return pieces(fact, {}, [])[0]
    if fact.type == "choice":
        return fact.of[0]
    if fact.type == "date":
        return today
    return fact.type == "yes-no" or "some text"


def _smaller(plan: Plan) -> Iterator[Plan]:
    """Yield a plan with one thing less, each in turn."""
    for at, scene in enumerate(plan.scenes):
        for less in _less(scene):
            yield structs.replace(plan, scenes=(*plan.scenes[:at], less, *plan.scenes[at + 1 :]))
        if at and not scene.then:
            yield structs.replace(plan, scenes=(*plan.scenes[:at], *plan.scenes[at + 1 :]))


def _less(scene: Scene) -> Iterator[Scene]:
    for name in scene.facts:
        facts = {each: value for each, value in scene.facts.items() if each != name}
        yield structs.replace(scene, facts=facts, early=scene.early - {name})
    for track in scene.states:
        states = {each: state for each, state in scene.states.items() if each != track}
        yield structs.replace(scene, states=states)


def written(value: At) -> str:
    """Write a value the way it is typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12f}".rstrip("0").rstrip(".")
    return str(value)
