"""What can happen next to a patient: each possible event, what stands in its way, and the exits."""

from collections.abc import Sequence

from msgspec import Struct

from caseload.cases import Case, load_case
from caseload.describing import REVIEWS, answer, asked_facts, local_time, sources
from caseload.local_times import LocalTime
from caseload.views import Answer, AskedFact, SourceView
from pathways import guards
from pathways.lookup import lookup_of
from pathways.model import Review, Should, Transition
from pathways.moments import Moment
from pathways.sight import Sight
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
    """What can happen now. `leave` is what to type when the patient leaves.

    After an exit `steps`, `exits` and `leave` are empty, and `left` says why.
    """

    patient: str
    pathway: str
    review: Review
    review_means: str
    zone: str
    now: LocalTime
    steps: tuple[StepView, ...]
    exits: tuple[str, ...]
    leave: str
    left: str
    last: int


def next_steps(database: Database, patient_id: str, *, now: Moment, pathway: str | None = None) -> NextSteps:
    """Say for every event that is possible now where it leads and what it still needs."""
    with database.reading() as store:
        case = load_case(store, patient_id, pathway)
        beside = sum(row.left_at is None for row in store.enrolments(patient_id)) > 1
        review = store.review(case.row.digest)
    left = case.standing.exit
    where = ["--pathway", case.pathway.name] if beside else []
    steps = () if left else guards.possible(case.pathway, case.standing)
    return NextSteps(
        patient=patient_id,
        pathway=case.pathway.name,
        review=review,
        review_means=REVIEWS[review],
        zone=case.zone,
        now=local_time(now, case.zone),
        steps=tuple(_step(case, step, now, where) for step in steps),
        exits=() if left else case.pathway.exits,
        leave="" if left else " ".join([*_leave(case), *where]),
        left=f"{left.reason} on {local_time(left.at, case.zone)}" if left else "",
        last=case.last,
    )


def _leave(case: Case) -> list[str]:
    return ["carepath close", case.patient_id, "--reason", "|".join(case.pathway.exits)]


def _step(case: Case, step: Transition, now: Moment, where: Sequence[str]) -> StepView:
    verdict = guards.verdict(case.pathway, case.standing, step, now)
    states = {state.name: state for state in lookup_of(case.pathway).tracks[step.track].states}
    return StepView(
        event=step.event,
        say=step.say,
        track=step.track,
        state=case.standing.tracks[step.track].state,
        to=step.to,
        to_say=states[step.to].say,
        missing=asked_facts(case.pathway, verdict.missing),
        stale=asked_facts(case.pathway, verdict.stale),
        asked=asked_facts(case.pathway, verdict.unasked),
        warnings=tuple(_warning(case, each, now) for each in verdict.warnings),
        ready=not (verdict.missing or verdict.stale or verdict.warnings),
        command=_command(case.patient_id, verdict, where),
    )


def _warning(case: Case, should: Should, now: Moment) -> Warning:
    holds = Sight(case.pathway, case.standing, now).judge(should.that)
    return Warning(
        say=should.otherwise,
        condition=should.that.text,
        holds=answer(holds=holds),
        sources=sources(case.pathway, should.source),
    )


def _command(patient_id: str, verdict: guards.Verdict, where: Sequence[str]) -> str:
    facts = [f"{fact}=..." for fact in (*verdict.missing, *verdict.stale)]
    because = ["--because '...'"] if verdict.warnings else []
    return " ".join(["carepath advance", patient_id, verdict.transition.event, *facts, *because, *where])
