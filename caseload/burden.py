"""What the prompts of a period asked of people, and what became of them: by rule, or by person.

Every prompt that was raised is counted once, however often it was raised, told, escalated or answered, and as
its history stands now: an answer that was corrected or withdrawn does not count.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from statistics import median
from typing import NamedTuple

from msgspec import Struct

from caseload.pathway_rows import versions
from caseload.settings import BUDGET, BURDEN_ACTED_ON, BURDEN_RAISED, setting
from caseload.whose import refuse_unknown
from pathways.errors import CarepathError
from pathways.moments import Moment, day, day_of, end_of, start_of
from pathways.spans import DAY, SECOND
from pathways.tiers import STOP
from storage.burden import Asked, By, Key, LoadRow, Run, Tally
from storage.connection import Database
from storage.store import Store

DAYS = 28
MOST = 20
# What has no due is never overdue; nobody who says nothing for this long will say anything.
UNDATED_AFTER = 7 * DAY
# What is raised late is not ignored at once: whoever holds it has this long, as with anything else.
FAIR_AFTER = DAY


class Question(NamedTuple):
    """What somebody wants to know: from which day to which (empty: the last days), of what, and how.

    `reasons` asks for the words of dismissals too, which may hold what people should not have written.
    """

    since: str = ""
    until: str = ""
    by: By = "rule"
    pathway: str = ""
    owner: str = ""
    limit: int = MOST
    reasons: bool = False


class RuleBurden(Struct, frozen=True, kw_only=True):
    """What came of the prompts of one rule. `dismissed_because` is empty unless reasons were asked for.

    `median_seconds_to_action` counts from raised to acted on, none when nobody acted. `could_not_because`
    counts prompts by the last reason that was given.
    """

    pathway: str
    rule: str
    tier: str
    counts: Tally
    median_seconds_to_action: int | None
    messages_per_prompt: float
    could_not_because: dict[str, int]
    dismissed_because: dict[str, int]


class DailyLoad(Struct, frozen=True, kw_only=True):
    """What was raised for somebody a day, against how many patients their digest shows a day.

    Of `days`, the days on which anything was raised, `over_budget` had more patients than the budget. The
    median is over those days, so that weekends do not make a flood look small.
    """

    budget_patients: int
    days: int
    median_prompts: float
    median_patients: float
    most_prompts: int
    most_patients: int
    most_on: str
    over_budget: int


class PersonBurden(Struct, frozen=True, kw_only=True):
    """What came of the prompts of one person; an empty name stands for those of a role that nobody holds.

    A prompt is theirs who ended it by an answer or took it on; else theirs for whom it is named now.
    `messages_received` are those sent to them about any prompt that is counted here, also one of another.
    """

    person: str
    counts: Tally
    median_seconds_to_action: int | None
    messages_per_prompt: float
    messages_received: int
    could_not_because: dict[str, int]
    dismissed_because: dict[str, int]
    a_day: DailyLoad


class Unheeded(Struct, frozen=True, kw_only=True):
    """A rule on whose prompts too few acted; `judged` leaves out those for which there is still time."""

    pathway: str
    rule: str
    tier: str
    judged: int
    counts: Tally


class Burden(Struct, frozen=True, kw_only=True):
    """What prompts asked of people from one day to another, both included, in the zone of the site.

    `rules` or `people` is empty, as `by` says, and `more` counts those beyond the limit. `to_review` are
    rules that nobody acts on: proposals for the clinical lead, never a `stop`. `stops` are the rules with a
    stop that was not acted on. `superseded` prompts were raised and follow no more, as a history was mended;
    they are counted nowhere else. `not_raised` are open now, and the scheduler has not raised them yet.
    """

    since: str
    until: str
    zone: str
    by: By
    pathway: str
    owner: str
    total: Tally
    rules: tuple[RuleBurden, ...]
    people: tuple[PersonBurden, ...]
    more: int
    stops: tuple[Unheeded, ...]
    to_review: tuple[Unheeded, ...]
    least_raised: int
    under_percent: int
    superseded: int
    not_raised: int


class _Whole(NamedTuple):
    """What a store answers, whoever it is about."""

    tallies: dict[Key, Tally]
    medians: dict[Key, int]
    could_not: dict[Key, dict[str, int]]
    dismissed: dict[Key, dict[str, int]]


def burden(database: Database, question: Question, *, now: Moment) -> Burden:
    """Add up what prompts asked of people, and what became of them by now."""
    with database.reading() as store:
        if question.pathway:
            versions(store.pathways(), question.pathway)
        found = _added_up(store, question, now)
    if question.owner and not found.total.raised:
        refuse_unknown(database, question.owner, now=now)
    return found


def _added_up(store: Store, question: Question, now: Moment) -> Burden:
    zone = store.site_zone()
    since, until = _period(question, day_of(now, zone))
    whose = (question.pathway, question.owner)
    asked = Asked(start_of(since, zone), end_of(until, zone), now, UNDATED_AFTER, FAIR_AFTER, *whose)
    by_rule = _whole(store, asked, "rule", question)
    rules, people = tuple(_rules(by_rule)), tuple[PersonBurden, ...]()
    if question.by == "person":
        rules, people = (), tuple(_people(store, asked, question, runs(since, until, zone), since))
    least, percent = int(setting(store, BURDEN_RAISED)), int(setting(store, BURDEN_ACTED_ON))
    return Burden(
        since=since.isoformat(),
        until=until.isoformat(),
        zone=zone,
        by=question.by,
        pathway=question.pathway,
        owner=question.owner,
        total=added(by_rule.tallies.values()),
        rules=rules[: question.limit],
        people=people[: question.limit],
        more=max(0, len(rules) + len(people) - question.limit),
        stops=tuple(stops(by_rule.tallies)),
        to_review=tuple(to_review(by_rule.tallies, least, percent)),
        least_raised=least,
        under_percent=percent,
        superseded=store.superseded(asked),
        not_raised=store.not_raised(asked),
    )


def stops(tallies: Mapping[Key, Tally]) -> Iterator[Unheeded]:
    """Name the rules with a stop on which nobody acted, in whatever way it ended."""
    for (pathway, rule, tier), tally in tallies.items():
        if tier == STOP and tally.acted_on < tally.raised:
            yield Unheeded(pathway=pathway, rule=rule, tier=tier, judged=_judged(tally), counts=tally)


def to_review(tallies: Mapping[Key, Tally], least: int, percent: int) -> Iterator[Unheeded]:
    """Name the rules on which hardly anybody acts; a stop is never among them."""
    for (pathway, rule, tier), tally in tallies.items():
        judged = _judged(tally)
        if tier != STOP and judged >= max(least, 1) and tally.acted_on * 100 < percent * judged:
            yield Unheeded(pathway=pathway, rule=rule, tier=tier, judged=judged, counts=tally)


def added(tallies: Iterable[Tally]) -> Tally:
    """Add up tallies of different prompts."""
    together = list(tallies)
    return Tally(*map(sum, zip(*together, strict=True))) if together else Tally()


def runs(since: date, until: date, zone: str) -> list[Run]:
    """Cut days up where clocks change: runs of days that are equally long, numbered from the first day."""
    found: list[Run] = []
    for number in range((until - since).days + 1):
        on = since + timedelta(days=number)
        begins, ends = start_of(on, zone), end_of(on, zone)
        if found and _goes_on(found[-1], number, ends - begins):
            found[-1] = (found[-1][0], ends, *found[-1][2:])
        elif ends > begins:  # a day may be missing where a zone moved across the date line
            found.append((begins, ends, number, ends - begins))
    return found


def _goes_on(run: Run, number: int, lasts: Moment) -> bool:
    since, until, first, each = run
    return each == lasts and number == first + (until - since) // each


def _judged(tally: Tally) -> int:
    """Count what is over, or overdue and there for a day: the rest can still be acted on."""
    return tally.raised - tally.open + tally.overdue


def _period(question: Question, today: date) -> tuple[date, date]:
    until = day(question.until) if question.until else today
    since = day(question.since) if question.since else until - timedelta(days=DAYS - 1)
    if since > until:
        msg = f"{since} lies after {until}: --since is the first day of the period, --until the last."
        raise CarepathError(msg)
    return since, until


def _whole(store: Store, asked: Asked, by: By, question: Question) -> _Whole:
    needed = by == question.by
    return _Whole(
        store.tallies(asked, by),
        store.medians(asked, by) if needed else {},
        store.could_not(asked, by) if needed else {},
        store.dismissed(asked, by) if needed and question.reasons else {},
    )


def _rules(found: _Whole) -> Iterator[RuleBurden]:
    for key, tally in found.tallies.items():
        pathway, rule, tier = key
        yield RuleBurden(
            pathway=pathway,
            rule=rule,
            tier=tier,
            counts=tally,
            median_seconds_to_action=_seconds(found.medians.get(key)),
            messages_per_prompt=_each(tally),
            could_not_because=found.could_not.get(key, {}),
            dismissed_because=found.dismissed.get(key, {}),
        )


def _people(
    store: Store, asked: Asked, question: Question, days: list[Run], first: date
) -> Iterator[PersonBurden]:
    """Yield everybody with a prompt, the most first, then those who only got messages."""
    found = _whole(store, asked, "person", question)
    received, site = store.messages_to(asked), int(setting(store, BUDGET))
    budgets = {row.id: row.budget for row in store.staff()}
    load = {who: list(rows) for who, rows in groupby(store.load(asked, days), key=lambda row: row.person)}
    names = dict.fromkeys((*(name for (name,) in found.tallies), *sorted(received)))
    for name in names:
        tally, own = found.tallies.get((name,), Tally()), budgets.get(name)
        yield PersonBurden(
            person=name,
            counts=tally,
            median_seconds_to_action=_seconds(found.medians.get((name,))),
            messages_per_prompt=_each(tally),
            messages_received=received.get(name, 0),
            could_not_because=found.could_not.get((name,), {}),
            dismissed_because=found.dismissed.get((name,), {}),
            a_day=_a_day(load.get(name, []), site if own is None else own, first),
        )


def _a_day(rows: list[LoadRow], budget: int, first: date) -> DailyLoad:
    worst = max(rows, key=lambda row: (row.prompts, row.patients, -row.day), default=None)
    return DailyLoad(
        budget_patients=budget,
        days=len(rows),
        median_prompts=float(median(row.prompts for row in rows)) if rows else 0.0,
        median_patients=float(median(row.patients for row in rows)) if rows else 0.0,
        most_prompts=worst.prompts if worst else 0,
        most_patients=max((row.patients for row in rows), default=0),
        most_on=(first + timedelta(days=worst.day)).isoformat() if worst else "",
        over_budget=sum(row.patients > budget for row in rows),
    )


def _seconds(micros: int | None) -> int | None:
    return None if micros is None else micros // SECOND


def _each(tally: Tally) -> float:
    return round(tally.messages / tally.raised, 2) if tally.raised else 0.0
