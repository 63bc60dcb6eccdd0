"""Digests as a routine: for everybody at work, at their time of day; queued as messages, written when sent.

What a message keeps is the moment and the foot. The rest follows from what is recorded.
"""

import json
from collections.abc import Iterator, Mapping

from caseload.ageing import AGES_AFTER, resting
from caseload.digest import Digest, Foot, digest
from caseload.digest_lines import lines
from caseload.local_times import LocalTime
from caseload.rota import absence, gone, rota_of
from caseload.settings import BUDGET, DETAIL, DIGEST_AT, setting
from caseload.worklist import MISSED_TICKS, SECOND
from pathways.moments import Moment, iso, shown
from scheduler.routines import Outcome, Turn, When
from scheduler.routing import takes
from storage.connection import Database
from storage.keys import delivery_key
from storage.rows import HeartbeatRow, MessageRow, RoutineRow
from storage.store import Store

DIGEST, OUTPUT, NIGHTLY = "digest", "output", "nightly"


def planned(store: Store, now: Moment) -> Mapping[str, When]:
    """Say when everybody who works here gets a digest; also while on leave, when it is passed over."""
    rota, site = rota_of(store, now), setting(store, DIGEST_AT)
    return {
        f"{DIGEST}:{name}": When(row.digest_at or site, row.zone)
        for name, row in rota.staff.items()
        if not gone(rota, name, now)
    }


def work(database: Database, row: RoutineRow, now: Moment, _: Turn) -> Outcome:
    """Queue the digest of one person, for each of their channels that takes digests, or for the output."""
    person = row.name.partition(":")[2]
    with database.reading() as store:
        away = absence(rota_of(store, now), person, now)
    if away:
        return Outcome(json.dumps({"away": away}))
    found = made(database, person, now, foot(database, now))
    result = {"at": iso(now), "patients": sum(len(part.contacts) for part in found.parts) + found.beyond}
    with database.reading() as store:
        messages = tuple(_messages(store, person, row.next_at, now, found.foot))
    return Outcome(json.dumps(result), messages)


def made(database: Database, person: str, at: Moment, foot: Foot) -> Digest:
    """Put a digest together as the site and the person want it."""
    with database.reading() as store:
        row = rota_of(store, at).staff.get(person)
        own = None if row is None else row.budget
        budget = int(setting(store, BUDGET)) if own is None else own
        ages_after = resting(setting(store, AGES_AFTER)) or 0
    return digest(database, person, at=at, foot=foot, budget=budget, ages_after=ages_after)


def foot(database: Database, now: Moment) -> Foot:
    """Read why a digest can be believed, as it is now."""
    with database.reading() as store:
        zone = store.site_zone()
        ended = max((beat for beat in store.heartbeats() if beat.tick_ended_at), key=_ended, default=None)
        unsent = [each for each in (store.oldest_undelivered(), store.oldest_unsent()) if each is not None]
        failed = store.failed_deliveries() + store.failed_messages()
        checked = _checked(store)
    late = ended is None or now - _ended(ended) > MISSED_TICKS * ended.interval * SECOND
    return Foot(
        at=_time(now, zone),
        ticked=_time(_ended(ended), zone) if ended else None,
        late=late,
        checked=checked,
        unsent_since=_time(min(unsent), zone) if unsent else None,
        failed=failed,
    )


def written(database: Database, message: MessageRow, _: Moment) -> tuple[str, str]:
    """Write a digest that was queued, as much of it as the site lets go out: a title, then the text."""
    kept = json.loads(message.body)
    found = made(database, message.staff, kept["at"], foot_in(kept["foot"]))
    with database.reading() as store:
        detail = setting(store, DETAIL)
    title, *rest = lines(found, detail)
    return title, "\n".join(rest)


def foot_in(kept: Mapping[str, object]) -> Foot:
    """Read the foot that a message keeps."""
    times = {name: kept[name] and LocalTime(*kept[name]) for name in ("at", "ticked", "unsent_since")}  # type: ignore[misc]  # as JSON has it
    return Foot(**{**kept, **times})  # type: ignore[arg-type]  # see above


def _ended(beat: HeartbeatRow) -> Moment:
    return beat.tick_ended_at or 0


def _time(moment: Moment, zone: str) -> LocalTime:
    return LocalTime(shown(moment, zone), iso(moment))


def _messages(store: Store, person: str, planned_at: Moment, now: Moment, kept: Foot) -> Iterator[MessageRow]:
    channels = [channel.name for channel in store.channels_of(person) if takes(channel, DIGEST)]
    for channel in channels or [OUTPUT]:
        yield MessageRow(
            kind="digest",
            about=iso(planned_at),
            staff=person,
            channel=channel,
            at=now,
            body=json.dumps({"at": now, "foot": kept._asdict()}),
            ready_at=now,
            why="digest of the day",
            delivery_key=delivery_key(store.site(), DIGEST, person, iso(planned_at), channel),
        )


def _checked(store: Store) -> str:
    """Say what the last nightly check found, as it said itself."""
    row = next((each for each in store.routines() if each.name == NIGHTLY), None)
    return str(json.loads(row.result).get("said", "")) if row else ""
