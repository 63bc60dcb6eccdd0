"""Many messages for one person become one: their digest. A stop always goes by itself.

After a gap thousands of prompts come due at once. A hundred messages in a minute would be switched off, and
the one that matters with them. Who is told of how much is counted before the first of it is queued, so that
whoever posts meanwhile finds none of it.
"""

import json
from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from caseload.foot import foot, ticking
from pathways.moments import Moment, iso
from pathways.spans import SECOND
from pathways.tiers import STOP
from scheduler.failures import tell_unreached
from scheduler.routing import NOTHING, PROMPTS, Routes, is_over, takes
from storage.connection import Database
from storage.keys import delivery_key
from storage.rows import DeliveryRow, MessageRow, NewDelivery
from storage.store import Store

MOST = 20
MERGED = "merged"
# In one transaction, so that whoever waits to record something gets in between.
TOGETHER = 1_000
# For so long a digest is held back while more is put into it; who dies meanwhile leaves it to go then.
HELD = 600 * SECOND
# A person and a channel.
Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Crowd:
    """The digests that carry what waits for many, by person and channel; nearly always there are none.

    One waits for the hours of its person, and tells of then; what comes until then joins it.
    """

    routes: Routes
    digests: Mapping[Key, MessageRow]
    waiting: Mapping[Key, int]
    untold: Mapping[Key, int]
    _queued: set[str] = field(default_factory=set)

    def merge(self, database: Database) -> int:
        """Let the digests carry what was queued before, some in each transaction; say how many messages."""
        return sum(self._merge(database, key) for key in self.digests if self.waiting.get(key))

    def merge_some(self, store: Store, key: Key) -> int:
        """Let a digest carry up to `TOGETHER` messages; say how many."""
        digest = self._open(store).get(key) if self.waiting.get(key) else None
        if digest is None or self._taken(store, [digest]):
            return 0
        return store.merge_deliveries(*key, into=digest.delivery_key, first=_first(digest), limit=TOGETHER)

    def route(self, store: Store, messages: Collection[DeliveryRow]) -> int:
        """Queue the messages that tell people of some deeds; say how many of them a digest carries."""
        there = self._open(store) if messages else {}
        rows = self._rows(messages, there)
        used = {row.merged_into for row in rows}
        if taken := self._taken(store, (each for each in there.values() if each.delivery_key in used)):
            rows = self._rows(
                messages, {k: each for k, each in there.items() if each.delivery_key not in taken}
            )
        self._tell_unreached(store, messages, {row.ledger_id for row in rows})
        store.add_deliveries(row for row in rows if not row.merged_into)
        return store.add_deliveries(row for row in rows if row.merged_into)

    def _rows(self, messages: Iterable[DeliveryRow], there: Mapping[Key, MessageRow]) -> list[NewDelivery]:
        first = max(map(_first, there.values()), default=0)
        into = {key: each.delivery_key for key, each in there.items()}
        return [
            row
            for each in messages
            for row in self.routes.rows(
                each, NOTHING if each.tier == STOP or each.ledger_id < first else into
            )
        ]

    def _tell_unreached(self, store: Store, messages: Iterable[DeliveryRow], told: Container[int]) -> None:
        """Tell a lead, where one can be reached, of each stop that stands on the output alone."""
        stops = [each for each in messages if each.tier == STOP and each.ledger_id not in told]
        if stops and self.routes.for_failures(None)[1]:
            for each in stops:
                if not is_over(each, self.routes.at):
                    tell_unreached(store, self.routes, each)

    def release(self, database: Database) -> None:
        """Let the digests go when it is time for their readers."""
        if self.digests:
            with database.writing() as store:
                self.release_within(store)

    def release_within(self, store: Store) -> None:
        """Do the same in the transaction of a caller."""
        for digest in self.digests.values():
            store.release_message(digest.delivery_key, at=json.loads(digest.body)["at"])

    def _open(self, store: Store) -> dict[Key, MessageRow]:
        """Return the digests that can be joined, and those that could be queued where there is none.

        Asked in each transaction: what joins one that has gone would be told to nobody, and somebody else may
        have made one since we looked.
        """
        if not self.digests:
            return {}
        held = store.keys_to_come(self.routes.at)
        there = {key: each for key, each in _to_come(store, self.routes).items() if each.delivery_key in held}
        return {key: each for key, each in there.items() if key in self.digests} | self._new(store, there)

    def _new(self, store: Store, there: Container[Key]) -> dict[Key, MessageRow]:
        """Return the digests that can be queued, unless others have seen to what waited.

        One that carries little or nothing would say all once more that theirs has said.
        """
        new = {
            key: each
            for key, each in self.digests.items()
            if key not in there and not (each.id or each.delivery_key in self._queued)
        }
        waiting = store.waiting_by_channel() if new else {}
        return {
            key: each for key, each in new.items() if waiting.get(key, 0) + self.untold.get(key, 0) > MOST
        }

    def _taken(self, store: Store, digests: Iterable[MessageRow]) -> set[str]:
        """Queue those digests that are not yet; return the keys under which another has gone already."""
        new = [each for each in digests if not each.id]
        self._queued.update(each.delivery_key for each in new)
        return {each.delivery_key for each in new if not store.queue_message(each)}

    def _merge(self, database: Database, key: Key) -> int:
        total, merged = 0, TOGETHER
        while merged == TOGETHER:
            with database.writing() as store:
                merged = self.merge_some(store, key)
            total += merged
        return total


