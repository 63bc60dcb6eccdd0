"""Messages that say only how many things there are: one at a time for a person and channel.

Each says how many all of them are, so the next would repeat it. What waited behind one when it was written
is carried by it, but for what is a stop, and what by now is over or for another to do.
"""

from collections.abc import Container

from pathways.tiers import STOP
from scheduler.channels import Counted
from scheduler.routing import Routes, is_over
from storage.rows import DeliveryRow
from storage.store import Store


def carry(store: Store, routes: Routes, sent: DeliveryRow, counted: Container[Counted]) -> int:
    """Let a count that was sent carry those of the deeds it counts that still wait; say how many.

    A deed that came while it was on its way is in no count that anybody has seen, though it may have the
    number of one that was counted, as after a restore. What is over is left to be withdrawn by itself, so
    that it is told if it comes back.
    """
    # A stop goes at any hour: what waits for the morning must not be told of at night alone.
    if sent.tier == STOP:
        return 0
    waiting = [
        each
        for each in store.waiting_through(sent.staff, sent.channel)
        if Counted(each.ledger_id, each.at) in counted
        and routes.holder_of(each).person == sent.staff
        and not is_over(each, routes.at)
    ]
    store.mark_over(waiting, merged_into=sent.delivery_key)
    return len(waiting)
