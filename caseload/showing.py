"""A patient as a whole: where they are, what is asked, what was, and every entry of the history."""

from msgspec import Struct

from caseload.local_times import LocalTime
from caseload.views import FactView, PromptView, SourceView
from pathways.history import Entry
from pathways.model import Review
from pathways.moments import Moment
from storage.connection import Database


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
    misfits: tuple[MisfitView, ...]
    others: tuple[str, ...]
    last: int


class LogLine(Struct, frozen=True, kw_only=True):
    """One entry as written. `name` is such as `P-014:12`, `says` the entry in words.

    `replaced_by` names the entry that corrected or withdrew it, `how` says which; `prompt` is such as
    `P-014/3`. `late` says that it was written on a later local day than it happened.
    """

    name: str
    pathway: str
    happened: LocalTime
    recorded: LocalTime
    by: str
    says: str
    because: str
    overrode: tuple[str, ...]
    replaces: str
    replaced_by: str
    how: str
    late: bool
    prompt: str
    entry: Entry


def show(database: Database, patient_id: str, *, now: Moment, pathway: str | None = None) -> PatientView:
    """Show one patient on one pathway, as of now."""
    raise NotImplementedError


def log(database: Database, patient_id: str) -> list[LogLine]:
    """List every entry of a patient, over all their enrolments, in the order they were written."""
    raise NotImplementedError
