"""From a standing to the rows that lists are made of.

Rows hold moments that time alone will bring too (`outlook`), so that no list depends on a clock having run.
"""

from collections.abc import Iterator

from msgspec import Struct

from caseload.wording import wording
from pathways import counting
from pathways.calendars import Place
from pathways.follow import outlook
from pathways.lookup import lookup_of
from pathways.model import Pathway
from pathways.moments import Moment, length
from pathways.standing import Prompt, Standing, TrackState
from storage.rows import BannerRow, EnrolmentRow, Escalation, FactRow, PromptRow, TrackRow


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
        tracks=track_rows(row, standing),
        facts=fact_rows(row, standing),
        banners=banner_rows(pathway, row, ahead),
        prompts=[prompt_row(pathway, row, standing, prompt) for prompt in prompts(ahead)],
    )


def prompts(ahead: Standing) -> Iterator[Prompt]:
    """Yield the prompts of an outlook: what ended or will end by itself, and what stays."""
    yield from ahead.ended
    yield from ahead.prompts.values()


def track_rows(row: EnrolmentRow, standing: Standing) -> dict[str, TrackRow]:
    """Return where each track is."""
    return {name: _track(row, name, state) for name, state in standing.tracks.items()}


def _track(row: EnrolmentRow, name: str, state: TrackState) -> TrackRow:
    return TrackRow(row.id, name, state.state, state.entered_at, state.visits[state.state].entry)


def fact_rows(row: EnrolmentRow, standing: Standing) -> dict[tuple[str, int], FactRow]:
    """Return the facts in force, and each booking."""
    return {(fact.fact, fact.booking): fact for fact in _facts(row, standing)}


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


def banner_rows(pathway: Pathway, row: EnrolmentRow, ahead: Standing) -> dict[tuple[str, Moment], BannerRow]:
    """Return the banners shown, and those that time will show or hide."""
    says = {banner.id: banner.say for banner in pathway.banners}
    shown = (*ahead.past_banners, *ahead.banners.values())
    return {
        (banner.id, banner.since): BannerRow(row.id, banner.id, banner.since, banner.until, says[banner.id])
        for banner in shown
    }


def prompt_row(pathway: Pathway, row: EnrolmentRow, standing: Standing, prompt: Prompt) -> PromptRow:
    """Return the row of one prompt, as yet without a number."""
    rule = lookup_of(pathway).rules[prompt.key.rule]
    counted = prompt.counted
    return PromptRow(
        enrolment_id=row.id,
        patient_id=row.patient_id,
        key=prompt.key,
        tier=prompt.tier,
        role=prompt.role,
        owner=row.owner,
        say=wording(rule, prompt, row.patient_id),
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
        counted_from="repeat" if prompt.repeat else str(rule.counted_from),
        seen_at=prompt.seen_at,
        seen_by=prompt.seen_by,
        acknowledged_at=prompt.acknowledged_at,
        acknowledged_by=prompt.acknowledged_by,
        acting_at=prompt.acting_at,
        acting_by=prompt.acting_by,
        acting_until=prompt.acting_until,
        could_not=prompt.could_not,
        taken_at=prompt.taken_at,
        snoozed_until=prompt.snoozed_until,
        snoozes=prompt.snoozes,
        ended_at=prompt.ended_at,
        ended=prompt.ended,
        ended_by=prompt.ended_by,
        done_late_at=prompt.done_late_at,
        done_late_by=prompt.done_late_by,
        settled=_settled(prompt, standing),
    )


def escalation_moment(after: str, raised_at: Moment, place: Place) -> Moment:
    """Say when to escalate a prompt that was raised late, counted from when it was raised (R28)."""
    return counting.escalation(length(after), counting.late_at(raised_at, place), place)


def _settled(prompt: Prompt, standing: Standing) -> bool:
    """Say whether history has ended a prompt, rather than time that is still to come."""
    return prompt.ended_at is not None and standing.at is not None and prompt.ended_at <= standing.at
