"""One rule (and booking) as it is walked through: its episodes, and the prompts they make. R10 to R33."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from pathways.history import PromptKey
from pathways.model import Rule
from pathways.moments import Length
from tests.reference.days import (
    Due,
    Where,
    day_after,
    day_due,
    day_of,
    due_after,
    due_on,
    end_of,
    is_exact,
    moment_after,
    start_of,
)
from tests.reference.past import Counted, Past
from tests.reference.values import ReferencePrompt


class Dates(NamedTuple):
    """When a prompt opens and is due."""

    opens_at: int
    due: Due | None


@dataclass
class Occurrence:
    """A prompt with what is remembered of it beside."""

    prompt: ReferencePrompt
    counted_value: object  # what says from when it is counted; None when that was unknown

    @property
    def live(self) -> bool:
        return self.prompt.ended is None


class Run:
    """The episodes of one rule, for one booking if it is counted from bookings."""

    def __init__(self, rule: Rule, booking: int = 0) -> None:
        self.rule = rule
        self.booking = booking
        self.episode = 0
        self.active = False
        self.began_at = 0
        self.stays: tuple[int | None, ...] = ()
        self.counted: Counted | None = None
        self.dated_from: Counted | None = None
        self.repeats = 0
        self.muted = False
        self.moved_at: int | None = None  # when what it is counted from last moved the open prompt
        self.answered_by: dict[str, int] = {}
        self.last: Occurrence | None = None
        self.over: list[ReferencePrompt] = []

    # One moment: what R2 calls "conditions once"

    def look(self, past: Past) -> None:
        self.judge_act(past)
        if self.active and self._over(past):
            self.active = False
            self.end("withdrawn", past)
        elif self.active:
            self._go_on(past)
        elif self._holds(past) and self._met(past) is True:
            self.begin_episode(past)

    def judge_act(self, past: Past) -> None:
        """End a prompt whose act is on record (R12)."""
        if not self.last or not self.last.live or not self._act(past, self.last):
            return
        recorded = {fact: past.recorded(fact) for fact in self.rule.needs_new}
        self.answered_by = {fact: latest.root for fact, latest in recorded.items() if latest}
        self.end("done", past)

    def end(self, how: str, past: Past) -> None:
        if self.last and self.last.live:
            self.last.prompt = replace(self.last.prompt, ended=how, ended_at=past.at)
            self.over.append(self.last.prompt)

    def _holds(self, past: Past) -> bool:
        if self.rule.counted_from.kind == "booking":
            _, ended = past.bookings(self.rule.counted_from.name).get(self.booking, (None, "absent"))
            if ended:
                return False
        return None not in past.stays(self.rule)

    def _met(self, past: Past) -> bool | None:
        return past.judge(self.rule.when, self._this(past))

    def _over(self, past: Past) -> bool:
        return not self._holds(past) or self._met(past) is False

    def _this(self, past: Past) -> date | None:
        if self.rule.counted_from.kind != "booking":
            return None
        return past.bookings(self.rule.counted_from.name)[self.booking][0]

    def _go_on(self, past: Past) -> None:
        assert self.last
        restarted = past.stays(self.rule) != self.stays
        self.stays = past.stays(self.rule)
        counted = past.counted(self.rule, self.began_at, self.booking)
        known_before = self.counted is not None
        moved = (counted and counted.value) != (self.counted and self.counted.value)
        self.counted = counted
        if restarted and not self.last.live:
            self.begin_episode(past)
        elif moved and self.last.live and known_before:
            self._move(past)
        elif moved and self.last.live:
            self._date_anew(past)
        elif moved and (not self.muted or self.rule.counted_from.kind in ("recorded", "booking")):
            self._begin_anew(past)

    def _move(self, past: Past) -> None:
        """Move an open prompt by R16 or R22, which depends on what it is counted from."""
        kind = self.rule.counted_from.kind
        if kind in ("entered", "state"):
            self._fold(past)
        elif kind != "recorded":
            self._date_anew(past)

    def _date_anew(self, past: Past) -> None:
        assert self.last
        self.repeats = 0
        self.moved_at = past.at
        self._date_again(past, self._first_dates(past, self.last.prompt.began_at))

    def _fold(self, past: Past) -> None:
        """Go on with the open prompt, by the old or the new moments, whichever are due earlier (R16)."""
        assert self.last
        dates = self._first_dates(past, self.last.prompt.began_at)
        old = self.last.prompt.due_at
        if dates.due and old is not None and dates.due.at < old:
            self._date_again(past, dates)

    def _date_again(self, past: Past, dates: Dates) -> None:
        assert self.last
        before = self.last.prompt
        after = self._dated(before, past, dates)
        if before.snoozed_until and after.due_at is not None and after.due_at != before.due_at:
            # It is shown again at its new due at the latest (R30b).
            shown = min(before.snoozed_until, max(after.due_at, past.at))
            after = replace(after, snoozed_until=shown)
        self.last.prompt = after
        self.last.counted_value = self._counted_value(past)
        # What it asks for may be on record already, now that it opens on another day (R14).
        self.judge_act(past)

    def lapse(self, past: Past) -> None:
        """End a prompt that has been unanswered for too long (R26)."""
        lapses_at = self.last.prompt.lapses_at if self.last and self.last.live else None
        if lapses_at is not None and lapses_at <= past.at:
            self.end("lapsed", past)

    # R10, R13, R22, R24: beginning

    def begin_episode(self, past: Past) -> None:
        self.episode += 1
        self.active = True
        self.began_at = past.at
        self.stays = past.stays(self.rule)
        self.counted = past.counted(self.rule, self.began_at, self.booking)
        self.repeats = 0
        self.muted = False
        self._begin(past, 1, self._first_dates(past, past.at))

    def _begin_anew(self, past: Past) -> None:
        """Begin the occurrence that a new recording of the counted fact starts (R22)."""
        assert self.last
        self.repeats = 0
        occurrence = self.last.prompt.key.occurrence + 1
        self._begin(past, occurrence, self._first_dates(past, past.at))

    def repeat(self, past: Past) -> None:
        """Begin the next occurrence of a rule with `every`, unless `until` is over (R24, R25)."""
        if not self.rule.every or self.muted or not self.active:
            return
        if not self.last or self.last.prompt.ended_at != past.at:
            return
        interval = self.rule.every[min(self.repeats, len(self.rule.every) - 1)]
        dates = self._repeat_dates(past, self.last.prompt, interval)
        if self._too_late(past, dates):
            return
        self.repeats += 1
        self._begin(past, self.last.prompt.key.occurrence + 1, dates)

    def _begin(self, past: Past, occurrence: int, dates: Dates) -> None:
        key = PromptKey(self.rule.id, self.episode, occurrence, self.booking)
        self.moved_at = None
        prompt = ReferencePrompt(key, self.rule.tier, self.rule.role, past.at, past.at)
        self.last = Occurrence(self._dated(prompt, past, dates), self._counted_value(past))
        self.judge_act(past)

    # R12 to R14: the act

    def _act(self, past: Past, one: Occurrence) -> bool:
        if not self.rule.done_when and not self.rule.needs and not self.rule.needs_new:
            return False
        done = past.judge(self.rule.done_when, self._this(past)) is True
        return done and not self._missing(past, one)

    def _missing(self, past: Past, one: Occurrence) -> list[str]:
        """Name the facts that the act still wants."""
        return [fact for fact in self.rule.needs if not past.is_known(fact)] + [
            fact for fact in self.rule.needs_new if not self._is_anew(fact, past, one)
        ]

    def _is_anew(self, fact: str, past: Past, one: Occurrence) -> bool:
        latest = past.recorded(fact)
        if not latest or latest.root == self.answered_by.get(fact):
            return False
        if fact == past.counted_fact(self.rule) and one.counted_value in (None, self._counted_value(past)):
            return False
        began_on = day_of(one.prompt.began_at, past.zone)
        if day_of(one.prompt.opens_at, past.zone) > began_on:
            return latest.at >= end_of(began_on, past.zone)
        first = one.prompt.key.occurrence == 1
        return latest.at >= self.began_at if first else latest.at > one.prompt.began_at

    def missing(self, past: Past) -> tuple[str, ...]:
        """Name what an open prompt still waits for: R20 for the fact it is counted from."""
        assert self.last
        names = self._missing(past, self.last)
        counted = past.counted_fact(self.rule)
        if counted and past.value(counted) is None:
            names.append(counted)
        return tuple(dict.fromkeys(names))

    def _counted_value(self, past: Past) -> object:
        counted = past.counted_fact(self.rule)
        latest = past.recorded(counted) if counted else None
        if not latest:
            return None
        # For `recorded.fact` each recording is a new one, whatever it says (R22).
        return latest.at if self.rule.counted_from.kind == "recorded" else latest.entry.value

    # R17 to R28: dates

    def _first_dates(self, past: Past, began_at: int) -> Dates:
        self.dated_from = self.counted
        if self.counted is None:
            return Dates(began_at, self._due_on(day_of(began_at, past.zone), past))
        opens_at = began_at
        if self.rule.opens:
            opens_at = max(began_at, _opening(self.counted.at, self.counted.on, self.rule.opens, past.where))
        if self.rule.due:
            return Dates(opens_at, due_after(self.counted.at, self.counted.on, self.rule.due, past.where))
        return Dates(opens_at, self._due_on(day_of(opens_at, past.zone), past))

    def _due_on(self, day: date, past: Past) -> Due | None:
        """Return that it is due on a day: for an `info` without `due`, that it is never due."""
        return due_on(day, past.zone) if self.rule.due or self.rule.tier == "stop" else None

    def _repeat_dates(self, past: Past, last: ReferencePrompt, interval: Length) -> Dates:
        assert last.ended_at is not None
        from_at, from_on = last.ended_at, day_of(last.ended_at, past.zone)
        if last.ended == "lapsed":
            assert last.due_at is not None
            from_at, from_on = last.due_at, day_due(Due(last.due_at, last.due_on), past.zone)
        if is_exact(interval):
            return self._in_hours(past, from_at, interval)
        day = day_after(from_on, interval, past.where.off)
        ahead = timedelta(days=self._days_ahead(from_on, past.where))
        opens_at = max(past.at, start_of(day - ahead, past.zone))
        return Dates(opens_at, self._due_on(day, past))

    def _days_ahead(self, day: date, where: Where) -> int:
        """Return how many days before its due the first occurrence would open, counted from this day."""
        if not self.rule.due:
            return 0
        at = start_of(day, where.zone)
        opens_on = day_of(_opening(at, day, self.rule.opens, where), where.zone) if self.rule.opens else day
        return max(0, (day_due(due_after(at, day, self.rule.due, where), where.zone) - opens_on).days)

    def _in_hours(self, past: Past, at: int, interval: Length) -> Dates:
        then = moment_after(at, interval)
        if not self.rule.due:
            return Dates(max(past.at, then), Due(then) if self.rule.tier == "stop" else None)
        on = day_of(at, past.zone)
        opens_at = _opening(at, on, self.rule.opens, past.where) if self.rule.opens else at
        ahead = max(0, due_after(at, on, self.rule.due, past.where).at - opens_at)
        return Dates(max(past.at, then - ahead), Due(then))

    def _too_late(self, past: Past, dates: Dates) -> bool:
        if not self.rule.until:
            return False
        began = Counted(self.began_at, day_of(self.began_at, past.zone), None)
        counted = past.counted(self.rule, self.began_at, self.booking)
        if self.rule.counted_from.kind == "recorded":
            counted = self.dated_from  # what was recorded since has left the prompt as it was
        counted = counted or began
        due = dates.due or Due(dates.opens_at)
        if is_exact(self.rule.until):
            return due.at > moment_after(counted.at, self.rule.until)
        return day_due(due, past.zone) > day_after(counted.on, self.rule.until, past.where.off)

    def _dated(self, prompt: ReferencePrompt, past: Past, dates: Dates) -> ReferencePrompt:
        due, opening = dates.due, Due(dates.opens_at)
        shown = [due, opening] if due else [opening]
        return replace(
            prompt,
            opens_at=opening.at,
            due_at=due and due.at,
            due_on=due and due.on,
            lapses_at=self._lapses_at(prompt, past, dates),
            escalates=tuple((_telling(shown, each.after, past.where), each.tell) for each in self.rule.then),
        )

    def _lapses_at(self, prompt: ReferencePrompt, past: Past, dates: Dates) -> int | None:
        unknown = past.counted(self.rule, self.began_at, self.booking) is None
        if not self.rule.lapses or not dates.due or (unknown and prompt.key.occurrence == 1):
            return None
        latest = [dates.due, Due(dates.opens_at), *([Due(self.moved_at)] if self.moved_at else [])]
        if is_exact(self.rule.lapses):
            return moment_after(max(each.at for each in latest), self.rule.lapses)
        day = max(day_due(each, past.zone) for each in latest)
        return end_of(day_after(day, self.rule.lapses, past.where.off), past.zone)


def _opening(at: int, on: date, after: Length, where: Where) -> int:
    if is_exact(after):
        return moment_after(at, after)
    return start_of(day_after(on, after, where.off), where.zone)


def _telling(shown: list[Due], after: Length, where: Where) -> int:
    """Return when somebody else is told: not before it is overdue and open (R28)."""
    earliest = max(each.at for each in shown)
    if is_exact(after):
        return moment_after(earliest, after)
    day = max(day_due(each, where.zone) for each in shown)
    return max(earliest, start_of(day_after(day, after, where.off), where.zone))