def crowd_at(database: Database, now: Moment, *, untold: bool) -> Crowd:
    """Find out for whom more than `MOST` wait, also with what is `untold` yet but will be by now."""
    with database.reading() as store:
        routes, waiting = Routes.read(store, now), store.waiting_by_channel()
        told = Counter[Key]()
        for role, owner, tier, number in store.untold(now) if untold else ():
            told.update(dict.fromkeys(_told(routes, role, owner, tier), number))
        return Crowd(routes, _digests(store, routes, Counter(waiting) + told), waiting, told)


def merge(database: Database, now: Moment) -> int:
    """Let a digest carry what waits for who has more than `MOST` waiting; say how many it carries."""
    with database.reading() as store:
        if not store.waiting_by_channel():
            return 0
    crowd = crowd_at(database, now, untold=False)
    merged = crowd.merge(database)
    crowd.release(database)
    return merged


def merge_within(store: Store, routes: Routes) -> int:
    """Merge in the transaction of a caller, who has little to merge."""
    waiting = store.waiting_by_channel()
    crowd = Crowd(routes, _digests(store, routes, waiting), waiting, {})
    merged = sum(crowd.merge_some(store, key) for key in crowd.digests)
    crowd.release_within(store)
    return merged


def _digests(store: Store, routes: Routes, total: Mapping[Key, int]) -> dict[Key, MessageRow]:
    """Find the digests that wait for the hours of their readers, and make those that are wanted besides."""
    found = _to_come(store, routes)
    # Who is not on the staff gets none: what waits for them is passed on when it is posted.
    crowded = [key for key, number in total.items() if number > MOST and key[0] in routes.holders.rota.staff]
    if missing := [key for key in crowded if key not in found]:
        body = {"foot": ticking(foot(store, routes.at))._asdict(), "first": store.first_waiting()}
        found |= {key: _digest(routes, body, *key) for key in missing}
    return found


def _to_come(store: Store, routes: Routes) -> dict[Key, MessageRow]:
    return {
        (each.staff, each.channel): each
        for each in store.digests_to_come(routes.at)
        if each.about.startswith(MERGED)
    }


@lru_cache(maxsize=4096)
def _first_in(body: str) -> int:
    found: int = json.loads(body)["first"]
    return found


def _first(digest: MessageRow) -> int:
    return _first_in(digest.body)


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
        ready_at=max(goes_at, routes.at + HELD),
        why="as many messages waited",
        delivery_key=delivery_key(routes.site, "digest", about, person, channel),
    )
