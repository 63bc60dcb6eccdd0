"""From the prompts of a file to rules: what they are counted from, their conditions, what they leave out."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from pathways import schema
from pathways.conditions import Compiler
from pathways.findings import Finding, Notes, Where
from pathways.model import Escalation, Fact, Quiet, Rule, Snooze
from pathways.moments import Length
from pathways.problems import ConditionRejected, Flaw, near
from pathways.shaping import shaped
from pathways.terms import Condition, Count
from pathways.written import Wrong, distinct, line, one_or_list

TODAY = Length(0, "day")
PartOf: TypeAlias = Callable[[Where], str]
"""Names the part in which a value was written."""
REJECTED = Condition("", b"", ())
"""Stands in for a condition that does not mean anything."""


class Declared:
    """What the file declares: facts, tracks with their states, milestones.

    There is no compiler when a section is missing, as every condition might be about it.
    """

    def __init__(
        self,
        facts: Mapping[str, Fact],
        tracks: Mapping[str, Sequence[str]],
        milestones: Collection[str],
        compiler: Compiler | None,
        notes: Notes,
        *,
        part_of: PartOf,
    ) -> None:
        self.facts, self.tracks, self.milestones = facts, tracks, milestones
        self.notes, self.part_of = notes, part_of
        self.compiler = compiler
        self._doubtful = {
            *(
                name
                for name in facts
                if notes.doubted(*(("facts", name, key) for key in ("type", "of", "many")))
            ),
            *(name for name in tracks if notes.doubted(("tracks", name, "states"))),
        }

    def condition(
        self,
        text: str,
        where: Where,
        *,
        this: bool = False,
        at: bool = False,
        below: Collection[str] = (),
    ) -> Condition:
        """Return a condition, noting every flaw of it that is not the fault of what it names."""
        if not self.compiler or self.notes.doubted(where):
            return REJECTED
        try:
            return self.compiler.compile(text, this=this, at=at, below=below)
        except ConditionRejected as rejected:
            self.notes.doubt(where)
            for flaw in rejected.flaws:
                if not self._excused(flaw):
                    self.notes.add(Finding(where, flaw.what, flaw.instead, offset=flaw.offset))
        return REJECTED

    def _excused(self, flaw: Flaw) -> bool:
        return any(f"`{name}`" in flaw.what for name in self._doubtful)


def rule(body: object, where: Where, declared: Declared) -> Rule:
    """Return a rule, with what its tier leaves unwritten filled in."""
    notes = declared.notes
    shape = shaped(schema.Prompt, body, where, notes)
    if shape.tier == "stop" and shape.snooze is not None:
        what = "a prompt of tier `stop` cannot be snoozed"
        notes.add(Finding((*where, "snooze"), what, "remove it", of_key=True))
    counted = count(shape.counted_from, (*where, "counted_from"), declared)
    this = counted.kind == "booking" or notes.doubted((*where, "counted_from"))
    return Rule(
        id=shape.id,
        say=shape.say,
        tier=shape.tier,
        role=shape.role,
        source=tuple(shape.source),
        during=_during(shape.during, (*where, "while"), notes),
        when=optional(shape.when, (*where, "when"), declared, this=this),
        counted_from=counted,
        opens=shape.opens,
        due=shape.due,
        done_when=optional(shape.done_when, (*where, "done_when"), declared, this=this),
        needs=tuple(shape.needs),
        needs_new=tuple(shape.needs_new),
        then=_escalations(shape.then, (*where, "then"), notes),
        every=tuple(shape.every),
        until=shape.until,
        lapses=shape.lapses,
        snooze=_snooze(shape.snooze, (*where, "snooze"), notes),
        unknown=_quiet(shape.unknown, (*where, "unknown"), notes),
        weak=shape.weak,
        never_with=tuple(shape.never_with),
        part=declared.part_of(where),
    )


def otherwise(body: object, where: Where, declared: Declared) -> Rule:
    """Return the rule for when nothing else is dated."""
    shape = shaped(schema.Otherwise, body, where, declared.notes)
    return Rule(
        id="otherwise",
        say=shape.say,
        tier="due",
        role=shape.role,
        source=tuple(shape.source),
        due=shape.due or TODAY,
        every=tuple(shape.every),
        then=_escalations(shape.then, (*where, "then"), declared.notes),
        snooze=_snooze(shape.snooze, (*where, "snooze"), declared.notes),
        part=declared.part_of(where),
    )


def optional(text: str, where: Where, declared: Declared, *, this: bool = False) -> Condition | None:
    """Return a condition that may be left out."""
    return declared.condition(text, where, this=this) if text else None


def count(text: str, where: Where, declared: Declared) -> Count:
    """Find out what kind of thing a prompt is counted from."""
    if text in ("met", "entered"):
        return Count(text)  # type: ignore[arg-type]  # one of the two
    if not declared.compiler:
        return Count()
    track, dot, state = text.partition(".")
    if dot and track == "recorded" and state in declared.facts and not declared.facts[state].many:
        return Count("recorded", state)
    if (
        dot
        and track in declared.tracks
        and (state in declared.tracks[track] or declared.notes.doubted(("tracks", track, "states")))
    ):
        return Count("state", track, state)
    if text in declared.milestones:
        return Count("milestone", text)
    fact = declared.facts.get(text)
    if fact and (fact.type == "date" or declared.notes.doubted(("facts", text, "type"))):
        return Count("booking" if fact.many else "fact", text)
    declared.notes.stand_in(Finding(where, *_uncountable(text, declared)))
    return Count()


def _uncountable(text: str, declared: Declared) -> tuple[str, str]:
    track, dot, state = text.partition(".")
    if track == "recorded" and dot:
        single = [fact.name for fact in declared.facts.values() if not fact.many]
        return f"`{state}` is not a fact whose recording can be counted from", near(state, single)
    if text in declared.facts:
        return (
            f"a prompt cannot be counted from the {declared.facts[text].type} `{text}`",
            "count it from a date",
        )
    if track in declared.tracks:
        states = declared.tracks[track]
        what = f"`{state}` is not a state of the track `{track}`" if dot else f"`{track}` is a track"
        return what, near(
            state, states
        ) if dot else f"count from the entry of a state, such as `{track}.{(*states, '...')[0]}`"
    dates = [fact.name for fact in declared.facts.values() if fact.type == "date"]
    entries = [f"{name}.{each}" for name, states in declared.tracks.items() for each in states]
    known = ["met", "entered", *dates, *declared.milestones, *(entries if dot else ())]
    return f"`{text}` is not something a prompt can be counted from", near(text, known)


def _during(raw: Mapping[str, Any], where: Where, notes: Notes) -> tuple[tuple[str, tuple[str, ...]], ...]:
    during = []
    for track, states in raw.items():
        try:
            during.append((track, tuple(distinct([line(state) for state in one_or_list(states)]))))
        except Wrong as wrong:
            notes.stand_in(Finding((*where, track), wrong.what, wrong.instead))
    return tuple(during)


def _escalations(raw: Sequence[object], where: Where, notes: Notes) -> tuple[Escalation, ...]:
    shapes = (shaped(schema.Escalation, body, (*where, at), notes) for at, body in enumerate(raw))
    return tuple(Escalation(after=shape.after, tell=shape.tell) for shape in shapes)


def _snooze(raw: Mapping[str, Any] | None, where: Where, notes: Notes) -> Snooze:
    shape = shaped(schema.Snooze, raw or {}, where, notes)
    return Snooze(most=shape.most, times=shape.times, never_past=shape.never_past)


def _quiet(raw: Sequence[Any], where: Where, notes: Notes) -> tuple[Quiet, ...]:
    """Read `{fact: quiet, because: ...}`, one or several."""
    return tuple(quiet for at, body in enumerate(raw) for quiet in _silences(body, (*where, at), notes))


def _silences(body: object, where: Where, notes: Notes) -> Iterator[Quiet]:
    form = "write `{fact: quiet, because: why that is safe}`"
    facts = [key for key in body if key != "because"] if isinstance(body, dict) else []
    if not isinstance(body, dict) or not facts:
        notes.stand_in(Finding(where, "`unknown` names no fact", form))
        return
    try:
        because = line(body.get("because", ""))
    except Wrong:
        notes.add(Finding((*where, "because"), "`unknown` needs a reason", form))
        because = "?"
    for fact in facts:
        if body[fact] != "quiet":
            notes.add(Finding((*where, fact), "an unknown fact can only be `quiet`", form))
        yield Quiet(fact=fact, because=because)
