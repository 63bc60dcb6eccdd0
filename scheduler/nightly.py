"""The check of every night, beside the ticks: kept, and told to the leads, also when all is well."""

import json
import logging
from collections.abc import Iterator, Mapping
from time import monotonic
from typing import NamedTuple

from caseload.checking import Report, check, restoring
from caseload.detail import COUNT, FULL
from caseload.foot import NIGHT
from caseload.loose_ends import WORDS
from caseload.numbers import counted
from caseload.reaching import OUTPUT
from caseload.settings import CHECK_AT, DETAIL, setting
from pathways.moments import Moment, iso, shown
from scheduler.routines import Outcome, Turn, When
from scheduler.routing import DIGEST, FAILURES, Routes
from storage.connection import Database
from storage.keys import delivery_key
from storage.lists import EVERYBODY
from storage.rows import MessageRow, RoutineRow
from storage.store import Store

log = logging.getLogger(__name__)

NIGHTLY = "nightly"
# What is told when all is well is for whoever reads digests, what is not for whoever hears of failures.
WELL, NOT_WELL = (DIGEST, FAILURES), (FAILURES, DIGEST)
MOST_LINES = 30


class Last(NamedTuple):
    """The last check by night: when it ended, what it says in short, and whether the next is long overdue."""

    at: Moment
    said: str
    late: bool


def planned(store: Store) -> Mapping[str, When]:
    """Say when it is done: at one time of day, in the zone of the site."""
    return {NIGHTLY: When(setting(store, CHECK_AT), store.site_zone())}


def work(database: Database, row: RoutineRow, now: Moment, turn: Turn) -> Outcome:
    """Check everything, and queue what came of it for every lead who is there."""
    began = monotonic()
    found = check(database, now=now, clock=turn.now, apart=True, progress=lambda *_: turn.go_on())
    result = _result(found, database.place, round(monotonic() - began, 1), _late_stops(database, now))
    log.info("checked: %s", result["said"])
    with database.reading() as store:
        messages = tuple(_messages(store, row.next_at, turn.now(), result))
    return Outcome(json.dumps(result), messages)


def last(store: Store, now: Moment) -> Last | None:
    """Return the last check by night, if there was one."""
    row = next((each for each in store.routines() if each.name == NIGHTLY), None)
    if row is None or row.last_ended_at is None:
        return None
    said = str(json.loads(row.result).get("said", ""))
    return Last(row.last_ended_at, said, now - row.last_ended_at > NIGHT)


def written(database: Database, message: MessageRow, _: Moment) -> tuple[str, str]:
    """Write what a lead is told, as much of it as the site lets go out: a title, then the text."""
    kept = json.loads(message.body)
    with database.reading() as store:
        detail, zone = setting(store, DETAIL), store.site_zone()
    title = "all is well" if kept["well"] else "there is something to mend"
    if late := kept.get("late_stops"):
        title = (
            f"{'nothing' if kept['well'] else 'there is something'} to mend, {counted(late, 'stop')} overdue"
        )
    at = shown(kept["ended"], zone)
    lines = [f"Checked by night until {at}: {kept['said']}.", *_lines(kept, detail)]
    return f"carepath: checked by night, {title}", "\n".join(lines)


def _late_stops(database: Database, now: Moment) -> int:
    """Count the stops that are overdue: that everything is in order does not say that they were seen to."""
    with database.listing() as lists:
        stops = lists.stops(now=now, owner=EVERYBODY)
    return sum(line.due_at is not None and line.due_at <= now for line in stops)


def _result(found: Report, place: str, seconds: float, late_stops: int) -> dict[str, object]:
    """Keep the numbers, and as many lines as somebody reads."""
    ends = [(each.about, WORDS[each.kind], each.says) for each in found.loose_ends]
    return {
        "said": _said(found, seconds) + (f"; {counted(late_stops, 'stop')} overdue" if late_stops else ""),
        "late_stops": late_stops,
        "well": not found.differences and not found.loose_ends,
        "enrolments": found.enrolments,
        "entries": found.entries,
        "prompts": found.prompts,
        "seconds": seconds,
        "differences": len(found.differences),
        "loose_ends": len(ends),
        "ends": ends[:MOST_LINES],
        "differ": found.differences[: max(0, MOST_LINES - len(ends))],
        "restoring": restoring(place) if found.broken else "",
    }


def _said(found: Report, seconds: float) -> str:
    if found.broken:
        many = counted(len(found.differences), "fault")
        return f"no enrolment was looked at, the database is not whole: {many}"
    looked_at = f"{counted(found.enrolments, 'enrolment')}, {counted(found.prompts, 'prompt')}"
    mend = [
        counted(len(each), noun)
        for each, noun in ((found.loose_ends, "loose end"), (found.differences, "difference"))
        if each
    ]
    return f"{looked_at} in {counted(round(seconds), 'second')}: {' and '.join(mend) or 'nothing to mend'}"


def _lines(kept: Mapping[str, object], detail: str) -> Iterator[str]:
    """Say what to mend; without words of what it is, or only how much, where the site wants that."""
    if kept["well"]:
        yield "Everything follows from the histories, everybody has a date and somebody who is there,"
        yield "and nothing is stuck."
    if detail == COUNT:
        return
    ends, differ = list(kept["ends"]), list(kept["differ"])  # type: ignore[call-overload]  # as JSON has it
    yield from (says if detail == FULL else f"{about}: {word}" for about, word, says in ends)
    yield from (differ if detail == FULL else ())
    more = int(kept["loose_ends"]) + int(kept["differences"]) - len(ends) - len(differ)  # type: ignore[call-overload]
    if more:
        yield f"And {more} more: `carepath check` lists all."
    if restore := kept.get("restoring"):
        yield str(restore)
    elif kept["differences"]:
        yield "`carepath check --rebuild` writes anew what differs."


def _messages(
    store: Store, planned_at: Moment, now: Moment, result: Mapping[str, object]
) -> Iterator[MessageRow]:
    routes, about = Routes.read(store, now), iso(planned_at)
    for person, channel in routes.leads(*(WELL if result["well"] else NOT_WELL)):
        yield MessageRow(
            kind="nightly",
            about=about,
            staff=person,
            channel=channel,
            at=now,
            body=json.dumps({**result, "ended": now}),
            ready_at=now if channel == OUTPUT else routes.goes_at(person, "due"),
            why="lead",
            delivery_key=delivery_key(store.site(), NIGHTLY, about, person, channel),
        )
