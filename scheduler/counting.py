"""Messages that say only how many things there are: one at a time for a person and channel.

Each says how many all of them are, so the next would repeat it. What waits behind one that was sent is
carried by it, but for what is a stop, and what by now is for another to do.
"""

from scheduler.routing import Routes
from storage.rows import DeliveryRow
from storage.store import Store

STOP = "stop"


def carry(store: Store, routes: Routes, sent: DeliveryRow) -> int:
    """Let a count that was sent carry the others that wait for its person; say how many."""
    # A stop goes at any hour: what waits for the morning must not be told of at night alone.
    if sent.tier == STOP:
        return 0
    waiting = [
        each
        for each in store.waiting_through(sent.staff, sent.channel)
        if routes.holder_of(each).person == sent.staff
    ]
    store.mark_over(waiting, merged_into=sent.delivery_key)
    return len(waiting)
