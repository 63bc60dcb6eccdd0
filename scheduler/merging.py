"""Many messages for one person become one: their digest. A stop always goes by itself.

After a gap thousands of prompts come due at once. A hundred messages in a minute would be switched off, and
the one that matters with them.
"""

import json

from pathways.moments import Moment, iso
from scheduler.digests import foot
from storage.connection import Database
from storage.keys import delivery_key
from storage.rows import MessageRow

MOST = 20


def merge(database: Database, now: Moment) -> int:
    """Let a digest carry what waits for who has more than `MOST` waiting; say how many it carries."""
    with database.reading() as store:
        crowded = store.crowded(most=MOST)
    if not crowded:
        return 0
    kept = json.dumps({"at": now, "foot": foot(database, now)._asdict()})
    merged = 0
    with database.writing() as store:
        for person, channel in crowded:
            key = delivery_key(store.site(), "merged", person, iso(now), channel)
            merged += store.merge_deliveries(person, channel, into=key)
            store.queue_message(
                MessageRow(
                    kind="digest",
                    about=f"merged {iso(now)}",
                    staff=person,
                    channel=channel,
                    at=now,
                    body=kept,
                    ready_at=now,
                    why="as many messages waited",
                    delivery_key=key,
                )
            )
    return merged
