"""Recording what a story says happens: its actions made into the entries that commands would write.

Numbers of entries are those the history would have: the enrolment is 1, a line's facts come before its
event. Events are judged by the guards of their moment, as when people record them.
"""

from collections.abc import Sequence
from typing import get_args

from msgspec import structs

from pathways import guards
from pathways.errors import Refused
from pathways.fact_values import Typed, read_facts
from pathways.follow import follow, outlook, resume
from pathways.history import COULD_NOT, AnswerName, Entry, PromptKey, in_force
from pathways.lookup import lookup_of
from pathways.model import Pathway
from pathways.moments import Moment, day_of, shown, start_of, typed
from pathways.plausible import refuse_far_day
from pathways.standing import Prompt, Standing
from pathways.story_text import Action, Story, When, day_of_story

LOOKED_AT = "12:00"
TELLER = "story"


class Recorder:
    """The history of one story as it grows, and what of the pathway it has touched.

    `transitions` are events with the state they left, `refused` the events that were refused as they should.
    """

    def __init__(self, pathway: Pathway, story: Story) -> None:
        self.entries: list[Entry] = []
        self.transitions: set[tuple[str, str]] = set()
        self.refused: set[str] = set()
        self._pathway = pathway
        self._story = story
        self._folded = Standing(digest=pathway.digest)
        self._outlook = self._folded

    def standing(self) -> Standing:
        """Return what follows from the history so far, and from time alone."""
        folded = self._fold()
        if self._outlook.last != folded.last:
            self._outlook = outlook(self._pathway, folded)
        return self._outlook

    def _fold(self) -> Standing:
        """Go on from what followed before, as the program does, or from the start where that cannot be."""
        before, new = self._folded, self.entries[self._folded.last :]
        if new:
            after = resume(self._pathway, before, new)
            self._folded = (
                follow(self._pathway, self.entries) if after is None else _with_ended(before, after)
            )
        return self._folded

    def moment(self, when: When, *, noon: bool = False) -> Moment:
        """Return the moment of a day of the story; without a time, its start or noon."""
        on = day_of_story(self._story.begins, when.day)
        if when.time or noon:
            return typed(f"{on} {when.time or LOOKED_AT}", self._story.zone)[0]
        return start_of(on, self._story.zone)

    def act(self, action: Action, when: When, now: Moment) -> None:
        """Record one action of a line; raises `Refused` or another `CarepathError` where it cannot be."""
        acts = {
            "enrol": self._enrol,
            "record": self._record,
            "advance": self._advance,
            "override": self._advance,
            "refused": self._expect_refusal,
            "close": self._close,
            "correct": self._correct,
            "withdraw": self._withdraw,
        }
        happened = action.at or when
        draft = Entry(
            number=len(self.entries) + 1,
            kind="note",
            happened_at=self.moment(happened),
            recorded_at=now,
            by=TELLER,
            only_day=not happened.time,
            because=action.because,
        )
        acts.get(action.verb, self._answer)(action, draft)

    def _enrol(self, action: Action, draft: Entry) -> None:
        story = self._story
        enrolled = structs.replace(
            draft, kind="enrolled", name=self._pathway.name, zone=story.zone, calendar=story.calendar
        )
        self._add(enrolled, *self._facts(action, structs.replace(draft, number=draft.number + 1)))

    def _record(self, action: Action, draft: Entry) -> None:
        self._add(*self._facts(action, draft))

    def _facts(self, action: Action, draft: Entry) -> list[Entry]:
        typed_facts = read_facts(self._pathway, action.facts)
        for each in typed_facts:
            refuse_far_day(each, day_of(draft.happened_at, self._story.zone))
        return [
            structs.replace(
                draft,
                kind="fact",
                number=draft.number + place,
                name=each.fact.name,
                value=each.value,
                booking=self._booking(each),
            )
            for place, each in enumerate(typed_facts)
        ]

    def _booking(self, each: Typed) -> int:
        if each.booking or not each.fact.many:
            return each.booking
        used = [entry.booking for entry in self.entries if entry.name == each.fact.name]
        return max(used, default=0) + 1

    def _advance(self, action: Action, draft: Entry) -> None:
        facts = self._facts(action, draft)
        before = self._standing_at(draft.happened_at)
        verdict = self._judge(before, action, draft.happened_at, facts)
        if objection := _objection(verdict, action):
            raise Refused(objection)
        step = verdict.transition
        source = before.tracks[step.track].state
        self.transitions.add((step.event, source))
        event = structs.replace(
            draft,
            number=draft.number + len(facts),
            kind="event",
            name=step.event,
            track=step.track,
            source=source,
            to=step.to,
            overrode=_gone_past(verdict) if action.verb == "override" else (),
        )
        self._add(*facts, event)

    def _standing_at(self, at: Moment) -> Standing:
        standing = self._fold()
        if standing.at is not None and standing.at > at:
            standing = follow(self._pathway, self.entries, until=at)
        if standing.enrolled_at is None:
            raise Refused("the patient is not enrolled yet; begin with `enrol`")
        return standing

    def _judge(self, before: Standing, action: Action, at: Moment, facts: Sequence[Entry]) -> guards.Verdict:
        known = guards.with_facts(self._pathway, before, facts, at)
        return guards.judge(self._pathway, known, action.about, at, [entry.name for entry in facts])

    def _expect_refusal(self, action: Action, draft: Entry) -> None:
        before = self._standing_at(draft.happened_at)
        try:
            verdict = self._judge(before, action, draft.happened_at, self._facts(action, draft))
        except guards.NotAllowedHere:
            self.refused.add(action.about)
            return
        if not _objection(verdict, action):
            raise Refused(f"`{action.about}` should be refused, and nothing stands against it")
        self.refused.add(action.about)

    def _close(self, action: Action, draft: Entry) -> None:
        if action.about not in self._pathway.exits:
            raise Refused(f"{action.about!r} is no way to leave {self._pathway.name}")
        self._add(structs.replace(draft, kind="exit", name=action.about))

    def _correct(self, action: Action, draft: Entry) -> None:
        """Write an entry again with another value (`correct 4 fact=value`) or day (`correct 4 at day 3`)."""
        old = self._entry(action.about)
        values = read_facts(self._pathway, action.facts)
        if [each.fact.name for each in values] not in ([], [old.name]):
            raise Refused(f"entry {old.number} is {old.kind} {old.name}, not {values[0].fact.name}")
        moved = draft if action.at else old
        for each in values:
            refuse_far_day(each, day_of(moved.happened_at, self._story.zone))
        self._add(
            structs.replace(
                old,
                number=draft.number,
                replaces=old.number,
                recorded_at=draft.recorded_at,
                because=draft.because,
                happened_at=moved.happened_at,
                only_day=moved.only_day,
                value=values[0].value if values else old.value,
            )
        )

    def _withdraw(self, action: Action, draft: Entry) -> None:
        replaced = self._entry(action.about).number
        now = draft.recorded_at
        self._add(
            structs.replace(draft, kind="withdrawn", happened_at=now, only_day=False, replaces=replaced)
        )

    def _entry(self, named: str) -> Entry:
        """Return an entry in force by its number, or the latest of a fact or event by its name."""
        standing = {happening.entry.number for happening in in_force(self.entries)}
        for entry in reversed(self.entries):
            if named in (str(entry.number), entry.name) and entry.number in standing:
                return entry
            if named == str(entry.number):
                raise Refused(f"entry {named} was replaced already; mend what replaced it")
        written = "; ".join(f"{each.number} {each.kind} {each.name}" for each in self.entries)
        raise Refused(f"there is no entry {named}; there are {written}")

    def _answer(self, action: Action, draft: Entry) -> None:
        """Answer the open prompt of a rule, now: people answer at the moment they look."""
        answer = next(each for each in get_args(AnswerName) if each == action.verb)
        lapsed = self._lapsed_prompt(action.about, draft) if answer == "done" and action.at else None
        prompt = lapsed or self._open_prompt(action.about, draft.recorded_at)
        if not lapsed and answer == "done" and lookup_of(self._pathway).rules[prompt.key.rule].has_act:
            raise Refused(f"`{action.about}` ends once its act is recorded; record that, or dismiss it")
        if answer == "dismiss" and not action.because:
            raise Refused("a dismissal needs its reason: add `because ...`")
        if answer == "snooze" and (prompt.tier == "stop" or action.until is None):
            raise Refused("a snooze needs its day, `until day 5`, and a stop cannot be snoozed")
        self._add(
            structs.replace(
                draft,
                kind="answer",
                name=answer,
                happened_at=draft.happened_at if lapsed else draft.recorded_at,
                only_day=draft.only_day if lapsed else False,
                value=_reason(action) if answer == "could-not" else None,
                prompt=prompt.key,
                until=self.moment(action.until) if action.until else None,
            )
        )

    def _lapsed_prompt(self, name: str, draft: Entry) -> Prompt | None:
        """Return the last prompt of a rule that has lapsed: it may have been done after all."""
        over = [each for each in self.standing().ended if (each.ended_at or 0) <= draft.recorded_at]
        lapsed = [each for each in over if each.ended == "lapsed" and label(each.key) == name]
        return max(lapsed, key=lambda each: each.began_at, default=None)

    def _open_prompt(self, name: str, now: Moment) -> Prompt:
        there = open_prompts(self.standing(), now)
        for key, prompt in there.items():
            if name == label(key):
                return prompt
        names = ", ".join(sorted(map(label, there))) or "nothing"
        raise Refused(f"no prompt of `{name}` is open; open are {names}")

    def _add(self, *entries: Entry) -> None:
        if not self.entries and (not entries or entries[0].kind != "enrolled"):
            raise Refused("the patient is not enrolled yet; begin with `enrol`")
        for entry in entries:
            if entry.happened_at > entry.recorded_at:
                on = shown(entry.happened_at, self._story.zone)
                raise Refused(f"it cannot have happened on {on}, which is still to come")
        self.entries += entries


