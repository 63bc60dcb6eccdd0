"""Prompts, and with each all that the clock will do about it."""

from collections.abc import Iterable, Sequence
from itertools import count

import msgspec

from pathways.history import PromptKey
from pathways.moments import Moment
from storage import rendered as sql
from storage.encoding import (
    day_in,
    day_out,
    escalations_in,
    escalations_out,
    names_in,
    names_out,
    numbers_out,
)
from storage.queries import Found, Given
from storage.rows import EscalationMoment, LedgerRow, PromptRow, WaitingRow
from storage.ticks import Ticks, deed_in
from storage.waiting import plan, waiting

SELDOM = ("seen_by", "acknowledged_by", "acting_by", "could_not", "done_late_by")


class Prompts(Ticks):
    """The part of the store that holds what should happen next."""

    def unsettled(self, enrolment_id: int) -> list[PromptRow]:
        """Return the prompts that history has not ended, by number."""
        return [prompt_in(found) for found in self._all(sql.UNSETTLED, enrolment_id=enrolment_id)]

    def prompts(self, enrolment_id: int) -> list[PromptRow]:
        """Return all prompts there have been, by number, also the superseded."""
        return [prompt_in(found) for found in self._all(sql.PROMPTS, enrolment_id=enrolment_id)]

    def prompt(self, patient_id: str, number: int) -> PromptRow | None:
        found = self._one(sql.PROMPT, patient_id=patient_id, number=number)
        return prompt_in(found) if found else None

    def ledger(self, enrolment_id: int) -> list[LedgerRow]:
        """Return what the machine did about the prompts of an enrolment, in order."""
        return [deed_in(found) for found in self._all(sql.LEDGER, enrolment_id=enrolment_id)]

    def deeds_by_prompt(self, enrolment_id: int) -> dict[int, list[LedgerRow]]:
        """Return what the machine did about each prompt of an enrolment, in order, by the prompt's id."""
        return _by_prompt(self.ledger(enrolment_id))

    def all_waiting(self) -> list[WaitingRow]:
        """Return all that waits for its moment, earliest first."""
        return [WaitingRow(*found) for found in self._all(sql.WAITING)]

    def waiting_of(self, enrolment_ids: Iterable[int]) -> list[WaitingRow]:
        """Return what waits for the prompts of some enrolments, earliest first."""
        ids = numbers_out(list(enrolment_ids))
        return [WaitingRow(*found) for found in self._all(sql.WAITING_OF, enrolment_ids=ids)]

    def replan(self, enrolment_id: int, escalation_moment: EscalationMoment) -> int:
        """Let the prompts of an enrolment wait for just what they should; say how many rows were wrong."""
        deeds = self.deeds_by_prompt(enrolment_id)
        late = self._late(enrolment_id, escalation_moment)
        want = {
            row
            for prompt in self.prompts(enrolment_id)
            for row in waiting(prompt, deeds.get(prompt.id, ()), late)
        }
        had = {WaitingRow(*found) for found in self._all(sql.WAITING_OF_ENROLMENT, enrolment_id=enrolment_id)}
        self._each(sql.REMOVE_WAITING, map(msgspec.structs.asdict, had - want))
        self._each(sql.ADD_WAITING, map(msgspec.structs.asdict, want - had))
        return len(had ^ want)

    def add_waiting(self, rows: Iterable[WaitingRow]) -> None:
        """Let something wait for its moment that should have."""
        self._each(sql.ADD_WAITING, map(msgspec.structs.asdict, rows))

    def remove_waiting(self, rows: Iterable[WaitingRow]) -> None:
        """Take away what waits for nothing any more."""
        self._each(sql.REMOVE_WAITING, map(msgspec.structs.asdict, rows))

    def save_prompts(
        self,
        *,
        new: Sequence[PromptRow],
        changed: Sequence[tuple[PromptRow, PromptRow]],
        now: Moment,
        by_entry: int,
        escalation_moment: EscalationMoment,
    ) -> list[PromptRow]:
        """Store prompts with all that follows for the clock, and return the new ones with id and number.

        All are of one enrolment. `changed` holds pairs of before (as read in this transaction) and after.
        A new one that has a number already keeps it; the others get those after the highest.
        What is open now is raised here, and what had been raised and is superseded is written to the
        ledger, by the entry `by_entry`. Of what was over and is not any more, people are told after all.
        """
        if not new and not changed:
            return []
        stored = self._numbered(new, now)
        before = [before for before, _ in changed]
        after = [after for _, after in changed]
        self._each(sql.ADD_PROMPT, map(_prompt_out, stored))
        self._each(sql.CHANGE_PROMPT, map(_prompt_out, after))
        self._each(
            sql.REVIVE_OF_PROMPT, [{"prompt_id": each, "now": now} for each in _reopened(changed, now)]
        )
        planned = plan(
            before,
            [*stored, *after],
            deeds=self._deeds(before),
            late=self._late((new or after)[0].enrolment_id, escalation_moment),
            now=now,
        )
        self._see_to(planned, now=now, by_entry=by_entry, escalation_moment=escalation_moment)
        return stored

    def _numbered(self, new: Sequence[PromptRow], now: Moment) -> list[PromptRow]:
        if not new:
            return []
        first_id, first_number = self._one(sql.NEXT_PROMPT, patient_id=new[0].patient_id) or (1, 1)
        numbers = count(max(first_number, 1 + max(prompt.number for prompt in new)))
        return [
            msgspec.structs.replace(
                prompt, id=first_id + i, number=prompt.number or next(numbers), written_at=now
            )
            for i, prompt in enumerate(new)
        ]

    def _deeds(self, prompts: Sequence[PromptRow]) -> dict[int, list[LedgerRow]]:
        """Return what was done about each of some prompts, in order."""
        if not prompts:
            return {}
        ids = numbers_out([prompt.id for prompt in prompts])
        return _by_prompt(deed_in(found) for found in self._all(sql.LEDGER_OF_PROMPTS, prompt_ids=ids))


