"""A patient as a whole: where they are, what is asked, what was."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from caseload.cases import load_case
from caseload.describing import REVIEWS, Scene, local_time, score_view, sources
from caseload.local_times import LocalTime
from caseload.views import FactView, PromptView, ScoreView, SourceView
from pathways.fact_values import shown_value
from pathways.follow import outlook
from pathways.model import Pathway, Review
from pathways.moments import Moment
from pathways.sight import Sight
from pathways.standing import MisfitKind
from pathways.tallies import tally
from pathways.tiers import TIERS
from storage.connection import Database
from storage.rows import PromptRow

MISFITS: Mapping[MisfitKind, str] = {
    "before-enrolment": "{entry.kind} {entry.name} lies before the enrolment: it has no effect",
    "no-such-transition": (
        "{entry.name} moved {entry.track} to {entry.to}, as it was recorded from {entry.source}; "
        "but by then {entry.track} was in another state, from which the pathway has no such step"
    ),
    "after-exit": "{entry.kind} {entry.name} lies after the patient left the pathway",
    "answer-without-prompt": "{entry.name} answers a prompt that was not there then, or had ended",
}


class PathwayView(Struct, frozen=True, kw_only=True):
    """The pathway of an enrolment. `review_means` says it in words, such as that no clinician approved it."""

    name: str
    title: str
    version: int
    digest: str
    review: Review
    review_means: str


class TrackView(Struct, frozen=True, kw_only=True):
    """Where a track is, since when, for how many days, and by which entry."""

    track: str
    track_say: str
    state: str
    state_say: str
    since: LocalTime
    days: int
    entry: str


class BannerView(Struct, frozen=True, kw_only=True):
    """A standing warning in force."""

    id: str
    say: str
    since: LocalTime
    sources: tuple[SourceView, ...]


class MisfitView(Struct, frozen=True, kw_only=True):
    """An entry that does not fit the rest of the history, in words."""

    entry: str
    at: LocalTime
    says: str


class LeftView(Struct, frozen=True, kw_only=True):
    """That and why the patient left the pathway."""

    reason: str
    at: LocalTime
    entry: str


class PatientView(Struct, frozen=True, kw_only=True):
    """Everything about one enrolment at a moment. `name` and `contact` are empty when none is stored.

    `last` is the number of the patient's last entry, for an action that must not miss anything newer.
    `ended` is a timeline, earliest first; `others` names the other pathways the patient is or was on.
    """

    patient: str
    name: str
    contact: str
    zone: str
    now: LocalTime
    pathway: PathwayView
    owner: str
    enrolled: LocalTime
    left: LeftView | None
    tracks: tuple[TrackView, ...]
    banners: tuple[BannerView, ...]
    open: tuple[PromptView, ...]
    coming: tuple[PromptView, ...]
    ended: tuple[PromptView, ...]
    facts: tuple[FactView, ...]
    scores: tuple[ScoreView, ...]
    misfits: tuple[MisfitView, ...]
    others: tuple[str, ...]
    last: int


def show(database: Database, patient_id: str, *, now: Moment, pathway: str | None = None) -> PatientView:
    """Show one patient on one pathway, as of now."""
    with database.reading() as store:
        case = load_case(store, patient_id, pathway)
        scene = Scene.load(store, case, now)
        others = [row.pathway for row in store.enrolments(patient_id) if row.id != case.row.id]
    with database.listing() as lists:
        person = lists.person(patient_id)
    row = case.row
    return PatientView(
        patient=patient_id,
        name=(person and person.name) or "",
        contact=(person and person.contact) or "",
        zone=row.zone,
        now=local_time(now, row.zone),
        pathway=_pathway(case.pathway, scene.review),
        owner=row.owner,
        enrolled=scene.time(row.enrolled_at),
        left=_left(scene),
        tracks=tuple(_tracks(scene)),
        banners=tuple(_banners(scene)),
        **_prompts(scene),
        facts=tuple(_facts(scene)),
        scores=tuple(_scores(scene)),
        misfits=tuple(_misfits(scene)),
        others=tuple(dict.fromkeys(others)),
        last=case.last,
    )


def _pathway(pathway: Pathway, review: Review) -> PathwayView:
    return PathwayView(
        name=pathway.name,
        title=pathway.title,
        version=pathway.version,
        digest=pathway.digest,
        review=review,
        review_means=REVIEWS[review],
    )


def _left(scene: Scene) -> LeftView | None:
    left = scene.case.standing.exit
    if left is None:
        return None
    return LeftView(reason=left.reason, at=scene.time(left.at), entry=scene.name_of(left.entry))


def _tracks(scene: Scene) -> Iterator[TrackView]:
    for track in scene.case.pathway.tracks:
        here = scene.case.standing.tracks.get(track.name)
        if here is not None:
            yield TrackView(
                track=track.name,
                track_say=track.say,
                state=here.state,
                state_say=next((state.say for state in track.states if state.name == here.state), ""),
                since=scene.time(here.entered_at),
                days=scene.days_since(here.entered_at),
                entry=scene.name_of(here.visits[here.state].entry),
            )


def _banners(scene: Scene) -> Iterator[BannerView]:
    pathway = scene.case.pathway
    rules = {banner.id: banner for banner in pathway.banners}
    for banner in outlook(pathway, scene.case.standing, scene.now).banners.values():
        rule = rules[banner.id]
        yield BannerView(
            id=rule.id, say=rule.say, since=scene.time(banner.since), sources=sources(pathway, rule.source)
        )


def _prompts(scene: Scene) -> dict[str, tuple[PromptView, ...]]:
    """Sort the prompts into those open, those coming, and a timeline of those that ended.

    Left out is what nobody was told of and what no longer follows, and what comes only if another lapses.
    """
    rows = [row for row in scene.prompts if row.ended != "superseded" or scene.was_raised(row)]
    here = [row for row in rows if scene.status(row) in {"open", "overdue", "snoozed"}]
    here.sort(key=lambda row: (TIERS.index(row.tier), row.due_at is None, row.due_at, row.number))
    coming = [row for row in rows if scene.status(row) == "coming" and not _only_after(row, rows, scene)]
    ended = [row for row in rows if scene.status(row) == "ended"]
    return {
        "open": tuple(map(scene.prompt, here)),
        "coming": tuple(map(scene.prompt, sorted(coming, key=lambda row: (row.opens_at, row.number)))),
        "ended": tuple(map(scene.prompt, sorted(ended, key=lambda row: (row.ended_at or 0, row.number)))),
    }


def _only_after(row: PromptRow, rows: list[PromptRow], scene: Scene) -> bool:
    """Say whether a prompt comes only if the one before it lapses, which nobody should wait for."""
    key = row.key
    return any(
        (each.key.rule, each.key.episode, each.key.booking) == (key.rule, key.episode, key.booking)
        and each.key.occurrence < key.occurrence
        and scene.status(each) != "ended"
        for each in rows
    )


def _facts(scene: Scene) -> Iterator[FactView]:
    standing = scene.case.standing
    for fact in scene.case.pathway.facts:
        known = standing.facts.get(fact.name)
        if known is not None:
            yield FactView(
                name=fact.name,
                value=known.value,
                shown=shown_value(known.value, fact),
                since=scene.entry_time(scene.entry(known.entry)),
                age=scene.days_since(known.since),
                entry=scene.name_of(known.entry),
            )
        for number, booking in sorted(standing.bookings.get(fact.name, {}).items()):
            yield FactView(
                name=fact.name,
                value=booking.on.isoformat(),
                shown=booking.on.isoformat(),
                since=scene.entry_time(scene.entry(booking.entry)),
                age=scene.days_since(booking.since),
                entry=scene.name_of(booking.entry),
                booking=number,
                ended=booking.ended,
            )


def _scores(scene: Scene) -> Iterator[ScoreView]:
    """Add up every score, as of now: what has passed meanwhile counts."""
    pathway = scene.case.pathway
    sight = Sight(pathway, scene.case.standing, scene.now)
    for score in pathway.scores:
        yield score_view(scene, tally(sight, score))


def _misfits(scene: Scene) -> Iterator[MisfitView]:
    for misfit in scene.case.standing.misfits:
        entry = scene.entry(misfit.entry)
        says = MISFITS[misfit.kind].format(entry=entry)
        yield MisfitView(entry=scene.name_of(misfit.entry), at=scene.entry_time(entry), says=says)
