"""From a standing to the rows that lists are made of, and what changed in them.

Rows hold moments that time alone will bring too (`outlook`), so that no list depends on a clock having run.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from msgspec import Struct, structs

from caseload.cases import Case, stored
from caseload.wording import wording
from pathways import counting
from pathways.follow import outlook
from pathways.lookup import lookup_of
from pathways.model import Pathway, Rule
from pathways.moments import Moment, length
from pathways.standing import Prompt, Standing, TrackState
from storage.rows import BannerRow, EnrolmentRow, Escalation, FactRow, Fold, PromptRow, TrackRow
from storage.store import Store

Row = TypeVar("Row", TrackRow, FactRow, BannerRow)
Key = TypeVar("Key")


class Projection(Struct, frozen=True, kw_only=True):
    """All rows that follow from a standing, by what identifies each."""

    tracks: dict[str, TrackRow]
    facts: dict[tuple[str, int], FactRow]
    banners: dict[tuple[str, Moment], BannerRow]
    prompts: list[PromptRow]


def project(pathway: Pathway, row: EnrolmentRow, standing: Standing) -> Projection:
    """Work out the rows of an enrolment: of what ended, only what the standing still holds."""
    ahead = outlook(pathway, standing)
    return Projection(
        tracks={name: _track(row, name, state) for name, state in standing.tracks.items()},
        facts={(fact.fact, fact.booking): fact for fact in _facts(row, standing)},
        banners={(banner.banner, banner.since): banner for banner in _banners(pathway, row, ahead)},
        prompts=[
            _prompt(pathway, row, standing, prompt) for prompt in (*ahead.ended, *ahead.prompts.values())
        ],
    )


def save(
    store: Store, before: Case, row: EnrolmentRow, after: Standing, *, now: Moment, by_entry: int, whole: bool
) -> list[tuple[PromptRow | None, PromptRow]]:
    """Write what changed, and return each prompt that did as it was and is.

    `whole` says that `after` was folded from the start: then all prompts are compared, not only the live.
    """
    rows = project(before.pathway, row, after)
    _save_states(store, row, before.standing, rows)
    _save_banners(store, row.id, None if whole else before.standing.at, rows)
    known = store.prompts(row.id) if whole else store.unsettled(row.id)
    new, changed = compare(known, rows.prompts, now=now, by_entry=by_entry)
    saved = store.save_prompts(
        new=new, changed=changed, now=now, by_entry=by_entry, escalation_moment=escalation_moment
    )
    store.save_fold(row.id, Fold(stored(after), after.last, after.digest))
    return [*((None, prompt) for prompt in saved), *changed]


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


def escalation_moment(after: str, raised_at: Moment, zone: str) -> Moment:
    """Say when to escalate a prompt that was raised late, counted from when it was raised (R28)."""
    return counting.escalation(length(after), counting.late_at(raised_at, zone), zone)


def _superseded(prompt: PromptRow, now: Moment, by_entry: int) -> PromptRow:
    return structs.replace(prompt, ended="superseded", ended_at=now, ended_by=by_entry, settled=True)


def _save_states(store: Store, row: EnrolmentRow, before: Standing, rows: Projection) -> None:
    old_tracks = {name: _track(row, name, state) for name, state in before.tracks.items()}
    put, gone = _difference(old_tracks, rows.tracks)
    store.save_tracks(put)
    store.remove_tracks(gone)
    old_facts = {(fact.fact, fact.booking): fact for fact in _facts(row, before)}
    put_facts, gone_facts = _difference(old_facts, rows.facts)
    store.save_facts(put_facts)
    store.remove_facts(gone_facts)


def _save_banners(store: Store, enrolment_id: int, before: Moment | None, rows: Projection) -> None:
    """Write the banners. Those that were over by `before` are not looked at, when that is given."""
    old = {
        (banner.banner, banner.since): banner
        for banner in store.banners(enrolment_id)
        if before is None or banner.until is None or banner.until > before
    }
    put, gone = _difference(old, rows.banners)
    store.save_banners(put)
    store.remove_banners(gone)


def _difference(old: dict[Key, Row], new: dict[Key, Row]) -> tuple[list[Row], list[Row]]:
    put = [row for key, row in new.items() if old.get(key) != row]
    return put, [row for key, row in old.items() if key not in new]


def _track(row: EnrolmentRow, name: str, state: TrackState) -> TrackRow:
    return TrackRow(row.id, name, state.state, state.entered_at, state.visits[state.state].entry)


def _facts(row: EnrolmentRow, standing: Standing) -> Iterator[FactRow]:
    for name, known in standing.facts.items():
        yield FactRow(row.id, name, 0, known.value, known.since, known.only_day, known.entry)
    for name, bookings in standing.bookings.items():
        for number, booking in bookings.items():
            on = booking.on.isoformat()
            yield FactRow(
                row.id,
                name,
                number,
                on,
                booking.since,
                only_day=True,
                entry=booking.entry,
                ended=booking.ended,
            )


def _banners(pathway: Pathway, row: EnrolmentRow, ahead: Standing) -> Iterator[BannerRow]:
    says = {banner.id: banner.say for banner in pathway.banners}
    for banner in (*ahead.past_banners, *ahead.banners.values()):
        yield BannerRow(row.id, banner.id, banner.since, banner.until, says[banner.id])


def _prompt(pathway: Pathway, row: EnrolmentRow, standing: Standing, prompt: Prompt) -> PromptRow:
    rule = lookup_of(pathway).rules[prompt.key.rule]
    counted = prompt.counted
    return PromptRow(
        enrolment_id=row.id,
        patient_id=row.patient_id,
        key=prompt.key,
        tier=prompt.tier,
        role=prompt.role,
        owner=row.owner,
        say=wording(rule, standing, prompt, row.patient_id),
        began_at=prompt.began_at,
        began_by=prompt.began_by,
        counted_on=counted.on if counted else None,
        counted_at=counted.at if counted else None,
        counted_by=counted.entry if counted else 0,
        opens_at=prompt.opens_at,
        due_at=prompt.due_at,
        due_on=prompt.due_on,
        lapses_at=prompt.lapses_at,
        escalates=tuple(
            Escalation(str(then.after), each.tell, each.at)
            for then, each in zip(rule.then, prompt.escalates, strict=True)
        ),
        missing=prompt.missing,
        source=rule.source,
        counted_from=_counted_from(rule, standing, prompt),
        acknowledged_at=prompt.acknowledged_at,
        snoozed_until=prompt.snoozed_until,
        snoozes=prompt.snoozes,
        ended_at=prompt.ended_at,
        ended=prompt.ended,
        ended_by=prompt.ended_by,
        settled=_settled(prompt, standing),
    )


def _counted_from(rule: Rule, standing: Standing, prompt: Prompt) -> str:
    """Name what a prompt is counted from: a repeat from the answer (or missed due) before it."""
    key = prompt.key
    episode = standing.episodes.get(f"{key.rule}#{key.booking}" if key.booking else key.rule)
    repeated = rule.every and key.occurrence > 1 and episode and episode.counted != prompt.counted
    return "repeat" if repeated else str(rule.counted_from)


def _settled(prompt: Prompt, standing: Standing) -> bool:
    """Say whether history has ended a prompt, rather than time that is still to come."""
    return prompt.ended_at is not None and standing.at is not None and prompt.ended_at <= standing.at
