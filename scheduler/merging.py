"""Many messages for one person become one: their digest. A stop always goes by itself.

After a gap thousands of prompts come due at once. A hundred messages in a minute would be switched off, and
the one that matters with them. Who is told of how much is counted before the first of it is queued, so that
whoever posts meanwhile finds none of it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caseload.hours import STOP
from pathways.moments import Moment, iso
from scheduler.digests import foot
from scheduler.routing import NOTHING, PROMPTS, Routes, takes
from storage.connection import Database
from storage.keys import delivery_key
from storage.rows import DeliveryRow, MessageRow
from storage.store import Store

if TYPE_CHECKING:
    from caseload.foot import Foot

MOST = 20
MERGED = "merged"
# In one transaction, so that whoever waits to record something gets in between.
TOGETHER = 1_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """The digests that carry what waits for many, by person and channel; nearly always there are none.

    One waits for the hours of its person, and tells of then.
    """

    routes: Routes
    digests: Mapping[tuple[str, str], MessageRow]
    waiting: Mapping[tuple[str, str], int]
    _queued: set[str] = field(default_factory=set)

    def merge(self, database: Database) -> int:
        """Let the digests carry what was queued before, some in each transaction; say how many messages."""
        return sum(
            self._merge(database, digest) for key, digest in self.digests.items() if self.waiting.get(key)
        )

    def merge_some(self, store: Store, digest: MessageRow) -> int:
        """Let a digest carry up to `TOGETHER` messages; say how many."""
        merged = store.merge_deliveries(
            digest.staff, digest.channel, into=digest.delivery_key, limit=TOGETHER
        )
        if merged:
            self._queue(store, digest)
        return merged

    def route(self, store: Store, messages: Iterable[DeliveryRow]) -> int:
        """Queue the messages that tell people of some deeds; say how many of them a digest carries."""
        keys = {each: digest.delivery_key for each, digest in self.digests.items()}
        rows = [
            row for each in messages for row in self.routes.rows(each, NOTHING if each.tier == STOP else keys)
        ]
        store.add_deliveries(rows)
        merged = [row for row in rows if row.merged_into]
        for row in merged:
            self._queue(store, self.digests[row.staff, row.channel])
        return len(merged)

    def _merge(self, database: Database, digest: MessageRow) -> int:
        total, merged = 0, TOGETHER
        while merged == TOGETHER:
            with database.writing() as store:
                merged = self.merge_some(store, digest)
            total += merged
        return total

    def _queue(self, store: Store, digest: MessageRow) -> None:
        if digest.delivery_key not in self._queued:
            store.queue_message(digest)
            self._queued.add(digest.delivery_key)


def crowd_at(database: Database, now: Moment, *, untold: bool) -> Crowd:
    """Find out for whom more than `MOST` wait, also with what is `untold` yet but will be by now."""
    with database.reading() as store:
        routes, waiting = Routes.read(store, now), store.waiting_by_channel()
        total = Counter(waiting)
        for role, owner, tier, number in store.untold(now) if untold else ():
            total.update(dict.fromkeys(_told(routes, role, owner, tier), number))
        first = store.first_waiting()
    crowded = [each for each, number in total.items() if number > MOST]
    return Crowd(routes, _digests(routes, crowded, foot(database, now), first) if crowded else {}, waiting)


def merge(database: Database, now: Moment) -> int:
    """Let a digest carry what waits for who has more than `MOST` waiting; say how many it carries."""
    with database.reading() as store:
        if not any(number > MOST for number in store.waiting_by_channel().values()):
            return 0
    return crowd_at(database, now, untold=False).merge(database)


def merge_within(store: Store, routes: Routes, kept: "Foot") -> int:
    """Merge in the transaction of a caller, who has little to merge."""
    waiting = store.waiting_by_channel()
    crowded = [each for each, number in waiting.items() if number > MOST]
    crowd = Crowd(routes, _digests(routes, crowded, kept, store.first_waiting()), waiting)
    return sum(crowd.merge_some(store, digest) for digest in crowd.digests.values())


def _digests(
    routes: Routes, crowded: Iterable[tuple[str, str]], kept: "Foot", first: int
) -> dict[tuple[str, str], MessageRow]:
    # Who is not on the staff gets none: what waits for them is passed on when it is posted.
    there = (each for each in crowded if each[0] in routes.holders.rota.staff)
    body = {"foot": kept._asdict(), "first": first}
    return {each: _digest(routes, body, *each) for each in there}


def _told(routes: Routes, role: str, owner: str, tier: str) -> list[tuple[str, str]]:
    """Say whom a message tells, and through what, unless it goes by itself anyway."""
    if tier == STOP:
        return []
    person = routes.holders.of(role, owner).person
    return [(person, each.name) for each in routes.channels.get(person, ()) if takes(each, PROMPTS, tier)]


def _digest(routes: Routes, body: dict[str, object], person: str, channel: str) -> MessageRow:
    goes_at = routes.goes_at(person, "")
    about = f"{MERGED} {iso(routes.at)}"
    return MessageRow(
        kind="digest",
        about=about,
        staff=person,
        channel=channel,
        at=routes.at,
        body=json.dumps({"at": goes_at} | body),
        ready_at=goes_at,
        why="as many messages waited",
        delivery_key=delivery_key(routes.site, "digest", about, person, channel),
    )
