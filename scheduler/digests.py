"""Digests as a routine: for everybody at work, at their time of day; queued as messages, written when sent.

What a message keeps is the moment and the foot. The rest follows from what is recorded.
"""

import json
from collections.abc import Iterable, Iterator, Mapping

from caseload.digest import digest
from caseload.digest_lines import lines
from caseload.foot import Foot
from caseload.foot import foot as read_foot
from caseload.local_times import LocalTime
from caseload.rota import absence, gone, rota_of
from caseload.settings import BUDGET, COUNT, DETAIL, DIGEST_AT, FULL, setting
from caseload.worklist import Worklist
from pathways.moments import Moment, iso, shown
from scheduler.merging import MERGED
from scheduler.routines import Outcome, Turn, When
from scheduler.routing import DIGEST, OUTPUT, takes
from storage.connection import Database
from storage.keys import delivery_key
from storage.rows import DeliveryRow, MessageRow, RoutineRow
from storage.store import Store

MOST_LAPSED = 20
_TIMES = ("at", "ticked", "checked_at", "unsent_since")


def planned(store: Store, now: Moment) -> Mapping[str, When]:
    """Say when everybody who works here gets a digest; also while on leave, when it is passed over."""
    rota, site = rota_of(store, now), setting(store, DIGEST_AT)
    return {
        f"{DIGEST}:{name}": When(row.digest_at or site, row.zone)
        for name, row in rota.staff.items()
        if not gone(rota, name, now)
    }


def work(database: Database, row: RoutineRow, now: Moment, _: Turn) -> Outcome:
    """Queue the digest of one person, for each of their channels that takes digests, or for the output.

    It is put together when it is sent, and only then.
    """
    person = row.name.partition(":")[2]
    kept = foot(database, now)
    with database.reading() as store:
        if away := absence(rota_of(store, now), person, now):
            return Outcome(json.dumps({"away": away}))
        messages = tuple(_messages(store, person, row.next_at, now, kept))
    return Outcome(json.dumps({"at": iso(now)}), messages)


def made(database: Database, person: str, at: Moment, foot: Foot) -> Worklist:
    """Put a digest together as the site and the person want it."""
    with database.reading() as store:
        row = rota_of(store, at).staff.get(person)
        own = None if row is None else row.budget
        budget = int(setting(store, BUDGET)) if own is None else own
    return digest(database, person, at=at, foot=foot, budget=budget)


def foot(database: Database, now: Moment) -> Foot:
    """Read why a digest can be believed, as it is now."""
    with database.listing() as lists:
        return read_foot(lists, now)


def written(database: Database, message: MessageRow, now: Moment) -> tuple[str, str]:
    """Write a digest that was queued, as much of it as the site lets go out: a title, then the text.

    That of a morning tells of its moment. One that carries others tells of now: it may have waited, and more
    has joined it since. Neither tells of a moment to come, by which a clock that was ahead had made it.
    """
    kept = json.loads(message.body)
    at = now if "first" in kept else min(now, kept["at"])
    found = made(database, message.staff, at, foot_in(kept["foot"]))
    with database.reading() as store:
        detail = setting(store, DETAIL)
        carried = store.carried(message.delivery_key, first=kept["first"]) if "first" in kept else ()
    title, *rest = lines(found, detail)
    return title, "\n".join((*_lapsed(carried, detail), *rest))


def _lapsed(carried: Iterable[DeliveryRow], detail: str) -> Iterator[str]:
    """Say what lapsed of all that a digest carries: it stands in none of its parts any more."""
    lapsed = [each for each in carried if each.kind == "lapsed"]
    if not lapsed:
        return
    yield f"Lapsed unanswered: {len(lapsed)}. What was done after all: carepath done PROMPT --at DAY"
    for each in lapsed[:MOST_LAPSED] if detail != COUNT else ():
        say = f": {each.say}" if detail == FULL else ""
        yield f"  {each.patient_id}/{each.number}, {shown(each.moment, each.zone)}{say}"
    if len(lapsed) > MOST_LAPSED and detail != COUNT:
        yield f"  and {len(lapsed) - MOST_LAPSED} more"


def foot_in(kept: Mapping[str, object]) -> Foot:
    """Read the foot that a message keeps."""
    times = {name: kept[name] and LocalTime(*kept[name]) for name in _TIMES}  # type: ignore[misc]  # as JSON has it
    return Foot(**{**kept, **times})  # type: ignore[arg-type]  # see above


def _messages(store: Store, person: str, planned_at: Moment, now: Moment, kept: Foot) -> Iterator[MessageRow]:
    channels = [channel.name for channel in store.channels_of(person) if takes(channel, DIGEST)]
    # One that carries what waited goes by and by: it says the same, and of then.
    there = {
        (each.staff, each.channel) for each in store.digests_to_come(now) if each.about.startswith(MERGED)
    }
    for channel in channels or [OUTPUT]:
        if (person, channel) in there:
            continue
        yield MessageRow(
            kind="digest",
            about=iso(planned_at),
            staff=person,
            channel=channel,
            at=now,
            body=json.dumps({"at": now, "foot": kept._asdict()}),
            ready_at=now,
            why="digest of the day",
            delivery_key=delivery_key(store.site(), DIGEST, iso(planned_at), person, channel),
        )
