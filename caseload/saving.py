"""Writing what follows from a history beside it: only what changed, in the transaction of the entries."""

from collections.abc import Iterable
from typing import TypeVar

from msgspec import structs

from caseload.cases import Case, stored
from caseload.projecting import (
    banner_rows,
    escalation_moment,
    fact_rows,
    prompt_row,
    prompts,
    track_rows,
)
from pathways.follow import outlook
from pathways.history import PromptKey
from pathways.model import Pathway
from pathways.moments import Moment
from pathways.standing import Prompt, Standing
from storage.rows import BannerRow, EnrolmentRow, FactRow, Fold, PromptRow, TrackRow
from storage.store import Store

Row = TypeVar("Row", TrackRow, FactRow, BannerRow)
Key = TypeVar("Key")


def save(
    store: Store, before: Case, row: EnrolmentRow, after: Standing, *, now: Moment, by_entry: int, whole: bool
) -> list[tuple[PromptRow | None, PromptRow]]:
    """Write what changed, and return each prompt that did as it was and is.

    `whole` says that `after` was folded from the start: then everything stored is compared with it, and
    otherwise only what differs between the outlook before and the outlook now.
    """
    pathway = before.pathway
    ahead = outlook(pathway, after)
    then = None if whole else outlook(pathway, before.standing)
    _save_states(store, row, before.standing, after)
    if then is None or (then.banners, then.past_banners) != (ahead.banners, ahead.past_banners):
        _save_banners(store, row, pathway, None if whole else before.standing.at, ahead)
    if then is None:
        known, wanted = store.prompts(row.id), list(prompts(ahead))
    else:
        touched = _touched(before.standing, then, after, ahead)
        known = [each for each in store.unsettled(row.id) if each.key in touched] if touched else []
        wanted = [prompt for prompt in prompts(ahead) if prompt.key in touched]
    new, changed = compare(
        known, (prompt_row(pathway, row, after, prompt) for prompt in wanted), now=now, by_entry=by_entry
    )
    saved = store.save_prompts(
        new=new, changed=changed, now=now, by_entry=by_entry, escalation_moment=escalation_moment
    )
    store.save_fold(row.id, Fold(stored(after), after.last, after.digest))
    return [*((None, prompt) for prompt in saved), *changed]


def _touched(before: Standing, then: Standing, after: Standing, ahead: Standing) -> set[PromptKey]:
    """Return the prompts that are not foreseen as they were, and those whose foreseen end has come."""
    old: dict[PromptKey, Prompt] = {prompt.key: prompt for prompt in prompts(then)}
    new: dict[PromptKey, Prompt] = {prompt.key: prompt for prompt in prompts(ahead)}
    touched = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    since, until = before.at or 0, after.at or 0
    return touched | {key for key, each in new.items() if each.ended_at and since < each.ended_at <= until}


def compare(
    known: Iterable[PromptRow], wanted: Iterable[PromptRow], *, now: Moment, by_entry: int
) -> tuple[list[PromptRow], list[tuple[PromptRow, PromptRow]]]:
    """Tell new prompts from changed ones; a known one that no longer follows is superseded."""
    left = {prompt.key: prompt for prompt in known}
    new: list[PromptRow] = []
    changed: list[tuple[PromptRow, PromptRow]] = []
    for prompt in wanted:
        before = left.pop(prompt.key, None)
        if before is None:
            new.append(prompt)
            continue
        after = structs.replace(
            prompt, id=before.id, number=before.number, written_at=before.written_at, owner=before.owner
        )
        if after != before:
            changed.append((before, after))
    changed += [
        (prompt, _superseded(prompt, now, by_entry))
        for prompt in left.values()
        if prompt.ended != "superseded"
    ]
    return sorted(new, key=lambda prompt: (prompt.began_at, prompt.key)), changed


def _superseded(prompt: PromptRow, now: Moment, by_entry: int) -> PromptRow:
    # Not settled: the same prompt may follow again, from another entry or by time alone.
    return structs.replace(prompt, ended="superseded", ended_at=now, ended_by=by_entry, settled=False)


def _save_states(store: Store, row: EnrolmentRow, before: Standing, after: Standing) -> None:
    put, gone = _difference(track_rows(row, before), track_rows(row, after))
    store.save_tracks(put)
    store.remove_tracks(gone)
    put_facts, gone_facts = _difference(fact_rows(row, before), fact_rows(row, after))
    store.save_facts(put_facts)
    store.remove_facts(gone_facts)


def _save_banners(
    store: Store, row: EnrolmentRow, pathway: Pathway, before: Moment | None, ahead: Standing
) -> None:
    """Write the banners. Those that were over by `before` are not looked at, when that is given."""
    old = {
        (banner.banner, banner.since): banner
        for banner in store.banners(row.id)
        if before is None or banner.until is None or banner.until > before
    }
    put, gone = _difference(old, banner_rows(pathway, row, ahead))
    store.save_banners(put)
    store.remove_banners(gone)


def _difference(old: dict[Key, Row], new: dict[Key, Row]) -> tuple[list[Row], list[Row]]:
    put = [row for key, row in new.items() if old.get(key) != row]
    return put, [row for key, row in old.items() if key not in new]
