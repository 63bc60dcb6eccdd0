"""All that is done every day, and how."""

from collections.abc import Mapping

from pathways.moments import Moment
from scheduler import digests
from scheduler.routines import Routines, When
from storage.store import Store


def _planned(store: Store, now: Moment) -> Mapping[str, When]:
    return digests.planned(store, now)


DAILY = Routines(_planned, {"digest": digests.work})
