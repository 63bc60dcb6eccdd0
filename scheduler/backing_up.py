"""The backup of every night, beside the ticks: what came of it is kept, and leads hear of a failure."""

import json
import logging
from collections.abc import Iterator, Mapping
from time import monotonic

from caseload.backing_up import Made, back_up
from caseload.reaching import OUTPUT
from caseload.settings import BACKUP_AT, setting
from caseload.stuck import BACKUP
from pathways.errors import CarepathError
from pathways.moments import Moment, iso
from scheduler.routines import Outcome, Turn, When
from scheduler.routing import FAILURES, Routes, to_lead
from storage.connection import Database
from storage.keys import delivery_key
from storage.rows import MessageRow, RoutineRow
from storage.store import Store

log = logging.getLogger(__name__)


def planned(store: Store) -> Mapping[str, When]:
    """Say when it is done: at one time of day, in the zone of the site, if it wants any.

    Never on a server, which is backed up with its own tools.
    """
    at = setting(store, BACKUP_AT)
    return {BACKUP: When(at, store.site_zone())} if at and not store.on_server else {}


def work(database: Database, row: RoutineRow, now: Moment, turn: Turn) -> Outcome:
    """Make a backup; what failed left nothing, and is tried again in the next night."""
    began = monotonic()
    try:
        made = back_up(database, None, now=now, go_on=turn.go_on)
    except CarepathError as error:
        # A sentence for people: it names files and folders of this machine, nobody and nothing recorded.
        log.error("backup_failed: %s", error)  # noqa: TRY400 - see above
        result = {"error": str(error), "good": json.loads(row.result).get("good")}
        with database.reading() as store:
            messages = tuple(_messages(store, row.next_at, turn.now(), result))
        return Outcome(json.dumps(result), messages)
    log.info("backed_up %s", made.backup.file.name)
    if made.left:
        log.warning("backups_left: %s", made.left)
    return Outcome(json.dumps({"error": "", "good": _good(made, now, monotonic() - began)}))


def written(message: MessageRow) -> tuple[str, str]:
    """Write what a lead is told: a title, then the text."""
    said = json.loads(message.body)[BACKUP]
    good = said["good"]
    last = f"The last good one is {good['file']}." if good else "There is no good one yet."
    lines = (
        f"The backup of the night failed: {said['error']}",
        last,
        "When it is mended, `carepath backup` makes one at once.",
        "",
        to_lead(message.staff),
    )
    return "carepath: the backup of the night failed", "\n".join(lines)


def _good(made: Made, now: Moment, seconds: float) -> dict[str, object]:
    backup = made.backup
    return {
        "file": str(backup.file.absolute()),
        "at": now,
        "bytes": backup.size,
        "entries": backup.facts.entries if backup.facts else 0,
        "seconds": round(seconds, 1),
        "removed": len(made.removed),
        "left": made.left,
        "carried": backup.carried,
        "same_disk": made.same_disk,
    }


def _messages(
    store: Store, planned_at: Moment, now: Moment, result: Mapping[str, object]
) -> Iterator[MessageRow]:
    routes, about = Routes.read(store, now), f"{BACKUP} {iso(planned_at)}"
    for person, channel in routes.leads(FAILURES):
        yield MessageRow(
            kind="failure",
            about=about,
            staff=person,
            channel=channel,
            at=now,
            body=json.dumps({BACKUP: result}),
            ready_at=now if channel == OUTPUT else routes.goes_at(person, "due"),
            why="lead",
            delivery_key=delivery_key(store.site(), "failure", about, person, channel),
        )
