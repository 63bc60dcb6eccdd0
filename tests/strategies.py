"""Small made-up pathways and histories for the property tests: every key of a rule, every kind of entry.

Pathways are made as values, not as files: what the checker of files would refuse as unwise (a rule that
could stay silent, a state nobody reaches) must still be followed without fault.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeVar, get_args

import msgspec
from hypothesis import strategies as st

from pathways.conditions import Compiler
from pathways.history import COULD_NOT, AnswerName, Entry, Kind, PromptKey
from pathways.model import (
    Banner,
    Escalation,
    Fact,
    Milestone,
    Pathway,
    Rule,
    Source,
    State,
    Tier,
    Track,
    Transition,
)
from pathways.moments import Length, length
from pathways.scores import Score, ScoreCase, ScoreItem, every_total
from pathways.terms import Condition, Count
from tests.reference.conditions import Value
from tests.reference.days import start_of
from tests.reference.past import Past
from tests.reference.values import ReferenceStanding
from tests.reference.walk import in_force, reference_outlook

T = TypeVar("T")

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "UTC")
# The clocks change within these days: New York on 8 March, London on 29 March, Lord Howe by half an hour on
# 5 April, and in Beirut 29 March has no midnight.
FIRST_DAY, DAYS = date(2026, 3, 1), 75
# None, as in histories of before there were calendars; one with holidays; one of another week.
CALENDARS = (
    "",
    "sat sun\nA feast: 2026-03-16 2026-03-17 2026-03-18\nGood Friday: 2026-04-03\nEaster Monday: 2026-04-06",
    "wed fri sat\nA holiday: 2026-03-08 2026-03-10",
)
HOUR = 3_600_000_000
LENGTHS = (0, 1, 2, 3, 5, 8, 12, 12)
HOURS = (0, 0, 1, 2, 9, 23)
STATES = ("a", "b", "c", "d")
CHOICES = ("low", "middle", "high")

SHORT = tuple(
    map(length, ("1 day", "0 days", "3 days", "1 week", "1 month", "6 hours", "36 hours", "2 working days"))
)
OPENINGS = (*SHORT, *map(length, ("2 days before", "12 hours before", "1 working day before")))
DUES = (*SHORT, *map(length, ("10 days", "1 day before", "7 working days")))
INTERVALS = tuple(map(length, ("3 days", "1 week", "1 month", "12 hours", "30 hours", "3 working days")))
ENDS = tuple(map(length, ("2 weeks", "6 weeks", "60 hours", "20 working days")))

FACTS = (
    Fact(name="onset", type="date"),
    Fact(name="dose", type="date"),
    Fact(name="grade", type="choice", of=CHOICES),
    Fact(name="level", type="number", unit="mmol/L", lowest=0, highest=5),
    Fact(name="fit", type="yes-no"),
    Fact(name="remark", type="text"),
    Fact(name="visit", type="date", many=True),
)


# Drawing: always by these few, so that no strategy is made anew for each draw


@lru_cache
def _numbers_below(size: int) -> st.SearchStrategy[int]:
    return st.integers(0, size - 1)


def _one_of(draw: st.DrawFn, given: Sequence[T]) -> T:
    return given[draw(_numbers_below(len(given)))]


def _some_of(draw: st.DrawFn, given: Sequence[T], *, most: int = 4, least: int = 1) -> tuple[T, ...]:
    """Draw several different ones, in any order."""
    left = list(given)
    size = _one_of(draw, range(least, min(most, len(left)) + 1))
    return tuple(left.pop(draw(_numbers_below(len(left)))) for _ in range(size))


def _several_of(draw: st.DrawFn, given: Sequence[T], *, most: int, least: int = 0) -> tuple[T, ...]:
    return tuple(_one_of(draw, given) for _ in range(_one_of(draw, range(least, most + 1))))


def _maybe(draw: st.DrawFn) -> bool:
    return _one_of(draw, (False, True))


# Pathways


class _Parts(msgspec.Struct, frozen=True):
    """What the rules of a pathway can speak of."""

    facts: tuple[Fact, ...]
    milestones: tuple[Milestone, ...]
    tracks: tuple[Track, ...]
    scores: tuple[Score, ...]
    compiler: Compiler

    def names(self, *types: str) -> list[str]:
        return [fact.name for fact in self.facts if not fact.many and (not types or fact.type in types)]

    @property
    def many(self) -> list[str]:
        return [fact.name for fact in self.facts if fact.many]


@st.composite
def pathways(draw: st.DrawFn) -> Pathway:
    parts = _parts(draw)
    rules = tuple(_rule(draw, parts, f"rule-{number}") for number in range(_one_of(draw, range(1, 6))))
    banners = tuple(
        Banner(id=f"banner-{number}", say="Beware", when=_condition(draw, parts), source=("made-up",))
        for number in range(_one_of(draw, range(2)))
    )
    pathway = Pathway(
        name="made-up",
        title="Made up",
        version=1,
        digest="",
        review="submitted",
        sources=(Source(id="made-up", title="Made up", weight="default"),),
        facts=parts.facts,
        milestones=parts.milestones,
        scores=parts.scores,
        tracks=parts.tracks,
        exits=("moved", "died"),
        rules=rules,
        otherwise=_otherwise(draw),
        banners=banners,
    )
    # What is worked out for a pathway is kept under its digest.
    digest = hashlib.sha256(msgspec.json.encode(pathway)).hexdigest()
    return msgspec.structs.replace(pathway, digest=digest)


def _parts(draw: st.DrawFn) -> _Parts:
    facts = _some_of(draw, FACTS, most=6)
    dates = [fact.name for fact in facts if fact.type == "date" and not fact.many]
    milestones = tuple(
        Milestone(name=f"mark_{number}", fact=_one_of(draw, dates), after=_one_of(draw, SHORT))
        for number in range(_one_of(draw, range(3)) if dates else 0)
    )
    tracks = tuple(_track(draw, name) for name in ("one", "two", "three")[: _one_of(draw, (1, 2, 3))])
    parts = _Parts(facts, milestones, tracks, (), _compiler(facts, milestones, tracks, ()))
    for number in range(_one_of(draw, (0, 0, 1, 2))):
        scores = (*parts.scores, _score(draw, parts, f"sum_{number}"))
        parts = _Parts(facts, milestones, tracks, scores, _compiler(facts, milestones, tracks, scores))
    return parts


def _compiler(
    facts: tuple[Fact, ...],
    milestones: tuple[Milestone, ...],
    tracks: tuple[Track, ...],
    scores: tuple[Score, ...],
) -> Compiler:
    states = {track.name: [state.name for state in track.states] for track in tracks}
    totals = {score.name: every_total(score) for score in scores}
    return Compiler({fact.name: fact for fact in facts}, states, [each.name for each in milestones], totals)


def _score(draw: st.DrawFn, parts: _Parts, name: str) -> Score:
    """Draw a score over what is there so far, scores among it."""
    items = tuple(
        ScoreItem(
            say="Something",
            cases=tuple(
                ScoreCase(when=_condition(draw, parts), points=_one_of(draw, (1, 2, 3, -1)))
                for _ in range(_one_of(draw, (1, 1, 2, 3)))
            ),
        )
        for _ in range(_one_of(draw, (1, 2, 3)))
    )
    return Score(name=name, title="A sum", items=items, source=("made-up",))


def _track(draw: st.DrawFn, name: str) -> Track:
    states = STATES[: _one_of(draw, (2, 3, 4))]
    transitions = tuple(
        Transition(event=f"go-{to}", track=name, sources=_some_of(draw, states), to=to) for to in states
    )
    named = tuple(State(name=each) for each in states)
    return Track(name=name, start="a", states=named, transitions=transitions)


def _otherwise(draw: st.DrawFn) -> Rule:
    return Rule(
        id="otherwise",
        say="Decide the next step",
        tier="due",
        role="clinician",
        source=("made-up",),
        due=_one_of(draw, DUES[:3]),
        every=_several_of(draw, (Length(14, "day"),), most=1),
        then=_escalations(draw),
    )


def _rule(draw: st.DrawFn, parts: _Parts, name: str) -> Rule:
    tiers: tuple[Tier, ...] = ("due", "due", "stop", "info")
    tier = _one_of(draw, tiers)
    during = _during(draw, parts) if _maybe(draw) else ()
    count = _one_of(draw, _counts(parts, during))
    this = count.kind == "booking"
    act = _act(draw, parts, this=this)
    return Rule(
        id=name,
        say="Do it",
        tier=tier,
        role="clinician",
        source=("made-up",),
        during=during,
        when=_condition(draw, parts, this=this) if _maybe(draw) else None,
        counted_from=count,
        **act,
        **_times(draw, tier, repeats=not set(act) - {"needs_new"}),
    )


def _times(draw: st.DrawFn, tier: Tier, *, repeats: bool) -> dict[str, Any]:
    """Draw when a rule opens, is due, repeats, lapses and escalates."""
    every = repeats and _maybe(draw)
    # A rule that repeats does it all in days, or all in hours (R24).
    hourly = _one_of(draw, (False, False, True)) if every else None
    times: dict[str, Any] = {}
    if every or tier == "due" or _maybe(draw):
        times["due"] = _one_of(draw, _all_in(DUES, hourly=hourly))
    if _maybe(draw):
        times["opens"] = _one_of(draw, _all_in(OPENINGS, hourly=hourly))
    if every:
        times["every"] = _several_of(draw, _all_in(INTERVALS, hourly=hourly), most=2, least=1)
    if tier != "stop" and "due" in times and _maybe(draw):
        times["lapses"] = _one_of(draw, SHORT)
    if every and ("lapses" in times or _maybe(draw)):
        times["until"] = _one_of(draw, _all_in(ENDS, hourly=hourly))
    if "due" in times:
        times["then"] = _escalations(draw)
    return times


def _escalations(draw: st.DrawFn) -> tuple[Escalation, ...]:
    return tuple(Escalation(after=after, tell="lead") for after in _several_of(draw, SHORT, most=2))


@lru_cache
def _all_in(lengths: tuple[Length, ...], *, hourly: bool | None) -> tuple[Length, ...]:
    """Return those of the lengths in hours, those in days, or all when that is left open."""
    return tuple(each for each in lengths if hourly is None or each.exact is hourly)


def _act(draw: st.DrawFn, parts: _Parts, *, this: bool) -> dict[str, Any]:
    """Draw what ends a prompt: most often one thing, sometimes nothing or several."""
    chosen = _some_of(draw, ("done_when", "needs", "needs_new"), most=2, least=0)
    act: dict[str, Any] = {}
    if "done_when" in chosen:
        act["done_when"] = _condition(draw, parts, this=this)
    for key in ("needs", "needs_new"):
        if key in chosen and parts.names():
            act[key] = _some_of(draw, parts.names(), most=2)
    return act


def _during(draw: st.DrawFn, parts: _Parts) -> tuple[tuple[str, tuple[str, ...]], ...]:
    tracks = _some_of(draw, parts.tracks, most=2)
    return tuple(
        (track.name, _some_of(draw, [state.name for state in track.states], most=3)) for track in tracks
    )


def _counts(parts: _Parts, during: tuple[tuple[str, tuple[str, ...]], ...]) -> list[Count]:
    return [
        Count(),
        *([Count("entered")] if during else []),
        *(Count("state", track.name, state.name) for track in parts.tracks for state in track.states[:2]),
        *(Count("fact", name) for name in parts.names("date") for _ in range(2)),
        *(Count("recorded", name) for name in parts.names()),
        *(Count("milestone", milestone.name) for milestone in parts.milestones),
        *(Count("booking", name) for name in parts.many for _ in range(4)),
    ]


# Conditions


def _condition(draw: st.DrawFn, parts: _Parts, *, this: bool = False) -> Condition:
    atoms = _atoms(parts, this=this)
    form = _one_of(
        draw, ("{}", "{}", "!({})", "{} && {}", "{} || {}", "({} || {}) && {}", "!({} && {}) || {}")
    )
    return parts.compiler.compile(form.format(*(_one_of(draw, atoms) for _ in range(3))), this=this)


def _atoms(parts: _Parts, *, this: bool) -> list[str]:
    days = parts.names("date")
    pairs = [(one, two) for one in days for two in days if one != two]
    return [
        *(f'{track.name} == "{state.name}"' for track in parts.tracks for state in track.states),
        *(f'{track.name} in ["a", "b"]' for track in parts.tracks),
        *(f"known.{fact.name}" for fact in parts.facts),
        *(f"passed.{milestone.name}" for milestone in parts.milestones for _ in range(3)),
        *(f'{name} != "high"' for name in parts.names("choice")),
        *(f'{name} in ["low", "middle"]' for name in parts.names("choice")),
        *(f"{name} > 2.5" for name in parts.names("number")),
        *(f"{name}" for name in parts.names("yes-no")),
        *(f'{name} == "well"' for name in parts.names("text")),
        *(f'{name} < date("2026-04-01")' for name in days),
        *(f"days({one}, {two}) > 5" for one, two in pairs),
        *(each for score in parts.scores for each in _over(score) for _ in range(4)),
        *([f"days({name}, this) >= 0" for name in days] if this else []),
        *(['this > date("2026-04-01")'] if this else []),
    ]


def _over(score: Score) -> list[str]:
    """List conditions on a score that not all of its totals answer alike."""
    lowest, *others, highest = every_total(score)
    return [
        f"score.{score.name} >= {highest}",
        f"score.{score.name} <= {lowest}",
        *(f"score.{score.name} != {each}" for each in others[:1]),
    ]


# Histories


@st.composite
def histories(
    draw: st.DrawFn,
    pathway: Pathway,
    *,
    lengths: Sequence[int] = LENGTHS,
    late: bool = True,
    answers: bool = True,
) -> tuple[Entry, ...]:
    """Draw a history that fits the pathway most of the time, in the order in which it was written."""
    writer = _Writer(draw, pathway, late=late, answers=answers)
    for _ in range(_one_of(draw, lengths)):
        writer.write()
    return tuple(writer.entries)


class _Writer:
    """Writes entries one after the other, looking at what follows from those before."""

    def __init__(self, draw: st.DrawFn, pathway: Pathway, *, late: bool, answers: bool) -> None:
        self.draw = draw
        self.pathway = pathway
        self.late = late
        self.zone = self.one_of(ZONES)
        self.day = 10
        self.now = 0
        self.entries: list[Entry] = []
        self.kinds = ["fact"] * 6 + ["event"] * 5 + ["misfit", "exit", "note", "same-moment"]
        self.kinds += ["answer"] * 4 if answers else []
        self.kinds += ["correction", "withdrawn", "booking-end"] if late else []
        calendar = self.one_of(CALENDARS)
        self._append("enrolled", name=pathway.name, zone=self.zone, calendar=calendar, **self._when())

    def one_of(self, given: Sequence[T]) -> T:
        return _one_of(self.draw, given)

    def write(self) -> None:
        kind = self.one_of(self.kinds)
        when = self._when()
        if kind == "same-moment":
            kind = "fact"
            when = {"happened_at": self.entries[-1].happened_at, "only_day": self.entries[-1].only_day}
        {
            "fact": self._fact,
            "booking-end": self._booking_end,
            "event": self._event,
            "misfit": self._misfit,
            "exit": lambda when: self._append("exit", name=self.one_of(self.pathway.exits), **when),
            "note": lambda when: self._append("note", because="A note", **when),
            "answer": self._answer,
            "correction": self._correction,
            "withdrawn": self._withdrawal,
        }[kind](when)

    def _append(self, kind: Kind, *, happened_at: int, **given: Any) -> None:  # noqa: ANN401  # the fields of Entry
        self.now = max(self.now + 1, happened_at)
        number = len(self.entries) + 1
        self.entries.append(
            Entry(number=number, kind=kind, happened_at=happened_at, recorded_at=self.now, by="ann", **given)
        )

    def _when(self) -> dict[str, Any]:
        """Draw when it happened: mostly some days on, or long ago, or just when something changes."""
        how = self.one_of(["on"] * 4 + ["moment"] + (["late"] if self.late else []))
        if how == "moment" and self.entries:
            return {"happened_at": self.one_of(self._turning_points())}
        day = self.day
        if how == "late" and self.entries:
            day = self.one_of(range(self.day + 1))
        elif self.entries:
            day = self.day = min(self.day + self.one_of([0, 0, 1, 1, 2, 5, 12]), DAYS)
        hour = self.one_of(HOURS)
        midnight = start_of(FIRST_DAY + timedelta(days=day), self.zone)
        return {"happened_at": midnight + hour * HOUR, "only_day": hour == 0 and _maybe(self.draw)}

    def _turning_points(self) -> list[int]:
        """Return moments at which something opens, is due, lapses or passes, and those of entries."""
        standing = self._outlook()
        moments = {entry.happened_at for entry in self.entries} | set(standing.passes.values())
        for prompt in standing.prompts.values():
            moments |= {prompt.opens_at, prompt.due_at or 0, prompt.lapses_at or 0}
        earliest = 0 if self.late else max(entry.happened_at for entry in self.entries)
        last = start_of(FIRST_DAY + timedelta(days=DAYS), self.zone)
        usable = sorted(each for each in moments if max(earliest, 1) <= each <= last)
        return usable or [max(earliest, self.now)]

    def _outlook(self) -> ReferenceStanding:
        return reference_outlook(self.pathway, self.entries)

    def _past(self, at: int) -> Past:
        return Past(self.pathway, in_force(self.entries), at)

    def _fact(self, when: dict[str, Any]) -> None:
        fact = self.one_of(self.pathway.facts)
        given: dict[str, Any] = {"value": self.one_of(possible_values(fact))}
        if fact.many:
            given["booking"] = self.one_of((1, 2))
        self._append("fact", name=fact.name, **given, **when)

    def _booking_end(self, when: dict[str, Any]) -> None:
        many = [fact.name for fact in self.pathway.facts if fact.many]
        if not many:
            return self._fact(when)
        end = self.one_of(["done", "cancelled"])
        return self._append("fact", name=many[0], value=end, booking=self.one_of((1, 2)), **when)

    def _event(self, when: dict[str, Any]) -> None:
        track = self.one_of(self.pathway.tracks)
        past = self._past(when["happened_at"])
        state = past.state(track.name) if past.enrolled_at is not None else track.start
        fitting = [each for each in track.transitions if state in each.sources]
        if not fitting:
            return self._misfit(when)
        chosen = self.one_of(fitting)
        overrode = ("a need",) if not self.one_of(range(5, -1, -1)) else ()
        when |= {"track": track.name, "source": state, "to": chosen.to, "overrode": overrode}
        return self._append("event", name=chosen.event, **when)

    def _misfit(self, when: dict[str, Any]) -> None:
        track = self.one_of(self.pathway.tracks)
        chosen = self.one_of(track.transitions)
        self._append(
            "event", name=chosen.event, track=track.name, source=chosen.sources[0], to=chosen.to, **when
        )

    def _answer(self, when: dict[str, Any]) -> None:
        prompts = self._outlook().prompts
        live = sorted(key for key, prompt in prompts.items() if not prompt.ended)
        perhaps = [PromptKey("rule-0", 1), PromptKey("rule-0", 1, 2)]
        key = self.one_of([*live * 3, *sorted(prompts), *perhaps])
        name = self.one_of(get_args(AnswerName))
        said: dict[str, Any] = {"name": name, "prompt": key}
        if name == "snooze" or (name in ("acting", "could-not") and _maybe(self.draw)):
            said["until"] = when["happened_at"] + self.one_of((6, 48, 400)) * HOUR
        if name == "could-not":
            said["value"] = self.one_of(sorted(COULD_NOT))
        self._append("answer", **said, **when)

    def _correction(self, when: dict[str, Any]) -> None:
        usable = [each.entry for each in in_force(self.entries)]
        entry = self.one_of(usable)
        changes: dict[str, Any] = {}
        if entry.kind == "fact":
            fact = next(each for each in self.pathway.facts if each.name == entry.name)
            changes["value"] = self.one_of(possible_values(fact))
        if entry.kind == "enrolled":
            changes |= {"zone": self.one_of(ZONES), "calendar": self.one_of(CALENDARS)}
        if entry.kind == "event":
            track = next(each for each in self.pathway.tracks if each.name == entry.track)
            chosen = self.one_of(track.transitions)
            changes |= {"name": chosen.event, "to": chosen.to}
        if _maybe(self.draw):
            changes |= when
        kept = msgspec.structs.asdict(entry) | changes | {"replaces": entry.number, "because": "A slip"}
        for written_anew in ("number", "recorded_at", "by"):
            del kept[written_anew]
        self._append(**kept)

    def _withdrawal(self, when: dict[str, Any]) -> None:
        usable = [each.entry.number for each in in_force(self.entries) if each.entry.kind != "enrolled"]
        if not usable:
            return self._fact(when)
        return self._append("withdrawn", replaces=self.one_of(usable), because="A slip", **when)


def possible_values(fact: Fact) -> Sequence[str | float | bool]:
    """Return what may be recorded of a fact."""
    if fact.type == "date":
        days = (-30, -7, 0, 5, 9, 10, 12, 20, 28, 34, 60)
        return [(FIRST_DAY + timedelta(days=after)).isoformat() for after in days]
    if fact.type == "number":
        return (1.0, 2.5, 4.0)
    return (False, True) if fact.type == "yes-no" else fact.of or ("well", "ill")


def value_of(pathway: Pathway, name: str) -> st.SearchStrategy[Value]:
    """Draw what a name in a condition stands for, but a score."""
    if name == "this":
        return st.dates(date(2026, 3, 1), date(2026, 5, 1))
    if name.startswith(("known.", "passed.")):
        return st.booleans()
    states = {track.name: [state.name for state in track.states] for track in pathway.tracks}
    if name in states:
        return st.sampled_from(states[name])
    fact = next(fact for fact in pathway.facts if fact.name == name)
    given = st.sampled_from(possible_values(fact))
    return given.map(lambda value: date.fromisoformat(str(value)) if fact.type == "date" else value)
