"""Whether what waits for its moment is what should, over a whole database."""

from collections.abc import Iterator

from pathways.calendars import Place
from pathways.moments import Moment
from storage.check import waits_wrongly
from storage.rows import EscalationMoment
from storage.store import Store


def check_waiting(store: Store, *, now: Moment, escalation_moment: EscalationMoment) -> Iterator[str]:
    """Compare what waits for every enrolment with what should."""
    for enrolment in store.all_enrolments():

        def late(after: str, raised: Moment, place: Place = enrolment.place) -> Moment:
            return escalation_moment(after, raised, place)

        had = set(store.waiting_of([enrolment.id]))
        yield from waits_wrongly(
            store.prompts(enrolment.id), store.deeds_by_prompt(enrolment.id), had, late, now
        )
