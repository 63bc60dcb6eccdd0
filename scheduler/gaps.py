"""Gaps: times in which nobody ticked, or the clock was set. Each is kept, and told to the leads once."""

import json
from collections.abc import Iterator, Mapping

from caseload.detail import FULL
from caseload.settings import DETAIL, setting
from pathways.errors import NotFound
from pathways.moments import Moment, iso, shown
from scheduler.clocks import HOLD_FOR, Leap
from scheduler.heartbeats import Gap
from scheduler.routing import Routes, to_lead
from storage.connection import Database
from storage.keys import delivery_key
from storage.rows import Claimed, GapKind, GapRow, MessageRow
from storage.store import Store

WORDS: dict[GapKind, str] = {
    "silent": "the scheduler did not run",
    "set-back": "the clock was set back",
    "leapt": "the clock leapt ahead, or the machine stood still",
}
TITLES: dict[GapKind, str] = {
    "silent": "carepath: the scheduler did not run",
    "set-back": "carepath: the clock was set back",
    "leapt": "carepath: the clock leapt ahead",
}
HELD = f"the old time goes for {HOLD_FOR / 60:.0f} minutes more, in case the clock is wrong and is put right"


def keep_silence(
    store: Store, gap: Gap | None, *, leap: Leap | None, found_by: str, fell: Mapping[str, int], now: Moment
) -> None:
    """Keep a gap in the transaction that ends the tick that closed it; one that dies keeps none.

    Of two schedulers that were both silent, the second adds what it did to the gap that the first kept.
    """
    if gap is None or gap.since is None:
        return
    known = _known(store, gap.since)
    if known is not None:
        before = json.loads(known.counts)
        store.count_gap(known.number, json.dumps({name: before[name] + fell[name] for name in fell}))
        return
    _keep(
        store,
        GapRow(
            since=gap.since,
            until=gap.until,
            kind="leapt" if _explains(leap, gap) else "silent",
            found_by=found_by,
            at=now,
            counts=json.dumps(fell),
            told_at=now,
        ),
    )


def keep_leap(store: Store, leap: Leap | None, *, found_by: str, now: Moment) -> None:
    """Keep that the clock leapt while that is not believed: the leads can still put it right."""
    if leap is not None and leap.held:
        row = GapRow(since=leap.since, until=leap.until, kind="leapt", found_by=found_by, at=now, told_at=now)
        _keep(store, row)


def keep_set_back(store: Store, since: Moment, *, found_by: str, now: Moment) -> None:
    """Keep that the clock was set back from a moment to now."""
    _keep(store, GapRow(since=since, until=now, kind="set-back", found_by=found_by, at=now, told_at=now))


def counts(claimed: Claimed, merged: int) -> dict[str, int]:
    """Say what fell in a gap, and what became of it.

    `late` was told late; of it `relevant` still asks for something, and `lapsed` does no more. `withdrawn`
    was over again before anybody ticked and told to nobody; `merged` messages became digests.
    """
    relevant = claimed.raised + claimed.escalated + claimed.woke
    return {
        "late": relevant + claimed.lapsed,
        "relevant": relevant,
        "lapsed": claimed.lapsed,
        "withdrawn": claimed.taken - relevant - claimed.lapsed,
        "merged": merged,
    }


def said(gap: GapRow, zone: str) -> str:
    """Say a gap in one sentence."""
    since = shown(gap.since, zone) if gap.since is not None else "the beginning"
    return f"From {since} to {shown(gap.until, zone)} {WORDS[gap.kind]}{_became(gap)}."


def found(store: Store, number: int) -> GapRow:
    """Return a gap by its number."""
    gap = store.gap(number)
    if gap is None:
        last = next(iter(store.gaps(limit=1)), None)
        there = f"they go from 1 to {last.number}" if last else "none is known yet"
        msg = f"There is no gap {number}: {there}. `carepath scheduler gaps` lists the latest."
        raise NotFound(msg)
    return gap


def written(database: Database, message: MessageRow, _: Moment) -> tuple[str, str]:
    """Write what a lead is told of a gap: a title, then the text."""
    number = json.loads(message.body)["gap"]
    with database.reading() as store:
        gap = found(store, number)
        zone, detail = store.site_zone(), setting(store, DETAIL)
    rest = "What was raised stays raised, and nothing is raised twice." if gap.kind == "set-back" else ""
    where = f"carepath scheduler gaps {number}" if detail == FULL else ""
    return TITLES[gap.kind], "\n".join(filter(None, [said(gap, zone), rest, where, to_lead(message.staff)]))


def _known(store: Store, since: Moment) -> GapRow | None:
    """Find what another scheduler has kept of the same silence: they all begin where the last tick ended."""
    rows = store.gaps(limit=10)
    return next(
        (row for row in rows if row.since == since and row.kind != "set-back" and row.counts != "{}"), None
    )


def _explains(leap: Leap | None, gap: Gap) -> bool:
    """Whether most of a gap is a leap of the clock, and not a time in which nobody ticked."""
    if leap is None or leap.held or gap.since is None:
        return False
    return 2 * (leap.until - leap.since) > gap.until - gap.since


def _became(gap: GapRow) -> str:
    found = json.loads(gap.counts)
    if not found:
        return f": {HELD}" if gap.kind == "leapt" else ""
    if not any(found.values()):
        return ": nothing fell into it"
    return f": {'; '.join(_counted(found))}"


def _counted(found: Mapping[str, int]) -> Iterator[str]:
    """Say what there is to say of what fell in a gap; of nothing nothing."""
    if found["late"]:
        of = (f"{found['relevant']} still matter", f"{found['lapsed']} lapsed")
        yield f"{found['late']} told late ({', '.join(each for each in of if each[0] != '0')})"
    if found["withdrawn"]:
        yield f"{found['withdrawn']} were over by then"
    if found["merged"]:
        yield f"{found['merged']} messages became digests"


def _keep(store: Store, gap: GapRow) -> None:
    now = gap.at
    number = store.add_gap(gap)
    about = f"{gap.kind} {iso(gap.since or 0)} {iso(gap.until)}"
    for person, channel in Routes.read(store, now).leads():
        store.queue_message(
            MessageRow(
                kind="gap",
                about=about,
                staff=person,
                channel=channel,
                at=now,
                body=json.dumps({"gap": number}),
                ready_at=now,
                why="lead",
                delivery_key=delivery_key(store.site(), "gap", about, person, channel),
            )
        )
