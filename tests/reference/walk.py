"""The rules of docs/reference/rules.md, read a second time: slow, obvious, sharing no code with the first.

The fold in `pathways` remembers what it needs and looks only at what changed. This reading looks at
everything at every moment, works facts and tracks out from the first entry each time, parses conditions
itself and does its own sums on the standard library's calendar. Where the two disagree, the page decides.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from pathways.history import Entry, PromptKey
from pathways.model import Pathway, Rule
from tests.reference.days import day_of, due_on
from tests.reference.past import Past, Written
from tests.reference.runs import Run
from tests.reference.values import ReferencePrompt, ReferenceStanding, roots_of


def reference_follow(
    pathway: Pathway, entries: Iterable[Entry], *, until: int | None = None
) -> ReferenceStanding:
    """Return what is so after the last entry, or the last that had happened by a moment."""
    return _Walk(pathway, entries, until).walked(time_goes_on=False)


def reference_outlook(pathway: Pathway, entries: Iterable[Entry]) -> ReferenceStanding:
    """Return what is so after all that time alone will bring, if nothing more is recorded (R35)."""
    return _Walk(pathway, entries).walked(time_goes_on=True)


def in_force(entries: Iterable[Entry]) -> list[Written]:
    """Return what no correction or withdrawal has replaced, in the order of R2."""
    given = list(entries)
    roots = roots_of(given)
    withdrawn: set[int] = set()
    for entry in sorted(given, key=lambda entry: -entry.number):
        # What was written later says first whether a withdrawal still holds.
        if entry.kind == "withdrawn" and entry.number not in withdrawn:
            withdrawn.add(entry.replaces)
    replaced = {entry.replaces for entry in given if entry.number not in withdrawn} | withdrawn
    left = [
        entry for entry in given if entry.number not in replaced and entry.kind not in ("withdrawn", "note")
    ]
    return sorted(
        (Written(roots[entry.number], entry) for entry in left), key=lambda each: (each.at, each.root)
    )


class _Walk:
    def __init__(self, pathway: Pathway, entries: Iterable[Entry], until: int | None = None) -> None:
        self.pathway = pathway
        self.written = [each for each in in_force(entries) if until is None or each.at <= until]
        self.runs: dict[tuple[str, int], Run] = {}
        self.otherwise = Run(pathway.otherwise)
        self.built_in: dict[PromptKey, ReferencePrompt] = {}
        self.banners: list[tuple[str, int, int | None]] = []
        self.misfits: list[tuple[int, str, int]] = []
        self.exit: Written | None = None

    def walked(self, *, time_goes_on: bool) -> ReferenceStanding:
        for at in self._moments(time_goes_on=time_goes_on):
            self._moment(Past(self.pathway, self.written, at))
        if not any(each.entry.kind == "enrolled" for each in self.written):
            others = [each for each in self.written if each.entry.kind != "fact"]
            self.misfits = [(each.entry.number, "before-enrolment", each.at) for each in others]
        return self._standing()

    # R2, R35: which moments there are

    def _moments(self, *, time_goes_on: bool) -> Iterator[int]:
        """Yield each moment at which something is written, passes or lapses, earliest first."""
        written = sorted({each.at for each in self.written})
        at = -(10**18)
        while True:
            to_come = [moment for moment in written if moment > at]
            if not to_come and not time_goes_on:
                return
            to_come += [moment for moment in self._time_alone(at) if moment > at]
            if not to_come:
                return
            at = min(to_come)
            yield at

    def _time_alone(self, at: int) -> list[int]:
        past = Past(self.pathway, self.written, at)
        if past.enrolled_at is None:
            return []
        passing = [past.passes_at(milestone) for milestone in self.pathway.milestones]
        lapsing = [prompt.lapses_at for prompt in self._prompts().values() if not prompt.ended]
        return [moment for moment in passing + lapsing if moment is not None]

    # One moment, in the order of R2

    def _moment(self, past: Past) -> None:
        now = [each for each in past.written if each.at == past.at]
        if past.enrolled_at is None:
            return
        if past.at == past.enrolled_at:
            self._early(past)
        was_left = self.exit is not None
        self._events(past, [each for each in now if each.entry.kind == "event"])
        self._exits(past, [each for each in now if each.entry.kind == "exit"])
        if not self.exit:
            self._conditions(past)
        elif not was_left:
            self._leave(past)
        for each in now:
            if each.entry.kind == "answer":
                self._answer(past, each)
        if not self.exit:
            self._lapse_and_repeat(past)
            self._otherwise(past)

    def _early(self, past: Past) -> None:
        """List what was written before the enrolment and is no fact (R3)."""
        for each in past.written:
            if each.at < past.at and each.entry.kind != "fact":
                self.misfits.append((each.entry.number, "before-enrolment", each.at))
                self._build_in(past, "misfit", each.entry.number)

    def _events(self, past: Past, events: list[Written]) -> None:
        for each in events:
            number = each.entry.number
            if self.exit:
                self.misfits.append((number, "after-exit", past.at))
                continue
            if not self._fits(past, each):
                self.misfits.append((number, "no-such-transition", past.at))
                self._build_in(past, "misfit", number)
            if each.entry.overrode:
                self._build_in(past, "override", number)

    def _fits(self, past: Past, event: Written) -> bool:
        track = next(each for each in self.pathway.tracks if each.name == event.entry.track)
        earlier = [each for each in past.of_kind("event") if each.entry.track == track.name]
        before = [each for each in earlier if (each.at, each.root) < (event.at, event.root)]
        inside = [each for each in before if past.enrolled_at is not None and each.at >= past.enrolled_at]
        state = inside[-1].entry.to if inside else track.start
        return any(
            transition.event == event.entry.name
            and state in transition.sources
            and transition.to == event.entry.to
            for transition in track.transitions
        )

    def _build_in(self, past: Past, rule: str, number: int) -> None:
        key = PromptKey(rule, number)
        prompt = ReferencePrompt(key, "info", "lead", past.at, past.at)
        if rule == "misfit":
            due = due_on(day_of(past.at, past.zone), past.zone)
            prompt = replace(prompt, tier="stop", role="coordinator", due_at=due.at, due_on=due.on)
        self.built_in[key] = prompt

    def _exits(self, past: Past, exits: list[Written]) -> None:
        for each in exits:
            if self.exit:
                self.misfits.append((each.entry.number, "after-exit", past.at))
            else:
                self.exit = each

    def _leave(self, past: Past) -> None:
        for run in self._all_runs():
            run.judge_act(past)
            run.end("left", past)
            run.active = False
        for key, prompt in self.built_in.items():
            if not prompt.ended:
                self.built_in[key] = replace(prompt, ended="left", ended_at=past.at)
        self.banners = [
            (id_, since, past.at if until is None else until) for id_, since, until in self.banners
        ]

    def _conditions(self, past: Past) -> None:
        for rule in self.pathway.rules:
            for booking in self._bookings(past, rule):
                self.runs.setdefault((rule.id, booking), Run(rule, booking)).look(past)
        for banner in self.pathway.banners:
            self._show(past, banner.id, met=past.judge(banner.when))

    def _bookings(self, past: Past, rule: Rule) -> list[int]:
        count = rule.counted_from
        return sorted(past.bookings(count.name)) if count.kind == "booking" else [0]

    def _show(self, past: Past, banner: str, *, met: bool | None) -> None:
        shown = next((each for each in self.banners if each[0] == banner and each[2] is None), None)
        if shown and met is False:
            self.banners[self.banners.index(shown)] = (banner, shown[1], past.at)
        elif not shown and met is True:
            self.banners.append((banner, past.at, None))

    # R29 to R31: answers

    def _answer(self, past: Past, answer: Written) -> None:
        key, name = answer.entry.prompt, answer.entry.name
        prompt = self._prompts().get(key) if key else None
        if prompt and name == "done" and prompt.ended == "lapsed" and prompt.done_late_at is None:
            self._done_late(prompt, past.at)
        elif not key or not prompt or prompt.ended:
            self.misfits.append((answer.entry.number, "answer-without-prompt", past.at))
        elif name in ("done", "dismiss") or (name == "ack" and prompt.tier == "info"):
            self._end(past, prompt, name)
        elif name != "seen":
            self._put(self._aged(self._told(past.at, prompt, answer.entry), past.at))
        elif not prompt.seen:
            self._put(replace(prompt, seen=(past.at, answer.entry.by)))

    def _told(self, at: int, prompt: ReferencePrompt, said: Entry) -> ReferencePrompt:
        """Say what an answer that leaves a prompt open makes of it (R30)."""
        if said.name == "ack":
            return replace(prompt, acknowledged_at=prompt.acknowledged_at or at)
        if said.name == "acting":
            return replace(prompt, acting=(at, said.by, said.until))
        if said.name == "could-not":
            prompt = replace(prompt, could_not=str(said.value), acting=None)
        if said.until is None or prompt.tier == "stop":
            return prompt
        is_late = prompt.due_at is not None and prompt.due_at <= at
        latest = said.until if is_late or prompt.due_at is None else prompt.due_at
        return replace(prompt, snoozed_until=min(said.until, latest), snoozes=prompt.snoozes + 1)

    def _aged(self, prompt: ReferencePrompt, at: int) -> ReferencePrompt:
        """Say from when it ages: from what was last said, or when it is expected or shown again (R30c)."""
        if prompt.acknowledged_at is None and prompt.acting is None:
            return replace(prompt, taken_at=None)
        expected = prompt.acting[2] if prompt.acting else None
        return replace(prompt, taken_at=max(at, expected or at, prompt.snoozed_until or at))

    def _done_late(self, prompt: ReferencePrompt, at: int) -> None:
        """Keep with what has lapsed that it was done after all (R31a)."""
        done = replace(prompt, done_late_at=at)
        for run in self._all_runs():
            run.over = [done if each.key == prompt.key else each for each in run.over]

    def _end(self, past: Past, prompt: ReferencePrompt, answer: str) -> None:
        how = {"done": "done", "dismiss": "dismissed", "ack": "acknowledged"}[answer]
        acknowledged_at = past.at if answer == "ack" else prompt.acknowledged_at
        if prompt.key in self.built_in:
            taken_at = past.at if answer == "ack" else prompt.taken_at
            ended = replace(
                prompt, ended=how, ended_at=past.at, acknowledged_at=acknowledged_at, taken_at=taken_at
            )
            self.built_in[prompt.key] = ended
            return
        if answer == "ack":
            prompt = self._aged(replace(prompt, acknowledged_at=acknowledged_at), past.at)
        self._put(prompt)
        run = self._run_of(prompt.key)
        run.end(how, past)
        run.muted = run.muted or (prompt.tier == "stop" and how == "dismissed")

    def _put(self, prompt: ReferencePrompt) -> None:
        if prompt.key in self.built_in:
            self.built_in[prompt.key] = prompt
            return
        last = self._run_of(prompt.key).last
        assert last
        last.prompt = prompt

    def _run_of(self, key: PromptKey) -> Run:
        return next(run for run in self._all_runs() if (run.rule.id, run.booking) == (key.rule, key.booking))

    # R26, R34: what time alone does, and what is prompted when nothing else is

    def _lapse_and_repeat(self, past: Past) -> None:
        for run in self.runs.values():
            run.lapse(past)
            run.repeat(past)

    def _otherwise(self, past: Past) -> None:
        dated = [
            prompt
            for prompt in self._prompts().values()
            if not prompt.ended and prompt.tier in ("stop", "due") and prompt.key.rule != "otherwise"
        ]
        run = self.otherwise
        if dated:
            run.active = False
            run.end("withdrawn", past)
        elif not run.active:
            run.begin_episode(past)
        run.repeat(past)

    # The result

    def _all_runs(self) -> list[Run]:
        return [*self.runs.values(), self.otherwise]

    def _prompts(self) -> dict[PromptKey, ReferencePrompt]:
        """Return every prompt there has been, live or ended, by its identity."""
        prompts = list(self.built_in.values())
        for run in self._all_runs():
            prompts += run.over
            if run.last and run.last.live:
                prompts.append(run.last.prompt)
        assert len({prompt.key for prompt in prompts}) == len(prompts)
        return {prompt.key: prompt for prompt in prompts}

    def _standing(self) -> ReferenceStanding:
        past = Past(self.pathway, self.written, max((each.at for each in self.written), default=0))
        prompts = self._prompts()
        for run in self._all_runs():
            if run.last and run.last.live:
                key = run.last.prompt.key
                prompts[key] = replace(prompts[key], missing=run.missing(past))
        # R3: before the enrolment only facts count, and there is no zone for the day of a milestone.
        counted = self.pathway.milestones if past.enrolled_at is not None else ()
        passing = {each.name: past.passes_at(each) for each in counted}
        return ReferenceStanding(
            enrolled_at=past.enrolled_at,
            exit=(self.exit.entry.name, self.exit.at, self.exit.root) if self.exit else None,
            tracks=self._tracks(past),
            facts=self._facts(past),
            bookings=self._known_bookings(past),
            passes={name: at for name, at in passing.items() if at is not None},
            banners=tuple(sorted(self.banners)),
            misfits=tuple(sorted(self.misfits)),
            prompts=prompts,
        )

    def _tracks(self, past: Past) -> dict[str, tuple[str, int]]:
        if past.enrolled_at is None:
            return {}
        last = {track.name: past.moves(track.name)[-1] for track in self.pathway.tracks}
        return {name: (move.state, move.at) for name, move in last.items()}

    def _facts(self, past: Past) -> dict[str, tuple[object, int, bool, int]]:
        latest = {fact.name: past.recorded(fact.name) for fact in self.pathway.facts if not fact.many}
        return {
            name: (each.entry.value, each.at, each.entry.only_day, each.root)
            for name, each in latest.items()
            if each
        }

    def _known_bookings(self, past: Past) -> dict[str, dict[int, tuple[date, str]]]:
        found = {fact.name: past.bookings(fact.name) for fact in self.pathway.facts if fact.many}
        return {name: numbered for name, numbered in found.items() if numbered}
