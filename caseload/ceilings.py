"""How long and how often a prompt may be put off: by its pathway and by the site; the stricter wins."""

from collections.abc import Iterator
from typing import NamedTuple

from caseload.cases import Case
from caseload.requests import Request
from caseload.rota import gone, rota_of
from caseload.settings import SNOOZE_MOST, SNOOZE_TIMES, setting
from pathways.calendars import Place
from pathways.counting import closing
from pathways.errors import Refused
from pathways.model import Rule
from pathways.moments import Length, Moment, day_of, length, shown, typed
from pathways.standing import Counted
from storage.rows import PromptRow
from storage.store import Store

A_DAY = length("1 day")


class Asked(NamedTuple):
    """That a prompt be put off: which, under which rule, until when as typed, and who else agreed."""

    case: Case
    prompt: PromptRow
    rule: Rule
    until: str
    second: str = ""


def put_off(store: Store, asked: Asked, request: Request) -> Moment:
    """Return until when a prompt is put off, or refuse and say what is possible."""
    name = f"{asked.prompt.patient_id}/{asked.prompt.number}"
    if asked.prompt.tier == "stop":
        msg = f"{name} is a stop: it cannot be snoozed. Do it, or dismiss it with the reason."
        raise Refused(msg)
    _refuse_second(store, asked.second, request)
    _refuse_once_more(store, asked, name)
    now, zone = request.author.now, asked.case.zone
    until, _ = typed(asked.until, zone)
    latest, why = min(_limits(store, asked, now))
    if latest <= now:
        msg = f"{name} cannot be snoozed any more ({why}): do it, or say why not with `carepath could-not`."
        raise Refused(msg)
    if not now < until <= latest:
        msg = (
            f"{name} can be snoozed until {shown(latest, zone)} at the latest ({why}), "
            "and only into the future."
        )
        raise Refused(msg)
    return until


def done_by(asked: Asked, now: Moment) -> Moment | None:
    """Return when somebody expects to be done, if they say so, or refuse and say what is possible.

    Of a stop that is no later than its due; past that, no later than somebody else would be told.
    """
    if not asked.until:
        return None
    at, latest = typed(asked.until, asked.case.zone)[0], _latest(asked, now)
    if at <= now:
        msg = f"{asked.until} is over: say with --until when it is expected to be done, or leave that out."
        raise Refused(msg)
    if latest is not None and at > latest:
        name = f"{asked.prompt.patient_id}/{asked.prompt.number}"
        msg = (
            f"{name} is a stop, and waits for nobody: say with --until a time up to "
            f"{shown(latest, asked.case.zone)}, or leave that out."
        )
        raise Refused(msg)
    return at


def _latest(asked: Asked, now: Moment) -> Moment | None:
    prompt, rule = asked.prompt, asked.rule
    if prompt.tier != "stop":
        return None
    if prompt.due_at is not None and prompt.due_at > now:
        return prompt.due_at
    place = Place(asked.case.zone, asked.case.standing.calendar)
    after = rule.then[0].after if rule.then else A_DAY
    return closing(Counted(now, day_of(now, place.zone), 0), after, place)


def _refuse_second(store: Store, second: str, request: Request) -> None:
    """Refuse a second person who is the first, or nobody who works here."""
    if second == request.author.by:
        msg = f"A second person is another than {second}, who writes this: --second names who agreed."
        raise Refused(msg)
    rota = rota_of(store, request.author.now)
    if second and rota.staff and gone(rota, second, request.author.now):
        there = ", ".join(each for each in rota.staff if not gone(rota, each, request.author.now))
        msg = f"{second} is not on the staff, and cannot allow it: it is one of {there}."
        raise Refused(msg)


def _refuse_once_more(store: Store, asked: Asked, name: str) -> None:
    """Refuse to put off more often than allowed, but for one time more that a second person allows."""
    site = setting(store, SNOOZE_TIMES)
    times, whose = asked.rule.snooze.times, asked.rule.id
    if site and int(site) < times:
        times, whose = int(site), "the site"
    done = asked.prompt.snoozes
    if done < times:
        return
    if not times:
        msg = f"{name} cannot be snoozed, {whose} never allows it: do it, or say `carepath could-not`."
        raise Refused(msg)
    if done > times:
        msg = f"{name} was snoozed {done} times, once more than {whose} allows: answer it."
        raise Refused(msg)
    if not asked.second:
        msg = (
            f"{name} was snoozed {done} times, as often as {whose} allows: answer it, "
            "or add --second NAME, if somebody else agrees to one time more."
        )
        raise Refused(msg)


def _limits(store: Store, asked: Asked, now: Moment) -> Iterator[tuple[Moment, str]]:
    """Yield until when it may be put off by each who has a say, with why in words."""
    place = Place(asked.case.zone, asked.case.standing.calendar)
    today = Counted(now, day_of(now, place.zone), 0)
    snooze, prompt = asked.rule.snooze, asked.prompt
    yield closing(today, snooze.most, place), f"{snooze.most} at most"
    if site := setting(store, SNOOZE_MOST):
        yield closing(today, length(site), place), f"{site} at most here"
    if prompt.due_at is not None:
        if prompt.due_at > now:
            yield prompt.due_at, "then it is overdue, and what is overdue is not hidden"
        if snooze.never_past is not None:
            yield _never_past(prompt.due_at, prompt, snooze.never_past, place)


def _never_past(due_at: Moment, prompt: PromptRow, after: Length, place: Place) -> tuple[Moment, str]:
    due = Counted(due_at, prompt.due_on or day_of(due_at, place.zone), 0)
    words = f"{after} its due" if after.before else f"{after} after its due"
    return closing(due, after, place), f"never past {words}, as {prompt.key.rule} has it"
