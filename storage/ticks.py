"""What the clock does about prompts, in batches, and what a command does in its place when it comes first."""

from collections.abc import Iterable

import msgspec

from pathways.calendars import Place
from pathways.moments import Moment
from storage import rendered as sql
from storage.encoding import numbers_out, object_out
from storage.histories import Histories
from storage.queries import Found, Given
from storage.rows import Claimed, EscalationMoment, LedgerRow, WaitingRow
from storage.waiting import Late, Plan

_LAST_ID = 2**63 - 1


class Ticks(Histories):
    """The part of the store that passes moments."""

    def next_moment(self) -> Moment | None:
        """Return when something next has its moment: one look-up, however much is waiting."""
        moment: Moment | None = self._value(sql.NEXT_MOMENT)
        return moment

    def claim_due(
        self, *, now: Moment, limit: int, worker: str, escalation_moment: EscalationMoment
    ) -> Claimed:
        """Do what has come due, earliest first: write the ledger, queue messages, plan escalations.

        Nothing is left to do when `taken` is 0. A prompt that is over by `now` is passed by in silence,
        unless it lapsed: that is told.
        """
        next_moment = self.next_moment()
        if next_moment is None or next_moment > now:
            return Claimed()
        batch = self._held_batch(now, limit) if self._beside_others else self._batch(now, limit)
        if not batch:
            return Claimed()
        before = int(self._value(sql.LAST_DEED))
        self._run(sql.ADD_DEEDS_DUE, now=now, worker=worker, **batch)
        taken = self._run(sql.REMOVE_BATCH, **batch)
        self._follow_up(before, now=now, escalation_moment=escalation_moment)
        return Claimed(taken=taken, **dict(self._all(sql.NEW_DEEDS, before=before)))

    def _batch(self, now: Moment, limit: int) -> dict[str, Given]:
        """Say up to which place in the order there are so many that are due."""
        ends = self._one(sql.BATCH_ENDS, now=now, others=limit - 1) or (now, _LAST_ID)
        return {"until_at": ends[0], "until_id": ends[1]}

    def _held_batch(self, now: Moment, limit: int) -> dict[str, Given]:
        """Hold so many that are due and that nobody else is at, and say which; nothing when all are held."""
        found = self._all(sql.HOLD_DUE, now=now, limit=limit)
        if not found:
            return {}
        until_at, until_id = found[-1]
        return {
            "until_at": until_at,
            "until_id": until_id,
            "held": numbers_out([prompt_id for _, prompt_id in found]),
        }

    def _see_to(
        self, planned: Plan, *, now: Moment, by_entry: int, escalation_moment: EscalationMoment
    ) -> None:
        self._each(sql.REMOVE_WAITING, map(msgspec.structs.asdict, planned.remove))
        self._each(sql.ADD_WAITING, map(msgspec.structs.asdict, planned.add))
        if planned.raises or planned.superseded:
            before = int(self._value(sql.LAST_DEED))
            self._each(sql.ADD_DEED, _raised(planned.raises, now, by_entry))
            self._each(sql.ADD_DEED, _superseded(planned.superseded, now, by_entry))
            self._follow_up(before, now=now, escalation_moment=escalation_moment)

    def _follow_up(self, before: int, *, now: Moment, escalation_moment: EscalationMoment) -> None:
        """Queue messages and plan escalations for what was written to the ledger after row `before`."""
        self._run(sql.QUEUE_DEEDS, before=before)
        terms = self._all(sql.LATE_TERMS, before=before)
        late = {
            f"{after}|{zone}|{calendar}": escalation_moment(after, now, Place(zone, self.calendar(calendar)))
            for after, zone, calendar in terms
        }
        self._run(sql.PLAN_ESCALATIONS, before=before, late=object_out(late))

    def _late(self, enrolment_id: int, escalation_moment: EscalationMoment) -> Late:
        def late(after: str, raised: Moment) -> Moment:
            enrolment = self.enrolment(enrolment_id)
            return escalation_moment(after, raised, enrolment.place if enrolment else Place(self.site_zone()))

        return late


def deed_in(found: Found) -> LedgerRow:
    """Read a deed from its columns in the order of the table."""
    number, prompt_id, kind, moment, tell, at, by_entry, worker = found
    return LedgerRow(
        id=number,
        prompt_id=prompt_id,
        kind=kind,
        moment=moment,
        tell=tell,
        at=at,
        by_entry=by_entry,
        worker=worker,
    )


def _raised(rows: Iterable[WaitingRow], now: Moment, by_entry: int) -> list[dict[str, Given]]:
    return [_deed(row.prompt_id, "raised", row.at, now, by_entry) for row in rows]


def _superseded(deeds: Iterable[LedgerRow], now: Moment, by_entry: int) -> list[dict[str, Given]]:
    return [_deed(deed.prompt_id, "superseded", deed.moment, now, by_entry) for deed in deeds]


def _deed(prompt_id: int, kind: str, moment: Moment, now: Moment, by_entry: int) -> dict[str, Given]:
    return {
        "prompt_id": prompt_id,
        "kind": kind,
        "moment": moment,
        "tell": "",
        "at": now,
        "by_entry": by_entry,
        "worker": "",
    }
