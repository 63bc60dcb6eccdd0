"""What is stuck on its way to people: moments that no tick takes, messages, routines."""

import json
from collections.abc import Iterator

from caseload.foot import STEP
from caseload.loose_ends import LooseEnd
from caseload.reaching import OUTPUT
from pathways.moments import Moment, shown
from pathways.spans import DAY, HOUR, SECOND
from storage.checks import Stuck
from storage.rows import HeartbeatRow, RoutineRow
from storage.store import Store

BACKUP = "backup"  # the routine that keeps what came of it, and which was the last good one
CHECK = "nightly"
LONG = frozenset({BACKUP, CHECK})
MAKE_ONE = "`carepath backup` makes one now; the next by night ends this."


def stuck(store: Store, now: Moment) -> Iterator[LooseEnd]:
    """Find what should have been done, sent or taken by now, and was not."""
    zone, late = store.site_zone(), _late_after(store.heartbeats())
    yield from _untaken(store, now, now - late, zone)
    for row in store.routines():
        # What takes long and somebody is at now is late for a reason that will show by itself. All others
        # take no time: one that is claimed so late has failed, and is claimed again and again.
        if row.next_at <= now - late and (row.name not in LONG or (row.claimed_until or 0) <= now):
            yield LooseEnd(
                "undone",
                row.name,
                f"The routine {row.name} was due at {shown(row.next_at, zone)} and nobody has done it: "
                "see that `carepath scheduler run` runs, and what it logs.",
            )
        if row.name == BACKUP and (wrong := json.loads(row.result).get("error")):
            yield LooseEnd("not-backed-up", row.name, f"{wrong} {_last_good(row, zone)}")
    for each in store.stuck_unsent(before=now - DAY):
        since = f"could have gone since {shown(each.since, zone)} and {_was(each)} not sent"
        yield LooseEnd("unsent", _about(each), f"{_messages(each)} {since}: {_mend(each)}.")
    # What waits for its next try, as a server refuses it, could go the whole time.
    for each in store.stuck_refused(before=now - DAY):
        since = f"{_was(each)} refused again and again, the first of {shown(each.since, zone)}"
        yield LooseEnd("unsent", _about(each), f"{_messages(each)} {since}: {_mend(each)}.")
    for each in store.stuck_given_up(now=now):
        since = f"{_was(each)} given up, the first of {shown(each.since, zone)}"
        yield LooseEnd("given-up", _about(each), f"{_messages(each)} {since}: {_mend(each)}.")


def _last_good(row: RoutineRow, zone: str) -> str:
    good = json.loads(row.result).get("good")
    if good is None:
        return f"There is no good backup by night: {MAKE_ONE}"
    return f"The last good backup by night is of {shown(good['at'], zone)}: {MAKE_ONE}"


def _late_after(heartbeats: list[HeartbeatRow]) -> int:
    """Say after how long what is due counts as passed over: three ticks of who ticked last, and an hour."""
    ticked = [(beat.tick_ended_at, beat.interval) for beat in heartbeats if beat.tick_ended_at is not None]
    return max(HOUR, 3 * int(max(ticked)[1] * SECOND)) if ticked else DAY


def _untaken(store: Store, now: Moment, before: Moment, zone: str) -> Iterator[LooseEnd]:
    found = store.untaken(before=before)
    if found is None:
        return
    about = f"{found.patient_id}/{found.number}"
    since, ticking = shown(found.since, zone), _ticking(store, now, before, zone)
    if found.many == 1:
        waits = f"{about} waits since {since} for a tick to take it"
    else:
        waits = f"{found.many} moments wait for a tick to take them, that of {about} since {since}"
    yield LooseEnd("untaken", about, f"{waits}, {ticking}.")


def _ticking(store: Store, now: Moment, before: Moment, zone: str) -> str:
    """Say whether anybody ticks, and what to do."""
    ended = [beat.tick_ended_at for beat in store.heartbeats() if beat.tick_ended_at is not None]
    # One in the future was left by a clock that was ahead.
    past = [at for at in ended if at <= now + STEP]
    if not past:
        return "and no tick ever ended: start `carepath scheduler run`"
    last = shown(max(past), zone)
    if max(past) > before:
        return f"though a tick ended at {last}: see what the scheduler logs"
    return f"and no tick ended since {last}: start `carepath scheduler run`"


def _about(each: Stuck) -> str:
    return each.prompt or each.staff or each.channel


def _messages(each: Stuck) -> str:
    to = f"to {each.staff} by {each.channel}" if each.staff else f"to the {each.channel}"
    kind = f"of kind {each.kind} " if each.kind else ""
    if each.many == 1:
        return f"The message {kind}{to}{_of(each)}"
    return f"{each.many} messages {kind}{to}{f', the first{_of(each)},' if each.prompt else ''}"


def _of(each: Stuck) -> str:
    return f" about {each.prompt}" if each.prompt else ""


def _was(each: Stuck) -> str:
    return "was" if each.many == 1 else "were"


def _mend(each: Stuck) -> str:
    """Say what to do: let it arrive, and let the person know meanwhile."""
    if not each.staff or each.channel == OUTPUT:
        return "see that `carepath scheduler run` runs, and what it logs"
    know = f", tell them of it, and `carepath seen {each.prompt}` once they know" if each.prompt else ""
    return f"`carepath staff channel test {each.staff}`{know}"
