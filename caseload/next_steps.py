"""What can happen next to a patient: each possible event, what stands in its way, and the exits."""

from msgspec import Struct

from caseload.local_times import LocalTime
from caseload.views import Answer, AskedFact, SourceView
from pathways.moments import Moment
from storage.connection import Database


class Warning(Struct, frozen=True, kw_only=True):  # noqa: A001  # what the pathway calls it
    """Something that should hold first; going on without it wants a reason."""

    say: str
    condition: str
    holds: Answer
    sources: tuple[SourceView, ...]


class StepView(Struct, frozen=True, kw_only=True):
    """One event that the present state has.

    `missing` must be recorded with it, `stale` must be recorded anew, `asked` may stay unknown. `ready`
    says that it would be accepted as it is. `command` is what to type.
    """

    event: str
    say: str
    track: str
    state: str
    to: str
    to_say: str
    missing: tuple[AskedFact, ...]
    stale: tuple[AskedFact, ...]
    asked: tuple[AskedFact, ...]
    warnings: tuple[Warning, ...]
    ready: bool
    command: str


class NextSteps(Struct, frozen=True, kw_only=True):
    """What can happen now. After an exit `steps` and `exits` are empty, and `left` says why."""

    patient: str
    pathway: str
    zone: str
    now: LocalTime
    steps: tuple[StepView, ...]
    exits: tuple[str, ...]
    left: str
    last: int


def next_steps(database: Database, patient_id: str, *, now: Moment, pathway: str | None = None) -> NextSteps:
    """Say for every event that is possible now where it leads and what it still needs."""
    raise NotImplementedError
