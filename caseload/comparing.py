"""Compares what is stored of an enrolment with what follows from its history, from the first entry on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct, structs

from caseload.cases import pathway_of
from caseload.projecting import Projection, escalation_moment, project
from caseload.saving import compare
from pathways.follow import follow
from pathways.history import Entry
from pathways.model import Pathway
from pathways.moments import Moment, iso
from pathways.standing import Standing
from storage.check import waits_wrongly
from storage.rows import BannerRow, EnrolmentRow, FactRow, Fold, PromptRow, TrackRow, WaitingRow
from storage.store import Store

Row = TrackRow | FactRow | BannerRow

# What may hold details of a person, and so stands in no message.
SAID_BY_PEOPLE = {"value"}
YEAR_ONE = 31_536_000_000_000  # what is larger is a moment, whatever is smaller counts something


class Folded(Struct, frozen=True, kw_only=True):
    """An enrolment with its history, and what follows from it when it is folded from the start."""

    row: EnrolmentRow
    pathway: Pathway
    entries: list[Entry]
    standing: Standing
    rows: Projection


def fold(store: Store, enrolment_id: int) -> Folded:
    """Fold an enrolment from its first entry."""
    row = store.enrolment(enrolment_id)
    if row is None:
        raise LookupError(enrolment_id)
    pathway, entries = pathway_of(store, row.digest), store.entries(enrolment_id)
    standing = follow(pathway, entries)
    left = standing.exit
    row = structs.replace(
        row,
        zone=standing.zone,
        calendar=standing.calendar,
        enrolled_at=row.enrolled_at if standing.enrolled_at is None else standing.enrolled_at,
        left_at=left.at if left else None,
        left_reason=left.reason if left else None,
    )
    return Folded(
        row=row,
        pathway=pathway,
        entries=entries,
        standing=standing,
        rows=project(pathway, row, standing),
    )


def differences(store: Store, folded: Folded, known: Sequence[PromptRow], now: Moment) -> Iterator[str]:
    """Name everything in which the rows of an enrolment differ from what follows from its history.

    `known` are the prompts that are stored of it.
    """
    who, number = folded.row.patient_id, folded.row.id
    yield from _different(
        f"{who}: the enrolment on {folded.row.pathway}", store.enrolment(number), folded.row
    )
    yield from _fold_differs(store.fold(number), folded)
    rows = folded.rows
    yield from _rows_differ(f"{who}: track", _tracks(store.tracks(number)), _tracks(rows.tracks.values()))
    yield from _rows_differ(f"{who}: fact", _facts(store.facts(number)), _facts(rows.facts.values()))
    yield from _rows_differ(
        f"{who}: banner", _banners(store.banners(number)), _banners(rows.banners.values())
    )
    yield from _prompts_differ(known, folded, now)


def waiting_differs(
    store: Store, row: EnrolmentRow, known: Sequence[PromptRow], had: Iterable[WaitingRow], now: Moment
) -> Iterator[str]:
    """Name what waits for its moment but should not, and what should but does not."""

    def late(after: str, raised: Moment) -> Moment:
        return escalation_moment(after, raised, row.place)

    yield from waits_wrongly(known, store.deeds_by_prompt(row.id), set(had), late, now)


def _fold_differs(found: Fold | None, folded: Folded) -> Iterator[str]:
    who, wanted = folded.row.patient_id, folded.standing
    kept = structs.replace(wanted, ended=(), past_banners=(), calendar="")
    if found is None:
        yield f"{who}: no standing is stored."
    elif (found.last, found.digest) != (wanted.last, wanted.digest):
        yield f"{who}: the stored standing is that of entry {found.last}, the last entry is {wanted.last}."
    elif _standing(found.body) != kept:
        yield f"{who}: the stored standing is not what follows from the history."


def _standing(body: bytes) -> Standing | None:
    try:
        return msgspec.json.decode(body, type=Standing)
    except msgspec.DecodeError:
        return None


def _tracks(rows: Iterable[TrackRow]) -> dict[str, Row]:
    return {row.track: row for row in rows}


def _facts(rows: Iterable[FactRow]) -> dict[str, Row]:
    return {f"{row.fact}#{row.booking}" if row.booking else row.fact: row for row in rows}


def _banners(rows: Iterable[BannerRow]) -> dict[str, Row]:
    return {f"{row.banner} from {iso(row.since)}": row for row in rows}


def _rows_differ(what: str, found: Mapping[str, Row], wanted: Mapping[str, Row]) -> Iterator[str]:
    for name in sorted(found.keys() | wanted.keys()):
        if name not in wanted:
            yield f"{what} {name} is stored, but does not follow."
        elif name not in found:
            yield f"{what} {name} follows, but is not stored."
        else:
            yield from _different(f"{what} {name}", found[name], wanted[name])


def _prompts_differ(known: Sequence[PromptRow], folded: Folded, now: Moment) -> Iterator[str]:
    new, changed = compare(known, folded.rows.prompts, now=now, by_entry=0)
    for prompt in new:
        key = prompt.key
        which = f"{key.rule} (episode {key.episode}, occurrence {key.occurrence}, booking {key.booking})"
        yield f"{prompt.patient_id}: a prompt of {which} follows, but is not stored."
    for before, after in changed:
        name = f"{before.patient_id}/{before.number}"
        if after.ended == "superseded":
            yield f"{name} ({before.key.rule}) is stored, but no longer follows."
        else:
            yield from _different(name, before, after)
    for prompt in known:
        if prompt.owner != folded.row.owner:
            yield f"{prompt.patient_id}/{prompt.number} is with {prompt.owner}, not with {folded.row.owner}."


def _different(name: str, found: Struct | None, wanted: Struct) -> Iterator[str]:
    """Name each field in which a stored row differs from what follows."""
    for field in wanted.__struct_fields__:
        is_now, should_be = getattr(found, field, None), getattr(wanted, field)
        if is_now == should_be:
            continue
        if field in SAID_BY_PEOPLE:
            yield f"{name}: {field} is stored otherwise than it follows."
        else:
            yield f"{name}: {field} is stored as {_shown(is_now)}, but follows as {_shown(should_be)}."


def _shown(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value > YEAR_ONE:
        return iso(value)
    return "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)
