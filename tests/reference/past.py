"""What is known at one moment: worked out from the entries so far, each time from the first of them."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import NamedTuple

from pathways.history import Entry
from pathways.model import Milestone, Pathway, Rule
from pathways.scores import ScoreItem
from pathways.terms import Condition
from tests.reference.conditions import Look, Value, judge
from tests.reference.days import Where, day_after, day_of, days_off, end_of, is_exact, moment_after, start_of


class Written(NamedTuple):
    """An entry in force and the number of the first entry of its chain (R1)."""

    root: int
    entry: Entry

    @property
    def at(self) -> int:
        return self.entry.happened_at


class Move(NamedTuple):
    """One entering of a state of a track; the first is the enrolment."""

    at: int
    root: int
    state: str


class Counted(NamedTuple):
    """The moment and local day something is counted from, and the value that says so (R22 compares it)."""

    at: int
    on: date
    value: object


class Past:
    """The entries that happened at or before `at`, in the order of R2, and what they say."""

    def __init__(self, pathway: Pathway, written: list[Written], at: int) -> None:
        self.pathway = pathway
        self.at = at
        self.written = [each for each in written if each.at <= at]
        joined = [each for each in self.written if each.entry.kind == "enrolled"]
        self.enrolled_at = joined[0].at if joined else None
        self.zone = joined[0].entry.zone if joined else "UTC"
        self.where = Where(self.zone, days_off(joined[0].entry.calendar if joined else ""))
        self.by_enrolment = joined[0].root if joined else 0

    def of_kind(self, kind: str, name: str = "") -> list[Written]:
        return [
            each for each in self.written if each.entry.kind == kind and (not name or each.entry.name == name)
        ]

    # R4, R5: facts and bookings

    def recorded(self, fact: str) -> Written | None:
        """Return the latest recording of a fact."""
        recordings = self.of_kind("fact", fact)
        return recordings[-1] if recordings else None

    def value(self, fact: str) -> Value:
        """Return what is known of a fact, dates as days; None when it is unknown."""
        latest = self.recorded(fact)
        if not latest:
            return None
        given = latest.entry.value
        kinds = {each.name: each.type for each in self.pathway.facts}
        return date.fromisoformat(str(given)) if kinds[fact] == "date" else given

    def bookings(self, fact: str) -> dict[int, tuple[date, str]]:
        """Return each booking ever dated: its day, and `done`, `cancelled` or nothing."""
        found: dict[int, tuple[date, str]] = {}
        for each in self.of_kind("fact", fact):
            number, value = each.entry.booking, str(each.entry.value)
            if value not in ("done", "cancelled"):
                found[number] = (date.fromisoformat(value), "")
            elif number in found:
                found[number] = (found[number][0], value)
        return found

    def is_known(self, fact: str) -> bool:
        if next(each.many for each in self.pathway.facts if each.name == fact):
            return any(not ended for _, ended in self.bookings(fact).values())
        return self.recorded(fact) is not None

    # R8: when milestones pass

    def passes_at(self, milestone: Milestone) -> int | None:
        """Return the moment at which a milestone has passed; None when its fact is unknown."""
        day = self.value(milestone.fact)
        if not isinstance(day, date):
            return None
        if is_exact(milestone.after):
            return moment_after(start_of(day, self.zone), milestone.after)
        return end_of(day_after(day, milestone.after, self.where.off), self.zone)

    # R6, R9: tracks and stays

    def moves(self, track: str) -> list[Move]:
        """Return every entering of a state of a track since the enrolment."""
        start = next(each.start for each in self.pathway.tracks if each.name == track)
        assert self.enrolled_at is not None
        return [Move(self.enrolled_at, self.by_enrolment, start)] + [
            Move(each.at, each.root, each.entry.to)
            for each in self.of_kind("event")
            if each.entry.track == track and each.at >= self.enrolled_at
        ]

    def state(self, track: str) -> str:
        return self.moves(track)[-1].state

    def stay(self, track: str, states: tuple[str, ...]) -> int | None:
        """Return which move began the present stay in these states; None when the track is not in them."""
        moves = self.moves(track)
        began: int | None = None
        for number, move in enumerate(moves):
            if move.state not in states:
                began = None
            elif began is None or moves[number - 1].state == move.state:
                began = number
        return began

    def stays(self, rule: Rule) -> tuple[int | None, ...]:
        return tuple(self.stay(track, states) for track, states in rule.during)

    def stay_at(self, rule: Rule) -> int:
        """Return when the present stay of a rule began: when the last of its tracks arrived."""
        return max(self.moves(track)[self.stay(track, states) or 0].at for track, states in rule.during)

    # Conditions

    def judge(self, condition: Condition | None, this: date | None = None) -> bool | None:
        """Judge a condition, once for every total of its scores that is still possible (R37)."""
        if condition is None:
            return True
        scores = sorted(set(re.findall(r"score\.(\w+)", condition.text)))
        answers = {
            judge(condition.text, self._look(dict(zip(scores, totals, strict=True)), this))
            for totals in product(*(self.totals(score) for score in scores))
        }
        return answers.pop() if len(answers) == 1 else None

    def totals(self, name: str) -> set[int]:
        """Return the totals of a score that what is known leaves possible (R37)."""
        [score] = [each for each in self.pathway.scores if each.name == name]
        return {sum(points) for points in product(*map(self.points, score.items))}

    def points(self, item: ScoreItem) -> set[int]:
        """Return the points that an item gives, in each way in which what is unknown may turn out."""
        answers = [self.judge(case.when) for case in item.cases]
        ways = product(*((True, False) if answer is None else (answer,) for answer in answers))
        return {
            next((case.points for case, met in zip(item.cases, way, strict=True) if met), 0) for way in ways
        }

    def _look(self, totals: Mapping[str, int], this: date | None) -> Look:
        scores: Mapping[str, Value] = {f"score.{name}": total for name, total in totals.items()}
        return lambda name: scores[name] if name in scores else self._named(name, this)

    def _named(self, name: str, this: date | None) -> Value:
        prefix, _, rest = name.partition(".")
        if name == "this":
            return this
        if prefix == "known" and rest:
            return self.is_known(rest)
        if prefix == "passed" and rest:
            passes = self.passes_at(_by_name(self.pathway.milestones)[rest])
            return None if passes is None else passes <= self.at
        if name in {track.name for track in self.pathway.tracks}:
            return self.state(name)
        return self.value(name)

    # R19: what a prompt is counted from

    def counted(self, rule: Rule, began_at: int, booking: int) -> Counted | None:
        """Return what a prompt of an episode that began then is counted from; None when that is unknown."""
        count = rule.counted_from
        if count.kind == "met":
            return self._moment(began_at)
        if count.kind == "entered":
            return self._moment(self.stay_at(rule))
        if count.kind == "state":
            visits = [move for move in self.moves(count.name) if move.state == count.state]
            # Two visits at one moment are one moment, but entering anew is entering anew.
            return self._moment(visits[-1].at) if visits else None
        if count.kind == "booking":
            return self._day(self.bookings(count.name)[booking][0])
        if count.kind == "recorded":
            latest = self.recorded(count.name)
            return self._moment(latest.at) if latest else None
        if count.kind == "milestone":
            return self._milestone(_by_name(self.pathway.milestones)[count.name])
        day = self.value(count.name)
        return self._day(day) if isinstance(day, date) else None

    def _milestone(self, milestone: Milestone) -> Counted | None:
        day = self.value(milestone.fact)
        if not isinstance(day, date):
            return None
        if is_exact(milestone.after):
            return self._moment(moment_after(start_of(day, self.zone), milestone.after))
        return self._day(day_after(day, milestone.after, self.where.off))

    def _moment(self, at: int) -> Counted:
        return Counted(at, day_of(at, self.zone), at)

    def _day(self, day: date) -> Counted:
        return Counted(start_of(day, self.zone), day, day)

    def counted_fact(self, rule: Rule) -> str | None:
        """Return the fact that says what a rule is counted from, if one does."""
        count = rule.counted_from
        if count.kind == "milestone":
            return _by_name(self.pathway.milestones)[count.name].fact
        return count.name if count.kind in ("fact", "recorded") else None


def _by_name(milestones: tuple[Milestone, ...]) -> Mapping[str, Milestone]:
    return {milestone.name: milestone for milestone in milestones}