def _reason(action: Action) -> str:
    """Return why something could not be done, written `reason=no-capacity`."""
    code = "".join(action.facts).removeprefix("reason=")
    if code not in COULD_NOT:
        raise Refused(f"`could-not` needs its reason: `reason=` and one of {', '.join(COULD_NOT)}")
    return code


def _with_ended(before: Standing, after: Standing) -> Standing:
    """Keep what had ended before, which a standing that goes on leaves out."""
    return structs.replace(
        after,
        ended=(*before.ended, *after.ended),
        past_banners=(*before.past_banners, *after.past_banners),
    )


def open_prompts(standing: Standing, now: Moment) -> dict[PromptKey, Prompt]:
    """Return the prompts that are open at a moment, of a standing that includes what time will do."""
    return {
        prompt.key: prompt
        for prompt in (*standing.ended, *standing.prompts.values())
        if prompt.opens_at <= now and (prompt.ended_at is None or prompt.ended_at > now)
    }


def label(key: PromptKey) -> str:
    """Name a prompt by its rule; that of a further booking with its number."""
    return f"{key.rule}#{key.booking}" if key.booking > 1 else key.rule


def _gone_past(verdict: guards.Verdict) -> tuple[str, ...]:
    return (*verdict.missing, *verdict.stale, *(each.that.text for each in verdict.warnings))


def _objection(verdict: guards.Verdict, action: Action) -> str:
    """Say why an event is refused; empty when it is not. A reason answers warnings, an override all."""
    if action.verb == "override":
        return "" if action.because else "an override needs its reason: add `because ...`"
    if unmet := (*verdict.missing, *verdict.stale):
        return f"{verdict.transition.event} needs {', '.join(unmet)}"
    if verdict.warnings and not action.because:
        warned = "; ".join(each.otherwise for each in verdict.warnings)
        return f"{verdict.transition.event} wants a reason: {warned}"
    return ""