def _reopened(changed: Iterable[tuple[PromptRow, PromptRow]], now: Moment) -> list[int]:
    """Say which are open and their end has moved: by a clock that was ahead they may have been over."""
    return [
        after.id
        for before, after in changed
        if before.ended_at is not None and before.ended_at != after.ended_at and not _over(after, now)
    ]


def _over(prompt: PromptRow, now: Moment) -> bool:
    return prompt.ended_at is not None and prompt.ended_at <= now


def _by_prompt(deeds: Iterable[LedgerRow]) -> dict[int, list[LedgerRow]]:
    sorted_out: dict[int, list[LedgerRow]] = {}
    for deed in deeds:
        sorted_out.setdefault(deed.prompt_id, []).append(deed)
    return sorted_out


def prompt_in(found: Found) -> PromptRow:
    """Read a prompt from its columns in the order of the table."""
    # fmt: off
    (
        row, enrolment_id, patient_id, number, rule, episode, occurrence, booking, tier, role, owner, say,
        written_at, began_at, began_by, counted_on, counted_at, counted_by, opens_at, due_at, due_on,
        lapses_at, escalates, missing, source, counted_from, seen_at, seen_by, acknowledged_at,
        acknowledged_by, acting_at, acting_by, acting_until, could_not, taken_at, snoozed_until, snoozes,
        ended_at, ended, ended_by, done_late_at, done_late_by, settled,
    ) = found
    # fmt: on
    return PromptRow(
        id=row,
        enrolment_id=enrolment_id,
        patient_id=patient_id,
        number=number,
        key=PromptKey(rule, episode, occurrence, booking),
        tier=tier,
        role=role,
        owner=owner,
        say=say,
        written_at=written_at,
        began_at=began_at,
        began_by=began_by,
        counted_on=day_in(counted_on),
        counted_at=counted_at,
        counted_by=counted_by,
        opens_at=opens_at,
        due_at=due_at,
        due_on=day_in(due_on),
        lapses_at=lapses_at,
        escalates=escalations_in(escalates),
        missing=names_in(missing),
        source=names_in(source),
        counted_from=counted_from,
        seen_at=seen_at,
        seen_by=seen_by or "",
        acknowledged_at=acknowledged_at,
        acknowledged_by=acknowledged_by or "",
        acting_at=acting_at,
        acting_by=acting_by or "",
        acting_until=acting_until,
        could_not=could_not or "",
        taken_at=taken_at,
        snoozed_until=snoozed_until,
        snoozes=snoozes,
        ended_at=ended_at,
        ended=ended,
        ended_by=ended_by,
        done_late_at=done_late_at,
        done_late_by=done_late_by or 0,
        settled=bool(settled),
    )


def _prompt_out(prompt: PromptRow) -> dict[str, Given]:
    key = prompt.key
    return msgspec.structs.asdict(prompt) | {
        "rule": key.rule,
        "episode": key.episode,
        "occurrence": key.occurrence,
        "booking": key.booking,
        "counted_on": day_out(prompt.counted_on),
        "due_on": day_out(prompt.due_on),
        "escalates": escalations_out(prompt.escalates),
        "missing": names_out(prompt.missing),
        "source": names_out(prompt.source),
        # What most prompts have not: NULL costs next to nothing there.
        **{name: getattr(prompt, name) or None for name in SELDOM},
    }
