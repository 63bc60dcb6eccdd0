"""Which moments of a prompt the clock must see to: worked out here alone, to write them and to check them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from pathways.moments import Moment
from storage.rows import Deed, LedgerRow, PromptRow, WaitingKind, WaitingRow

# When to escalate after a late raise: how long after, and when it was raised.
Late: TypeAlias = Callable[[str, Moment], Moment]

DEEDS: dict[WaitingKind, Deed] = {
    "open": "raised",
    "escalate": "escalated",
    "lapse": "lapsed",
    "wake": "woke",
}


class Plan(Struct, frozen=True, kw_only=True):
    """What a change of prompts asks of the clock: rows to remove and add, raises to do and take back."""

    remove: set[WaitingRow]
    add: set[WaitingRow]
    raises: list[WaitingRow]
    superseded: list[LedgerRow]


def plan(
    before: Iterable[PromptRow],
    after: Sequence[PromptRow],
    *,
    deeds: Mapping[int, Sequence[LedgerRow]],
    late: Late,
    now: Moment,
) -> Plan:
    """Compare what waits for some prompts with what should; what is open now is to be raised at once.

    One that opened and was over again before now is not raised: nobody could have seen it.
    """
    had = {row for prompt in before for row in waiting(prompt, deeds.get(prompt.id, ()), late)}
    want = {row for prompt in after for row in waiting(prompt, deeds.get(prompt.id, ()), late)}
    opening = {row for row in want if row.kind == "open" and row.at <= now}
    over = {prompt.id for prompt in after if prompt.ended_at is not None and prompt.ended_at <= now}
    return Plan(
        remove=had - (want - opening),
        # Also what waited before: a tick drops the rows of a prompt that is over by then without doing them.
        add=want - opening,
        raises=sorted(row for row in opening if row.prompt_id not in over),
        superseded=[deed for prompt in after for deed in _superseded(prompt, deeds.get(prompt.id, ()))],
    )


def waiting(prompt: PromptRow, deeds: Sequence[LedgerRow], late: Late) -> set[WaitingRow]:
    """Return the rows that wait for a prompt, given what was done about it so far (in order)."""
    if prompt.ended == "superseded":
        return set()
    done = {(deed.kind, deed.moment, deed.tell) for deed in deeds}
    return {
        row
        for row in (*_lapse(prompt), *_while_open(prompt, deeds, late))
        if (DEEDS[row.kind], row.at, row.tell) not in done
    }


def raised_at(prompt: PromptRow, deeds: Iterable[LedgerRow]) -> Moment | None:
    """Return when a prompt was raised, for its present opening: moved to open later, it is raised again.

    A raise that was superseded stands again for the same opening.
    """
    raises = _raises(deeds, prompt.opens_at)
    return max((deed.at for deed in raises if deed.at >= prompt.opens_at), default=None)


def _raises(deeds: Iterable[LedgerRow], opens_at: Moment | None = None) -> Iterable[LedgerRow]:
    standing: dict[Moment, LedgerRow] = {}
    for deed in deeds:
        if deed.kind == "raised":
            standing[deed.moment] = deed
        elif deed.kind == "superseded" and deed.moment != opens_at:
            standing.pop(deed.moment, None)
    return standing.values()


def _superseded(prompt: PromptRow, deeds: Iterable[LedgerRow]) -> Iterable[LedgerRow]:
    return _raises(deeds) if prompt.ended == "superseded" else ()


def _lapse(prompt: PromptRow) -> Iterator[WaitingRow]:
    # One that had lapsed before anybody recorded it is history, and nothing to tell.
    if (
        prompt.ended == "lapsed"
        and prompt.ended_at is not None
        and prompt.ended_at > (prompt.written_at or 0)
    ):
        yield WaitingRow(prompt.ended_at, prompt.id, "lapse")


def _while_open(prompt: PromptRow, deeds: Sequence[LedgerRow], late: Late) -> Iterator[WaitingRow]:
    if prompt.settled:
        return
    for row in (*_raise_or_escalate(prompt, raised_at(prompt, deeds), late), *_wake(prompt)):
        if prompt.ended_at is None or row.at < prompt.ended_at:
            yield row


def _raise_or_escalate(prompt: PromptRow, raised: Moment | None, late: Late) -> Iterator[WaitingRow]:
    if raised is None:
        yield WaitingRow(prompt.opens_at, prompt.id, "open")
        return
    in_time = prompt.due_at is not None and prompt.due_at > raised
    for step in prompt.escalates:
        at = step.at if in_time else max(step.at, late(step.after, raised))
        yield WaitingRow(at, prompt.id, "escalate", step.tell)


def _wake(prompt: PromptRow) -> Iterator[WaitingRow]:
    if prompt.snoozed_until is not None and prompt.snoozed_until >= prompt.opens_at:
        yield WaitingRow(prompt.snoozed_until, prompt.id, "wake")
