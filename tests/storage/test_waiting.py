"""Whatever happens to prompts in whatever order, what waits for its moment is what should."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from storage.rows import Escalation, PromptRow
from storage.store import Store
from storage.waiting import raised_at
from tests.storage.cases import enrolled, late_by_three_hundred, prompt, save, tick
from tests.storage.databases import fresh
from tests.storage.waits import check_waiting

SOON = st.integers(-100, 200)


class Step(Struct, frozen=True):
    """After some time: add a prompt or change one (the how-manieth), or let the clock tick."""

    passes: int
    kind: str
    which: int
    opens: int
    due: int
    end: int


STEPS = st.lists(
    st.builds(
        Step,
        passes=st.integers(0, 150),
        kind=st.sampled_from(["add", "tick", "move", "lapse", "answer", "snooze", "supersede", "restore"]),
        which=st.integers(0, 2),
        opens=SOON,
        due=st.integers(0, 200),
        end=st.integers(1, 200),
    ),
    min_size=4,
    max_size=30,
)


def moved(before: PromptRow, step: Step, now: int) -> PromptRow:
    """Work out what a new standing makes of a prompt."""
    opens_at = now + step.opens
    due_at = opens_at + step.due
    asked = replace(before, ended_at=None, ended=None, settled=False, lapses_at=None, snoozed_until=None)
    if step.kind == "restore":
        return asked
    if step.kind in ("move", "add"):
        steps = (Escalation("3 days", "lead", due_at + 300),)
        return replace(asked, opens_at=opens_at, due_at=due_at, escalates=steps)
    if step.kind == "lapse":
        at = (before.due_at or now) + step.end
        return replace(asked, lapses_at=at, ended_at=at, ended="lapsed", settled=at <= now)
    if step.kind == "snooze":
        return replace(asked, snoozed_until=now + step.end)
    ending = "done" if step.kind == "answer" else "superseded"
    return replace(asked, ended_at=now, ended=ending, settled=True)


def take(store: Store, step: Step, number: int, now: int) -> None:
    known = store.prompts(1)
    if step.kind == "tick":
        while tick(store, now, limit=2).taken:
            pass
        everything_open_was_raised(store, now)
    elif step.kind == "add" or not known:
        adding = replace(step, kind="add")
        save(store, moved(prompt(1, f"rule-{number}"), adding, now), now=now)
    else:
        before = known[step.which % len(known)]
        save(store, changed=((before, moved(before, step, now)),), now=now)


def everything_open_was_raised(store: Store, now: int) -> None:
    deeds = store.deeds_by_prompt(1)
    for each in store.prompts(1):
        if each.opens_at <= now and (each.ended_at is None or each.ended_at > now):
            assert raised_at(each, deeds.get(each.id, ())) is not None


def nothing_was_done_twice(store: Store) -> None:
    deeds = [(deed.prompt_id, deed.kind, deed.moment, deed.tell) for deed in store.ledger(1)]
    assert len(deeds) == len(set(deeds))


@given(STEPS)
def test_what_waits_is_what_follows_from_prompts_and_ledger(steps: Sequence[Step]) -> None:
    now = 1_000
    with TemporaryDirectory() as folder, fresh(Path(folder)) as database:
        enrolled(database)
        for number, step in enumerate(steps):
            now += step.passes
            with database.writing() as store:
                take(store, step, number, now)
                found = check_waiting(store, now=now, escalation_moment=late_by_three_hundred)
                assert list(found) == []
                nothing_was_done_twice(store)
